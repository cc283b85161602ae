//! Constraints as DDL writes them.

use crate::model::Template;

use super::constraint::{Constraint, ForeignKey, Kind};
use super::quote;
use super::reading::Flag;
use super::text::sql;

pub(crate) fn body(kind: &Kind) -> Template {
    match kind {
        Kind::PrimaryKey { columns, include } => {
            sql![
                "PRIMARY KEY (",
                quote::identifiers(columns),
                ")",
                include_clause(include)
            ]
        }
        Kind::Unique {
            columns,
            nulls,
            include,
        } => {
            let nulls = nulls_clause(nulls);
            let columns = quote::identifiers(columns);
            sql!["UNIQUE ", nulls, "(", columns, ")", include_clause(include)]
        }
        Kind::Check { condition } => sql!["CHECK (", condition.clone(), ")"],
        Kind::ForeignKey(key) => foreign_key_body(key),
        Kind::Exclude {
            elements,
            using,
            condition,
        } => {
            let condition = condition
                .clone()
                .map(|condition| sql![" WHERE (", condition, ")"]);
            sql![
                "EXCLUDE USING ",
                using.clone(),
                " (",
                elements.clone(),
                ")",
                condition
            ]
        }
    }
}

pub(crate) fn include_clause(include: &[Template]) -> Option<Template> {
    (!include.is_empty()).then(|| sql![" INCLUDE (", quote::identifiers(include), ")"])
}

pub(crate) fn nulls_clause(nulls: &Flag) -> &'static str {
    match nulls {
        Flag::Yes => "NULLS NOT DISTINCT ",
        Flag::No => "NULLS DISTINCT ",
        Flag::Unset | Flag::Unknown(_) => "",
    }
}

pub(crate) fn foreign_key_body(key: &ForeignKey) -> Template {
    sql![
        "FOREIGN KEY(",
        quote::identifiers(&key.columns),
        ") ",
        references(key)
    ]
}

pub(crate) fn references(key: &ForeignKey) -> Template {
    let phrase =
        |words: &str, phrase: &Option<Template>| phrase.clone().map(|phrase| sql![words, phrase]);
    sql![
        "REFERENCES ",
        quote::qualified(key.schema.as_ref(), &key.table),
        " (",
        quote::identifiers(&key.referenced),
        ")",
        phrase(" MATCH ", &key.matching),
        phrase(" ON DELETE ", &key.on_delete),
        phrase(" ON UPDATE ", &key.on_update),
    ]
}

pub(crate) fn deferrability(constraint: &Constraint) -> Template {
    let deferrable = match constraint.deferrable {
        Some(true) => " DEFERRABLE",
        Some(false) => " NOT DEFERRABLE",
        None => "",
    };
    let initially = constraint
        .initially
        .clone()
        .map(|when| sql![" INITIALLY ", when]);
    let not_valid = match (&constraint.kind, constraint.not_valid) {
        (Kind::Check { .. } | Kind::ForeignKey(_), true) => " NOT VALID",
        _ => "",
    };
    sql![deferrable, initially, not_valid]
}
