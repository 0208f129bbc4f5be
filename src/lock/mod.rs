//! The lock file: the ids by which readers know the posts, pinned for ever.
//!
//! Without one, ids are made by a rule, and move when what they are made of moves. With one, a post
//! keeps its id wherever its file goes. [`mod@file`] is the text and [`mod@line`] one post's line in it;
//! [`matching`] finds the line of each post; [`next`] makes the next text, [`review`] says what the
//! present one lacks, and [`adopt`] takes over ids that another program's feeds have published.

pub mod adopt;
pub mod file;
pub mod line;
pub mod matching;
pub mod next;
pub mod review;
pub mod rule;
mod words;

pub use file::{FILE_NAME, LineNumber, Lock, places};
pub use line::Line;
pub use matching::{Identity, MatchedBy, Pins};
pub use rule::Rule;
