//! Reads simple commands and redirections; here documents wait for the next line.

use super::parser::{Parser, PendingHereDocument};
use super::tree::{CommandKind, Part, Redirection, RedirectionKind, Simple, Word};

impl Parser<'_> {
    pub(super) fn here_document_body(&mut self, pending: &PendingHereDocument) -> Word {
        let start = self.at;
        let mut body_end = self.end;
        let mut at = self.at;
        self.at = self.end;
        while at < self.end {
            let line = self.source.text[at..self.end]
                .split('\n')
                .next()
                .unwrap_or_default();
            let after = (at + line.len() + 1).min(self.end);
            let bare = line.trim_end_matches('\r');
            let bare = if pending.strips_tabs {
                bare.trim_start_matches('\t')
            } else {
                bare
            };
            if bare == pending.tag {
                body_end = at;
                self.at = after;
                break;
            }
            at = after;
        }
        let mut word = Word {
            place: self.source.place(start),
            parts: Vec::new(),
        };
        if pending.is_quoted {
            word.parts
                .push(Part::Quoted(self.source.template(start, body_end)));
        } else {
            let mut inside = Parser::new(self.source, start, body_end, self.depth + 1);
            let mut parts = inside.expanded_text(None);
            super::here_document::parts(&mut parts, &inside.here_documents);
            word.parts.push(Part::DoubleQuoted(parts));
        }
        word
    }

    pub(super) fn simple(&mut self) -> Option<CommandKind> {
        let start = self.at;
        let mut simple = Simple::default();
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            let declares = simple.words.first().is_some_and(declares);
            if (simple.words.is_empty() || declares)
                && let Some(assignment) = self.assignment()
            {
                simple.assignments.push(assignment);
                continue;
            }
            if self.redirections(&mut redirections) {
                continue;
            }
            match self.word() {
                Some(word) => simple.words.push(word),
                None => break,
            }
        }
        if self.at == start {
            return None;
        }
        if redirections.is_empty() {
            return Some(CommandKind::Simple(simple));
        }
        let mut command = self.command(start, CommandKind::Simple(simple));
        command.redirections = redirections;
        Some(CommandKind::Group {
            is_subshell: false,
            body: vec![command],
        })
    }

    /// All redirections that stand here; `false`: none.
    pub(super) fn redirections(&mut self, found: &mut Vec<Redirection>) -> bool {
        let n_before = found.len();
        loop {
            self.skip_blanks();
            match self.redirection() {
                Some(redirection) => found.push(redirection),
                None => return found.len() > n_before,
            }
        }
    }

    pub(super) fn redirection(&mut self) -> Option<Redirection> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let after = &self.rest()[digits..];
        if !after.starts_with(['<', '>']) && !(digits == 0 && after.starts_with("&>")) {
            return None;
        }
        if after.starts_with("<(") || after.starts_with(">(") {
            return None;
        }
        let descriptor = self.rest()[..digits].to_owned();
        self.at += digits;
        if self.eat("<<<") {
            self.skip_blanks();
            let target = self.word()?;
            return Some(Redirection {
                kind: RedirectionKind::HereText,
                target,
            });
        }
        if self.rest().starts_with("<<") {
            return self.here_document();
        }
        let operator = ["&>>", "&>", ">>", ">&", ">|", "<&", "<>", "<", ">"]
            .into_iter()
            .find(|operator| self.rest().starts_with(operator))?;
        self.at += operator.len();
        self.skip_blanks();
        let kind = match (operator, descriptor.as_str()) {
            ("<", "" | "0") => RedirectionKind::Input,
            (">" | ">|" | "&>", "" | "1") => RedirectionKind::Output,
            (">>" | "&>>", "" | "1") => RedirectionKind::Append,
            _ => RedirectionKind::Other,
        };
        let target = self.word();
        if target.is_none() {
            self.complain("a redirection names no file before");
        }
        Some(Redirection {
            kind,
            target: target.unwrap_or_default(),
        })
    }

    pub(super) fn here_document(&mut self) -> Option<Redirection> {
        self.at += 2;
        let strips_tabs = self.eat("-");
        self.skip_blanks();
        let start = self.at;
        self.word()?;
        let raw = &self.source.text[start..self.at];
        let is_quoted = raw.contains(['\'', '"', '\\']);
        let tag = raw.replace(['\'', '"', '\\'], "");
        let number = self.here_documents.len();
        self.here_documents.push(Word::default());
        self.pending.push(PendingHereDocument {
            number,
            tag,
            is_quoted,
            strips_tabs,
        });
        Some(Redirection {
            kind: RedirectionKind::HereText,
            target: super::here_document::reference(number),
        })
    }
}

/// `declare`, `local` and so on take assignments as arguments.
fn declares(word: &Word) -> bool {
    const DECLARE: &[&str] = &["declare", "local", "export", "readonly", "typeset"];
    match &word.parts[..] {
        [Part::Bare(template)] => {
            let name = template.known_text();
            name.is_some_and(|name| DECLARE.contains(&name.as_str()))
        }
        _ => false,
    }
}
