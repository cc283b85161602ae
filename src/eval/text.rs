//! String operations on templates: what Python's `str` methods do, holes and places kept.
//!
//! Tests answer `None` where a hole leaves the answer open.

use crate::model::{Piece, Template};

use super::flat::{Flat, HOLE};

/// `left + right`.
pub(crate) fn concatenate(left: &Template, right: &Template) -> Template {
    Template::concatenation(&[left, right])
}

/// `separator.join(parts)`.
pub(crate) fn join<'t>(
    separator: &Template,
    parts: impl IntoIterator<Item = &'t Template>,
) -> Template {
    let mut whole = Template::default();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            whole.append(separator);
        }
        whole.append(part);
    }
    whole
}

/// `text.split(separator, limit)`, or `rsplit` with `from_right`; `None` splits at white space.
pub(crate) fn split(
    template: &Template,
    separator: Option<&str>,
    limit: usize,
    from_right: bool,
) -> Vec<Template> {
    let flat = Flat::new(template);
    let ranges = match separator {
        Some("") => std::iter::once(0..flat.text.len()).collect(),
        Some(separator) if from_right => split_from_right(&flat.text, separator, limit),
        Some(separator) => split_at(&flat.text, separator, limit),
        None => split_at_space(&flat.text, limit),
    };
    ranges.into_iter().map(|range| flat.slice(range)).collect()
}

fn split_at(text: &str, separator: &str, limit: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (found, _) in text.match_indices(separator).take(limit) {
        ranges.push(start..found);
        start = found + separator.len();
    }
    ranges.push(start..text.len());
    ranges
}

fn split_from_right(text: &str, separator: &str, limit: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut end = text.len();
    for (found, _) in text.rmatch_indices(separator).take(limit) {
        ranges.push(found + separator.len()..end);
        end = found;
    }
    ranges.push(0..end);
    ranges.reverse();
    ranges
}

fn split_at_space(text: &str, limit: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut rest = text.len() - text.trim_start().len();
    while rest < text.len() {
        if ranges.len() >= limit {
            ranges.push(rest..text.trim_end().len());
            break;
        }
        let word = text[rest..]
            .find(char::is_whitespace)
            .map_or(text.len(), |end| rest + end);
        ranges.push(rest..word);
        rest = text.len() - text[word..].trim_start().len();
    }
    ranges
}

/// `text.splitlines(keep_ends)`.
pub(crate) fn split_lines(template: &Template, keep_ends: bool) -> Vec<Template> {
    let flat = Flat::new(template);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in flat.text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        let length = if keep_ends { line.len() } else { bare.len() };
        lines.push(flat.slice(start..start + length));
        start += line.len();
    }
    lines
}

/// The characters one by one.
pub(crate) fn split_characters(template: &Template) -> Vec<Template> {
    let flat = Flat::new(template);
    flat.text
        .char_indices()
        .map(|(start, character)| flat.slice(start..start + character.len_utf8()))
        .collect()
}

/// `text.partition(separator)`, or `rpartition` with `from_right`.
pub(crate) fn partition(template: &Template, separator: &str, from_right: bool) -> [Template; 3] {
    let flat = Flat::new(template);
    let found = if from_right {
        flat.text.rfind(separator)
    } else {
        flat.text.find(separator)
    };
    match found {
        Some(at) => {
            let end = at + separator.len();
            [
                flat.slice(0..at),
                flat.slice(at..end),
                flat.slice(end..flat.text.len()),
            ]
        }
        None if from_right => [Template::default(), Template::default(), template.clone()],
        None => [template.clone(), Template::default(), Template::default()],
    }
}

/// `text.strip(characters)` at the chosen ends; `None` strips white space.
pub(crate) fn strip(
    template: &Template,
    characters: Option<&str>,
    left: bool,
    right: bool,
) -> Template {
    let flat = Flat::new(template);
    let strips = |character: char| match characters {
        Some(set) => set.contains(character),
        None => character.is_whitespace(),
    };
    let start = if left {
        flat.text.len() - flat.text.trim_start_matches(strips).len()
    } else {
        0
    };
    let end = if right {
        flat.text.trim_end_matches(strips).len()
    } else {
        flat.text.len()
    };
    if start == 0 && end == flat.text.len() {
        return template.clone();
    }
    flat.slice(start..end.max(start))
}

