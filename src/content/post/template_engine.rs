//! What carries out the template code in a post.

/// What carries out the template code in a post's text before it is Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateEngine {
    /// Liquid: `{% comment %}…{% endcomment %}`, `{% # … %}`.
    Liquid,
    /// Nunjucks: `{# … #}`.
    Nunjucks,
    /// Hugo's shortcodes: `{{< comment >}}…{{< /comment >}}`.
    Hugo,
    /// None that has comments of its own: what stands in code is shown.
    None,
}

impl TemplateEngine {
    /// The engine that Eleventy calls by this name, alone or before `md`: `njk,md`.
    pub fn of_eleventy(name: &str) -> Self {
        match name.split(',').next().unwrap_or("").trim() {
            "liquid" => TemplateEngine::Liquid,
            "njk" => TemplateEngine::Nunjucks,
            _ => TemplateEngine::None,
        }
    }
}
