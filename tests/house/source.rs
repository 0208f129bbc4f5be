//! One file of src/ as the rules see it: what it defines, what it imports, which paths it names. Tests are left
//! out, and so are comments: what is counted and searched is the code that runs.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as it is written, and its line.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// `crate`, `content`, `Post`.
    pub(super) segments: Vec<String>,
    /// In the file.
    pub(super) line: usize,
}

/// A name that a `use` brings in.
#[derive(Debug, Clone)]
pub(super) struct Import {
    /// The name; of a glob none.
    pub(super) name: Option<String>,
    /// What it stands for.
    pub(super) mention: Mention,
    /// Whether others may take it from here. Then it is a use only where the name is used.
    pub(super) public: bool,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// `catalog/index.rs`, from src/.
    pub(super) file: String,
    /// `catalog`, `index`; of lib.rs nothing.
    pub(super) module: Vec<String>,
    /// Modules that are files of their own.
    pub(super) children: BTreeSet<String>,
    /// Items that others can name.
    pub(super) items: BTreeSet<String>,
    /// Its `use` lines, one for each name.
    pub(super) imports: Vec<Import>,
    /// All other paths.
    pub(super) mentions: Vec<Mention>,
    /// The types of its `impl` blocks without a trait.
    pub(super) inherent: Vec<Mention>,
    /// Lines with code on them.
    pub(super) code: usize,
    /// All lines, tests included.
    pub(super) lines: usize,
    /// Whether it says why it is long.
    pub(super) reason: bool,
}

/// A token without its tree.
#[derive(Debug, Clone)]
struct Token {
    text: String,
    kind: Kind,
    line: usize,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Sign,
    Other,
}

impl Source {
    /// Reads a file's text.
    pub(super) fn new(file: String, module: Vec<String>, text: &str) -> Self {
        let stream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        let (mut tokens, mut lines) = (Vec::new(), BTreeSet::new());
        flatten(without_tests(stream), 0, &mut tokens, &mut lines);
        let mut source = Self {
            file,
            module,
            code: lines.len(),
            lines: text.lines().count(),
            reason: text.lines().any(|line| line.starts_with("//! Long because")),
            ..Self::default()
        };
        let mut at = 0;
        while at < tokens.len() {
            at = source.take(&tokens, at);
        }
        source
    }

    /// Takes in what begins at a token, and says where to go on.
    fn take(&mut self, tokens: &[Token], at: usize) -> usize {
        let token = &tokens[at];
        if token.kind != Kind::Name {
            return at + 1;
        }
        let next = |steps: usize| tokens.get(at + steps).map_or("", |token| token.text.as_str());
        match token.text.as_str() {
            "use" if next(1) != "<" => {
                let public = at > 0 && matches!(tokens[at - 1].text.as_str(), "pub" | ")");
                let end = (at..tokens.len())
                    .find(|at| tokens[*at].text == ";")
                    .unwrap_or(tokens.len());
                self.import(&tokens[at + 1..end], &[], public);
                return end;
            }
            "mod" if token.depth == 0 && next(2) == ";" => {
                self.children.insert(next(1).to_owned());
                return at + 2;
            }
            "macro_rules" => {
                self.items.insert(next(2).to_owned());
                return at + 3;
            }
            "struct" | "enum" | "trait" | "fn" | "const" | "static" | "type" if token.depth == 0 => {
                self.items.insert(next(1).to_owned());
                return at + if next(1) == "fn" { 1 } else { 2 };
            }
            "impl" if token.depth == 0 => self.inherent.extend(inherent(&tokens[at + 1..])),
            _ => {}
        }
        let (segments, end) = path(tokens, at);
        let before = |steps: usize| at.checked_sub(steps).map_or("", |at| tokens[at].text.as_str());
        let field = before(1) == "." && before(2) != ".";
        // A single word in lower case may be a variable: only a call names an item for sure.
        let first = segments[0].chars().next().unwrap_or('_');
        let named = segments.len() > 1 || first.is_uppercase() || matches!(next(1), "(" | "!");
        if !field && before(1) != "'" && named {
            self.mentions.push(Mention {
                segments,
                line: token.line,
            });
        }
        end
    }

