//! The text of a post's file, compressed.

/// A post's file as text, compressed, so that neither rendering nor reading it anew under another
/// configuration needs the disk.
pub struct Source {
    compressed: Box<[u8]>,
    length: usize,
    /// Where the body starts, in bytes.
    body: usize,
    is_whole: bool,
    /// The line of the file on which the body starts, counted from one.
    pub first_line: u32,
}

impl Source {
    /// Compresses a body that starts on `first_line`.
    pub fn new(text: &str, first_line: u32) -> Self {
        Source::compress(text, 0, false, first_line)
    }

    /// Compresses the text of a file that ends in a body, which starts on `first_line`.
    pub fn of_file(text: &str, body: &str, first_line: u32) -> Self {
        if text.ends_with(body) {
            Source::compress(text, text.len() - body.len(), true, first_line)
        } else {
            Source::new(body, first_line)
        }
    }

    fn compress(text: &str, body: usize, is_whole: bool, first_line: u32) -> Self {
        thread_local! {
            // A compressor is 100 KB of tables; one a thread, not one a post.
            static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
                const { std::cell::RefCell::new(None) };
        }
        let compressed = COMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = zstd::bulk::Compressor::new(1).ok();
            }
            slot.as_mut()
                .and_then(|compressor| compressor.compress(text.as_bytes()).ok())
        });
        let compressed = compressed.filter(|bytes| bytes.len() < text.len());
        Source {
            compressed: compressed.map_or_else(|| text.as_bytes().into(), Vec::into_boxed_slice),
            length: text.len(),
            body,
            is_whole,
            first_line,
        }
    }

    /// The body as it was.
    pub fn text(&self) -> String {
        let mut all = self.all();
        // Made from a `&str` cut at this place, so it is the boundary of a character.
        if self.body > 0 && all.is_char_boundary(self.body) {
            all.drain(..self.body);
        }
        all
    }

    /// The whole file as it was, if that is known.
    pub fn file(&self) -> Option<String> {
        self.is_whole.then(|| self.all())
    }

    fn all(&self) -> String {
        let bytes = if self.compressed.len() < self.length {
            zstd::bulk::decompress(&self.compressed, self.length).unwrap_or_default()
        } else {
            self.compressed.to_vec()
        };
        // Made from a `&str`, so this never replaces anything.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The body's length in bytes, before compression.
    pub fn len(&self) -> usize {
        self.length - self.body
    }

    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({} bytes, from line {})", self.len(), self.first_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gives_back_the_text_it_was_made_from() {
        for text in ["", "a", "“curly” and 日本語", &"the same again ".repeat(500)] {
            assert_eq!(Source::new(text, 1).text(), text);
            let file = format!("---\ntitle: “A”\n---\n{text}");
            let source = Source::of_file(&file, text, 4);
            assert_eq!((source.text().as_str(), source.len()), (text, text.len()));
            assert_eq!(source.file(), Some(file));
        }
    }
}
