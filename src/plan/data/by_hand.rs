//! Data fixes that run only when a person asks for them: those of one environment, those that remove
//! rows, those that depend on the day, and those that must run once.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::{Catalog, ConstraintKind};
use crate::model::{Effect, Identifier, RowChange, RowOperation};
use crate::plan::Citation;
use crate::sql;

use super::{Surroundings, repeatable, words};

/// Why a person must ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// It names a person, an address or a row that only one environment has.
    Environment,
    /// It takes rows away.
    Removal,
    /// What it matches or writes depends on when it runs.
    Moment,
    /// It builds on the value that it changes: a second run changes it again.
    Once,
    /// It overwrites every row of a table.
    EveryRow,
    /// Its values come from whoever runs it.
    Parameters,
}

/// A value to be given by whoever runs the statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    pub name: String,
    /// What the script has in its place; empty where it is not known.
    pub in_script: String,
}

/// A statement that runs only where somebody asks for its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandStep {
    /// Letters, digits and underscores; unique in a plan.
    pub key: String,
    pub table: String,
    pub nature: Nature,
    pub reason: String,
    /// Parameters stand in it as psql writes them, `:'name'`.
    pub statement: String,
    pub parameters: Vec<Parameter>,
    pub citation: Citation,
}

/// The step for a person, where the statement must not run by itself.
pub(super) fn asks_for_a_person(
    surroundings: &Surroundings<'_>,
    effect: &Effect,
    change: &RowChange,
) -> Option<HandStep> {
    let mut parts = Parts::new(key(effect));
    let statement = change.statement.trim().trim_end_matches(';');
    let (nature, reason) = nature(surroundings, change)?;
    let mut statement = parts.literals(statement, |literal| {
        is_personal(literal) || surroundings.names_one_row(change, literal)
    });
    if nature == Nature::Parameters {
        statement = parts.placeholders(&statement);
    }
    Some(HandStep {
        key: parts.key,
        table: change.table.to_string(),
        nature,
        reason,
        statement,
        parameters: parts.parameters,
        citation: Citation::of(effect),
    })
}

fn nature(surroundings: &Surroundings<'_>, change: &RowChange) -> Option<(Nature, String)> {
    let told = |nature, reason: &str| Some((nature, reason.to_owned()));
    if words::has_placeholder(&change.statement) {
        return told(
            Nature::Parameters,
            "its values come from whoever runs the script",
        );
    }
    if let Some(literal) = words::string_literals(&change.statement)
        .find(|literal| is_personal(literal) || surroundings.names_one_row(change, literal))
    {
        let reason =
            format!("it is about one environment: `{literal}` is in no row that the estate brings");
        return Some((Nature::Environment, reason));
    }
    let condition = change.condition.as_deref();
    match change.operation {
        RowOperation::Delete if !surroundings.may_remove => told(
            Nature::Removal,
            "it removes rows, which no other database has agreed to lose",
        ),
        RowOperation::Update if condition.is_none() => {
            told(Nature::EveryRow, "it overwrites every row")
        }
        RowOperation::Update if condition.is_some_and(words::is_of_the_moment) => told(
            Nature::Moment,
            "the rows that it matches depend on the day it runs",
        ),
        RowOperation::Update if gives_another_value(change) => {
            told(Nature::Moment, "it writes another value at every run")
        }
        RowOperation::Update if builds_on_itself(change) => told(
            Nature::Once,
            "it builds on the value that it changes: a second run changes it again",
        ),
        RowOperation::Insert if adds_to_what_is_there(change) => told(
            Nature::Once,
            "it adds to the value of a row that is there: a second run adds again",
        ),
        _ => None,
    }
}

fn gives_another_value(change: &RowChange) -> bool {
    let values = change.values.first().map(Vec::as_slice).unwrap_or_default();
    !repeatable::settles_itself(change) && values.iter().any(|value| words::is_of_the_moment(value))
}

