//! One file → one post. Pure: knows no disk, no clock, no network.

pub mod author;
pub mod body;
pub mod date;
pub mod dialect;
pub mod front_matter;
mod html;
pub mod links;
pub mod markdown;
pub mod parse;
pub mod permalink;
pub mod post;
pub mod sanitize;
pub mod settings;
pub mod shortcode;
pub mod slug;
pub mod summary;

pub use body::{Body, BodySource};
pub use parse::{Fault, Parsed, parse};
pub use post::{Image, Post};
pub use settings::{ContentSettings, HtmlPolicy, IdRule};
