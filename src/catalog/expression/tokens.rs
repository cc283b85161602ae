//! SQL text cut into tokens (PostgreSQL manual, 4.1).

use crate::model::Identifier;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    Quoted,
    /// A string constant of any kind.
    Text,
    Number,
    /// One operator of any length, or one punctuation mark.
    Symbol,
    Parameter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    /// As it stands in the text, quotes and all.
    pub(crate) text: &'a str,
    /// Bytes from the start of the text.
    pub(crate) start: usize,
}

impl<'a> Token<'a> {
    /// Whether it is this keyword (given in lower case) or symbol.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Symbol)
            && self.text.eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// The name that it is, folded.
    pub(crate) fn identifier(&self) -> Option<Identifier> {
        match self.kind {
            TokenKind::Word | TokenKind::Quoted => Some(Identifier::from_sql(self.text)),
            _ => None,
        }
    }

    /// The content of a string constant.
    pub(crate) fn string(&self) -> Option<String> {
        if self.kind != TokenKind::Text {
            return None;
        }
        if self.text.starts_with('$') {
            let tag_end = self.text[1..].find('$')? + 2;
            return Some(
                self.text
                    .get(tag_end..self.text.len() - tag_end)?
                    .to_owned(),
            );
        }
        let open = self.text.find('\'')?;
        let inner = self.text.get(open + 1..self.text.len() - 1)?;
        let unescaped = inner.replace("''", "'");
        match self.text[..open].eq_ignore_ascii_case("e") {
            true => Some(unescape(&unescaped)),
            false => Some(unescaped),
        }
    }

    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

fn unescape(text: &str) -> String {
    let mut characters = text.chars();
    let mut result = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => result.push('\n'),
                Some('t') => result.push('\t'),
                Some('r') => result.push('\r'),
                Some(other) => result.push(other),
                None => result.push('\\'),
            },
            other => result.push(other),
        }
    }
    result
}

/// Cuts `text`; comments and white space fall away. An unterminated string reaches to the end.
pub(crate) fn tokenize(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut position = 0;
    while let Some(first) = text[position..].chars().next() {
        let rest = &text[position..];
        let (kind, length) = match first {
            character if character.is_whitespace() => {
                position += character.len_utf8();
                continue;
            }
            '-' if rest.starts_with("--") => {
                position += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '/' if rest.starts_with("/*") => {
                position += comment_length(rest);
                continue;
            }
            _ => token_at(rest, first),
        };
        tokens.push(Token {
            kind,
            text: &rest[..length],
            start: position,
        });
        position += length;
    }
    tokens
}

fn token_at(rest: &str, first: char) -> (TokenKind, usize) {
    match first {
        '\'' => (TokenKind::Text, quoted_length(rest, 0, '\'', false)),
        'e' | 'E' if rest[1..].starts_with('\'') => {
            (TokenKind::Text, quoted_length(rest, 1, '\'', true))
        }
        'b' | 'B' | 'x' | 'X' | 'n' | 'N' if rest[1..].starts_with('\'') => {
            (TokenKind::Text, quoted_length(rest, 1, '\'', false))
        }
        '"' => (TokenKind::Quoted, quoted_length(rest, 0, '"', false)),
        '$' => dollar(rest),
        character if character.is_alphabetic() || character == '_' => {
            (TokenKind::Word, word_length(rest))
        }
        character if character.is_ascii_digit() => (TokenKind::Number, number_length(rest)),
        '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            (TokenKind::Number, number_length(rest))
        }
        character => (TokenKind::Symbol, symbol_length(rest, character)),
    }
}

fn word_length(rest: &str) -> usize {
    rest.find(|character: char| !(character.is_alphanumeric() || "_$".contains(character)))
        .unwrap_or(rest.len())
}

fn number_length(rest: &str) -> usize {
    let mut length = 0;
    let bytes = rest.as_bytes();
    while let Some(byte) = bytes.get(length) {
        let exponent_sign = (*byte == b'+' || *byte == b'-')
            && length > 0
            && matches!(bytes[length - 1], b'e' | b'E');
        if !(byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'_' || exponent_sign) {
            break;
        }
        length += 1;
    }
    length
}

fn symbol_length(rest: &str, first: char) -> usize {
    const OPERATOR: &str = "+-*/<>=~!@#%^&|`?";
    if rest.starts_with("::") || rest.starts_with(":=") {
        return 2;
    }
    if !OPERATOR.contains(first) {
        return first.len_utf8();
    }
    let mut end = rest
        .find(|next: char| !OPERATOR.contains(next))
        .unwrap_or(rest.len());
    for comment in ["--", "/*"] {
        if let Some(found) = rest[1..end].find(comment) {
            end = found + 1;
        }
    }
    // An operator ends in + or - only if it holds one of these, so that `=-1` is two tokens.
    while end > 1
        && rest[..end].ends_with(['+', '-'])
        && !rest[..end].contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?'])
    {
        end -= 1;
    }
    end
}

fn quoted_length(rest: &str, open: usize, quote: char, backslash: bool) -> usize {
    let mut characters = rest.char_indices().skip(open + 1).peekable();
    while let Some((index, character)) = characters.next() {
        if backslash && character == '\\' {
            characters.next();
        } else if character == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return index + quote.len_utf8(),
            }
        }
    }
    rest.len()
}

/// A dollar-quoted string, a parameter, or a lone dollar sign.
fn dollar(rest: &str) -> (TokenKind, usize) {
    let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return (TokenKind::Parameter, digits + 1);
    }
    let tag = rest[1..]
        .find(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|end| rest[1 + end..].starts_with('$'))
        .map(|end| &rest[..end + 2]);
    match tag {
        Some(tag) => {
            let end = rest[tag.len()..]
                .find(tag)
                .map_or(rest.len(), |end| end + 2 * tag.len());
            (TokenKind::Text, end)
        }
        None => (TokenKind::Symbol, 1),
    }
}

/// Comments nest.
fn comment_length(rest: &str) -> usize {
    let mut depth = 0usize;
    let mut position = 0;
    while position < rest.len() {
        let here = &rest.as_bytes()[position..];
        if here.starts_with(b"/*") {
            depth += 1;
            position += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            position += 2;
            if depth == 0 {
                return position;
            }
        } else {
            position += 1;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_all_kinds() {
        let text =
            "lower(\"Name\") = E'it''s\\n' /* a /* b */ */ AND $1 >=-1.5e-3 -- end\n::text $q$x$q$";
        let tokens: Vec<_> = tokenize(text).into_iter().map(|token| token.text).collect();
        let expected = [
            "lower",
            "(",
            "\"Name\"",
            ")",
            "=",
            "E'it''s\\n'",
            "AND",
            "$1",
            ">=",
            "-",
            "1.5e-3",
            "::",
            "text",
            "$q$x$q$",
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn strings_give_their_content() {
        let string = |text| tokenize(text)[0].string();
        assert_eq!(string("'it''s'"), Some("it's".to_owned()));
        assert_eq!(string("$a$x'y$a$"), Some("x'y".to_owned()));
        assert_eq!(string("'open"), Some("ope".to_owned()));
    }
}