/// A value that mentions its own column, or values that could not be read.
fn builds_on_itself(change: &RowChange) -> bool {
    let values = change.values.first().map(Vec::as_slice).unwrap_or_default();
    if repeatable::settles_itself(change) {
        return false;
    }
    values.is_empty()
        || change
            .columns
            .iter()
            .zip(values)
            .any(|(column, value)| words::mentions(value, column.as_str()))
}

/// An upsert whose new value is computed from that of the row that is there.
fn adds_to_what_is_there(change: &RowChange) -> bool {
    let Some(upsert) = sql::upsert(&change.statement) else {
        return false;
    };
    let target = upsert.target.as_str();
    let computed = |value: &&String| value.contains(['+', '-', '*', '/', '|']);
    let mut values = upsert.values.iter().filter(computed);
    values.any(|value| words::mentions(value, target))
}

/// An e-mail address or the id of a single row.
fn is_personal(literal: &str) -> bool {
    let is_address = literal.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !literal.contains(' ')
    });
    let is_id = literal.len() == 36 && literal.bytes().filter(|byte| *byte == b'-').count() == 4;
    is_address || is_id
}

impl HandStep {
    /// Another key, where one of this name is there already.
    pub(in crate::plan) fn rename(&mut self, key: String) {
        let old = std::mem::replace(&mut self.key, key);
        let (from, to) = (format!(":'{old}_v"), format!(":'{}_v", self.key));
        self.statement = self.statement.replace(&from, &to);
        for parameter in &mut self.parameters {
            parameter.name = parameter.name.replacen(&old, &self.key, 1);
        }
    }
}

impl Surroundings<'_> {
    /// Whether the statement picks one row by this value of a unique column, and neither the chain
    /// nor a script inserts such a row.
    fn names_one_row(&self, change: &RowChange, literal: &str) -> bool {
        let Some(condition) = &change.condition else {
            return false;
        };
        let is_known = || {
            self.known_values
                .contains(&(change.table.clone(), literal.to_owned()))
        };
        unique_columns(self.target, change)
            .iter()
            .any(|column| compares(condition, column.as_str(), literal))
            && !is_known()
    }
}

/// Columns that alone tell rows of the table apart.
fn unique_columns(target: &Catalog, change: &RowChange) -> BTreeSet<Identifier> {
    let Some(table) = target.table(&change.table) else {
        return BTreeSet::new();
    };
    let keys = table.constraints.values().filter(|constraint| {
        matches!(
            constraint.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
        )
    });
    let of_keys = keys.filter_map(|constraint| match constraint.columns() {
        [one] => Some(one.clone()),
        _ => None,
    });
    let indexes = target.indexes_of(&change.table);
    let of_indexes = indexes.iter().filter_map(|(_, index)| {
        let definition = &index.definition;
        let [key] = definition.keys.as_slice() else {
            return None;
        };
        let name = key.expression.trim_matches('"');
        (definition.unique && definition.predicate.is_none()).then(|| Identifier::exact(name))
    });
    of_keys.chain(of_indexes).collect()
}

/// `column = 'literal'` or `column IN (..., 'literal', ...)` in the condition.
fn compares(condition: &str, column: &str, literal: &str) -> bool {
    let quoted = format!("'{literal}'");
    let Some(at) = condition.find(&quoted) else {
        return false;
    };
    let before = condition[..at].trim_end();
    let before = match before.rsplit_once('(') {
        Some((head, list))
            if head.trim_end().to_lowercase().ends_with(" in") && !list.contains(')') =>
        {
            let head = head.trim_end();
            &head[..head.len() - 2]
        }
        _ => match before.strip_suffix('=') {
            Some(head) if !head.ends_with(['<', '>', '!']) => head,
            _ => return false,
        },
    };
    let last = before
        .trim_end()
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '"')
        .next();
    last.is_some_and(|word| word.trim_matches('"').eq_ignore_ascii_case(column))
}

fn key(effect: &Effect) -> String {
    let place = &effect.provenance.call;
    let file = place.file.rsplit('/').next().unwrap_or(&place.file);
    let stem = file.split('.').next().unwrap_or(file);
    let plain = stem.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    });
    format!("{}_{}", plain.collect::<String>(), place.line)
}

