//! The promises, tested through the real thing: real files in a temporary directory, the real
//! program on port 0, a strict XML parser as judge.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a panic is how a test fails

mod support;

mod archives;
mod bad_input;
mod build;
mod checkouts;
mod clients;
mod connections;
mod containers;
mod copies;
mod custom_feeds;
mod dialects;
mod documents;
mod editors;
mod faults;
mod freshness;
mod generator_config;
mod golden;
mod handed_down;
mod handed_down_by_settings;
mod headers;
mod hidden_comments;
mod hold;
mod house;
mod http;
mod incremental;
mod kept_ids;
mod lock;
mod odd_fields;
mod one_name;
mod opting_out;
mod options;
mod output;
mod owner;
mod permalinks;
mod polling;
mod presets;
mod real;
mod recognition;
mod reload;
mod replay;
mod rules;
mod sample;
mod seams;
mod seed;
mod simulation;
mod slow_writers;
mod state;
mod survives;
mod tour;
mod translations;
mod unreadable;
mod validators;
mod visibility;
mod withdrawal;
