//! The labels of the metrics.

use std::fmt;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct SubscriberLabels {
    pub(super) feed: String,
    pub(super) via: &'static str,
    pub(super) day: &'static str,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RouteKind {
    /// A feed in a format.
    Feed,
    /// The comments on a post.
    Comments,
    /// The list of all feeds as OPML.
    Opml,
    /// The list of all feeds.
    Index,
    /// Where a feed was, or is guessed at.
    Moved,
    /// /healthz.
    Health,
    /// /readyz.
    Ready,
    /// /metrics.
    Metrics,
    /// Something that is not there, a method that is not allowed, or too early.
    Other,
}

impl RouteKind {
    /// The label's value.
    pub fn name(self) -> &'static str {
        match self {
            RouteKind::Feed => "feed",
            RouteKind::Comments => "comments",
            RouteKind::Opml => "opml",
            RouteKind::Index => "index",
            RouteKind::Moved => "moved",
            RouteKind::Health => "health",
            RouteKind::Ready => "ready",
            RouteKind::Metrics => "metrics",
            RouteKind::Other => "other",
        }
    }
}

impl EncodeLabelValue for RouteKind {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.name().encode(encoder)
    }
}

/// How much a scan looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScanExtent {
    /// The whole tree.
    Full,
    /// Some paths or a subtree.
    Partial,
}

impl EncodeLabelValue for ScanExtent {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        match self {
            ScanExtent::Full => "full",
            ScanExtent::Partial => "partial",
        }
        .encode(encoder)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) route: RouteKind,
    pub(super) status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct SeverityLabel {
    pub(super) severity: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ExtentLabel {
    pub(super) extent: ScanExtent,
}
