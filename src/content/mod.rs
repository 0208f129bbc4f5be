//! One file → one post. Pure: knows no disk, no clock, no network.

mod allowed;
pub mod author;
pub mod body;
pub mod date;
pub mod decode;
mod escape;
pub mod field;
mod figure;
mod footnotes;
pub mod front_matter;
mod html;
pub mod id;
mod images;
pub mod links;
pub mod location;
pub mod markdown;
mod nesting;
mod notes;
pub mod parse;
pub mod permalink;
pub mod post;
mod raw_html;
pub mod sanitize;
pub mod settings;
pub mod shortcode;
pub mod slug;
pub mod summary;
mod template;
pub mod withdrawal;

pub use body::{Body, BodySource};
pub use parse::{Fault, Parsed, parse};
pub use post::{Image, Post};
pub use settings::{ContentSettings, HtmlPolicy, IdRule};