/// `text.replace(old, new, limit)`.
pub(crate) fn replace(template: &Template, old: &str, new: &Template, limit: usize) -> Template {
    let flat = Flat::new(template);
    if old.is_empty() || !flat.text.contains(old) {
        return template.clone();
    }
    let mut whole = Template::default();
    let mut start = 0;
    for (found, _) in flat.text.match_indices(old).take(limit) {
        whole.append(&flat.slice(start..found));
        whole.append(new);
        start = found + old.len();
    }
    whole.append(&flat.slice(start..flat.text.len()));
    whole
}

/// Changes the known text piece by piece (`upper`, `lower`, `title` ...).
pub(crate) fn map_known(template: &Template, change: impl Fn(&str) -> String) -> Template {
    let mut whole = Template::default();
    for piece in template.pieces() {
        whole.push(match piece {
            Piece::Known(fragment) => Piece::known(change(&fragment.text), fragment.origin.clone()),
            hole => hole.clone(),
        });
    }
    whole
}

/// `text.removeprefix(prefix)`.
pub(crate) fn without_prefix(template: &Template, prefix: &str) -> Template {
    let flat = Flat::new(template);
    match flat.text.strip_prefix(prefix) {
        Some(_) => flat.slice(prefix.len()..flat.text.len()),
        None => template.clone(),
    }
}

/// `text.removesuffix(suffix)`.
pub(crate) fn without_suffix(template: &Template, suffix: &str) -> Template {
    let flat = Flat::new(template);
    match flat.text.strip_suffix(suffix) {
        Some(rest) => flat.slice(0..rest.len()),
        None => template.clone(),
    }
}

/// `text * count`.
pub(crate) fn repeat(template: &Template, count: usize) -> Template {
    if let (Some(known), 2..) = (template.known_text(), count) {
        let mut whole = template.clone();
        whole.append(&Template::from_text(known.repeat(count - 1)));
        return whole;
    }
    let mut whole = Template::default();
    for _ in 0..count {
        whole.append(template);
    }
    whole
}

/// `textwrap.dedent(text)`.
pub(crate) fn dedent(template: &Template) -> Template {
    let flat = Flat::new(template);
    let margin = common_margin(&flat.text);
    let mut whole = Template::default();
    let mut start = 0;
    for line in flat.text.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim().is_empty() {
            let ending = if line.ends_with('\n') { end - 1 } else { end };
            whole.append(&flat.slice(ending..end));
        } else {
            whole.append(&flat.slice(start + margin..end));
        }
        start = end;
    }
    whole
}

fn common_margin(text: &str) -> usize {
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(known) => {
                let shared = known
                    .bytes()
                    .zip(indent.bytes())
                    .take_while(|(left, right)| left == right)
                    .count();
                &known[..shared]
            }
        });
    }
    margin.map_or(0, str::len)
}

/// `textwrap.indent(text, prefix)`.
pub(crate) fn indent(template: &Template, prefix: &Template) -> Template {
    let mut whole = Template::default();
    for line in split_lines(template, true) {
        if !line.display().trim().is_empty() {
            whole.append(prefix);
        }
        whole.append(&line);
    }
    whole
}

/// `text[start:end]` in characters, steps of one; a hole's length is unknown, so a template with
/// holes gives an answer only where the cut lies before the first hole or keeps everything after it.
pub(crate) fn slice_characters(
    template: &Template,
    start: Option<i64>,
    end: Option<i64>,
) -> Option<Template> {
    let flat = Flat::new(template);
    let length = flat.text.chars().count() as i64;
    if flat.has_holes() && !cut_is_known(&flat.text, start, end) {
        return None;
    }
    let clamp = |index: i64| (if index < 0 { length + index } else { index }).clamp(0, length);
    let from = start.map_or(0, clamp);
    let to = end.map_or(length, clamp);
    let byte = |index: i64| {
        flat.text
            .char_indices()
            .nth(index as usize)
            .map_or(flat.text.len(), |(position, _)| position)
    };
    Some(flat.slice(byte(from)..byte(to.max(from))))
}

fn cut_is_known(text: &str, start: Option<i64>, end: Option<i64>) -> bool {
    let before = text
        .chars()
        .take_while(|character| *character != HOLE)
        .count() as i64;
    let after = text
        .chars()
        .rev()
        .take_while(|character| *character != HOLE)
        .count() as i64;
    let known = |index: i64| {
        if index >= 0 {
            index <= before
        } else {
            -index <= after
        }
    };
    start.is_none_or(known) && end.is_none_or(known)
}

