//! Where something stands in a file.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One position in one file. `line` and `column` count from 1; `column` counts characters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    /// The path relative to the estate's root, with forward slashes.
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
}

impl Place {
    pub fn new(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Self {
            file: file.into(),
            line,
            column,
        }
    }

    /// The place that lies `text` further on, if `text` stands in the file as it is.
    pub fn after(&self, text: &str) -> Self {
        let mut place = self.clone();
        match memchr::memrchr(b'\n', text.as_bytes()) {
            Some(last) => {
                place.line += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32;
                place.column = text[last + 1..].chars().count() as u32 + 1;
            }
            None => place.column += text.chars().count() as u32,
        }
        place
    }
}

/// By file, then line, then column. Most places that are compared share their file's name.
impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let files = match Arc::ptr_eq(&self.file, &other.file) {
            true => Ordering::Equal,
            false => self.file.cmp(&other.file),
        };
        let here = (self.line, self.column);
        files.then_with(|| here.cmp(&(other.line, other.column)))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        let here = (self.line, self.column);
        here == (other.line, other.column)
            && (Arc::ptr_eq(&self.file, &other.file) || self.file == other.file)
    }
}

impl Eq for Place {}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}
