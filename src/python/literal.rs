//! Decodes the inside of a string literal into fragments that stand in the file letter for letter.
//!
//! Rules: Python language reference, 2.4.1 "String and Bytes literals" and 2.4.3 "f-strings".

use std::sync::Arc;

use crate::model::Fragment;

use super::lowering::Lowering;
use super::tree::StringPart;

/// How the text between the quotes is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LiteralStyle {
    pub(super) is_raw: bool,
    /// `{{` and `}}` stand for one brace.
    pub(super) has_fields: bool,
}

/// Appends the fragments of `source[start..end]`.
pub(super) fn decode_literal(
    lowering: &Lowering<'_>,
    start: usize,
    end: usize,
    style: LiteralStyle,
    parts: &mut Vec<StringPart>,
) {
    let source = lowering.source.get(start..end).unwrap_or_default();
    let mut fragment_start = 0;
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    while let Some(found) = next_special(&source[at..], style) {
        text.push_str(&source[at..at + found]);
        at += found;
        let special = read_special(&source[at..], style);
        text.push_str(&special.text);
        at += special.length;
        if special.is_cut {
            push(lowering, start + fragment_start, &mut text, parts);
            fragment_start = at;
        }
    }
    text.push_str(&source[at..]);
    push(lowering, start + fragment_start, &mut text, parts);
}

/// Takes a character that only the parser knows (`\N{name}`) from the value that it decoded. Should
/// the two not be equally long, the value stands alone.
pub(super) fn adopt_value(
    lowering: &Lowering<'_>,
    start: usize,
    mut parts: Vec<StringPart>,
    value: String,
) -> Vec<StringPart> {
    let mut rest = value.as_str();
    for part in &mut parts {
        if let StringPart::Literal(fragment) = part {
            rest = match rest.strip_prefix(fragment.text.as_str()) {
                Some(after) => after,
                None => adopt_characters(Arc::make_mut(fragment), rest),
            };
        }
    }
    let n_read: usize = parts
        .iter()
        .map(|part| match part {
            StringPart::Literal(fragment) => fragment.text.len(),
            StringPart::Field { .. } => 0,
        })
        .sum();
    if rest.is_empty() && n_read == value.len() {
        return parts;
    }
    vec![StringPart::literal(value, Some(lowering.place(start)))]
}

fn adopt_characters<'v>(fragment: &mut Fragment, value: &'v str) -> &'v str {
    let n_characters = fragment.text.chars().count();
    let end = value
        .char_indices()
        .nth(n_characters)
        .map_or(value.len(), |(at, _)| at);
    fragment.text = value[..end].to_string();
    &value[end..]
}

fn push(lowering: &Lowering<'_>, start: usize, text: &mut String, parts: &mut Vec<StringPart>) {
    if !text.is_empty() {
        parts.push(StringPart::literal(
            std::mem::take(text),
            Some(lowering.place(start)),
        ));
    }
}

fn next_special(source: &str, style: LiteralStyle) -> Option<usize> {
    let bytes = source.as_bytes();
    match (style.is_raw, style.has_fields) {
        (false, true) => memchr::memchr3(b'\\', b'{', b'}', bytes),
        (false, false) => memchr::memchr(b'\\', bytes),
        (true, true) => memchr::memchr2(b'{', b'}', bytes),
        (true, false) => None,
    }
}

/// Are all escapes of one letter? Of others the parser has to say whether they are any.
pub(super) fn has_plain_escapes(source: &[u8], is_raw: bool) -> bool {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &source[at..]).filter(|_| !is_raw) {
        let letter = source.get(at + found + 1);
        if !letter.is_some_and(|letter| b"\n\\'\"abfnrtv".contains(letter)) {
            return false;
        }
        at += found + 2;
    }
    true
}

struct Special {
    text: String,
    /// Bytes of source that it takes.
    length: usize,
    /// What follows stands elsewhere than counting letters would say.
    is_cut: bool,
}

impl Special {
    fn verbatim(text: &str) -> Self {
        Self {
            text: text.to_string(),
            length: text.len(),
            is_cut: false,
        }
    }

    fn decoded(text: impl Into<String>, length: usize) -> Self {
        Self {
            text: text.into(),
            length,
            is_cut: true,
        }
    }
}

fn read_special(source: &str, style: LiteralStyle) -> Special {
    match source.as_bytes() {
        [b'\\', ..] => read_escape(source, style),
        [b'{', b'{', ..] => Special::decoded("{", 2),
        [b'}', b'}', ..] => Special::decoded("}", 2),
        _ => Special::verbatim(&source[..1]),
    }
}

fn read_escape(source: &str, style: LiteralStyle) -> Special {
    let Some(letter) = source[1..].chars().next() else {
        return Special::verbatim(source);
    };
    let simple = |character: char| Special::decoded(character, 2);
    match letter {
        '\n' => Special::decoded("", 2),
        '\\' | '\'' | '"' => simple(letter),
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        'x' => read_code_point(source, 2),
        'u' => read_code_point(source, 4),
        'U' => read_code_point(source, 8),
        'N' => read_named(source),
        '0'..='7' => read_octal(source),
        '{' | '}' if style.has_fields => Special::verbatim("\\"),
        _ => Special::verbatim(&source[..1 + letter.len_utf8()]),
    }
}

fn read_code_point(source: &str, n_digits: usize) -> Special {
    let digits = source.get(2..2 + n_digits);
    match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        Some(code) => Special::decoded(character(code), 2 + n_digits),
        None => Special::verbatim(&source[..2]),
    }
}

fn read_octal(source: &str) -> Special {
    let n_digits = source[1..]
        .bytes()
        .take(3)
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .count();
    let code = u32::from_str_radix(&source[1..1 + n_digits], 8).unwrap_or_default();
    Special::decoded(character(code), 1 + n_digits)
}

/// `\N{name}`: the character's table is not ours to carry, a replacement character stands for it.
fn read_named(source: &str) -> Special {
    match (source.as_bytes().get(2), source.find('}')) {
        (Some(b'{'), Some(end)) => Special::decoded(char::REPLACEMENT_CHARACTER, end + 1),
        _ => Special::verbatim(&source[..2]),
    }
}

fn character(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}
