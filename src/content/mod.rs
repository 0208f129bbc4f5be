//! One file → one post. Pure: knows no disk, no clock, no network.

pub mod body;
pub mod conventions;
pub mod fields;
pub mod file;
pub mod parse;
pub mod place;
pub mod post;
pub mod settings;

pub use body::{Body, BodySource};
pub use parse::{Fault, Parsed, SourceFile, parse};
pub use post::{Field, Image, Media, Medium, Post};
pub use settings::ContentSettings;
