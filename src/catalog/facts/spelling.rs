//! One spelling for what statements and the server word differently, where no expression is
//! involved.

use super::{Canonical, list};
use crate::catalog::ConstraintKind;
use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::model::{DataType, Identifier, ReferentialAction};

/// Words in lower case, one blank between them.
pub(super) fn words(text: &str) -> String {
    let tokens = tokenize(text);
    let words: Vec<_> = tokens
        .iter()
        .map(|token| match token.kind {
            TokenKind::Word => token.text.to_lowercase(),
            _ => token.text.to_owned(),
        })
        .collect();
    words.join(" ")
}

pub(super) fn is_null(text: &str) -> bool {
    let tokens = tokenize(text);
    tokens.first().is_some_and(|token| token.is("null"))
        && tokens.get(1).is_none_or(|token| token.is("::"))
}

/// A constant default as its type would print it: JSON without blanks, arrays without quotes that
/// are not needed.
pub(super) fn constant(text: &str, data_type: &DataType) -> String {
    let tokens = tokenize(text);
    let cast = tokens.get(1).is_none_or(|token| token.is("::"));
    let Some(content) = tokens.first().filter(|_| cast).and_then(Token::string) else {
        return text.to_owned();
    };
    let printed = match data_type.name.name.as_str() {
        _ if data_type.array_dimensions > 0 => array(&content),
        "jsonb" => without_blanks(&content),
        _ => return text.to_owned(),
    };
    format!("'{}'", printed.replace('\'', "''"))
}

fn without_blanks(text: &str) -> String {
    let mut quoted = false;
    let mut escaped = false;
    let kept = text.chars().filter(|character| {
        let blank = !quoted && character.is_whitespace();
        if *character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = *character == '\\' && !escaped;
        !blank
    });
    kept.collect()
}

fn array(text: &str) -> String {
    let bare = without_blanks(text);
    let parts = bare.split('"').enumerate().map(|(index, part)| {
        let special = |one: char| "{},\\".contains(one) || one.is_whitespace();
        let needs = part.is_empty() || part.contains(special) || part.eq_ignore_ascii_case("null");
        match index % 2 == 1 && needs {
            true => format!("\"{part}\""),
            false => part.to_owned(),
        }
    });
    parts.collect()
}

/// `fillfactor=70, autovacuum_enabled=false`, sorted.
pub(super) fn options(text: &str) -> String {
    let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
    let mut options: Vec<_> = inner
        .split(',')
        .map(|one| {
            one.split_whitespace()
                .collect::<String>()
                .to_lowercase()
                .replace('\'', "")
        })
        .filter(|one| !one.is_empty())
        .collect();
    options.sort_unstable();
    options.join(", ")
}

