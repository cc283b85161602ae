//! What stands around a column: operators, conditions, brackets.

use super::piece::Piece;
use crate::model::DataType;

const COMPARISONS: &[&str] = &["=", "<>", "!=", "<", ">", "<=", ">="];
const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%"];

/// Words after which a condition stands.
const CONDITIONS: &[&str] = &[
    "where", "and", "or", "not", "when", "if", "elsif", "elseif", "having", "while",
];

/// What ends a condition.
const CONDITION_ENDS: &[&str] = &[
    "and",
    "or",
    ")",
    "then",
    "group",
    "order",
    "limit",
    "loop",
    "union",
    "returning",
    "with",
    "execute",
    "window",
    "offset",
    "for",
];

impl Piece<'_> {
    /// The type that the column at `start..end` must have.
    pub(super) fn asked_of(&self, start: usize, end: usize) -> Option<DataType> {
        let (start, end) = self.unwrapped(start, end);
        if self.is(end, &["::"]) {
            return None;
        }
        self.by_what_follows(end)
            .or_else(|| self.by_what_precedes(start))
            .or_else(|| self.as_condition(start, end))
            .or_else(|| self.as_argument(start, end))
    }

    /// Without brackets that hold the column alone and are no call's.
    fn unwrapped(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        let opens = |start: usize| start.checked_sub(1).is_some_and(|at| self.is(at, &["("]));
        while opens(start) && self.is(end, &[")"]) {
            let owner = start.checked_sub(2).and_then(|at| self.at(at));
            let is_call =
                owner.is_some_and(|token| super::is_name(token) && !token.is_any(CONDITIONS));
            if is_call {
                break;
            }
            (start, end) = (start - 1, end + 1);
        }
        (start, end)
    }

    fn by_what_follows(&self, end: usize) -> Option<DataType> {
        let sign = self.at(end)?.text.to_ascii_lowercase();
        match sign.as_str() {
            sign if COMPARISONS.contains(&sign) || sign == ":=" => self.compared(end + 1),
            "is" => self.is_what(end + 1),
            "not" if self.is(end + 1, &["in", "between"]) => self.by_what_follows(end + 1),
            "in" if self.is(end + 1, &["("]) => self.told(self.operand_from(end + 2)),
            "between" => self.told(self.operand_from(end + 1)),
            "->" | "->>" | "#>" | "#>>" | "#-" | "?" | "?|" | "?&" | "@?" => {
                Some(DataType::named("jsonb"))
            }
            "@>" | "<@" => self.container(end + 1),
            "&&" => self
                .told(self.operand_from(end + 1))
                .or_else(|| Some(DataType::named("text").array(1))),
            "||" => self
                .told(self.operand_from(end + 1))
                .filter(|other| other.array_dimensions > 0 || other.name.name.as_str() == "jsonb"),
            sign if ARITHMETIC.contains(&sign) => {
                reckoned(sign, &self.told(self.primary_from(end + 1))?)
            }
            "at" if self.is(end + 1, &["time"]) => {
                Some(DataType::named("timestamp with time zone"))
            }
            "[" => Some(DataType::named("text").array(1)),
            // ALTER COLUMN c SET DEFAULT e
            "set" if self.is(end + 1, &["default"]) => self.told(self.operand_from(end + 2)),
            _ => None,
        }
    }

    /// `= e`, `= ANY (e)`.
    fn compared(&self, from: usize) -> Option<DataType> {
        if self.is(from, &["any", "all", "some"]) && self.is(from + 1, &["("]) {
            let mut array = self.told(self.operand_from(from + 2))?;
            array.array_dimensions = array.array_dimensions.checked_sub(1)?;
            return Some(array).filter(|element| element.name.name.as_str() != "text");
        }
        self.told(self.operand_from(from))
    }

    /// `IS [NOT] TRUE`, `IS [NOT] DISTINCT FROM e`.
    fn is_what(&self, from: usize) -> Option<DataType> {
        let from = from + usize::from(self.is(from, &["not"]));
        if self.is(from, &["true", "false"]) {
            return Some(DataType::named("boolean"));
        }
        match self.is(from, &["distinct"]) {
            true => self.told(self.operand_from(from + 2)),
            false => None,
        }
    }

    /// What contains: a document, where the other side looks like one.
    fn container(&self, from: usize) -> Option<DataType> {
        let other = self.told(self.operand_from(from));
        let literal = self.at(from).and_then(|token| token.string());
        let literal = literal.unwrap_or_default();
        let is_document = literal.starts_with("{\"") || literal.starts_with('[');
        other.or_else(|| is_document.then(|| DataType::named("jsonb")))
    }

    fn by_what_precedes(&self, start: usize) -> Option<DataType> {
        let at = start.checked_sub(1)?;
        let sign = self.at(at)?.text.to_ascii_lowercase();
        match sign.as_str() {
            sign if COMPARISONS.contains(&sign) => self.told(self.operand_until(at)),
            sign if ARITHMETIC.contains(&sign) => {
                reckoned(sign, &self.told(self.operand_until(at))?)
            }
            // x = ANY (c)
            "(" if at >= 2
                && self.is(at - 1, &["any", "all", "some"])
                && self.is(at - 2, COMPARISONS) =>
            {
                let element = self.told(self.operand_until(at - 2));
                Some(element.unwrap_or_else(|| DataType::named("text")).array(1))
            }
            // extract(epoch FROM c)
            "from" if at >= 3 && self.is(at - 3, &["extract"]) => {
                Some(DataType::named("timestamp with time zone"))
            }
            _ => None,
        }
    }

    /// A column that is a condition by itself.
    fn as_condition(&self, start: usize, end: usize) -> Option<DataType> {
        let is_opened = self.before(start, &["("]);
        let before = start - usize::from(is_opened);
        let opens = match is_opened {
            true => {
                self.before(before, CONDITIONS)
                    || self.before(before, &["check"])
                    || (self.before(before, &["using"]) && self.is_policy())
            }
            false => self.before(start, CONDITIONS) && !self.is_between(start),
        };
        let ends = self.at(end).is_none() || self.is(end, CONDITION_ENDS);
        (opens && ends).then(|| DataType::named("boolean"))
    }

    fn is_policy(&self) -> bool {
        self.tokens.iter().take(2).any(|token| token.is("policy"))
    }

    /// The second bound of `BETWEEN a AND b`.
    fn is_between(&self, start: usize) -> bool {
        let mut words = self.tokens[..start.saturating_sub(1)].iter().rev();
        let last = words
            .find(|token| token.is_any(&["between", "and", "or", "where", "when", "on", "having"]));
        self.before(start, &["and"]) && last.is_some_and(|token| token.is("between"))
    }
}

/// What can stand on one side of an arithmetic sign beside `other`.
fn reckoned(sign: &str, other: &DataType) -> Option<DataType> {
    let name = other.name.name.as_str();
    let found = match name {
        "interval" if ["*", "/"].contains(&sign) => "numeric",
        "interval" => "timestamp with time zone",
        "smallint" | "integer" | "bigint" | "numeric" => "numeric",
        "real" | "double precision" => "double precision",
        "date" => "date",
        name if name.starts_with("timestamp") => name,
        _ => return None,
    };
    Some(DataType::named(found))
}
