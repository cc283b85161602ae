//! Reads commands. Never fails: what it cannot read is skipped to the end of the line and named.

use std::rc::Rc;

use super::text::Text;
use super::tree::{Command, CommandKind, Word};
use crate::model::{Diagnostic, Level, Place};

/// Nested deeper, a script is not read.
const MAX_DEPTH: u32 = 60;

/// Links of `a && b && c`; what follows more of them is read as if it stood on a line of its own.
const MOST_LINKS: usize = 60;

pub(super) const RULE: &str = "shell-syntax";

pub(super) struct Parser<'t> {
    pub(super) source: &'t Text,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) depth: u32,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Here documents whose bodies begin on the next line: what must be filled in, by number.
    pub(super) pending: Vec<PendingHereDocument>,
    pub(super) here_documents: Vec<Word>,
}

pub(super) struct PendingHereDocument {
    pub(super) number: usize,
    pub(super) tag: String,
    pub(super) is_quoted: bool,
    pub(super) strips_tabs: bool,
}

pub(super) struct Parsed {
    pub(super) commands: Vec<Command>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

pub(super) fn parse(source: &Text) -> Parsed {
    let mut parser = Parser::new(source, 0, source.text.len(), 0);
    let mut commands = Vec::new();
    loop {
        commands.extend(parser.list(&[]));
        if parser.at >= parser.end {
            break;
        }
        parser.complain("this cannot stand here");
        parser.skip_line();
    }
    parser.finish(commands)
}

impl<'t> Parser<'t> {
    pub(super) fn new(source: &'t Text, at: usize, end: usize, depth: u32) -> Self {
        Self {
            source,
            at,
            end,
            depth,
            diagnostics: Vec::new(),
            pending: Vec::new(),
            here_documents: Vec::new(),
        }
    }

    fn finish(self, mut commands: Vec<Command>) -> Parsed {
        if !self.here_documents.is_empty() {
            super::here_document::fill(&mut commands, &self.here_documents);
        }
        Parsed {
            commands,
            diagnostics: self.diagnostics,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.source.text[self.at..self.end]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn place(&self) -> Option<Place> {
        self.source.place(self.at)
    }

    pub(super) fn complain(&mut self, message: &str) {
        let line = self.rest().split('\n').next().unwrap_or_default().trim();
        let start: String = line.chars().take(40).collect();
        let message = match start.is_empty() {
            true => format!("{message} the end of the line"),
            false => format!("{message} `{start}`"),
        };
        self.diagnostics.push(
            Diagnostic::new(RULE, Level::Warning, self.place(), message)
                .with_help("the shell stops here; what follows was read as if it went on"),
        );
    }

    pub(super) fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        self.newline();
    }

    /// Blanks, comments and continued lines.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some(b'\\') if self.rest().starts_with("\\\r\n") => self.at += 3,
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    /// Goes past a line's end, and past the here documents that begin there.
    fn newline(&mut self) -> bool {
        if !self.eat("\n") {
            return false;
        }
        for pending in std::mem::take(&mut self.pending) {
            let word = self.here_document_body(&pending);
            self.here_documents[pending.number] = word;
        }
        true
    }

    /// Whether one more level can be read; if not, the rest is left out.
    pub(super) fn is_too_deep(&mut self) -> bool {
        let is_too_deep = self.depth >= MAX_DEPTH;
        if is_too_deep && self.at < self.end {
            self.complain("commands are nested too deeply at");
            self.at = self.end;
        }
        is_too_deep
    }

    pub(super) fn skip_newlines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.newline() {
                return;
            }
        }
    }

    /// Commands up to a closing word or bracket, which is left standing.
    pub(super) fn list(&mut self, closers: &[&str]) -> Vec<Command> {
        let mut commands = Vec::new();
        loop {
            self.skip_newlines();
            let is_end = match self.peek() {
                None => true,
                Some(b')') => true,
                Some(b';') if self.rest().starts_with(";;") || self.rest().starts_with(";&") => {
                    true
                }
                Some(b';' | b'&') => {
                    self.at += 1;
                    continue;
                }
                _ => closers.iter().any(|closer| self.is_at_word(closer)),
            };
            if is_end {
                return commands;
            }
            let before = self.at;
            commands.extend(self.and_or());
            if self.at == before {
                return commands;
            }
        }
    }

