//! What is known of a media file by its address alone.

/// The media type of an image, by the extension in its path; `None` if that tells nothing.
pub fn image_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_type() {
        for (url, kind) in [
            ("https://a.example/x.JPG?w=100", Some("image/jpeg")),
            ("https://a.example/x.png#a.gif", Some("image/png")),
            ("https://a.example/x", None),
            ("https://a.example/x.php", None),
        ] {
            assert_eq!(image_type(url), kind, "{url}");
        }
    }
}
