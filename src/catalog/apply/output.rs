//! The columns that a query gives (`transformTargetList`).

use super::columns::columns_of;
use crate::catalog::expression::{
    References, Source, Token, TokenKind, figure_name, is_keyword, references, tokenize,
};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, Identifier};

/// Stands for a type that cannot be told without planning the query.
const UNTOLD: &str = "?";

impl Catalog {
    /// The output columns, and whether some are not known.
    pub(super) fn output_columns(&self, query: &str) -> (Vec<Column>, bool) {
        let tokens = tokenize(query);
        let Some(items) = select_list(&tokens) else {
            return (Vec::new(), true);
        };
        let found = references(query);
        let mut columns: Vec<Column> = Vec::new();
        for item in items {
            let (Some(first), Some(last)) = (item.first(), item.last()) else {
                return (columns, true);
            };
            if !last.is("*") {
                columns.push(self.output_column(query, item, &found));
                continue;
            }
            let alias = if item.len() > 1 {
                first.identifier()
            } else {
                None
            };
            match self.star_columns(&found, alias.as_ref()) {
                Some(more) => columns.extend(more),
                None => return (columns, true),
            }
        }
        (columns, false)
    }

    fn star_columns(&self, found: &References, alias: Option<&Identifier>) -> Option<Vec<Column>> {
        if !found.opaque_sources.is_empty() {
            return None;
        }
        let wanted = |source: &&Source| alias.is_none_or(|name| source.alias == *name);
        let mut columns = Vec::new();
        for source in found.sources.iter().filter(wanted) {
            let name = self.resolve_relation(&source.relation)?;
            if self.columns_incomplete(&name) {
                return None;
            }
            columns.extend(
                columns_of(self.relations.get(&name)?)?
                    .iter()
                    .map(bare_column),
            );
        }
        Some(columns)
    }

    fn output_column(&self, query: &str, item: &[Token<'_>], found: &References) -> Column {
        let (expression, alias) = without_alias(item);
        let text = match (expression.first(), expression.last()) {
            (Some(first), Some(last)) => &query[first.start..last.end()],
            _ => "",
        };
        let name = alias.map(|alias| alias.as_str().to_owned());
        let name = name
            .or_else(|| figure_name(text))
            .unwrap_or_else(|| "?column?".to_owned());
        Column::new(name.as_str(), self.output_type(expression, text, found))
    }

    fn output_type(&self, expression: &[Token<'_>], text: &str, found: &References) -> DataType {
        let columns_from = |source: &Source| {
            let name = self.resolve_relation(&source.relation)?;
            columns_of(self.relations.get(&name)?).cloned()
        };
        let qualifier = expression
            .first()
            .filter(|_| expression.len() == 3 && expression[1].is("."))
            .and_then(Token::identifier);
        let sources = found
            .sources
            .iter()
            .filter(|one| qualifier.as_ref().is_none_or(|name| one.alias == *name));
        let columns: Vec<Column> = sources.filter_map(columns_from).flatten().collect();
        match self.type_of(text, &columns) {
            Ok(Some(data_type)) if super::is_untyped(&data_type) => DataType::named("text"),
            Ok(Some(data_type)) => data_type,
            _ => DataType::named(UNTOLD),
        }
    }
}

/// Splits `expression AS name` and `expression name`.
fn without_alias<'t, 'a>(item: &'t [Token<'a>]) -> (&'t [Token<'a>], Option<Identifier>) {
    let (Some(last), Some(before)) = (
        item.last(),
        item.len().checked_sub(2).and_then(|index| item.get(index)),
    ) else {
        return (item, None);
    };
    let Some(name) = last.identifier() else {
        return (item, None);
    };
    if before.is("as") {
        return (&item[..item.len() - 2], Some(name));
    }
    let in_cast = item.len() > 2 && item[item.len() - 3].is("::");
    let ends_value = match before.kind {
        TokenKind::Word => (!is_keyword(before.text) && !in_cast) || before.is("end"),
        TokenKind::Quoted | TokenKind::Text | TokenKind::Number | TokenKind::Parameter => true,
        TokenKind::Symbol => before.is(")") || before.is("]"),
    };
    let is_name = last.kind == TokenKind::Quoted || !is_keyword(last.text);
    match ends_value && is_name {
        true => (&item[..item.len() - 1], Some(name)),
        false => (item, None),
    }
}

/// A query's output has the names and types of what it reads, and nothing else.
fn bare_column(column: &Column) -> Column {
    let mut bare = Column::new(column.name.as_str(), column.data_type.clone());
    bare.collation = column.collation.clone();
    bare
}

/// The items between SELECT and FROM of a plain query, or of the first part of a UNION; `None` for
/// WITH and the like.
fn select_list<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<Vec<&'t [Token<'a>]>> {
    if !tokens.first()?.is("select") {
        return None;
    }
    let mut start = 1;
    if tokens.get(1)?.is_any(&["distinct", "all"]) {
        start = 2;
    }
    if tokens.get(start)?.is("on") {
        return None;
    }
    const ENDS: &[&str] = &[
        "from",
        "union",
        "intersect",
        "except",
        "where",
        "order",
        "limit",
        ";",
    ];
    let mut items = Vec::new();
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        if token.is_any(&["(", "["]) {
            depth += 1;
        } else if token.is_any(&[")", "]"]) {
            depth = depth.checked_sub(1)?;
        }
        let distinct_from = token.is("from") && tokens[index - 1].is("distinct");
        if depth > 0 || distinct_from {
            continue;
        }
        if token.is(",") || token.is_any(ENDS) {
            items.push(&tokens[start..index]);
            start = index + 1;
            if !token.is(",") {
                return Some(items);
            }
        }
    }
    items.push(&tokens[start..]);
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_output_columns() {
        let query = "SELECT a::text, count(*) total, u.b, 1 + 2, lower(x) AS low, CASE WHEN a THEN 1 END, \
                     'x'::double precision FROM t";
        let (columns, incomplete) = Catalog::empty().output_columns(query);
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(
            names,
            ["a", "total", "b", "?column?", "low", "case", "float8"]
        );
        assert!(!incomplete);
    }
}
