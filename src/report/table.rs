//! Tables: for a terminal by width, for Markdown and for CSV by their rules.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::style::bold;

/// Columns of one kind of row, and the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub header: Vec<&'static str>,
    /// Columns of numbers, which stand to the right.
    pub numbers: Vec<usize>,
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// Without frames, each row on one line: the last column is cut where `width` characters end.
    pub(super) fn text(&self, width: u16) -> String {
        let mut table = Table::new();
        let last = self.room_for_last(usize::from(width));
        let rows = self.rows.iter().map(|row| {
            let mut row = row.clone();
            if let Some(cell) = row.last_mut() {
                *cell = cut(cell, last);
            }
            row
        });
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(self.header.clone())
            .add_rows(rows);
        for column in &self.numbers {
            if let Some(column) = table.column_mut(*column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut lines = table.lines().map(|line| line.trim_end().to_owned());
        let header = lines.next().unwrap_or_default();
        let body: String = lines.map(|line| line + "\n").collect();
        format!("{}\n{body}", bold(&header))
    }

    /// Characters that the other columns, with two blanks behind each, leave to the last one.
    fn room_for_last(&self, width: usize) -> usize {
        const LEAST: usize = 24;
        let of_column = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            longest.max(self.header[column].len()) + 2
        };
        let others = self.header.len().saturating_sub(1);
        let taken: usize = (0..others).map(of_column).sum();
        width.saturating_sub(taken).max(LEAST)
    }

    pub(super) fn markdown(&self) -> String {
        let rule: Vec<&str> = (0..self.header.len())
            .map(|column| {
                if self.numbers.contains(&column) {
                    "---:"
                } else {
                    "---"
                }
            })
            .collect();
        let mut text = format!(
            "| {} |\n| {} |\n",
            self.header.join(" | "),
            rule.join(" | ")
        );
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| markdown_cell(cell)).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        text
    }

    /// RFC 4180, with `\n` line ends.
    pub(super) fn csv(&self) -> String {
        let header = self
            .header
            .iter()
            .map(|cell| csv_cell(cell))
            .collect::<Vec<_>>()
            .join(",");
        let mut text = header + "\n";
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }
}

fn cut(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(room.saturating_sub(3)).collect();
            kept + "..."
        }
    }
}

pub(super) fn markdown_cell(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace(['\n', '\r'], " ")
}

/// A cell that a spreadsheet would take for a formula is kept from being one.
fn csv_cell(text: &str) -> String {
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        Rows {
            header: vec!["file", "effects"],
            numbers: vec![1],
            rows: vec![
                vec!["a|b.py".to_owned(), "7".to_owned()],
                vec!["=x, \"y\"".to_owned(), "12".to_owned()],
            ],
        }
    }

    #[test]
    fn cells_are_escaped() {
        assert_eq!(
            rows().csv(),
            "file,effects\na|b.py,7\n\"'=x, \"\"y\"\"\",12\n"
        );
        assert_eq!(
            rows().markdown(),
            "| file | effects |\n| --- | ---: |\n| a\\|b.py | 7 |\n| =x, \"y\" | 12 |\n"
        );
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let text = rows().text(80);
        assert!(
            text.ends_with("a|b.py         7\n=x, \"y\"       12\n"),
            "{text}"
        );
    }
}
