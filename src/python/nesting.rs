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
        let blanks = bytes[at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
        let column = blanks.count();
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
        let is_blank = matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n' | b'\\' | b'#');
        let was_string = self.after_string;
        self.after_string = was_string && is_blank;
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\x0c' => at + 1,
            b'\\' => at + 2,
            b'#' => skip_until(bytes, at, b'\n'),
            b'\n' => {
                if self.counters.len() == 1 {
                    self.separate();
                    self.at_line_start = true;
                }
                at + 1
            }
            b',' | b';' => {
                self.separate();
                at + 1
            }
            b'(' | b'[' | b'{' => {
                self.count();
                self.counters.push(0);
                at + 1
            }
            b')' | b']' | b'}' => {
                self.separate();
                if self.counters.len() > 1 {
                    self.counters.pop();
                }
                at + 1
            }
            quote @ (b'"' | b'\'') => {
                if !was_string {
                    self.count();
                }
                self.after_string = true;
                let end = skip_string(bytes, at, quote);
                if at > 0 && matches!(bytes[at - 1], b'f' | b'F' | b't' | b'T' | b'r' | b'R') {
                    let fields = longest_field(&bytes[at..end.min(bytes.len())]);
                    self.deepest = self.deepest.max(self.sum + self.block_sum + fields);
                }
                end
            }
            byte if is_word(byte) => {
                self.count();
                let length = bytes[at..]
                    .iter()
                    .take_while(|&&byte| is_word(byte))
                    .count();
                at + length
            }
            _ => {
                self.count();
                at + 1
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn skip_until(bytes: &[u8], at: usize, end: u8) -> usize {
    let rest = &bytes[at..];
    at + rest
        .iter()
        .position(|&byte| byte == end)
        .unwrap_or(rest.len())
}

/// Past the closing quote; a single-quoted string also ends with its line.
fn skip_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let width = if is_triple { 3 } else { 1 };
    let mut at = start + width;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            byte if byte == quote && (!is_triple || bytes[at..].starts_with(&[quote; 3])) => {
                return at + width;
            }
            _ => {}
        }
        at += 1;
    }
    at
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
