//! Bytes to text: byte order marks, PEP 263 coding cookies, UTF-8, and Latin-1 where nothing fits.

use std::sync::LazyLock;

use encoding_rs::Encoding;
use regex::Regex;

use super::files::{ReadError, ReadErrorKind};
use crate::model::{Diagnostic, Level, Place};

/// The rule of troubles with a file's encoding.
const RULE: &str = "undeclared-encoding";

/// PEP 263: a comment in the first or second line.
static COOKIE: LazyLock<Regex> =
    LazyLock::new(|| super::pattern(r"^[ \t\x0c]*#.*?coding[:=][ \t]*([\w.-]+)"));

/// The text and, where the file says too little about its encoding, what was made of it.
pub(super) fn decode(file: &str, bytes: &[u8]) -> Result<(String, Option<Diagnostic>), ReadError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[length..]);
        return Ok((text.into_owned(), None));
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(8192)]).is_some() {
        return Err(ReadError::new(file, ReadErrorKind::Binary));
    }
    if let Some(encoding) = declared_encoding(file, bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Ok((text.into_owned(), None));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), None)),
        Err(error) => Ok(latin1(file, bytes, error.valid_up_to())),
    }
}

fn latin1(file: &str, bytes: &[u8], first_bad: usize) -> (String, Option<Diagnostic>) {
    let text = encoding_rs::mem::decode_latin1(bytes).into_owned();
    let before = &bytes[..first_bad];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let message = format!("`{file}` is not UTF-8 and names no encoding; it was read as Latin-1");
    let help = if is_python(file) {
        "Python refuses to run it: save it as UTF-8, or name its encoding in the first line \
         (`# -*- coding: latin-1 -*-`)"
    } else {
        "save it as UTF-8"
    };
    let place = Place::new(file, line as u32, 1);
    let diagnostic = Diagnostic::new(RULE, Level::Warning, Some(place), message).with_help(help);
    (text, Some(diagnostic))
}

/// The encoding that a Python file's cookie names. UTF-8 counts as none, so that a file which lies
/// about it is still read.
fn declared_encoding(file: &str, bytes: &[u8]) -> Option<&'static Encoding> {
    if !is_python(file) {
        return None;
    }
    let name = bytes
        .split(|byte| *byte == b'\n')
        .take(2)
        .filter(|line| memchr::memmem::find(line, b"coding").is_some())
        .find_map(|line| {
            let line = String::from_utf8_lossy(line);
            COOKIE.captures(&line).map(|found| found[1].to_lowercase())
        })?;
    encoding_named(&name).filter(|encoding| *encoding != encoding_rs::UTF_8)
}

/// Python's codec names, in the spelling that the WHATWG labels use.
fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let name = name.replace('_', "-");
    let label = match name.as_str() {
        "latin-1" | "iso-latin-1" | "8859" | "cp819" => "latin1",
        "cp932" => "shift-jis",
        "cp936" => "gbk",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        other => other,
    };
    Encoding::for_label(label.as_bytes())
}

fn is_python(file: &str) -> bool {
    file.ends_with(".py") || file.ends_with(".pyw")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(file: &str, bytes: &[u8]) -> String {
        decode(file, bytes)
            .map(|(text, _)| text)
            .unwrap_or_default()
    }

    #[test]
    fn byte_order_marks_go() {
        assert_eq!(text("a.py", b"\xef\xbb\xbfx = 1"), "x = 1");
        assert_eq!(text("a.sql", b"\xff\xfeS\0E\0"), "SE");
        assert_eq!(text("a.sql", b"\xfe\xff\0S\0E"), "SE");
    }

    #[test]
    fn cookies_are_obeyed_in_the_first_two_lines() {
        let cookie = b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'";
        assert!(text("a.py", cookie).ends_with("'é'"));
        let cyrillic = b"# vim: set fileencoding=cp1251 :\nx = '\xcf'";
        assert!(text("a.py", cyrillic).ends_with("'П'"));
    }

    #[test]
    fn what_is_not_utf8_is_latin1_with_a_word() {
        let decoded = decode("a.py", b"ok\nx = '\xe9'");
        let Ok((text, Some(diagnostic))) = decoded else {
            panic!("{decoded:?}")
        };
        assert!(text.ends_with("'é'"));
        assert_eq!(diagnostic.place.map(|place| place.line), Some(2));
    }

    #[test]
    fn nul_bytes_are_binary() {
        assert!(decode("a.py", b"\x7fELF\0\0").is_err());
    }
}