    /// Takes in a tree of imports.
    fn import(&mut self, tokens: &[Token], prefix: &[String], public: bool) {
        let mut at = 0;
        let mut segments = prefix.to_vec();
        let mut alias = None;
        let line = tokens.first().map_or(0, |token| token.line);
        while at < tokens.len() {
            match tokens[at].text.as_str() {
                ":" => at += 1,
                "as" => {
                    alias = Some(tokens[at + 1].text.clone());
                    at += 2;
                }
                "{" => {
                    let inner = &tokens[at + 1..tokens.len() - 1];
                    let depth = tokens[at].depth + 1;
                    for tree in inner.split(|token| token.text == "," && token.depth == depth) {
                        if !tree.is_empty() {
                            self.import(tree, &segments, public);
                        }
                    }
                    return;
                }
                word => {
                    if word != "self" || segments.is_empty() {
                        segments.push(word.to_owned());
                    }
                    at += 1;
                }
            }
        }
        let name = match segments.last().map(String::as_str) {
            Some("*") => {
                segments.pop();
                None
            }
            _ => alias.or_else(|| segments.last().cloned()),
        };
        self.imports.push(Import {
            name,
            mention: Mention { segments, line },
            public,
        });
    }
}

/// The path that begins at a name, and where it ends.
fn path(tokens: &[Token], at: usize) -> (Vec<String>, usize) {
    let mut segments = vec![tokens[at].text.clone()];
    let mut at = at + 1;
    while let [first, second, name, ..] = &tokens[at..]
        && (first.text.as_str(), second.text.as_str(), name.kind) == (":", ":", Kind::Name)
    {
        segments.push(name.text.clone());
        at += 3;
    }
    (segments, at)
}

/// The type of an `impl` block without a trait, from what follows the word.
fn inherent(tokens: &[Token]) -> Option<Mention> {
    let mut angles = 0_usize;
    let mut found = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => break,
            "<" => angles += 1,
            ">" => angles = angles.saturating_sub(1),
            "for" if angles == 0 => return None,
            "where" if angles == 0 => break,
            _ if angles == 0 && token.kind == Kind::Name && found.is_none() => {
                found = Some(Mention {
                    segments: path(tokens, at).0,
                    line: token.line,
                });
            }
            _ => {}
        }
    }
    found
}

/// The code without documentation and without what is compiled for tests only.
fn without_tests(stream: TokenStream) -> Vec<TokenTree> {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((inner, length, content)) = attribute(&tokens[at..]) else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let text = content.to_string();
        let for_tests = text.starts_with("cfg (") || text.starts_with("cfg(");
        let for_tests = for_tests && !text.contains("not") && names(&content, "test");
        if for_tests && inner {
            return Vec::new();
        } else if for_tests {
            at += length;
            at += item(&tokens[at..]);
        } else if text.starts_with("doc =") {
            at += length;
        } else {
            kept.extend_from_slice(&tokens[at..at + length]);
            at += length;
        }
    }
    kept
}

/// An attribute at the start: whether it is of what encloses it, its length, and what is in its brackets.
fn attribute(tokens: &[TokenTree]) -> Option<(bool, usize, TokenStream)> {
    let sign =
        |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(is)) if is.as_char() == sign);
    if !sign(0, '#') {
        return None;
    }
    let inner = sign(1, '!');
    match tokens.get(1 + usize::from(inner)) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            Some((inner, 2 + usize::from(inner), group.stream()))
        }
        _ => None,
    }
}

fn names(stream: &TokenStream, word: &str) -> bool {
    stream.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == word,
        TokenTree::Group(group) => names(&group.stream(), word),
        _ => false,
    })
}

/// How many tokens the item, statement, field or arm has that follows an attribute.
fn item(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    while let Some((_, length, _)) = attribute(&tokens[at..]) {
        at += length;
    }
    let mut whole = false;
    for token in &tokens[at..] {
        at += 1;
        match token {
            TokenTree::Ident(name) => {
                let name = name.to_string();
                whole |=
                    ["fn", "impl", "mod", "struct", "enum", "trait", "use", "type"].contains(&name.as_str());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(sign) if sign.as_char() == ';' || (sign.as_char() == ',' && !whole) => break,
            _ => {}
        }
    }
    at
}

fn flatten(trees: Vec<TokenTree>, depth: usize, tokens: &mut Vec<Token>, lines: &mut BTreeSet<usize>) {
    for tree in trees {
        let span = tree.span();
        let line = span.start().line;
        let mut push = |text: String, kind: Kind| {
            tokens.push(Token {
                text,
                kind,
                line,
                depth,
            });
        };
        match tree {
            TokenTree::Ident(name) => {
                lines.insert(line);
                push(name.to_string(), Kind::Name);
            }
            TokenTree::Punct(sign) => {
                lines.insert(line);
                push(sign.as_char().to_string(), Kind::Sign);
            }
            TokenTree::Literal(literal) => {
                lines.extend(line..=span.end().line);
                push(literal.to_string(), Kind::Other);
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open.to_owned(), Kind::Other);
                lines.extend([line, span.end().line]);
                flatten(without_tests(group.stream()), depth + 1, tokens, lines);
                let end = Token {
                    text: close.to_owned(),
                    kind: Kind::Other,
                    line: span.end().line,
                    depth,
                };
                tokens.push(end);
            }
        }
    }
}
