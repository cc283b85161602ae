//! Keeps the comments that people write into the ledger: each belongs to the line that it stands
//! above or beside, and that line is known by its record and key, whatever its value becomes.

use std::collections::BTreeMap;

/// `new` below `header`, with the comments of `old` put back. A comment whose line is no more goes
/// to the end of the document, so that nothing that a person wrote is lost.
pub(super) fn carry_over(header: &str, old: &str, new: &str) -> String {
    let mut comments = collect(header, old);
    let mut text = header.to_owned();
    let mut anchors = Anchors::default();
    for line in new.lines() {
        if let Some(found) = anchors.of(line).and_then(|anchor| comments.remove(&anchor)) {
            for above in &found.above {
                text.push_str(above);
                text.push('\n');
            }
            text.push_str(line);
            text.push_str(&found.beside);
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    for (_, lost) in comments {
        for line in lost
            .above
            .iter()
            .map(String::as_str)
            .chain([lost.beside.trim()])
        {
            if !line.is_empty() {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

#[derive(Debug, Default)]
struct Comments {
    above: Vec<String>,
    /// With the blanks before it.
    beside: String,
}

/// The comments by the line that they belong to; those below the last line by the empty anchor.
fn collect(header: &str, old: &str) -> BTreeMap<String, Comments> {
    let mut comments: BTreeMap<String, Comments> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    let mut anchors = Anchors::default();
    for line in old.lines() {
        if line.trim_start().starts_with('#') && !anchors.in_block(line) {
            if !header.lines().any(|own| own == line.trim_end()) {
                above.push(line.trim_end().to_owned());
            }
            continue;
        }
        let Some(anchor) = anchors.of(line) else {
            continue;
        };
        let beside = beside(line);
        if !above.is_empty() || !beside.is_empty() {
            let of_line = comments.entry(anchor).or_default();
            of_line.above.append(&mut above);
            of_line.beside = beside;
        }
    }
    if !above.is_empty() {
        comments
            .entry(String::new())
            .or_default()
            .above
            .append(&mut above);
    }
    comments
}

/// The comment at a line's end: ` #` outside of quotes. A quote opens only where a value starts.
fn beside(line: &str) -> String {
    let mut quote = None;
    let mut before = ' ';
    let mut characters = line.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        match (quote, character) {
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => {
                quote = Some(character)
            }
            (None, '#') if before == ' ' && !line[..index].trim().is_empty() => {
                let start = line[..index].trim_end().len();
                return line[start..].trim_end().to_owned();
            }
            (Some('"'), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    String::new()
}

/// Walks the document's lines and names each: `scripts/a.py/owner`.
#[derive(Default)]
struct Anchors {
    section: String,
    part: String,
    record: String,
    /// The indent of a block text's key, while inside the block.
    block: Option<usize>,
}

impl Anchors {
    /// Whether the line is inside a block text, where `#` is no comment.
    fn in_block(&self, line: &str) -> bool {
        self.block.is_some_and(|indent| indent_of(line) > indent)
    }

    /// `None` for blank lines and text inside a block.
    fn of(&mut self, line: &str) -> Option<String> {
        let content = line.trim();
        if content.is_empty() || self.in_block(line) {
            return None;
        }
        let indent = indent_of(line);
        self.block = None;
        let (key, value) = content.split_once(':').unwrap_or((content, ""));
        let value = value.trim();
        if value.starts_with(['|', '>']) {
            self.block = Some(indent);
        }
        if indent == 0 && !content.starts_with('-') {
            self.section = key.to_owned();
            self.part.clear();
            self.record.clear();
            return Some(key.to_owned());
        }
        // Records under `gone` are called as they were before they went.
        if self.section == "gone" && indent == 2 && matches!(content, "scripts:" | "decisions:") {
            self.part = key.to_owned();
            self.record.clear();
            return Some(format!("gone/{key}"));
        }
        let list = match self.part.as_str() {
            "" => &self.section,
            part => part,
        };
        if matches!(key, "- file" | "- id" | "- path") {
            self.record = without_comment(value).to_owned();
            return Some(format!("{list}/{}", self.record));
        }
        let name = if content.starts_with('-') {
            content
        } else {
            key
        };
        Some(format!("{list}/{}/{}", self.record, without_comment(name)))
    }
}

fn without_comment(text: &str) -> &str {
    text.split(" #").next().unwrap_or(text).trim_end()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
