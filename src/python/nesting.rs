//! An upper bound of how deep a text's syntax tree can get, without parsing it.
//!
//! Parsers and the trees that they return recurse; this says beforehand whether the stack of the
//! thread at hand will do. It counts, for each open bracket, the words and operators since the
//! last comma, and adds the levels of indentation and the length of `elif` chains.

/// Never less than the depth of the tree that a parser makes of `text`.
pub(super) fn depth_bound(text: &str) -> usize {
    let mut scan = Scan::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if scan.at_line_start {
            at = scan.start_line(bytes, at);
        } else {
            at = scan.step(bytes, at);
        }
    }
    scan.deepest
}

struct Scan {
    at_line_start: bool,
    /// Words and operators since the last comma, one counter for each open bracket.
    counters: Vec<usize>,
    sum: usize,
    /// Column and length of the current `elif` chain of each open block.
    blocks: Vec<(usize, usize)>,
    block_sum: usize,
    deepest: usize,
    /// The literals of an implicit concatenation count once.
    after_string: bool,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            at_line_start: true,
            counters: vec![0],
            sum: 0,
            blocks: Vec::new(),
            block_sum: 0,
            deepest: 0,
            after_string: false,
        }
    }
}

impl Scan {
    fn start_line(&mut self, bytes: &[u8], at: usize) -> usize {
        let column = run_of(Class::Blank, bytes, at);
        let word = &bytes[at + column..];
        self.at_line_start = false;
        if !matches!(word.first(), None | Some(b'\n' | b'#')) {
            self.open_block(column, word.starts_with(b"elif"), word.starts_with(b"else"));
        }
        at + column
    }

    fn open_block(&mut self, column: usize, is_elif: bool, is_else: bool) {
        while self.blocks.last().is_some_and(|&(open, _)| open > column) {
            self.blocks.pop();
        }
        if self.blocks.last().is_none_or(|&(open, _)| open < column) {
            self.blocks.push((column, 1));
        }
        if let Some((_, length)) = self.blocks.last_mut() {
            match (is_elif, is_else) {
                (true, _) => *length += 1,
                (false, true) => {}
                (false, false) => *length = 1,
            }
        }
        self.block_sum = self.blocks.iter().map(|&(_, length)| length).sum();
    }

    fn count(&mut self) {
        if let Some(counter) = self.counters.last_mut() {
            *counter += 1;
        }
        self.sum += 1;
        self.deepest = self.deepest.max(self.sum + self.block_sum);
    }

    fn separate(&mut self) {
        if let Some(counter) = self.counters.last_mut() {
            self.sum -= std::mem::take(counter);
        }
    }

    fn step(&mut self, bytes: &[u8], at: usize) -> usize {
        let class = CLASSES[usize::from(bytes[at])];
        let was_string = self.after_string;
        self.after_string = was_string && class.is_between_strings();
        match class {
            Class::Blank => at + run_of(Class::Blank, bytes, at),
            Class::Backslash => at + 2,
            Class::Comment => skip_until(bytes, at, b'\n'),
            Class::LineEnd => {
                if self.counters.len() == 1 {
                    self.separate();
                    self.at_line_start = true;
                }
                at + 1
            }
            Class::Separator => {
                self.separate();
                at + 1
            }
            Class::Opening => {
                self.count();
                self.counters.push(0);
                at + 1
            }
            Class::Closing => {
                self.separate();
                if self.counters.len() > 1 {
                    self.counters.pop();
                }
                at + 1
            }
            Class::Quote => {
                if !was_string {
                    self.count();
                }
                self.after_string = true;
                self.string(bytes, at)
            }
            Class::Word => {
                self.count();
                at + run_of(Class::Word, bytes, at)
            }
            Class::Operator => {
                self.count();
                at + 1
            }
        }
    }

    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        let end = skip_string(bytes, at, bytes[at]);
        if at > 0 && matches!(bytes[at - 1], b'f' | b'F' | b't' | b'T' | b'r' | b'R') {
            let fields = longest_field(&bytes[at..end.min(bytes.len())]);
            self.deepest = self.deepest.max(self.sum + self.block_sum + fields);
        }
        end
    }
}

/// What a byte is to the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    LineEnd,
    Backslash,
    Comment,
    /// `,` and `;`.
    Separator,
    Opening,
    Closing,
    Quote,
    Word,
    Operator,
}

impl Class {
    /// What may stand between the literals of an implicit concatenation.
    fn is_between_strings(self) -> bool {
        matches!(
            self,
            Self::Blank | Self::LineEnd | Self::Backslash | Self::Comment
        )
    }

    const fn of(byte: u8) -> Self {
        match byte {
            b' ' | b'\t' | b'\r' | b'\x0c' => Self::Blank,
            b'\n' => Self::LineEnd,
            b'\\' => Self::Backslash,
            b'#' => Self::Comment,
            b',' | b';' => Self::Separator,
            b'(' | b'[' | b'{' => Self::Opening,
            b')' | b']' | b'}' => Self::Closing,
            b'"' | b'\'' => Self::Quote,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80.. => Self::Word,
            _ => Self::Operator,
        }
    }
}

/// Each byte's class: every byte of every file is looked up.
static CLASSES: [Class; 256] = {
    let mut classes = [Class::Operator; 256];
    let mut byte = 0;
    while byte < classes.len() {
        classes[byte] = Class::of(byte as u8);
        byte += 1;
    }
    classes
};

/// How many bytes of a class stand from `at` on.
fn run_of(class: Class, bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let end = rest
        .iter()
        .position(|&byte| CLASSES[usize::from(byte)] != class);
    end.unwrap_or(rest.len())
}

fn is_word(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == Class::Word
}

fn skip_until(bytes: &[u8], at: usize, end: u8) -> usize {
    let rest = &bytes[at..];
    at + memchr::memchr(end, rest).unwrap_or(rest.len())
}

/// Past the closing quote; a single-quoted string also ends with its line.
fn skip_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let width = if is_triple { 3 } else { 1 };
    let line_end = if is_triple { quote } else { b'\n' };
    let mut at = start + width;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr3(quote, b'\\', line_end, rest))
    {
        at += found;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if !is_triple || bytes[at..].starts_with(&[quote; 3]) => return at + width,
            _ => at += 1,
        }
    }
    at.max(bytes.len())
}

/// Operators and brackets in the longest `{...}` of an f-string.
fn longest_field(string: &[u8]) -> usize {
    let (mut open, mut length, mut longest) = (0_usize, 0, 0);
    for &byte in string {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        length = if open == 0 {
            0
        } else {
            length + usize::from(!is_word(byte))
        };
        longest = longest.max(length);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_chains_and_brackets() {
        let sum = format!("x = {}", vec!["a"; 500].join(" + "));
        let list = format!("x = {}{}", "[".repeat(300), "]".repeat(300));
        let field = format!("x = f'{{{}}}'", vec!["a"; 500].join("+"));
        let elifs = format!("if a:\n  pass\n{}", "elif b:\n  pass\n".repeat(400));
        for (text, least) in [(sum, 500), (list, 300), (field, 499), (elifs, 400)] {
            assert!(depth_bound(&text) >= least, "{}", depth_bound(&text));
        }
    }

    #[test]
    fn long_flat_text_is_not_deep() {
        let rows = format!(
            "rows = [\n{}]\n",
            "    ('a', 1, {'k': 2}),\n".repeat(10_000)
        );
        let lines = "cursor.execute('''\nSELECT 1 + 1 + 1\n''')\n".repeat(10_000);
        for text in [rows, lines] {
            assert!(depth_bound(&text) < 40, "{}", depth_bound(&text));
        }
    }
}
