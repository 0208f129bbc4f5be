//! What is wrong with a value, told to a person with the way out.

/// What is wrong with a value, before it is known where that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

impl Complaint {
    /// A complaint of what is wrong, with the way out.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Complaint {
            message: message.into(),
            help: help.into(),
        }
    }
}

/// Which of the known names was probably meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

/// The way out for a name that is not known.
pub fn suggest(written: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(written, known.iter().copied()) {
        Some(name) => format!("did you mean “{name}”? Known here: {all}"),
        None => format!("known here: {all}"),
    }
}

/// What is complained of, and the way out.
#[cfg(test)]
pub fn message_and_help<T: std::fmt::Debug>(result: Result<T, Complaint>) -> (String, String) {
    let complaint = result.unwrap_err();
    (complaint.message, complaint.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found_and_no_other() {
        let known = ["listen", "max_age", "document_cache", "drain"];
        for (written, meant) in [
            ("listne", Some("listen")),
            ("Listen", Some("listen")),
            ("max-age", Some("max_age")),
            ("cache", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}
