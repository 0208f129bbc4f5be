//! What all rooms share: the words of feeds.toml, of posts and of feeds. Uses no other module.

pub mod body_mode;
pub mod complaint;
pub mod date;
pub mod date_order;
pub mod dialect;
pub mod digest;
pub mod finding;
pub mod format;
pub mod html_policy;
pub mod id_rule;
pub mod nfc;
pub mod order;
pub mod path_pattern;
pub mod percent;
pub mod permalink;
pub mod podcast;
pub mod scope_kind;
pub mod segment;
pub mod slug;
pub mod text;
pub mod text_pattern;

pub use body_mode::BodyMode;
pub use complaint::Complaint;
pub use date_order::DateOrder;
pub use dialect::Dialect;
pub use digest::{Digest, Hasher, SetDigest};
pub use finding::{Finding, Place, Severity};
pub use format::Format;
pub use html_policy::HtmlPolicy;
pub use id_rule::IdRule;
pub use order::Order;
pub use path_pattern::PathPattern;
pub use permalink::PermalinkPattern;
pub use podcast::Podcast;
pub use scope_kind::ScopeKind;
pub use text_pattern::TextPattern;