    /// A whole word that is `word`?
    pub(super) fn is_at_word(&self, word: &str) -> bool {
        let after = self
            .rest()
            .strip_prefix(word)
            .and_then(|rest| rest.bytes().next());
        self.rest().starts_with(word)
            && after.is_none_or(|byte| byte.is_ascii_whitespace() || b";&|()<>".contains(&byte))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_at_word(word);
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn command(&self, start: usize, kind: CommandKind) -> Command {
        Command {
            place: self.source.place(start),
            text: excerpt(&self.source.text[start..self.at.max(start)]),
            kind,
            redirections: Vec::new(),
        }
    }

    fn and_or(&mut self) -> Option<Command> {
        let start = self.at;
        let mut left = self.pipeline()?;
        for link in 0.. {
            self.skip_blanks();
            let is_and = self.rest().starts_with("&&");
            if !is_and && !self.rest().starts_with("||") {
                return Some(left);
            }
            self.at += 2;
            self.skip_newlines();
            if link >= MOST_LINKS {
                break;
            }
            let Some(right) = self.pipeline() else {
                return Some(left);
            };
            let (first, second) = (Box::new(left), Box::new(right));
            let kind = match is_and {
                true => CommandKind::And(first, second),
                false => CommandKind::Or(first, second),
            };
            left = self.command(start, kind);
        }
        Some(left)
    }

    fn pipeline(&mut self) -> Option<Command> {
        self.skip_blanks();
        let start = self.at;
        let mut is_negated = false;
        while self.eat_word("!") || self.eat_word("time") {
            is_negated |= self.source.text[..self.at].ends_with('!');
            self.skip_blanks();
        }
        let mut commands = vec![self.one_command()?];
        loop {
            self.skip_blanks();
            if !self.rest().starts_with('|') || self.rest().starts_with("||") {
                break;
            }
            self.at += if self.rest().starts_with("|&") { 2 } else { 1 };
            self.skip_newlines();
            commands.extend(self.one_command());
        }
        match (commands.len(), is_negated) {
            (1, false) => commands.pop(),
            _ => Some(self.command(
                start,
                CommandKind::Pipeline {
                    is_negated,
                    commands,
                },
            )),
        }
    }

    pub(super) fn one_command(&mut self) -> Option<Command> {
        self.skip_blanks();
        if self.is_too_deep() {
            return None;
        }
        self.depth += 1;
        let start = self.at;
        let kind = self.command_kind();
        self.depth -= 1;
        let mut command = self.command(start, kind?);
        if let CommandKind::Simple(_) = command.kind {
            return Some(command);
        }
        self.redirections(&mut command.redirections);
        Some(command)
    }

    pub(super) fn close(&mut self, closer: &str) {
        if !self.eat(closer) {
            self.complain(&format!("`{closer}` is missing before"));
        }
    }

    pub(super) fn name(&mut self) -> String {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let length = self
            .rest()
            .find(|letter| !is_letter(letter))
            .unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        self.at += length;
        name
    }

    /// Commands inside of `$(...)` or `<(...)`, up to and past the bracket.
    pub(super) fn nested(&mut self) -> Vec<Command> {
        let commands = self.list(&[]);
        self.close(")");
        commands
    }

    /// Commands of a text that stands elsewhere in the source (backticks).
    pub(super) fn inside(&mut self, start: usize, end: usize) -> Vec<Command> {
        let mut parser = Parser::new(self.source, start, end, self.depth + 1);
        let commands = parser.list(&[]);
        let parsed = parser.finish(commands);
        self.diagnostics.extend(parsed.diagnostics);
        parsed.commands
    }
}

/// Are these words with one blank between each and the next?
fn is_folded(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    bytes.iter().all(is_plain)
        && !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

fn excerpt(source: &str) -> Rc<str> {
    if source.len() <= 120 && is_folded(source) {
        return Rc::from(source);
    }
    let mut folded = String::new();
    for word in source.split_whitespace().take(40) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
        // As many characters at the most as there are bytes.
        if folded.len() > 120 && folded.chars().nth(120).is_some() {
            break;
        }
    }
    match folded.char_indices().nth(120) {
        Some((end, _)) => Rc::from(format!("{}…", &folded[..end])),
        None => Rc::from(folded),
    }
}
