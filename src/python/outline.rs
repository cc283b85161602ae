//! A module's text without the bodies of its functions, which are parsed when somebody asks for them:
//! of the modules that a script imports most functions are never followed.
//!
//! Every character stands where it stood: what is left out is blank. Text that this cannot cut with
//! certainty is not cut at all.

use std::collections::BTreeMap;
use std::ops::Range;

/// Shorter bodies are parsed where they stand.
const SHORTEST_BODY: usize = 100;

/// What stands in a cut body's place, on the body's last line: statements end on the same lines.
const STAND_IN: u8 = b'0';

pub(super) struct Outline {
    pub(super) text: String,
    /// By the offset of the stand-in: the lines of the body that it stands for.
    pub(super) bodies: BTreeMap<usize, Range<usize>>,
}

/// `None` where nothing is to be gained, or where the text is not plain enough.
pub(super) fn outline(text: &str) -> Option<Outline> {
    if text.contains(['\t', '\x0c', '\r', '\u{feff}']) {
        return None;
    }
    let mut blank = text.as_bytes().to_vec();
    let mut bodies = BTreeMap::new();
    for body in function_bodies(text)? {
        if let Some((stand_in, lines)) = body.cut(text) {
            let bytes = blank[lines.clone()].iter_mut();
            bytes
                .filter(|byte| **byte != b'\n')
                .for_each(|byte| *byte = b' ');
            blank[stand_in] = STAND_IN;
            bodies.insert(stand_in, lines);
        }
    }
    let text = String::from_utf8(blank).ok()?;
    (!bodies.is_empty()).then_some(Outline { text, bodies })
}

/// A statement with all the lines that it goes on over, or the head of a compound one.
struct LogicalLine {
    /// Of its first physical line.
    start: usize,
    /// In blanks.
    indentation: usize,
    /// Of its last character that is neither blank nor comment.
    last: usize,
}

struct FunctionBody {
    indentation: usize,
    start: usize,
    last: usize,
}

impl FunctionBody {
    /// The place for the stand-in, and the lines to be left out.
    fn cut(&self, text: &str) -> Option<(usize, Range<usize>)> {
        let bytes = text.as_bytes();
        let end = line_end(bytes, self.last);
        // The last character may be of several bytes.
        let last_line = memchr::memrchr(b'\n', &bytes[..self.last]).map_or(0, |before| before + 1);
        let stand_in = last_line + self.indentation;
        let lines = self.start..end;
        let fits = stand_in < end && lines.len() >= SHORTEST_BODY;
        // A `yield` makes the function another kind of function: that must be known at once.
        let is_plain = fits && !text[lines.clone()].contains("yield");
        is_plain.then_some((stand_in, lines))
    }
}

/// The bodies of functions that stand in no other function.
fn function_bodies(text: &str) -> Option<Vec<FunctionBody>> {
    let bytes = text.as_bytes();
    let mut bodies = Vec::new();
    // The indentation of the function whose body is being passed, and the body so far.
    let mut open: Option<(usize, Option<FunctionBody>)> = None;
    let mut at = 0;
    while let Some(line) = next_line(bytes, &mut at)? {
        if let Some((indentation, body)) = &mut open {
            if line.indentation > *indentation {
                let body = body.get_or_insert(FunctionBody {
                    indentation: line.indentation,
                    start: line.start,
                    last: line.last,
                });
                body.last = line.last;
                continue;
            }
            bodies.extend(body.take());
            open = None;
        }
        let words = &text[line.start + line.indentation..=line.last];
        let is_function = words.starts_with("def ") || words.starts_with("async def ");
        if is_function && words.ends_with(':') {
            open = Some((line.indentation, None));
        }
    }
    bodies.extend(open.and_then(|(_, body)| body));
    Some(bodies)
}

/// The next logical line from `at` on, which is moved behind it: the inner `None` at the text's end, the
/// outer one where strings or brackets do not close.
fn next_line(bytes: &[u8], at: &mut usize) -> Option<Option<LogicalLine>> {
    let Some((start, first)) = next_code(bytes, *at) else {
        return Some(None);
    };
    let mut depth = 0_usize;
    let mut last = first;
    let mut here = first;
    while let Some(&byte) = bytes.get(here) {
        match byte {
            b'\n' if depth == 0 => break,
            b'#' => {
                here = line_end(bytes, here);
                continue;
            }
            b'\\' => {
                here += 2;
                continue;
            }
            b'"' | b'\'' => {
                here = string_end(bytes, here, byte)?;
                last = here - 1;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if !matches!(byte, b' ' | b'\n') {
            last = here;
        }
        here += 1;
    }
    *at = here;
    (depth == 0).then_some(Some(LogicalLine {
        start,
        indentation: first - start,
        last,
    }))
}

/// The start of the next line that is neither blank nor all comment, and its first character.
fn next_code(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut start = at + usize::from(bytes.get(at) == Some(&b'\n'));
    loop {
        let rest = bytes.get(start..)?;
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        match rest.get(blanks)? {
            b'\n' => start += blanks + 1,
            b'#' => start = line_end(bytes, start) + 1,
            _ => return Some((start, start + blanks)),
        }
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Behind the closing quote; `None` where there is none.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let line_end = if is_triple { quote } else { b'\n' };
    let mut at = start + if is_triple { 3 } else { 1 };
    loop {
        at += memchr::memchr3(quote, b'\\', line_end, bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            _ if !is_triple => return Some(at + 1),
            _ if bytes[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_left_out_and_lines_stay() {
        let long = "x = 1\n".to_owned() + &"    ".repeat(30);
        let text = format!(
            "import a\n\n@b\nasync def f(\n    x,  # def g():\n):\n    '''def h():\n'''\n    {long}call(\n)\n\n    # after\nclass C:\n    def m(self): return 1\n\n    def n(self):\n        y = '''{long}\n'''\n        z = 2  # é\nlast = 3\n"
        );
        let outline = outline(&text).expect("two bodies");
        assert_eq!(outline.text.len(), text.len());
        assert_eq!(
            outline.text.matches('\n').count(),
            text.matches('\n').count()
        );
        // The first one's last line is too short for the stand-in.
        assert_eq!(outline.bodies.len(), 1, "{}", outline.text);
        assert!(outline.text.contains("def n(self):\n        "));
        assert!(outline.text.contains("\n        0"));
        assert!(!outline.text.contains("z = 2") && outline.text.ends_with("last = 3\n"));
    }

    #[test]
    fn a_body_may_end_in_a_wide_character() {
        let text = format!(
            "def f():\n{}    return café\n",
            "    x = 'long enough'\n".repeat(10)
        );
        let outline = outline(&text).expect("a body");
        assert_eq!(outline.bodies.len(), 1);
        assert_eq!(outline.text.len(), text.len());
    }

    #[test]
    fn what_is_not_certain_is_left_as_it_is() {
        let body = "    x = 'long enough'\n".repeat(10);
        for text in [
            format!("def f():\n{body}    yield x\n"),
            format!("def f():\n{body}    x = 'open\n"),
            format!("def f():\n{body}    x = (\n"),
            format!("def f():\n{body}\ty = 1\n"),
            format!("def f(): x = 1\n# {body}"),
        ] {
            assert!(outline(&text).is_none(), "{text}");
        }
    }
}
