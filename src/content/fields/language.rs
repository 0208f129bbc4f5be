//! The language a post is in.

/// Languages that some write by their English name.
const NAMES: [(&str, &str); 16] = [
    ("Arabic", "ar"),
    ("Chinese", "zh"),
    ("Dutch", "nl"),
    ("English", "en"),
    ("French", "fr"),
    ("German", "de"),
    ("Hindi", "hi"),
    ("Italian", "it"),
    ("Japanese", "ja"),
    ("Korean", "ko"),
    ("Polish", "pl"),
    ("Portuguese", "pt"),
    ("Russian", "ru"),
    ("Spanish", "es"),
    ("Turkish", "tr"),
    ("Ukrainian", "uk"),
];

/// A language tag, well formed by RFC 5646, section 2.1, from what is written; underscores, as in
/// names of locales, become hyphens. `None` if it is no tag: a document that said it would be
/// invalid.
pub fn tag(written: &str) -> Option<String> {
    let written = written.trim();
    if let Some((_, tag)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(written)) {
        return Some((*tag).to_owned());
    }
    let tag = written.split('.').next()?.replace('_', "-");
    let mut subtags = tag.split('-');
    let primary = subtags.next()?;
    let primary_is_good = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_is_good = subtags
        .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()));
    (primary_is_good && rest_is_good).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_a_language_and_a_word_is_not() {
        for (written, meant) in [
            ("en-GB", Some("en-GB")),
            ("en_GB.UTF-8", Some("en-GB")),
            (" zh-Hant ", Some("zh-Hant")),
            ("english", Some("en")),
            ("Gibberish", None),
            ("en-", None),
            ("", None),
        ] {
            assert_eq!(tag(written).as_deref(), meant, "{written}");
        }
    }
}
