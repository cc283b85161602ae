//! Operators: how they are written, and which operands get parentheses
//! (`sqlalchemy/sql/operators.py`).

use crate::model::Template;

use super::text::sql;

/// One operator. `precedence` is SQLAlchemy's, not PostgreSQL's: it puts more parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    /// What Python's operator module or the column's method calls it.
    pub(crate) name: &'static str,
    pub(crate) written: &'static str,
    pub(crate) precedence: i8,
    /// `a AND b AND c` needs no parentheses.
    pub(crate) associative: bool,
}

const fn operator(
    name: &'static str,
    written: &'static str,
    precedence: i8,
    associative: bool,
) -> Operator {
    Operator {
        name,
        written,
        precedence,
        associative,
    }
}

pub(crate) const AND: Operator = operator("and_", " AND ", 3, true);
pub(crate) const OR: Operator = operator("or_", " OR ", 2, true);
pub(crate) const IS: Operator = operator("is_", " IS ", 5, false);
pub(crate) const IS_NOT: Operator = operator("is_not", " IS NOT ", 5, false);
pub(crate) const IN: Operator = operator("in_", " IN ", 5, false);
pub(crate) const CONCAT: Operator = operator("concat", " || ", 5, true);
pub(crate) const NOT: Operator = operator("not_", "NOT ", 5, false);
/// What stands alone among the arguments of a comparison without parentheses of its own.
const COMPARISON: i8 = 5;

const BINARY: &[Operator] = &[
    operator("eq", " = ", COMPARISON, false),
    operator("ne", " != ", COMPARISON, false),
    operator("lt", " < ", COMPARISON, false),
    operator("le", " <= ", COMPARISON, false),
    operator("gt", " > ", COMPARISON, false),
    operator("ge", " >= ", COMPARISON, false),
    operator("add", " + ", 7, true),
    operator("sub", " - ", 7, false),
    operator("mul", " * ", 8, true),
    operator("truediv", " / ", 8, false),
    operator("mod", " % ", 8, false),
    operator("like", " LIKE ", COMPARISON, false),
    operator("ilike", " ILIKE ", COMPARISON, false),
    operator("notlike", " NOT LIKE ", COMPARISON, false),
    operator("not_like", " NOT LIKE ", COMPARISON, false),
    operator("notilike", " NOT ILIKE ", COMPARISON, false),
    operator("not_ilike", " NOT ILIKE ", COMPARISON, false),
    operator("regexp_match", " ~ ", COMPARISON, false),
    operator("is_distinct_from", " IS DISTINCT FROM ", COMPARISON, false),
    operator(
        "isnot_distinct_from",
        " IS NOT DISTINCT FROM ",
        COMPARISON,
        false,
    ),
    operator(
        "is_not_distinct_from",
        " IS NOT DISTINCT FROM ",
        COMPARISON,
        false,
    ),
    AND,
    OR,
    IS,
    IS_NOT,
    operator("isnot", " IS NOT ", COMPARISON, false),
    CONCAT,
];

/// Python's own signs that evaluation hands on as `operator.<name>`; `&` and `|` are `and_`, `or_`.
pub(crate) fn binary(name: &str) -> Option<Operator> {
    let name = match name {
        "__and__" => "and_",
        "__or__" => "or_",
        other => other,
    };
    BINARY.iter().copied().find(|known| known.name == name)
}

/// An expression with the operator that holds it together, if one does.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) text: Template,
    pub(crate) operator: Option<Operator>,
}

impl Compiled {
    pub(crate) fn atom(text: Template) -> Self {
        Self {
            text,
            operator: None,
        }
    }

    /// The text as an operand of `against`.
    pub(crate) fn operand_of(&self, against: Operator) -> Template {
        match self.operator {
            Some(own) if own == against && own.associative => self.text.clone(),
            Some(own) if own.precedence <= against.precedence => self.in_parentheses(),
            _ => self.text.clone(),
        }
    }

    /// The text where it stands alone as an element: of an index, a `CASE`, a cast's operand.
    pub(crate) fn alone(&self) -> Template {
        match self.operator {
            Some(_) => self.in_parentheses(),
            None => self.text.clone(),
        }
    }

    fn in_parentheses(&self) -> Template {
        sql!["(", self.text, ")"]
    }
}

/// `left operator right`.
pub(crate) fn combine(left: &Compiled, operator: Operator, right: &Compiled) -> Compiled {
    let (left, right) = (left.operand_of(operator), right.operand_of(operator));
    Compiled {
        text: sql![left, operator.written, right],
        operator: Some(operator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(text: &str) -> Compiled {
        Compiled::atom(Template::from_text(text))
    }

    #[test]
    fn operands_get_parentheses_where_sqlalchemy_puts_them() {
        let equal = combine(&atom("a"), BINARY[0], &atom("1"));
        let both = combine(&equal, AND, &equal);
        assert_eq!(both.text.display(), "a = 1 AND a = 1");
        assert_eq!(
            combine(&both, AND, &equal).text.display(),
            "a = 1 AND a = 1 AND a = 1"
        );
        assert_eq!(
            combine(&both, OR, &equal).text.display(),
            "a = 1 AND a = 1 OR a = 1"
        );
        let either = combine(&equal, OR, &equal);
        assert_eq!(
            combine(&either, AND, &equal).text.display(),
            "(a = 1 OR a = 1) AND a = 1"
        );
        assert_eq!(
            combine(&equal, BINARY[0], &atom("b")).text.display(),
            "(a = 1) = b"
        );
        assert_eq!(equal.alone().display(), "(a = 1)");
    }
}
