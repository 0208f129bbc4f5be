//! How much breaks the rules as yet, by room. These numbers may only become smaller, and end as none.

/// Files that use each other, directly or through others.
pub(super) const IN_CIRCLES: &[(&str, usize)] = &[];

/// Pairs of files, of which one uses the other in a room above.
pub(super) const ARROWS_UP: &[(&str, usize)] = &[];

/// Crates named outside of their fences.
pub(super) const OVER_THE_FENCE: &[(&str, usize)] = &[];

/// Blocks of methods outside of the file of their type.
pub(super) const ASTRAY: &[(&str, usize)] = &[("catalog", 5), ("content", 12)];

/// Files that are long and don't say why.
pub(super) const LONG: &[(&str, usize)] = &[];
