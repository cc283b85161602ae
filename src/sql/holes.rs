//! Markers that stand in a text for what is unknown, so that a parser can read it; and the way back.

/// Stands where the text has a hole or a placeholder: an identifier that folding leaves alone and
/// that no text of the estate contains.
#[derive(Debug, Clone, Default)]
pub(crate) struct Markers {
    prefix: String,
    /// What each marker stands for, as people see it: `{label}`, `%s`.
    shown: Vec<String>,
    /// Why it is unknown; `None` for a placeholder, whose value the driver binds.
    reasons: Vec<Option<String>>,
}

const SUFFIX: char = 'z';

impl Markers {
    /// Markers that do not occur in any of `texts`.
    pub(crate) fn for_texts<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut prefix = "fxhole".to_owned();
        while texts.clone().any(|text| text.contains(prefix.as_str())) {
            prefix.push('q');
        }
        Self {
            prefix,
            ..Self::default()
        }
    }

    pub(crate) fn push(&mut self, shown: String, reason: Option<String>) -> String {
        self.shown.push(shown);
        self.reasons.push(reason);
        format!("{}{}{SUFFIX}", self.prefix, self.shown.len() - 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    pub(crate) fn shown(&self, index: usize) -> &str {
        self.shown.get(index).map_or("", String::as_str)
    }

    /// Whether the marker is a hole, and no placeholder.
    pub(crate) fn reason(&self, index: usize) -> Option<&str> {
        self.reasons.get(index)?.as_deref()
    }

    /// The first marker in `text`: its range and number.
    pub(crate) fn find(&self, text: &str) -> Option<(usize, usize, usize)> {
        if self.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(found) = text[from..].find(self.prefix.as_str()) {
            let start = from + found;
            let digits = &text[start + self.prefix.len()..];
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            if length > 0
                && digits[length..].starts_with(SUFFIX)
                && let Ok(index) = digits[..length].parse::<usize>()
                && index < self.shown.len()
            {
                return Some((start, start + self.prefix.len() + length + 1, index));
            }
            from = start + self.prefix.len();
        }
        None
    }

    /// Whether a hole (not merely a placeholder) stands in `text`.
    pub(crate) fn has_hole(&self, text: &str) -> bool {
        self.holes(text).next().is_some()
    }

    /// The numbers of the holes in `text`.
    pub(crate) fn holes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (_, end, index) = self.find(rest)?;
            rest = &rest[end..];
            Some(index)
        })
        .filter(|index| self.reason(*index).is_some())
    }

    /// `text` with every marker shown as what it stands for; a placeholder in quotes of our making
    /// loses them.
    pub(crate) fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((start, end, index)) = self.find(rest) {
            let quoted = self.reason(index).is_none()
                && rest[..start].ends_with('\'')
                && rest[end..].starts_with('\'');
            let (start, end) = if quoted {
                (start - 1, end + 1)
            } else {
                (start, end)
            };
            out.push_str(&rest[..start]);
            out.push_str(self.shown(index));
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }

    /// Whether `text` is one marker and nothing else.
    pub(crate) fn alone(&self, text: &str) -> Option<usize> {
        let text = text.trim();
        self.find(text)
            .and_then(|(start, end, index)| (start == 0 && end == text.len()).then_some(index))
    }
}
