//! The type of an expression, as far as it can be told without planning a query.

mod constructs;

use super::result_types::{
    arithmetic, boolean, concatenation, is_polymorphic, literal_type, number_type, untyped,
};
use super::scope::InScope;
use crate::catalog::apply::is_untyped;
use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::catalog::{Catalog, Column};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

impl Catalog {
    /// The type of `text` over `columns`: `unknown` for a bare literal, `None` where it cannot be
    /// told.
    ///
    /// # Errors
    /// 42846 for a cast that there is none for, 42883 for a comparison.
    pub(crate) fn type_of(
        &self,
        text: &str,
        columns: &[Column],
    ) -> Result<Option<DataType>, SqlError> {
        self.type_among(text, &Names::Columns(columns))
    }

    /// The same over what a FROM clause brings into sight.
    pub(super) fn type_in(&self, text: &str, level: &[InScope]) -> Typed {
        self.type_among(text, &Names::Level(level))
    }

    fn type_among(&self, text: &str, names: &Names<'_>) -> Typed {
        let tokens = tokenize(text);
        let mut reader = TypeReader {
            catalog: self,
            names,
            tokens: &tokens,
            position: 0,
            unstable: false,
        };
        let found = reader.expression(0)?;
        Ok(found.filter(|_| reader.position == tokens.len()))
    }

    /// Whether a cast in the expression depends on settings, as far as the expression is read.
    pub(super) fn has_unstable_cast(&self, text: &str, columns: &[Column]) -> bool {
        let tokens = tokenize(text);
        let mut reader = TypeReader {
            catalog: self,
            names: &Names::Columns(columns),
            tokens: &tokens,
            position: 0,
            unstable: false,
        };
        reader.expression(0).is_ok() && reader.unstable
    }
}

/// What a name can mean.
enum Names<'a> {
    /// The columns of one relation, however they are qualified.
    Columns(&'a [Column]),
    Level(&'a [InScope]),
}

impl Names<'_> {
    /// The column's type; `None` where it is not known, or which of several columns is meant.
    fn type_of(&self, qualifier: Option<&Identifier>, name: &Identifier) -> Option<DataType> {
        let is_meant = |column: &&Column| column.name == *name;
        match self {
            Self::Columns(columns) => Some(columns.iter().find(is_meant)?.data_type.clone()),
            Self::Level(level) => {
                let meant = |one: &&InScope| qualifier.is_none_or(|alias| one.alias == *alias);
                let columns = level.iter().filter(meant).flat_map(|one| &one.columns);
                let mut types = columns.filter(is_meant).map(|column| &column.data_type);
                let first = types.next()?;
                types.all(|other| other == first).then(|| first.clone())
            }
        }
    }
}

struct TypeReader<'a> {
    catalog: &'a Catalog,
    names: &'a Names<'a>,
    tokens: &'a [Token<'a>],
    position: usize,
    /// It came across a cast that is not immutable.
    unstable: bool,
}

type Typed = Result<Option<DataType>, SqlError>;

/// How strongly an infix operator binds (PostgreSQL manual, 4.1.6).
fn binding_power(token: &Token<'_>) -> Option<u8> {
    Some(match token.text.to_ascii_lowercase().as_str() {
        "or" => 1,
        "and" => 2,
        "is" | "isnull" | "notnull" => 4,
        "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => 5,
        "between" | "in" | "like" | "ilike" | "similar" | "not" => 6,
        "+" | "-" => 8,
        "*" | "/" | "%" => 9,
        "^" => 10,
        "at" => 11,
        "collate" => 12,
        "::" => 14,
        "[" => 15,
        _ if token.kind == TokenKind::Symbol && !token.is_any(&["(", ")", ",", "]", ".", ";"]) => 7,
        _ => return None,
    })
}

