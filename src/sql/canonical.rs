//! One spelling for expressions that PostgreSQL would store as one.
//!
//! What a catalog gives back (`pg_get_expr`) and what a script wrote differ in casts on constants,
//! `IN` against `= ANY (ARRAY[...])`, `LIKE` against `~~`, `BETWEEN`, parentheses and case.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{DataType, Template};

use super::expression::{Call, Collection, Expression, Literal};
use super::lower::{Lowering, range};
use super::parse::parse;
use super::passage::Passage;
use super::query::{FromItem, Query, QueryBody};
use super::rewrite;
use super::scan::significant;
use super::source_text::SourceText;
use super::spell::spell;

/// The expression in a spelling that is equal for expressions that PostgreSQL stores equally.
/// A text that is no expression comes back with its space folded.
pub fn canonical(text: &str) -> String {
    match read_expression(text) {
        Some(expression) => spell(&rewrite::expression(expression, &mut normal)),
        None => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Reads an expression as it stands in a DEFAULT, a CHECK or a WHERE.
pub fn read_expression(text: &str) -> Option<Expression> {
    let source = SourceText::new(&Template::from_text(text));
    let passage = Passage::whole(&source).behind("SELECT ");
    let parsed = parse(&passage.text);
    let ast::Stmt::Select(select) = parsed.statements.first()? else {
        return None;
    };
    if parsed.error.is_some() || parsed.statements.len() != 1 {
        return None;
    }
    let target = select.select_clause()?.target_list()?.targets().next()?;
    let expression = target.expr()?;
    let rest = passage.text.get(range(expression.syntax()).end..)?;
    // An alias, a second target, a FROM: not the expression alone.
    if !significant(rest).is_empty() {
        return None;
    }
    Some(Lowering { passage: &passage }.expression(&expression))
}

/// One node whose parts are normal already.
fn normal(expression: Expression) -> Expression {
    match expression {
        Expression::Cast { operand, data_type } => cast(*operand, data_type),
        Expression::Unary { operator, operand } => unary(operator, *operand),
        Expression::Binary {
            operator,
            left,
            right,
        } => Expression::Binary {
            operator: stored_operator(operator),
            left,
            right,
        },
        Expression::In {
            operand,
            collection,
            negated,
        } => membership(*operand, bare_collection(collection), negated),
        Expression::Quantified {
            left,
            operator,
            all,
            collection,
        } => quantified(*left, operator, all, bare_collection(collection)),
        Expression::Between {
            operand,
            low,
            high,
            negated,
        } => between(*operand, *low, *high, negated),
        Expression::Call(call) => Expression::Call(normal_call(call)),
        Expression::Exists(query) => Expression::Exists(Box::new(bare(*query))),
        Expression::Subquery(query) => Expression::Subquery(Box::new(bare(*query))),
        other => other,
    }
}

/// A query without the parentheses around it, and without the name of its only relation before
/// columns, which PostgreSQL writes out.
fn bare(query: Query) -> Query {
    let select = match query.body {
        QueryBody::Nested(inner) => return bare(*inner),
        QueryBody::Select(ref select) => select,
        _ => return query,
    };
    let [FromItem::Relation { name, alias }] = select.from.as_slice() else {
        return query;
    };
    let only = alias.name.clone().unwrap_or_else(|| name.name.clone());
    let mut unqualified = |expression: Expression| match expression {
        Expression::Name { qualifier, name } if qualifier == [only.clone()] => Expression::Name {
            qualifier: Vec::new(),
            name,
        },
        other => other,
    };
    rewrite::query(query, &mut unqualified)
}

fn bare_collection(collection: Collection) -> Collection {
    match collection {
        Collection::Query(query) => Collection::Query(Box::new(bare(*query))),
        other => other,
    }
}

/// Casts that PostgreSQL adds or folds away: of constants, and to text of what is text already.
fn cast(operand: Expression, data_type: DataType) -> Expression {
    let name = data_type.name.name.as_str();
    let is_array = data_type.array_dimensions > 0;
    if let Expression::Literal(Literal::Text(text)) = &operand {
        return match name {
            "boolean" if !is_array => match text.to_lowercase().as_str() {
                "t" | "true" | "yes" | "on" | "1" => Expression::Literal(Literal::Boolean(true)),
                "f" | "false" | "no" | "off" | "0" => Expression::Literal(Literal::Boolean(false)),
                _ => operand,
            },
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision"
                if !is_array && text.trim().parse::<f64>().is_ok() =>
            {
                Expression::Literal(Literal::Number(text.trim().to_owned()))
            }
            "regclass" => Expression::text(text.strip_prefix("public.").unwrap_or(text)),
            _ => operand,
        };
    }
    let to_text = matches!(name, "text" | "character varying");
    if matches!(operand, Expression::Literal(_)) || to_text {
        return operand;
    }
    if is_array && matches!(operand, Expression::Array(ref list) if !list.is_empty()) {
        return operand;
    }
    Expression::Cast {
        operand: Box::new(operand),
        data_type,
    }
}

fn unary(operator: String, operand: Expression) -> Expression {
    match (operator.as_str(), operand) {
        ("-", Expression::Literal(Literal::Number(number))) if !number.starts_with('-') => {
            Expression::Literal(Literal::Number(format!("-{number}")))
        }
        ("+", operand @ Expression::Literal(Literal::Number(_))) => operand,
        (_, operand) => Expression::Unary {
            operator,
            operand: Box::new(operand),
        },
    }
}

fn stored_operator(operator: String) -> String {
    match operator.as_str() {
        "LIKE" => "~~".to_owned(),
        "NOT LIKE" => "!~~".to_owned(),
        "ILIKE" => "~~*".to_owned(),
        "NOT ILIKE" => "!~~*".to_owned(),
        _ => operator,
    }
}

fn membership(operand: Expression, collection: Collection, negated: bool) -> Expression {
    match collection {
        Collection::List(list) => {
            let mut list = list;
            if list.len() == 1
                && let Some(only) = list.pop()
            {
                return Expression::Binary {
                    operator: if negated { "<>" } else { "=" }.to_owned(),
                    left: Box::new(operand),
                    right: Box::new(only),
                };
            }
            Expression::In {
                operand: Box::new(operand),
                collection: Collection::List(list),
                negated,
            }
        }
        other => Expression::In {
            operand: Box::new(operand),
            collection: other,
            negated,
        },
    }
}

/// `x = ANY (ARRAY[a, b])` is how PostgreSQL stores `x IN (a, b)`.
fn quantified(left: Expression, operator: String, all: bool, collection: Collection) -> Expression {
    match (collection, operator.as_str(), all) {
        (Collection::Array(array), "=", false) if matches!(*array, Expression::Array(_)) => {
            in_array(left, *array, false)
        }
        (Collection::Array(array), "<>", true) if matches!(*array, Expression::Array(_)) => {
            in_array(left, *array, true)
        }
        (collection, _, _) => Expression::Quantified {
            left: Box::new(left),
            operator: stored_operator(operator),
            all,
            collection,
        },
    }
}

fn in_array(left: Expression, array: Expression, negated: bool) -> Expression {
    match array {
        Expression::Array(list) => membership(left, Collection::List(list), negated),
        other => other,
    }
}

fn between(operand: Expression, low: Expression, high: Expression, negated: bool) -> Expression {
    let compare = |operator: &str, right: Expression| Expression::Binary {
        operator: operator.to_owned(),
        left: Box::new(operand.clone()),
        right: Box::new(right),
    };
    let (first, second, join) = if negated {
        (compare("<", low), compare(">", high), "OR")
    } else {
        (compare(">=", low), compare("<=", high), "AND")
    };
    Expression::Binary {
        operator: join.to_owned(),
        left: Box::new(first),
        right: Box::new(second),
    }
}

fn normal_call(mut call: Call) -> Call {
    let schema = call.function.schema.as_ref();
    if schema.is_some_and(|schema| schema.as_str() == "pg_catalog") {
        call.function.schema = None;
    }
    call
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn stored_and_written_spellings_are_one() {
        let pairs = [
            ("'active'::character varying", "'active'"),
            (
                "status IN ('a', 'b')",
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("CURRENT_TIMESTAMP", "current_timestamp"),
            ("NOW()", "now()"),
            ("( price  >  0 )", "price > 0"),
            ("a BETWEEN 1 AND 2", "((a >= 1) AND (a <= 2))"),
            ("email LIKE '%@%'", "((email)::text ~~ '%@%'::text)"),
            ("-1", "'-1'::integer"),
            ("a != 'x'", "((a)::text <> 'x'::text)"),
            (
                "nextval('public.users_id_seq'::regclass)",
                "nextval('users_id_seq'::regclass)",
            ),
            ("CAST('{}' AS jsonb)", "'{}'::jsonb"),
            ("a AND (b AND c)", "(a AND b) AND c"),
            (
                "id IN (SELECT id FROM public.people WHERE owner = uid())",
                "(id IN ( SELECT people.id FROM people WHERE (people.owner = uid())))",
            ),
            (
                "x NOT IN ('a','b')",
                "x <> ALL (ARRAY['a'::text, 'b'::text])",
            ),
        ];
        for (written, stored) in pairs {
            assert_eq!(
                canonical(written),
                canonical(stored),
                "{written} against {stored}"
            );
        }
    }

    #[test]
    fn other_expressions_stay_apart() {
        let pairs = [
            ("now()", "CURRENT_TIMESTAMP"),
            ("'a'", "'A'"),
            ("a AND b OR c", "a AND (b OR c)"),
            ("a - (b - c)", "a - b - c"),
            ("id::text", "id::integer"),
        ];
        for (left, right) in pairs {
            assert_ne!(canonical(left), canonical(right));
        }
    }
}
