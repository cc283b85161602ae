//! Tokens with their offsets: squawk's lexer for PostgreSQL, a few rules of our own for MySQL.

use squawk_lexer::{LiteralKind, TokenKind};

/// What a token is, as far as splitting and our own small parsers care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Space,
    Comment,
    /// A name or keyword without quotes.
    Word,
    /// `"name"`, or in MySQL `` `name` ``.
    QuotedName,
    /// `'text'`, with any prefix.
    Text,
    /// `$$text$$`.
    DollarText,
    Number,
    /// `$1`.
    Parameter,
    /// One character of punctuation; `..` is two of them.
    Mark(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// A quote or a comment that never ends.
    pub unclosed: bool,
}

impl Token {
    pub(crate) fn text<'t>(&self, source: &'t str) -> &'t str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn is_trivia(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::Comment)
    }

    /// Whether the token is this keyword (in lower case).
    pub(crate) fn is_word(&self, source: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.text(source).eq_ignore_ascii_case(word)
    }
}

/// Reads tokens one by one, and can be set forward over what is no SQL.
#[derive(Debug, Clone)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    pub(crate) offset: usize,
    mysql: bool,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str, mysql: bool) -> Self {
        Self {
            text,
            offset: 0,
            mysql,
        }
    }

    fn mysql_token(&self) -> Option<Token> {
        let rest = &self.text[self.offset..];
        let first = rest.chars().next()?;
        let (kind, length, closed) = match first {
            '\'' => (Kind::Text, quoted_length(rest, '\''), true),
            '"' => (Kind::Text, quoted_length(rest, '"'), true),
            '`' => (Kind::QuotedName, quoted_length(rest, '`'), true),
            '#' => (Kind::Comment, rest.find('\n').or(Some(rest.len())), true),
            _ => return None,
        };
        Some(Token {
            kind,
            start: self.offset,
            end: self.offset + length.unwrap_or(rest.len()),
            unclosed: length.is_none() || !closed,
        })
    }
}

/// The length of a MySQL string, in which a backslash escapes; `None` if it does not end.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((index, character)) = characters.next() {
        if character == '\\' && quote != '`' {
            characters.next();
        } else if character == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return Some(index + quote.len_utf8()),
            }
        }
    }
    None
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = self.text.get(self.offset..)?;
        if self.mysql
            && let Some(token) = self.mysql_token()
        {
            self.offset = token.end;
            return Some(token);
        }
        let lexed = squawk_lexer::tokenize(rest).next()?;
        let (kind, unclosed) = kind_of(lexed.kind, rest)?;
        let start = self.offset;
        self.offset += lexed.len as usize;
        Some(Token {
            kind,
            start,
            end: self.offset,
            unclosed,
        })
    }
}

fn kind_of(kind: TokenKind, text: &str) -> Option<(Kind, bool)> {
    Some(match kind {
        TokenKind::Eof => return None,
        TokenKind::Whitespace => (Kind::Space, false),
        TokenKind::LineComment => (Kind::Comment, false),
        TokenKind::BlockComment { terminated } => (Kind::Comment, !terminated),
        TokenKind::Ident => (Kind::Word, false),
        TokenKind::QuotedIdent { terminated, .. } => (Kind::QuotedName, !terminated),
        TokenKind::PositionalParam { .. } => (Kind::Parameter, false),
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => (Kind::Number, false),
            LiteralKind::DollarQuotedString { terminated } => (Kind::DollarText, !terminated),
            LiteralKind::Str { terminated }
            | LiteralKind::NationalStr { terminated }
            | LiteralKind::ByteStr { terminated }
            | LiteralKind::BitStr { terminated }
            | LiteralKind::UnicodeEscStr { terminated }
            | LiteralKind::EscStr { terminated } => (Kind::Text, !terminated),
        },
        _ => (Kind::Mark(text.chars().next()?), false),
    })
}

/// All tokens that are neither space nor comment.
pub(crate) fn significant(text: &str) -> Vec<Token> {
    Scanner::new(text, false)
        .filter(|token| !token.is_trivia())
        .collect()
}