/// What says nothing (ASC, and the NULLS that the direction implies) falls away.
pub(super) fn key_options(text: &str) -> String {
    let lower = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let descending = has_word(&lower, "desc");
    let kept = remove_words(&lower, "asc");
    match descending {
        true => remove_words(&kept, "nulls first"),
        false => remove_words(&kept, "nulls last"),
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(' ')
        .any(|found| found.eq_ignore_ascii_case(word))
}

fn remove_words(text: &str, words: &str) -> String {
    let wanted: Vec<_> = words.split(' ').collect();
    let found: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let at = found.windows(wanted.len()).position(|window| {
        window
            .iter()
            .zip(&wanted)
            .all(|(one, other)| one.eq_ignore_ascii_case(other))
    });
    let kept: Vec<_> = found
        .iter()
        .enumerate()
        .filter(|(index, _)| at.is_none_or(|at| !(at..at + wanted.len()).contains(index)))
        .map(|(_, word)| {
            match word.eq_ignore_ascii_case("desc") || word.eq_ignore_ascii_case("collate") {
                true => word.to_lowercase(),
                false => (*word).to_owned(),
            }
        })
        .collect();
    kept.join(" ")
}

/// `before insert or update of a, b`, events in the server's order.
pub(super) fn timing(text: &str) -> String {
    const ORDER: &[&str] = &["insert", "delete", "update", "truncate"];
    let text = words(text);
    let (when, events) = match text.strip_prefix("instead of ") {
        Some(events) => ("instead of", events),
        None => text.split_once(' ').unwrap_or((&text, "")),
    };
    let mut events: Vec<_> = events.split(" or ").map(str::trim).collect();
    events.sort_by_key(|event| ORDER.iter().position(|known| event.starts_with(known)));
    format!("{when} {}", events.join(" or ")).replace(" ,", ",")
}

/// What the trigger hands to its function.
pub(super) fn trigger_arguments(statement: &str) -> String {
    let tokens = tokenize(statement);
    let Some(execute) = tokens.iter().rposition(|token| token.is("execute")) else {
        return String::new();
    };
    let inside = tokens[execute..]
        .iter()
        .skip_while(|token| !token.is("("))
        .skip(1);
    let arguments: Vec<_> = inside
        .take_while(|token| !token.is(")"))
        .filter(|token| !token.is(","))
        .map(|token| token.string().unwrap_or_else(|| token.text.to_owned()))
        .collect();
    arguments.join(", ")
}

/// `setof integer`, `table(id integer)`.
pub(super) fn result(returns: &str) -> String {
    let lower = returns.trim().to_lowercase().replace('"', "");
    if let Some(rest) = lower.strip_prefix("setof ") {
        return format!("setof {}", DataType::from_sql(rest));
    }
    match lower.split_once('(') {
        Some((head, columns)) if head.trim() == "table" => {
            let columns: Vec<_> = columns
                .trim_end_matches(')')
                .split(',')
                .map(|column| match column.trim().split_once(' ') {
                    Some((name, data_type)) => format!("{name} {}", DataType::from_sql(data_type)),
                    None => column.trim().to_owned(),
                })
                .collect();
            format!("table({})", columns.join(", "))
        }
        _ => DataType::from_sql(&lower).to_string(),
    }
}

/// What of a function's options is not the default, sorted.
pub(super) fn function_properties(statement: &str) -> String {
    let tokens = tokenize(statement);
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is(word));
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens
            .get(index + 1)
            .map(|next| next.text.to_lowercase())
            .unwrap_or_default();
        match token.text.to_lowercase().as_str() {
            "immutable" => found.push("immutable".to_owned()),
            "stable" => found.push("stable".to_owned()),
            "strict" => found.push("strict".to_owned()),
            "returns" if next == "null" && is(index + 2, "on") => found.push("strict".to_owned()),
            "security" if next == "definer" => found.push("security definer".to_owned()),
            "leakproof" if !(index > 0 && is(index - 1, "not")) => {
                found.push("leakproof".to_owned())
            }
            "parallel" if next != "unsafe" => found.push(format!("parallel {next}")),
            "cost" | "rows" => found.push(format!("{} {next}", token.text.to_lowercase())),
            "set" => found.extend(setting(&tokens[index + 1..])),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found.join(", ")
}

/// `search_path to 'public', 'pg_temp'`.
fn setting(tokens: &[crate::catalog::expression::Token<'_>]) -> Option<String> {
    let name = tokens.first()?.text.to_lowercase();
    tokens.get(1).filter(|token| token.is_any(&["to", "="]))?;
    let mut values = Vec::new();
    for pair in tokens[2..].chunks(2) {
        let value = pair.first()?;
        values.push(
            value
                .string()
                .unwrap_or_else(|| value.text.replace('"', "")),
        );
        if !pair.get(1).is_some_and(|token| token.is(",")) {
            break;
        }
    }
    Some(format!("set {name} to {}", values.join(", ")))
}

pub(super) fn constraint(kind: &ConstraintKind, canonical: &dyn Canonical) -> String {
    match kind {
        ConstraintKind::PrimaryKey { columns, include } => {
            format!("primary key ({}){}", list(columns), including(include))
        }
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => {
            let nulls = if *nulls_not_distinct {
                " nulls not distinct"
            } else {
                ""
            };
            format!("unique{nulls} ({}){}", list(columns), including(include))
        }
        ConstraintKind::ForeignKey(key) => format!(
            "foreign key ({}) references {} ({}){} on update {} on delete {}",
            list(&key.columns),
            key.referenced_table,
            list(&key.referenced_columns),
            if key.match_full { " match full" } else { "" },
            referential_action(&key.on_update),
            referential_action(&key.on_delete),
        ),
        ConstraintKind::Check {
            expression,
            no_inherit,
        } => {
            let suffix = if *no_inherit { " no inherit" } else { "" };
            format!("check ({}){suffix}", canonical.expression(expression))
        }
        ConstraintKind::Exclude { definition } => format!("exclude {}", words(definition)),
    }
}

fn including(columns: &[Identifier]) -> String {
    match columns.is_empty() {
        true => String::new(),
        false => format!(" include ({})", list(columns)),
    }
}

fn referential_action(action: &ReferentialAction) -> String {
    match action {
        ReferentialAction::NoAction => "no action".to_owned(),
        ReferentialAction::Restrict => "restrict".to_owned(),
        ReferentialAction::Cascade => "cascade".to_owned(),
        ReferentialAction::SetNull(columns) if columns.is_empty() => "set null".to_owned(),
        ReferentialAction::SetNull(columns) => format!("set null ({})", list(columns)),
        ReferentialAction::SetDefault(columns) if columns.is_empty() => "set default".to_owned(),
        ReferentialAction::SetDefault(columns) => format!("set default ({})", list(columns)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_one_thing() {
        assert_eq!(key_options("ASC NULLS LAST"), "");
        assert_eq!(
            key_options("gin_trgm_ops DESC NULLS FIRST"),
            "gin_trgm_ops desc"
        );
        assert_eq!(
            timing("BEFORE UPDATE OF a, b OR INSERT"),
            timing("before insert or update of a, b")
        );
        assert_eq!(options("(fillfactor = 70)"), options("fillfactor=70"));
        assert_eq!(result("SETOF int4"), "setof integer");
        assert_eq!(
            result("TABLE(id int, name varchar)"),
            "table(id integer, name character varying)"
        );
        let statement = "create function f() returns int language sql stable security definer \
                         set search_path = public, pg_temp as $$ select 1 -- immutable $$";
        let expected = "security definer, set search_path to public, pg_temp, stable";
        assert_eq!(function_properties(statement), expected);
    }
}
