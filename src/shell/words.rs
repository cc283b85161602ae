//! Reads words: quotes, expansions, assignments.

use super::parser::Parser;
use super::text::HOLE;
use super::tree::{AssignedValue, Assignment, Parameter, ParameterOperation, Part, Word};
use crate::model::{Piece, Template};

impl Parser<'_> {
    /// The word that stands here; `None` at a blank, a line's end or an operator.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word {
            place: self.place(),
            parts: Vec::new(),
        };
        while let Some(byte) = self.peek() {
            match byte {
                b'<' | b'>' if self.rest()[1..].starts_with('(') => {
                    self.at += 2;
                    let commands = self.nested();
                    word.parts.push(Part::Process(commands));
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    break;
                }
                b'\\' if self.rest().starts_with("\\\n") => self.at += 2,
                _ => {
                    let part = self.part();
                    word.parts.push(part);
                }
            }
        }
        (!word.parts.is_empty()).then_some(word)
    }

    fn part(&mut self) -> Part {
        match self.peek() {
            Some(b'\'') => self.single_quoted(),
            Some(b'"') => {
                self.at += 1;
                let parts = self.expanded_text(Some(b'"'));
                self.at = (self.at + 1).min(self.end);
                Part::DoubleQuoted(parts)
            }
            Some(b'$') if self.rest().starts_with("$'") => self.ansi_quoted(),
            Some(b'$') if self.rest().starts_with("$\"") => {
                self.at += 1;
                self.part()
            }
            Some(b'$' | b'`') => self.expansion().unwrap_or_else(|| self.one_letter()),
            Some(b'\\') => {
                self.at = (self.at + 1).min(self.end);
                let start = self.at;
                self.skip_letter();
                Part::Quoted(self.source.template(start, self.at))
            }
            _ => self.bare_letters(),
        }
    }

    fn skip_letter(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    fn one_letter(&mut self) -> Part {
        let start = self.at;
        self.skip_letter();
        Part::Bare(self.source.template(start, self.at))
    }

    fn bare_letters(&mut self) -> Part {
        let start = self.at;
        let is_special = |letter: char| " \t\r\n;&|<>()'\"$`\\".contains(letter);
        let length = self.rest().find(is_special).unwrap_or(self.rest().len());
        self.at += length;
        Part::Bare(self.source.template(start, self.at))
    }

    fn single_quoted(&mut self) -> Part {
        let start = self.at + 1;
        let length = self.source.text[start..self.end].find('\'');
        if length.is_none() {
            self.complain("a quote is never closed:");
        }
        let end = length.map_or(self.end, |length| start + length);
        self.at = (end + 1).min(self.end);
        Part::Quoted(self.source.template(start, end))
    }

    /// `$'...'`: escapes as in C.
    fn ansi_quoted(&mut self) -> Part {
        self.at += 2;
        let mut template = Template::default();
        let mut start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'\'' => break,
                b'\\' => {
                    self.source.append(start, self.at, &mut template);
                    let place = self.place();
                    self.at += 1;
                    let letter = self.rest().chars().next();
                    self.skip_letter();
                    let text = match letter {
                        Some('n') => "\n".to_owned(),
                        Some('t') => "\t".to_owned(),
                        Some('r') => "\r".to_owned(),
                        other => other.map(String::from).unwrap_or_default(),
                    };
                    template.push(Piece::known(text, place));
                    start = self.at;
                }
                _ => self.skip_letter(),
            }
        }
        self.source.append(start, self.at, &mut template);
        self.at = (self.at + 1).min(self.end);
        Part::Quoted(template)
    }

    /// What double quotes or a here document hold, up to the quote, which is left standing.
    pub(super) fn expanded_text(&mut self, quote: Option<u8>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                _ if Some(byte) == quote => break,
                b'\\' => {
                    let next = self.rest()[1..].chars().next();
                    let is_escape = match next {
                        Some('"') => quote.is_some(),
                        next => matches!(next, Some('$' | '`' | '\\' | '\n')),
                    };
                    if !is_escape {
                        self.at += 1;
                        self.skip_letter();
                        continue;
                    }
                    self.push_text(start, &mut parts);
                    self.at += 1;
                    start = self.at;
                    self.skip_letter();
                    if next == Some('\n') {
                        start = self.at;
                    }
                }
                b'$' | b'`' => {
                    let before = self.at;
                    if let Some(part) = self.expansion() {
                        let after = self.at;
                        self.at = before;
                        self.push_text(start, &mut parts);
                        self.at = after;
                        parts.push(part);
                        start = after;
                    } else {
                        self.at = before + 1;
                    }
                }
                _ => self.skip_letter(),
            }
        }
        if self.peek().is_none() && quote.is_some() {
            self.complain("a double quote is never closed before");
        }
        self.push_text(start, &mut parts);
        parts
    }

    fn push_text(&self, start: usize, parts: &mut Vec<Part>) {
        if start < self.at {
            parts.push(Part::Quoted(self.source.template(start, self.at)));
        }
    }

    /// At `$` or a backtick. `None`, standing still: the letter means itself.
    fn expansion(&mut self) -> Option<Part> {
        let place = self.place();
        let start = self.at;
        if self.eat("`") {
            let length = self.rest().find('`').unwrap_or(self.rest().len());
            let inside = self.at;
            self.at = (inside + length + 1).min(self.end);
            return Some(Part::CommandOutput(
                self.inside(inside, inside + length),
                place,
            ));
        }
        if self.eat("$((") {
            let length = self.rest().find("))").unwrap_or(self.rest().len());
            let text = self.rest()[..length].to_owned();
            self.at = (self.at + length + 2).min(self.end);
            return Some(Part::Arithmetic(text, place));
        }
        if self.eat("$(") {
            return Some(Part::CommandOutput(self.nested(), place));
        }
        if self.eat("${") {
            if self.is_too_deep() {
                return None;
            }
            self.depth += 1;
            let part = self.braced(place);
            self.depth -= 1;
            return Some(part);
        }
        self.at += 1;
        let first = self.rest().chars().next();
        let name = match first {
            Some(letter) if letter.is_ascii_alphabetic() || letter == '_' => self.name(),
            Some(letter) if letter.is_ascii_digit() || "@*#?$!-".contains(letter) => {
                self.at += 1;
                letter.to_string()
            }
            _ => {
                self.at = start;
                return None;
            }
        };
        Some(Part::Parameter(Box::new(Parameter {
            place,
            name,
            index: None,
            operation: ParameterOperation::Plain,
        })))
    }

    /// After `${`.
    fn braced(&mut self, place: Option<crate::model::Place>) -> Part {
        let is_length =
            self.rest().starts_with('#') && !self.rest().starts_with("#}") && self.eat("#");
        let is_indirect = !is_length && self.eat("!");
        let mut name = self.name();
        if name.is_empty() {
            name = self
                .rest()
                .chars()
                .next()
                .map(String::from)
                .unwrap_or_default();
            self.skip_letter();
        }
        let index = self.eat("[").then(|| self.word_until(&["]"]));
        if index.is_some() {
            self.eat("]");
        }
        let is_list = matches!(index_text(&index).as_deref(), Some("@" | "*"));
        let operation = match (is_length, is_indirect) {
            (true, _) => ParameterOperation::Length,
            (_, true) if is_list => ParameterOperation::Keys,
            (_, true) => ParameterOperation::Indirect,
            _ => self.parameter_operation(),
        };
        // What is not understood is passed over.
        self.word_until(&["}"]);
        self.eat("}");
        Part::Parameter(Box::new(Parameter {
            place,
            name,
            index,
            operation,
        }))
    }

    fn parameter_operation(&mut self) -> ParameterOperation {
        for default in [":-", ":=", "-", "="] {
            if self.eat(default) {
                return ParameterOperation::Default(self.word_until(&["}"]));
            }
        }
        if self.eat(":?") || self.eat("?") {
            return ParameterOperation::Required;
        }
        if self.eat(":+") || self.eat("+") {
            return ParameterOperation::Alternative(self.word_until(&["}"]));
        }
        for (operator, is_longest) in [("##", true), ("#", false)] {
            if self.eat(operator) {
                return ParameterOperation::TrimStart(self.word_until(&["}"]), is_longest);
            }
        }
        for (operator, is_longest) in [("%%", true), ("%", false)] {
            if self.eat(operator) {
                return ParameterOperation::TrimEnd(self.word_until(&["}"]), is_longest);
            }
        }
        for (operator, everywhere) in [("//", true), ("/", false)] {
            if self.eat(operator) {
                let pattern = self.word_until(&["/", "}"]);
                self.eat("/");
                return ParameterOperation::Replace(pattern, self.word_until(&["}"]), everywhere);
            }
        }
        if self.eat("^^") || self.eat("^") {
            return ParameterOperation::Upper;
        }
        if self.eat(",,") || self.eat(",") {
            return ParameterOperation::Lower;
        }
        match self.peek() {
            Some(b'}') | None => ParameterOperation::Plain,
            _ => ParameterOperation::Other,
        }
    }

    /// A word inside of braces or brackets, where blanks are letters.
    fn word_until(&mut self, closers: &[&str]) -> Word {
        let mut word = Word {
            place: self.place(),
            parts: Vec::new(),
        };
        while self.peek().is_some() && !closers.iter().any(|closer| self.rest().starts_with(closer))
        {
            let is_quote = self.rest().starts_with(['\'', '"', '$', '`', '\\']);
            let part = match is_quote {
                true => self.part(),
                false => self.one_letter(),
            };
            word.parts.push(part);
        }
        word
    }

    /// `name=`, `name+=`, `name[index]=` and the value; standing still where there is none.
    pub(super) fn assignment(&mut self) -> Option<Assignment> {
        let start = self.at;
        let found = self.assignment_head();
        if found.is_none() {
            self.at = start;
        }
        let (name, index, is_append) = found?;
        let value = match self.eat("(") {
            true => AssignedValue::Array(self.array_items()),
            false => AssignedValue::Word(self.word().unwrap_or_default()),
        };
        Some(Assignment {
            name,
            index,
            is_append,
            value,
        })
    }

    fn assignment_head(&mut self) -> Option<(String, Option<Word>, bool)> {
        if !self
            .rest()
            .starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        {
            return None;
        }
        let name = self.name();
        let index = self.eat("[").then(|| self.word_until(&["]", "\n"]));
        if index.is_some() && !self.eat("]") {
            return None;
        }
        let is_append = self.eat("+=");
        (is_append || self.eat("=")).then_some((name, index, is_append))
    }

    fn array_items(&mut self) -> Vec<(Option<Word>, Word)> {
        let mut items = Vec::new();
        loop {
            self.skip_newlines();
            if self.eat(")") || self.peek().is_none() {
                return items;
            }
            let start = self.at;
            let index = self.eat("[").then(|| self.word_until(&["]", "\n"]));
            let is_keyed = index.is_some() && self.eat("]=");
            if !is_keyed {
                self.at = start;
            }
            match self.word() {
                Some(word) => items.push((index.filter(|_| is_keyed), word)),
                None => self.skip_letter(),
            }
        }
    }
}

/// The text of an index, if it is plain.
pub(super) fn index_text(index: &Option<Word>) -> Option<String> {
    let parts = &index.as_ref()?.parts;
    let texts = parts.iter().map(|part| match part {
        Part::Bare(template) | Part::Quoted(template) => template.known_text(),
        _ => None,
    });
    texts.collect()
}

/// The hole's letter is no blank and no operator: it stays in words.
const _: () = assert!(HOLE.len_utf8() == 3);
