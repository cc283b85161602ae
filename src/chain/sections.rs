//! Files that hold both directions, divided by comment lines.

use crate::model::Place;

use super::{SqlPart, TransactionMode};

/// The lines that divide a file.
pub(super) struct Markers {
    pub(super) up: &'static str,
    pub(super) down: &'static str,
}

/// One direction of a file.
pub(super) struct Section {
    pub(super) part: SqlPart,
    /// What stands behind the marker.
    pub(super) options: String,
}

/// The up and the down section.
pub(super) fn divide(whole: &SqlPart, markers: &Markers) -> (Option<Section>, Option<Section>) {
    let (mut up, mut down) = (None, None);
    let mut offset = 0;
    let mut starts: Vec<(usize, bool, String)> = Vec::new();
    for line in whole.text.split_inclusive('\n') {
        if let Some((is_up, options)) = marker(line, markers) {
            starts.push((offset + line.len(), is_up, options));
        }
        offset += line.len();
    }
    for (index, (start, is_up, options)) in starts.iter().enumerate() {
        let end = starts
            .get(index + 1)
            .map_or(whole.text.len(), |(next, _, _)| line_before(whole, *next));
        let section = Section {
            part: slice(whole, *start, end.max(*start)),
            options: options.clone(),
        };
        match is_up {
            true => up.get_or_insert(section),
            false => down.get_or_insert(section),
        };
    }
    (up, down)
}

fn marker(line: &str, markers: &Markers) -> Option<(bool, String)> {
    let comment = line.trim().strip_prefix("--")?.trim();
    let lower = comment.to_lowercase();
    let (is_up, length) = if lower.starts_with(markers.up) {
        (true, markers.up.len())
    } else if lower.starts_with(markers.down) {
        (false, markers.down.len())
    } else {
        return None;
    };
    Some((is_up, lower[length..].trim().to_owned()))
}

/// Where the line starts that ends at `end`.
fn line_before(whole: &SqlPart, end: usize) -> usize {
    whole.text[..end.saturating_sub(1)]
        .rfind('\n')
        .map_or(0, |newline| newline + 1)
}

fn slice(whole: &SqlPart, start: usize, end: usize) -> SqlPart {
    let line = whole.text[..start].matches('\n').count() as u32 + 1;
    SqlPart {
        text: whole.text[start..end].into(),
        place: Place::new(whole.place.file.clone(), line, 1),
        transaction: TransactionMode::PerFile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_lines() {
        let whole = SqlPart {
            text: "-- migrate:up transaction:false\nA;\nB;\n-- migrate:down\nC;\n".into(),
            place: Place::new("1.sql", 1, 1),
            transaction: TransactionMode::PerFile,
        };
        let markers = Markers {
            up: "migrate:up",
            down: "migrate:down",
        };
        let (up, down) = divide(&whole, &markers);
        let up = up.unwrap();
        assert_eq!((&*up.part.text, up.part.place.line), ("A;\nB;\n", 2));
        assert_eq!(up.options, "transaction:false");
        let down = down.unwrap();
        assert_eq!((&*down.part.text, down.part.place.line), ("C;\n", 5));
    }
}