/// `text.startswith(prefix)`.
pub(crate) fn starts_with(template: &Template, prefix: &str) -> Option<bool> {
    let flat = Flat::new(template);
    let mut characters = flat.text.chars();
    for wanted in prefix.chars() {
        match characters.next() {
            Some(HOLE) => return None,
            Some(found) if found == wanted => {}
            _ => return Some(false),
        }
    }
    Some(true)
}

/// `text.endswith(suffix)`.
pub(crate) fn ends_with(template: &Template, suffix: &str) -> Option<bool> {
    let flat = Flat::new(template);
    let mut characters = flat.text.chars().rev();
    for wanted in suffix.chars().rev() {
        match characters.next() {
            Some(HOLE) => return None,
            Some(found) if found == wanted => {}
            _ => return Some(false),
        }
    }
    Some(true)
}

/// `part in text`.
pub(crate) fn contains(template: &Template, part: &str) -> Option<bool> {
    let flat = Flat::new(template);
    if flat.text.contains(part) {
        return Some(true);
    }
    (!flat.has_holes()).then_some(false)
}

/// `left == right`.
pub(crate) fn equals(left: &Template, right: &Template) -> Option<bool> {
    match (left.has_holes(), right.has_holes()) {
        (false, false) => Some(left.displays_like(right)),
        (false, true) => could_equal(right, &left.display()),
        (true, false) => could_equal(left, &right.display()),
        (true, true) => None,
    }
}

/// `Some(false)` where the known parts rule the text out.
fn could_equal(template: &Template, known: &str) -> Option<bool> {
    let flat = Flat::new(template);
    let (first, last) = (flat.text.split(HOLE).next(), flat.text.rsplit(HOLE).next());
    let fits = first.is_none_or(|start| known.starts_with(start))
        && last.is_none_or(|end| known.ends_with(end));
    if fits { None } else { Some(false) }
}

/// Is there any text? `None` where only holes say so.
pub(crate) fn truth(template: &Template) -> Option<bool> {
    if template.is_empty() {
        return Some(false);
    }
    let known = template
        .pieces()
        .iter()
        .any(|piece| matches!(piece, Piece::Known(_)));
    known.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    fn source(text: &str) -> Template {
        Template::from_source(text, Place::new("f.py", 1, 1))
    }

    fn shown(parts: &[Template]) -> Vec<String> {
        parts.iter().map(Template::display).collect()
    }

    #[test]
    fn splits_as_python_does() {
        let text = source("a;b;c");
        assert_eq!(
            shown(&split(&text, Some(";"), usize::MAX, false)),
            ["a", "b", "c"]
        );
        assert_eq!(shown(&split(&text, Some(";"), 1, false)), ["a", "b;c"]);
        assert_eq!(shown(&split(&text, Some(";"), 1, true)), ["a;b", "c"]);
        assert_eq!(
            shown(&split(&source(" a  b "), None, usize::MAX, false)),
            ["a", "b"]
        );
        assert_eq!(
            shown(&split(&source(" a  b c "), None, 1, false)),
            ["a", "b c"]
        );
        assert_eq!(
            shown(&split(&source(""), Some(";"), usize::MAX, false)),
            [""]
        );
    }

    #[test]
    fn a_stripped_statement_knows_its_line() {
        let text = source("one;\n\n  two");
        let parts = split(&text, Some(";"), usize::MAX, false);
        let second = strip(&parts[1], None, true, true);
        assert_eq!(second.origin(), Some(&Place::new("f.py", 3, 3)));
    }

    #[test]
    fn dedent_takes_the_common_margin() {
        let text = source("    a\n      b\n\n    c\n");
        assert_eq!(dedent(&text).display(), "a\n  b\n\nc\n");
    }

    #[test]
    fn a_hole_leaves_tests_open() {
        let mut text = Template::from_text("ALTER ");
        text.append(&Template::hole("table", "unknown", None));
        assert_eq!(starts_with(&text, "ALT"), Some(true));
        assert_eq!(starts_with(&text, "DROP"), Some(false));
        assert_eq!(ends_with(&text, ";"), None);
        assert_eq!(equals(&text, &Template::from_text("DROP x")), Some(false));
        assert_eq!(equals(&text, &Template::from_text("ALTER x")), None);
        assert_eq!(
            slice_characters(&text, None, Some(5)).map(|part| part.display()),
            Some("ALTER".into())
        );
        assert!(slice_characters(&text, None, Some(8)).is_none());
    }
}
