//! How comments in a text are written.

use crate::content::conventions::Rules;
use crate::content::post::TemplateEngine;
use crate::vocabulary::Dialect;

/// How comments in a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::content) struct Syntax {
    /// What carries out templates.
    pub(in crate::content) engine: TemplateEngine,
    /// Whether `{# … #}` outside of code is a comment though no engine says so.
    pub(in crate::content) braces: bool,
    /// Whether the text is HTML, in which nothing is code.
    pub(in crate::content) is_html: bool,
}

impl Syntax {
    /// The syntax of a post in this markup. `own` is the engine that the post names itself.
    pub(in crate::content) fn of(rules: &Rules, is_html: bool, own: Option<TemplateEngine>) -> Self {
        let usual = match rules.dialect {
            Some(Dialect::Jekyll | Dialect::Eleventy) => TemplateEngine::Liquid,
            Some(Dialect::Hugo) => TemplateEngine::Hugo,
            _ => TemplateEngine::None,
        };
        let told = if is_html {
            rules.html_templates
        } else {
            rules.markdown_templates
        };
        Syntax {
            engine: own.or(told).unwrap_or(usual),
            // Elsewhere the generator is known to show them.
            braces: rules.dialect.is_none(),
            is_html,
        }
    }
}
