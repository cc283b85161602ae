//! The columns that a query gives (`transformTargetList`).

use super::scope::{EXCLUDED, InScope, Output};
use crate::catalog::expression::{Block, Token, figure_name, tokenize, without_alias};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, Identifier, SqlError};

/// Stands for a type that cannot be told without planning the query.
pub(super) const UNTOLD: &str = "?";

impl Catalog {
    /// The columns of the given items, from byte to byte of the text, over what is in sight.
    pub(super) fn output(
        &self,
        text: &str,
        targets: &[(usize, usize)],
        block: &Block,
        level: &[InScope],
    ) -> Result<Output, SqlError> {
        let mut columns: Vec<Column> = Vec::new();
        for (start, end) in targets {
            let item = text.get(*start..*end).unwrap_or_default();
            let tokens = tokenize(item);
            let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
                return Ok(Output::unknown());
            };
            if !last.is("*") {
                columns.push(self.output_column(item, &tokens, level)?);
                continue;
            }
            let alias = match tokens.len() {
                1 => None,
                3 => first.identifier(),
                _ => {
                    return Ok(Output {
                        columns,
                        incomplete: true,
                    });
                }
            };
            match star_columns(block, level, alias.as_ref()) {
                Some(more) => columns.extend(more),
                None => {
                    return Ok(Output {
                        columns,
                        incomplete: true,
                    });
                }
            }
        }
        Ok(Output {
            columns,
            incomplete: false,
        })
    }

    fn output_column(
        &self,
        text: &str,
        item: &[Token<'_>],
        level: &[InScope],
    ) -> Result<Column, SqlError> {
        let (expression, alias) = without_alias(item);
        let text = match (expression.first(), expression.last()) {
            (Some(first), Some(last)) => &text[first.start..last.end()],
            _ => "",
        };
        let name = alias.map(|alias| alias.as_str().to_owned());
        let name = name
            .or_else(|| figure_name(text))
            .unwrap_or_else(|| "?column?".to_owned());
        let found = self.type_in(text, level)?;
        let data_type = found.unwrap_or_else(|| DataType::named(UNTOLD));
        Ok(Column::new(name.as_str(), data_type))
    }
}

fn star_columns(
    block: &Block,
    level: &[InScope],
    alias: Option<&Identifier>,
) -> Option<Vec<Column>> {
    let wanted = |one: &&InScope| match alias {
        Some(name) => one.alias == *name,
        None => one.alias.as_str() != EXCLUDED,
    };
    // USING puts what it merges first.
    if alias.is_none() && block.merges_columns && level.len() > 1 {
        return None;
    }
    let mut columns = Vec::new();
    for one in level.iter().filter(wanted) {
        if one.open {
            return None;
        }
        columns.extend(one.columns.iter().map(bare_column));
    }
    Some(columns)
}

/// A query's output has the names and types of what it reads, and nothing else.
fn bare_column(column: &Column) -> Column {
    let mut bare = Column::new(column.name.as_str(), column.data_type.clone());
    bare.collation = column.collation.clone();
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(query: &str) -> Vec<String> {
        let bound = Catalog::empty().check_query(query).expect("it is fine");
        assert!(!bound.output.incomplete);
        let columns = bound.output.columns.iter();
        columns.map(|column| column.name.to_string()).collect()
    }

    #[test]
    fn names_of_output_columns() {
        let query = "WITH t (a, b, x) AS (SELECT 1, 2, 'y'), u AS (SELECT b FROM t) \
                     SELECT a::text, length(x) total, u.b, 1 + 2, lower(x) AS low, CASE WHEN a = 1 THEN 1 END, \
                     'x'::double precision, (SELECT 1) FROM t JOIN u ON true";
        let expected = [
            "a", "total", "b", "?column?", "low", "case", "float8", "?column?",
        ];
        assert_eq!(output(query), expected);
        assert_eq!(
            output("SELECT s.* FROM (SELECT 1 AS a, 2 AS b) s"),
            ["a", "b"]
        );
    }
}