impl TypeReader<'_> {
    fn peek(&self) -> Option<&Token<'_>> {
        self.tokens.get(self.position)
    }

    fn next_is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.next_is(word);
        self.position += usize::from(found);
        found
    }

    fn expression(&mut self, least: u8) -> Typed {
        let mut left = self.operand()?;
        while let Some(token) = self.tokens.get(self.position).copied() {
            let Some(power) = binding_power(&token).filter(|power| *power > least) else {
                break;
            };
            self.position += 1;
            left = match token.text.to_ascii_lowercase().as_str() {
                "::" => self.cast(left)?,
                "[" => self.subscript(left)?,
                "collate" => {
                    self.name();
                    left
                }
                "at" => self.at_time_zone(left)?,
                "or" | "and" => {
                    self.expression(power)?;
                    boolean()
                }
                operator @ ("<" | ">" | "=" | "<=" | ">=" | "<>" | "!=") => {
                    let right = self.expression(power)?;
                    self.compared(operator, left, right)?
                }
                "is" | "isnull" | "notnull" | "between" | "in" | "like" | "ilike" | "similar"
                | "not" => {
                    return self.predicate();
                }
                operator => {
                    let right = self.expression(power)?;
                    if let (Some(left), Some(right)) = (&left, &right) {
                        self.catalog.check_reckonable(left, operator, right)?;
                    }
                    self.operator(operator, left, right)
                }
            };
        }
        Ok(left)
    }

    /// All predicates give a boolean; what follows them is not told apart.
    fn predicate(&mut self) -> Typed {
        self.position = self.tokens.len();
        Ok(boolean())
    }

    fn operand(&mut self) -> Typed {
        let Some(token) = self.tokens.get(self.position).copied() else {
            return Ok(None);
        };
        self.position += 1;
        match token.kind {
            TokenKind::Text => Ok(Some(literal_type(token.text))),
            TokenKind::Number => Ok(Some(number_type(token.text))),
            TokenKind::Parameter => Ok(None),
            TokenKind::Symbol if token.is("(") => self.parenthesised(),
            TokenKind::Symbol if token.is("-") || token.is("+") => self.expression(10),
            TokenKind::Symbol => Ok(None),
            TokenKind::Word | TokenKind::Quoted => self.word(&token),
        }
    }

    fn parenthesised(&mut self) -> Typed {
        if self.next_is("select") {
            self.skip_to_close();
            return Ok(None);
        }
        let inner = self.expression(0)?;
        if self.take(")") {
            return Ok(inner);
        }
        self.skip_to_close();
        Ok(None)
    }

    fn skip_to_close(&mut self) {
        let mut depth = 1usize;
        while let Some(token) = self.peek() {
            depth = match token.text {
                "(" => depth + 1,
                ")" => depth - 1,
                _ => depth,
            };
            self.position += 1;
            if depth == 0 {
                break;
            }
        }
    }

    fn word(&mut self, token: &Token<'_>) -> Typed {
        let called = self.next_is("(");
        let named = |name: &str| Ok(Some(DataType::named(name)));
        if token.kind == TokenKind::Word {
            match token.text.to_ascii_lowercase().as_str() {
                "true" | "false" => return named("boolean"),
                "null" => return Ok(Some(untyped())),
                "not" => {
                    self.expression(3)?;
                    return Ok(boolean());
                }
                "exists" => {
                    self.position += 1;
                    self.skip_to_close();
                    return Ok(boolean());
                }
                "case" => return self.case(),
                "cast" if called => return self.cast_call(),
                "array" if self.next_is("[") => return self.array(),
                construct @ ("coalesce" | "greatest" | "least" | "nullif") if called => {
                    return self.alternatives(&construct.to_ascii_uppercase());
                }
                "current_timestamp" => return self.with_precision("timestamp with time zone"),
                "localtimestamp" => return self.with_precision("timestamp without time zone"),
                "current_time" => return self.with_precision("time with time zone"),
                "current_date" => return named("date"),
                "current_user" | "session_user" | "user" | "current_role" => return named("name"),
                _ => {}
            }
        }
        self.position -= 1;
        if let Some(typed) = self.typed_constant() {
            return Ok(Some(typed));
        }
        self.name_or_call()
    }

    fn with_precision(&mut self, name: &str) -> Typed {
        if self.take("(") {
            self.skip_to_close();
        }
        Ok(Some(DataType::named(name)))
    }

    /// `interval '1 day'`, `timestamp with time zone '...'`.
    fn typed_constant(&mut self) -> Option<DataType> {
        let rest = &self.tokens[self.position..];
        let string = rest
            .iter()
            .position(|token| token.kind == TokenKind::Text)?;
        let words = rest[..string]
            .iter()
            .all(|token| token.kind == TokenKind::Word);
        if !words || string == 0 || string > 4 {
            return None;
        }
        let name: Vec<_> = rest[..string].iter().map(|token| token.text).collect();
        let data_type = DataType::from_sql(&name.join(" "));
        let data_type = self.catalog.resolve_data_type(&data_type).ok()?;
        self.position += string + 1;
        // `interval '1' day`
        if data_type.name.name.as_str() == "interval" {
            while self.peek().is_some_and(|token| {
                token.is_any(&["year", "month", "day", "hour", "minute", "second", "to"])
            }) {
                self.position += 1;
            }
        }
        Some(data_type)
    }

    fn name(&mut self) -> Vec<Identifier> {
        let mut parts = Vec::new();
        while let Some(part) = self.peek().and_then(Token::identifier) {
            parts.push(part);
            self.position += 1;
            if !self.take(".") {
                break;
            }
        }
        parts
    }

    fn name_or_call(&mut self) -> Typed {
        let parts = self.name();
        let Some(last) = parts.last().cloned() else {
            return Ok(None);
        };
        if self.take("(") {
            let schema = parts.len().checked_sub(2).map(|index| parts[index].clone());
            return self.call(&ObjectName::qualified(schema, last));
        }
        let qualifier = parts.len().checked_sub(2).map(|index| &parts[index]);
        Ok(self.names.type_of(qualifier, &last))
    }

    fn call(&mut self, name: &ObjectName) -> Typed {
        let mut arguments = Vec::new();
        while !self.next_is(")") && self.peek().is_some() {
            let start = self.position;
            arguments.push(self.expression(0)?);
            if !self.take(",") && !self.next_is(")") {
                self.position = start;
                self.skip_to_close();
                return Ok(self.result(name, None));
            }
        }
        self.take(")");
        if self
            .peek()
            .is_some_and(|token| token.is_any(&["filter", "over", "within"]))
        {
            self.position = self.tokens.len();
        }
        Ok(self.result(name, Some(&arguments)))
    }

    fn result(
        &self,
        name: &ObjectName,
        arguments: Option<&[Option<DataType>]>,
    ) -> Option<DataType> {
        let users = self.catalog.functions_named(name);
        let fits = |count: usize| arguments.is_none_or(|found| found.len() == count);
        let mut results: Vec<DataType> = users
            .iter()
            .filter(|function| fits(function.definition.argument_types.len()))
            .map(|function| DataType::from_sql(&function.definition.returns))
            .collect();
        if results.is_empty() {
            let found = self.catalog.overloads(name.name.as_str(), arguments);
            results = found
                .iter()
                .map(|function| DataType::from_sql(function.result))
                .collect();
            results.sort();
        }
        if results.is_empty() && name.name.as_str().starts_with("uuid_") {
            results.push(DataType::named("uuid"));
        }
        results.dedup();
        match results.as_slice() {
            [only] if !is_polymorphic(only) => Some(only.clone()),
            _ => None,
        }
    }

    fn cast(&mut self, source: Option<DataType>) -> Typed {
        let Some(target) = self.type_name() else {
            return Ok(None);
        };
        let target = match self.catalog.resolve_data_type(&target) {
            Ok(target) => target,
            Err(_) => return Ok(None),
        };
        if let Some(source) = source {
            let known = !is_untyped(&source)
                && !self.catalog.is_unknown_type(&source)
                && !self.catalog.is_unknown_type(&target);
            if known && self.catalog.coercion(&source, &target).is_none() {
                return Err(cannot_cast(&source, &target));
            }
            self.unstable |=
                !is_untyped(&source) && self.catalog.is_unstable_coercion(&source, &target);
        }
        Ok(Some(target))
    }

    /// A type's name with its modifiers and brackets.
    fn type_name(&mut self) -> Option<DataType> {
        let start = self.peek()?.start;
        let parts = self.name();
        let first = parts.last()?.as_str().to_owned();
        let follows: &[&str] = match first.as_str() {
            "double" => &["precision"],
            "character" | "bit" | "char" | "nchar" | "national" => {
                &["varying", "character", "char"]
            }
            _ => &[],
        };
        while self.peek().is_some_and(|token| token.is_any(follows)) {
            self.position += 1;
        }
        if self.take("(") {
            self.skip_to_close();
        }
        if first == "timestamp" || first == "time" {
            while self
                .peek()
                .is_some_and(|token| token.is_any(&["with", "without", "time", "zone"]))
            {
                self.position += 1;
            }
        }
        while self.next_is("[") {
            while self.peek().is_some_and(|token| !token.is("]")) {
                self.position += 1;
            }
            self.take("]");
        }
        let end = self.tokens.get(self.position.checked_sub(1)?)?.end();
        let text = self.text_between(start, end);
        Some(DataType::from_sql(&text))
    }

    fn text_between(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        for token in self
            .tokens
            .iter()
            .filter(|token| token.start >= start && token.end() <= end)
        {
            if token.kind == TokenKind::Word && text.ends_with(|last: char| last.is_alphanumeric())
            {
                text.push(' ');
            }
            text.push_str(token.text);
        }
        text
    }

    /// There is no operator between types of two kinds (manual, 10.2).
    fn compared(&self, operator: &str, left: Option<DataType>, right: Option<DataType>) -> Typed {
        if let (Some(left), Some(right)) = (left, right) {
            self.catalog.check_comparable(&left, operator, &right)?;
        }
        Ok(boolean())
    }

    fn operator(
        &self,
        operator: &str,
        left: Option<DataType>,
        right: Option<DataType>,
    ) -> Option<DataType> {
        match operator {
            "||" => concatenation(left, right),
            "->>" | "#>>" => Some(DataType::named("text")),
            "->" | "#>" | "#-" => left.filter(|found| !is_untyped(found)),
            "~" | "~*" | "!~" | "!~*" | "@>" | "<@" | "&&" | "@@" | "?" | "?|" | "?&" | "~~"
            | "~~*" | "!~~" | "!~~*" => boolean(),
            "+" | "-" | "*" | "/" | "%" => arithmetic(operator, left?, right?),
            _ => None,
        }
    }
}

