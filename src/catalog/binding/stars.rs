//! `SELECT p.*`: which columns that means, and in which order, hangs on the database in which it is said.

use super::comparisons::Aliases;
use crate::catalog::Catalog;
use crate::catalog::apply::columns_of;
use crate::catalog::expression::{Token, quote_name, tokenize};
use crate::model::{Identifier, ObjectName};

impl Catalog {
    /// The query with its stars spelled out, where they stand for the columns of a known relation; the
    /// others stay.
    pub(crate) fn with_columns_for_stars(&self, query: &str) -> String {
        let tokens = tokenize(query);
        let aliases = self.aliases(&tokens);
        let mut spelled = String::new();
        let mut done = 0;
        for (index, token) in tokens.iter().enumerate() {
            let Some((start, columns)) = self.star(&tokens, index, &aliases) else {
                continue;
            };
            spelled.push_str(&query[done..start]);
            spelled.push_str(&columns);
            done = token.end();
        }
        spelled.push_str(&query[done..]);
        spelled
    }

    /// What stands for the star at `index`, and where it begins with the name before it.
    fn star(
        &self,
        tokens: &[Token<'_>],
        index: usize,
        aliases: &Aliases,
    ) -> Option<(usize, String)> {
        let is = |at: Option<usize>, words: &[&str]| {
            let token = at.and_then(|at| tokens.get(at));
            token.is_some_and(|one| one.is_any(words))
        };
        let before = |count: usize| index.checked_sub(count);
        if !is(Some(index), &["*"]) || !is(Some(index + 1), &[",", "from"]) {
            return None;
        }
        if is(before(1), &["select", "distinct", "all", ","]) {
            return self.lone_source(tokens, aliases, tokens[index].start);
        }
        if !is(before(1), &["."]) || !is(before(3), &["select", "distinct", "all", ","]) {
            return None;
        }
        let word = tokens.get(before(2)?)?;
        let alias = word.identifier()?;
        let name = aliases.get(&alias)?.as_ref()?;
        Some((word.start, self.columns_behind(&alias, name)?))
    }

    /// A bare star in a query of one level that reads one relation.
    fn lone_source(
        &self,
        tokens: &[Token<'_>],
        aliases: &Aliases,
        start: usize,
    ) -> Option<(usize, String)> {
        let count = |word: &str| tokens.iter().filter(|token| token.is(word)).count();
        let is_plain = count("select") == 1 && count("from") == 1 && count("join") == 0;
        // `FROM a, b` has a comma behind FROM.
        let from = tokens.iter().position(|token| token.is("from"))?;
        let has_comma = tokens[from..].iter().take_while(|token| !token.is("where"));
        if !is_plain || has_comma.filter(|token| token.is(",")).count() > 0 {
            return None;
        }
        match aliases.iter().collect::<Vec<_>>().as_slice() {
            [(alias, Some(name))] => Some((start, self.columns_behind(alias, name)?)),
            _ => None,
        }
    }

    fn columns_behind(&self, alias: &Identifier, name: &ObjectName) -> Option<String> {
        let columns = columns_of(self.relations.get(name)?)?;
        let words = columns.iter();
        let words = words.map(|column| {
            quote_name(&ObjectName::qualified(
                Some(alias.clone()),
                column.name.clone(),
            ))
        });
        let words: Vec<String> = words.collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}