/// A statement whose literals become parameters.
struct Parts {
    key: String,
    parameters: Vec<Parameter>,
}

impl Parts {
    fn new(key: String) -> Self {
        Self {
            key,
            parameters: Vec::new(),
        }
    }

    fn parameter(&mut self, in_script: &str) -> String {
        let known = self
            .parameters
            .iter()
            .find(|known| !in_script.is_empty() && known.in_script == in_script);
        if let Some(known) = known {
            return format!(":'{}'", known.name);
        }
        let name = format!("{}_v{}", self.key, self.parameters.len() + 1);
        self.parameters.push(Parameter {
            name: name.clone(),
            in_script: in_script.to_owned(),
        });
        format!(":'{name}'")
    }

    fn literals(&mut self, statement: &str, wanted: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for (index, piece) in statement.split('\'').enumerate() {
            let is_literal = index % 2 == 1;
            match (is_literal, wanted(piece)) {
                (true, true) => text.push_str(&self.parameter(piece)),
                (true, false) => text.push_str(&format!("'{piece}'")),
                (false, _) => text.push_str(piece),
            }
        }
        text
    }

    /// `%s`, `%(name)s`, `$1`, `:name` and `?` outside of literals.
    fn placeholders(&mut self, statement: &str) -> String {
        let mut text = String::new();
        for (index, piece) in statement.split('\'').enumerate() {
            if index % 2 == 1 {
                text.push_str(&format!("'{piece}'"));
            } else {
                self.placeholders_of_code(piece, &mut text);
            }
        }
        text
    }

    fn placeholders_of_code(&mut self, code: &str, text: &mut String) {
        let mut rest = code;
        while let Some(next) = rest.chars().next() {
            match placeholder(rest, text.ends_with(':')) {
                Some((width, name)) => {
                    text.push_str(&self.named(name));
                    rest = &rest[width..];
                }
                None => {
                    text.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
    }

    /// The same name is the same parameter; nameless ones are all different.
    fn named(&mut self, name: &str) -> String {
        let marked = if name.is_empty() {
            String::new()
        } else {
            format!("%({name})")
        };
        self.parameter(&marked)
    }
}

/// The width of the placeholder at the start of the code and its name, if it has one.
fn placeholder(code: &str, behind_colon: bool) -> Option<(usize, &str)> {
    if code.starts_with("%s") {
        return Some((2, ""));
    }
    if code.starts_with('?') {
        return Some((1, ""));
    }
    if let Some(rest) = code.strip_prefix("%(") {
        let (name, _) = rest.split_once(")s")?;
        return Some((name.len() + 4, name));
    }
    let (mark, rest) = code.split_at_checked(1)?;
    let end = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let name = &rest[..end];
    let is_number = mark == "$" && !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    let is_name = mark == ":"
        && !behind_colon
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_number || is_name).then_some((1 + end, name))
}

#[cfg(test)]
mod tests {
    use super::{Parts, compares};

    #[test]
    fn placeholders_become_parameters() {
        let mut parts = Parts::new("k".to_owned());
        let text = parts.placeholders(
            "UPDATE a SET x = %s, y = '%s'::text, z = %(id)s WHERE i = %(id)s AND j = :j",
        );
        assert_eq!(
            text,
            "UPDATE a SET x = :'k_v1', y = '%s'::text, z = :'k_v2' WHERE i = :'k_v2' AND j = :'k_v3'"
        );
        assert_eq!(parts.parameters.len(), 3);
    }

    #[test]
    fn a_value_is_compared_by_equality_or_in_a_list() {
        assert!(compares("u.email = 'a'", "email", "a"));
        assert!(compares("name IN ('b', 'a')", "name", "a"));
        assert!(!compares("name <> 'a'", "name", "a"));
        assert!(!compares("role = 'a' AND name = 'b'", "name", "a"));
    }
}
