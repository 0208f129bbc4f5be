//! E-mail addresses.

/// Whether a text is an e-mail address on its own, `user@host.example`. Not RFC 5322 in full: what feed readers and
/// validators take.
pub fn is_email(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"@<>()[],;:\\\"".contains(c);
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && user.chars().all(is_plain)
            && host.chars().all(is_plain)
            && host.contains('.')
            && host.split('.').all(|part| !part.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_user_and_a_host() {
        for text in ["news@felixonline.co.uk", "o'brien+news@mail.example.org", "a@b.c"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "news",
            "news@",
            "@host.example",
            "a b@host.example",
            "a@b@c.example",
            "a@host",
            "a@.example",
            "a@host..example",
            "m\u{fc}ller@host.example",
            "The News <news@host.example>",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }
}
