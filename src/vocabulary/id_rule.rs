//! How ids are made.

/// How an entry's id is made when nothing pins it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdRule {
    /// `tag:{authority}:{path}` (RFC 4151).
    Tag,
    /// The permalink itself.
    Permalink,
    /// `post.id` of Jekyll, as jekyll-feed writes it: the address without its ending.
    Jekyll,
    /// The tag URI of Pelican: host, day and path.
    Pelican,
}