fn cannot_cast(source: &DataType, target: &DataType) -> SqlError {
    let bare = |data_type: &DataType| DataType {
        modifiers: Vec::new(),
        ..data_type.clone()
    };
    let (source, target) = (bare(source), bare(target));
    let message = format!("cannot cast type {source} to {target}");
    SqlError::new(SqlState::CANNOT_COERCE, message, target.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_name(text: &str) -> Option<String> {
        let column = Column::new("at", DataType::named("timestamptz"));
        let number = Column::new("number", DataType::named("int"));
        let found = Catalog::empty().type_of(text, &[column, number]);
        found
            .expect("there is such a cast")
            .map(|data_type| data_type.to_string())
    }

    #[test]
    fn types_of_expressions() {
        let cases = [
            ("'x'", Some("unknown")),
            ("'x'::character varying(20)", Some("character varying(20)")),
            ("12", Some("integer")),
            ("3000000000", Some("bigint")),
            ("-1.5", Some("numeric")),
            ("now()", Some("timestamp with time zone")),
            (
                "timezone('utc'::text, now())",
                Some("timestamp without time zone"),
            ),
            (
                "(now() AT TIME ZONE 'utc')",
                Some("timestamp without time zone"),
            ),
            ("now() + interval '1 day'", Some("timestamp with time zone")),
            ("CURRENT_TIMESTAMP(3)", Some("timestamp with time zone")),
            ("number::text || 'x'", Some("text")),
            ("CAST(number AS varchar(3))", Some("character varying(3)")),
            ("'{}'::text[]", Some("text[]")),
            ("ARRAY['a', 'b']", Some("text[]")),
            ("number > 3 AND true", Some("boolean")),
            ("coalesce(null, number)", Some("integer")),
            (
                "CASE WHEN number = 1 THEN 'a'::text ELSE 'b' END",
                Some("text"),
            ),
            ("(SELECT 1)", None),
            ("lower('X')", None),
            ("gen_random_uuid()", Some("uuid")),
        ];
        for (text, expected) in cases {
            assert_eq!(type_name(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn casts_that_do_not_exist() {
        let number = Column::new("number", DataType::named("int"));
        let error = Catalog::empty().type_of("number::uuid", &[number]);
        assert_eq!(
            error.map_err(|error| error.message),
            Err("cannot cast type integer to uuid".into())
        );
    }
}
