//! What statements write into columns: INSERT's lists, UPDATE's SET.

use super::piece::Piece;
use super::{Asked, close, list};
use crate::model::{Identifier, ObjectName};

impl Piece<'_> {
    /// Columns that are written to, with the types of what is put into them.
    pub(super) fn written(&self) -> Vec<Asked> {
        let mut found = Vec::new();
        for place in 0..self.tokens.len() {
            if self.is(place, &["into"]) && self.before(place, &["insert"]) {
                self.inserted(place + 1, &mut found);
            } else if self.is(place, &["update"]) {
                self.updated(place + 1, &mut found);
            }
        }
        found
    }

    fn target(&self, place: usize) -> Option<(ObjectName, usize)> {
        let place = place + usize::from(self.is(place, &["only"]));
        let found = self.relation_at(place);
        found.filter(|(table, _)| self.open.contains_key(table))
    }

    fn inserted(&self, place: usize, found: &mut Vec<Asked>) {
        let Some((table, next)) = self.target(place) else {
            return;
        };
        let alias = 2 * usize::from(self.is(next, &["as"]));
        let open = next + alias;
        if !self.is(open, &["("]) {
            return;
        }
        let end = close(self.tokens, open + 1);
        let names = self.tokens.get(open + 1..end).unwrap_or_default();
        let names: Vec<Option<Identifier>> =
            list(names).map(|name| name.first()?.identifier()).collect();
        let mut rows = self.rows(end + 1);
        if rows.is_empty() {
            rows.push(Vec::new());
        }
        for row in rows {
            for (index, column) in names.iter().enumerate() {
                let Some(column) = column.clone() else {
                    continue;
                };
                let data_type = row.get(index).cloned().and_then(|range| self.told(range));
                found.push(Asked {
                    table: table.clone(),
                    column,
                    data_type,
                });
            }
        }
    }

    /// The expressions of VALUES, row by row, or of one SELECT.
    fn rows(&self, from: usize) -> Vec<Vec<std::ops::Range<usize>>> {
        let mut rows = Vec::new();
        if self.is(from, &["values"]) {
            let mut open = from + 1;
            while self.is(open, &["("]) {
                let end = close(self.tokens, open + 1);
                rows.push(self.expressions(open + 1, end));
                open = end + 1 + usize::from(self.is(end + 1, &[","]));
            }
        } else if self.is(from, &["select"]) {
            let mut depth = 0i32;
            let ends = (from + 1..self.tokens.len()).find(|place| {
                depth += i32::from(self.is(*place, &["("])) - i32::from(self.is(*place, &[")"]));
                depth == 0 && self.is(*place, &["from", "where", "union", "on"])
            });
            rows.push(self.expressions(from + 1, ends.unwrap_or(self.tokens.len())));
        }
        rows
    }

    fn expressions(&self, begin: usize, end: usize) -> Vec<std::ops::Range<usize>> {
        let mut from = begin;
        let parts = list(self.tokens.get(begin..end).unwrap_or_default());
        let ranges = parts.map(|part| {
            let range = from..from + part.len();
            from = range.end + 1;
            range
        });
        ranges.collect()
    }

    /// The columns that are set: their types are told where they stand, as those of a comparison are.
    fn updated(&self, place: usize, found: &mut Vec<Asked>) {
        let Some((table, next)) = self.target(place) else {
            return;
        };
        let Some(set) = (next..self.tokens.len().min(next + 3)).find(|at| self.is(*at, &["set"]))
        else {
            return;
        };
        let mut depth = 0i32;
        for place in set..self.tokens.len() {
            depth += i32::from(self.is(place, &["("])) - i32::from(self.is(place, &[")"]));
            if depth < 0 || (depth == 0 && self.is(place, &["where", "from", "returning"])) {
                break;
            }
            let column = self.at(place + 1).and_then(|token| token.identifier());
            let Some(column) = column.filter(|_| {
                depth == 0 && self.is(place, &["set", ","]) && self.is(place + 2, &["="])
            }) else {
                continue;
            };
            let data_type = self.told(self.operand_from(place + 3));
            found.push(Asked {
                table: table.clone(),
                column,
                data_type,
            });
        }
    }
}
