//! Row triggers that fail whenever they fire: what their function does first and always is an expression
//! that the server refuses. PL/pgSQL plans expressions when it comes to them (manual, 43.11.2), so that
//! such a function is made without a complaint and fails at the first row.

use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::catalog::{Catalog, Trigger};
use crate::model::{Identifier, ObjectName, RowOperation, SqlError};

impl Catalog {
    /// The enabled row triggers of `table` that fail at every row of the operation, with the server's
    /// answer. Only what is certain: no condition but the operation's name decides whether it comes to it.
    pub(crate) fn failing_triggers(
        &self,
        table: &ObjectName,
        operation: RowOperation,
    ) -> Vec<(Identifier, SqlError)> {
        let event = match operation {
            RowOperation::Insert => "insert",
            RowOperation::Update => "update",
            RowOperation::Delete => "delete",
            RowOperation::Truncate | RowOperation::Copy => return Vec::new(),
        };
        let Some(found) = self.table(table) else {
            return Vec::new();
        };
        let fires = found.triggers.iter().filter(|(_, one)| fires(one, event));
        let failing = fires.filter_map(|(name, trigger)| {
            let function = self.functions_named(&trigger.function);
            let definition = &function.first()?.definition;
            let is_plpgsql = definition.language.eq_ignore_ascii_case("plpgsql");
            let error = is_plpgsql.then(|| self.certain_failure(&definition.body, event))??;
            Some((name.clone(), error))
        });
        failing.collect()
    }

    fn certain_failure(&self, body: &str, event: &str) -> Option<SqlError> {
        let tokens = tokenize(body);
        let has = |word: &str| tokens.iter().any(|token| token.is(word));
        // A handler would catch it; loops and CASE branch in ways that are not followed.
        if has("exception") || has("loop") || has("goto") {
            return None;
        }
        let begin = tokens.iter().position(|token| token.is("begin"))?;
        let mut conditions: Vec<Truth> = Vec::new();
        let mut rest = &tokens[begin + 1..];
        while let Some(first) = rest.first() {
            let is_certain = conditions.iter().all(|one| *one == Truth::Yes);
            let is_out = conditions.contains(&Truth::No);
            if first.is("if") || first.is("elsif") || first.is("elseif") {
                let length = rest.iter().position(|token| token.is("then"))?;
                let truth = holds(&rest[1..length], event);
                match first.is("if") {
                    true => conditions.push(truth),
                    false => {
                        let before = conditions.pop()?;
                        conditions.push(before.otherwise(truth));
                    }
                }
                rest = &rest[length + 1..];
                continue;
            }
            if first.is("else") {
                let before = conditions.pop()?;
                conditions.push(before.otherwise(Truth::Yes));
                rest = &rest[1..];
                continue;
            }
            let length = rest
                .iter()
                .position(|token| token.is(";"))
                .unwrap_or(rest.len());
            let statement = &rest[..length];
            rest = rest.get(length + 1..).unwrap_or_default();
            if first.is("end") {
                match statement.get(1).is_some_and(|token| token.is("if")) {
                    true => conditions.pop()?,
                    false => return None,
                };
                continue;
            }
            if is_certain && let Some(error) = self.refused_expression(body, statement) {
                return Some(error);
            }
            // What follows is not always come to; or the branch is another operation's.
            let leaves = first.is("return") || first.is("raise") || first.is("case");
            if leaves && !is_out {
                return None;
            }
        }
        None
    }

    /// The refusal of what PERFORM, RETURN or an assignment evaluates.
    fn refused_expression(&self, body: &str, statement: &[Token<'_>]) -> Option<SqlError> {
        let assigned = statement.iter().take(4).position(|token| token.is(":="));
        let from = match assigned {
            Some(place) => place + 1,
            None if statement.first()?.is_any(&["perform", "return"]) => 1,
            None => return None,
        };
        let (first, last) = (statement.get(from)?, statement.last()?);
        let text = body.get(first.start..last.end())?;
        // Nothing is known of variables: only what functions and literals give has a type.
        self.type_of(text, &[]).err()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    /// Of the next branch, where this one's condition was `self`.
    fn otherwise(self, next: Self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => next,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// `TG_OP = 'UPDATE'`, `TG_OP IN ('INSERT', 'UPDATE')`.
fn holds(condition: &[Token<'_>], event: &str) -> Truth {
    let mut inner = condition;
    while let [first, rest @ .., last] = inner
        && first.is("(")
        && last.is(")")
    {
        inner = rest;
    }
    let (Some(name), Some(sign)) = (inner.first(), inner.get(1)) else {
        return Truth::Unknown;
    };
    let rest = &inner[2..];
    let is_list =
        |token: &Token<'_>| token.kind == TokenKind::Text || token.is_any(&["(", ")", ","]);
    let is_single = sign.is("=") && rest.len() == 1;
    let is_plain = name.is("tg_op") && (is_single || sign.is("in")) && rest.iter().all(is_list);
    if !is_plain {
        return Truth::Unknown;
    }
    let mut named = rest.iter().filter_map(Token::string);
    match named.any(|name| name.eq_ignore_ascii_case(event)) {
        true => Truth::Yes,
        false => Truth::No,
    }
}

fn fires(trigger: &Trigger, event: &str) -> bool {
    let words: Vec<String> = trigger
        .timing
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let is_of = words.iter().any(|word| word == "of");
    trigger.for_each_row
        && trigger.enabled == 'O'
        && trigger.condition.is_none()
        && !is_of
        && words.iter().any(|word| word == event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_always_fails() {
        let cases = [
            (
                "BEGIN PERFORM f(to_jsonb(NEW) - to_jsonb(OLD)); RETURN NEW; END",
                true,
            ),
            (
                "BEGIN IF TG_OP = 'INSERT' THEN RETURN NEW; END IF; IF (TG_OP = 'UPDATE') THEN \
                 x := to_jsonb(NEW) - to_jsonb(OLD); RETURN NEW; END IF; RETURN NULL; END",
                true,
            ),
            (
                "BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE PERFORM f(true = 'a'::text); END IF; END",
                true,
            ),
            // Not at an UPDATE, or not always.
            (
                "BEGIN IF TG_OP = 'DELETE' THEN PERFORM f(to_jsonb(NEW) - to_jsonb(OLD)); END IF; RETURN NEW; END",
                false,
            ),
            (
                "BEGIN IF NEW.a THEN PERFORM f(to_jsonb(NEW) - to_jsonb(OLD)); END IF; RETURN NEW; END",
                false,
            ),
            (
                "BEGIN PERFORM f(to_jsonb(NEW) - to_jsonb(OLD)); EXCEPTION WHEN OTHERS THEN RETURN NEW; END",
                false,
            ),
            (
                "BEGIN RETURN NEW; PERFORM f(to_jsonb(NEW) - to_jsonb(OLD)); END",
                false,
            ),
            (
                "BEGIN PERFORM f(to_jsonb(NEW) - 'id'); RETURN NEW; END",
                false,
            ),
        ];
        for (body, fails) in cases {
            let found = Catalog::empty().certain_failure(body, "update");
            assert_eq!(found.is_some(), fails, "{body}: {found:?}");
        }
    }
}
