//! Patterns that are part of the program.

use std::borrow::Cow;

use regex::Regex;

/// Compiles a constant pattern, in which `\b`, `\w`, `\s` and `\d` speak of ASCII: the quick engine
/// gives up on Unicode boundaries as soon as a text holds one letter beyond ASCII, and tables of all
/// the world's letters take milliseconds to compile.
///
/// # Panics
///
/// Where the pattern is not a regular expression.
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(&in_ascii(text)).expect("a constant pattern")
}

fn in_ascii(text: &str) -> String {
    let mut quick = String::with_capacity(text.len() * 2);
    let mut is_in_class = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => quick.push_str(&escape_in_ascii(letters.next(), is_in_class)),
            _ => {
                is_in_class = match letter {
                    '[' => true,
                    ']' => false,
                    _ => is_in_class,
                };
                quick.push(letter);
            }
        }
    }
    quick
}

/// What stands for a backslash and the letter after it.
fn escape_in_ascii(escaped: Option<char>, is_in_class: bool) -> Cow<'static, str> {
    let class = match escaped {
        Some('b') => return Cow::Borrowed(r"(?-u:\b)"),
        Some('w') => "0-9A-Za-z_",
        Some('s') => r"\t\n\x0B\f\r ",
        Some('d') => "0-9",
        Some(other) => return Cow::Owned(format!("\\{other}")),
        None => return Cow::Borrowed("\\"),
    };
    match is_in_class {
        true => Cow::Borrowed(class),
        false => Cow::Owned(format!("[{class}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_ascii, pattern};

    #[test]
    fn classes_speak_of_ascii() {
        assert_eq!(
            in_ascii(r"\bx\w+[\w.]\.\["),
            r"(?-u:\b)x[0-9A-Za-z_]+[0-9A-Za-z_.]\.\["
        );
    }

    #[test]
    fn white_space_of_python_and_sql_is_found() {
        assert!(pattern(r"^a\s+b[\s]c\d$").is_match("a \t\r\n\x0b\x0cb c7"));
    }
}
