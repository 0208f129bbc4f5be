//! The server over a real socket, with a hand-made snapshot and a renderer that says what it was
//! asked for.

mod addresses;
mod documents;
mod harness;
mod publishing;
mod service;
