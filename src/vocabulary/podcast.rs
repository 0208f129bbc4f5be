//! What a podcast is, as its owner describes it.

use super::digest::Hasher;

/// A podcast, as its owner describes it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Podcast {
    /// Its permanent id: a UUID.
    pub guid: Option<String>,
    /// Who makes it.
    pub author: Option<String>,
    /// The e-mail address of its owner.
    pub email: Option<String>,
    /// Its category, and the one within it.
    pub category: Option<(String, Option<String>)>,
    /// The address of its cover.
    pub image: Option<String>,
    /// Whether it is not fit for children.
    pub explicit: bool,
    /// Whether its episodes are to be heard in order.
    pub serial: bool,
    /// What it is: “podcast”, “music”, “audiobook” and so on.
    pub medium: Option<String>,
    /// Where its listeners can pay for it.
    pub funding: Option<String>,
}

impl Podcast {
    /// Adds everything.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        // Destructured, so that a new field can't be forgotten here.
        let Podcast {
            guid,
            author,
            email,
            category,
            image,
            explicit,
            serial,
            medium,
            funding,
        } = self;
        for text in [guid, author, email, image, medium, funding] {
            hasher.option(text.as_deref(), Hasher::text);
        }
        hasher.option(category.as_ref(), |hasher, (category, within)| {
            hasher.text(category);
            hasher.option(within.as_deref(), Hasher::text);
        });
        hasher.number(i64::from(*explicit));
        hasher.number(i64::from(*serial));
    }
}
