//! Core expressions: columns, functions, casts, conditions, as the PostgreSQL compiler writes them.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::bind;
use super::literal;
use super::operator::{AND, CONCAT, Compiled, IN, IS, IS_NOT, NOT, OR, Operator, binary, combine};
use super::path;
use super::quote;
use super::reading::{items, text, unknown};
use super::text::{join, sql};

/// Whether columns are written with their table: `t.a` in statements, `a` in DDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnStyle {
    Bare,
    Qualified,
}

/// Functions of SQL that take no parentheses, and those whose Python class has another name.
const ANSI_FUNCTIONS: &[(&str, &str)] = &[
    ("current_date", "CURRENT_DATE"),
    ("current_time", "CURRENT_TIME"),
    ("current_timestamp", "CURRENT_TIMESTAMP"),
    ("current_user", "CURRENT_USER"),
    ("localtime", "LOCALTIME"),
    ("localtimestamp", "LOCALTIMESTAMP"),
    ("session_user", "SESSION_USER"),
    ("user", "USER"),
];

/// Generic functions are found whatever the case of their name.
const GENERIC_FUNCTIONS: &[&str] = &[
    "now",
    "coalesce",
    "max",
    "min",
    "sum",
    "count",
    "concat",
    "char_length",
    "random",
    "array_agg",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
];

impl Compiler<'_> {
    /// The condition of a CHECK, an index or a domain: a string is SQL.
    pub(crate) fn condition(&self, value: &Value) -> Template {
        match value {
            Value::Text(sql) => (**sql).clone(),
            other => self.expression(other, ColumnStyle::Bare).text,
        }
    }

    /// A server default: a string is a literal.
    pub(crate) fn default_text(&self, value: &Value) -> Template {
        match value {
            Value::Text(content) => literal::string(content),
            other => self.expression(other, ColumnStyle::Bare).text,
        }
    }

    /// Any expression; a plain value is a literal.
    pub(crate) fn expression(&self, value: &Value, style: ColumnStyle) -> Compiled {
        match value {
            Value::External(external) => self
                .external_expression(external, style)
                .unwrap_or_else(|| Compiled::atom(literal::literal(value))),
            other => Compiled::atom(literal::literal(other)),
        }
    }

    fn external_expression(&self, external: &External, style: ColumnStyle) -> Option<Compiled> {
        if let Some(operator) = external.path.strip_prefix("operator.") {
            return self.python_operator(operator, external.arguments.as_ref()?, style);
        }
        if let Some(column) = self.column_reference(external, style) {
            return Some(Compiled::atom(column));
        }
        if let Some(name) = path::function_name(external) {
            return Some(self.function(name, external.arguments.as_ref()?, style));
        }
        let name = path::construct(external)?;
        match (path::receiver(external), &external.arguments) {
            (Some(receiver), Some(arguments)) => self.method(name, receiver, arguments, style),
            (Some(receiver), None) => self.attribute(name, receiver, style),
            (None, arguments) => {
                let none = Arguments::default();
                self.call(name, arguments.as_ref().unwrap_or(&none), style)
            }
        }
    }

    /// A function of the `sqlalchemy` package.
    fn call(&self, name: &str, arguments: &Arguments, style: ColumnStyle) -> Option<Compiled> {
        let first = arguments.positional.first();
        let atom = |text| Some(Compiled::atom(text));
        match name {
            "text" | "literal_column" => atom(text(first)?),
            "literal" => self.literal_value(first?, arguments.get(1, "type_")),
            "bindparam" => atom(literal::literal(arguments.get(1, "value")?)),
            "true" | "True_" => atom(Template::from_text("true")),
            "false" | "False_" => atom(Template::from_text("false")),
            "null" | "Null" => atom(Template::from_text("NULL")),
            "column" | "Column" => atom(quote::identifier(&text(first)?)),
            "cast" => atom(self.cast(&self.expression(first?, style), arguments.get(1, "type_")?)),
            "type_coerce" => Some(self.expression(first?, style)),
            "and_" => self.all_of(&arguments.positional, AND, style),
            "or_" => self.all_of(&arguments.positional, OR, style),
            "not_" => Some(self.negated(first?, style)),
            "desc" => atom(sql![self.named(first?, style), " DESC"]),
            "asc" => atom(sql![self.named(first?, style), " ASC"]),
            "nulls_last" | "nullslast" => atom(sql![self.named(first?, style), " NULLS LAST"]),
            "nulls_first" | "nullsfirst" => atom(sql![self.named(first?, style), " NULLS FIRST"]),
            "distinct" => atom(sql!["DISTINCT ", self.expression(first?, style).text]),
            "extract" => {
                let field = text(first)?;
                let from = self.expression(arguments.get(1, "expr")?, style).text;
                atom(sql!["EXTRACT(", field, " FROM ", from, ")"])
            }
            "case" => self.case(arguments, style),
            "tuple_" => atom(sql!["(", self.list(&arguments.positional, style), ")"]),
            "array" => {
                let items = items(first?)?;
                atom(sql!["ARRAY[", self.list(&items, style), "]"])
            }
            "exists" => atom(sql!["EXISTS (", self.select_value(first?)?, ")"]),
            "next_value" => None,
            "select" => atom(sql!["(", self.select(arguments, &[])?, ")"]),
            _ => None,
        }
    }

    /// An expression where a string is a column's name.
    fn named(&self, value: &Value, style: ColumnStyle) -> Template {
        match value {
            Value::Text(name) => quote::identifier(name),
            other => self.expression(other, style).text,
        }
    }

    /// A method of an element: `column.in_([...])`, `column.desc()`, `expression.label("x")`.
    fn method(
        &self,
        name: &str,
        receiver: &Value,
        arguments: &Arguments,
        style: ColumnStyle,
    ) -> Option<Compiled> {
        let first = arguments.positional.first();
        let own = || self.expression(receiver, style);
        let suffix = |suffix: &str| Some(Compiled::atom(sql![own().text, suffix]));
        match name {
            "in_" => self.membership(&own(), first?, false, style),
            "notin_" | "not_in" => self.membership(&own(), first?, true, style),
            "between" => {
                let low = self.expression(first?, style).operand_of(IN);
                let high = self
                    .expression(arguments.get(1, "cright")?, style)
                    .operand_of(IN);
                let text = sql![own().operand_of(IN), " BETWEEN ", low, " AND ", high];
                Some(Compiled {
                    text,
                    operator: Some(IN),
                })
            }
            "startswith" => Some(self.matching(&own(), "", first?, "%", style)),
            "endswith" => Some(self.matching(&own(), "%", first?, "", style)),
            "contains" => Some(self.matching(&own(), "%", first?, "%", style)),
            "desc" => suffix(" DESC"),
            "asc" => suffix(" ASC"),
            "nulls_last" | "nullslast" => suffix(" NULLS LAST"),
            "nulls_first" | "nullsfirst" => suffix(" NULLS FIRST"),
            "distinct" => Some(Compiled::atom(sql!["DISTINCT ", own().text])),
            "label" | "self_group" | "scalar_subquery" | "as_scalar" => Some(own()),
            "cast" => Some(Compiled::atom(self.cast(&own(), first?))),
            "concat" => Some(combine(&own(), CONCAT, &self.expression(first?, style))),
            "bindparams" => Some(Compiled::atom(self.bound_text(receiver, arguments)?)),
            "next_value" => self.next_value(receiver),
            "where" | "select_from" | "order_by" | "limit" | "join" | "group_by" => {
                Some(Compiled::atom(sql![
                    "(",
                    self.select_chain(name, receiver, arguments)?,
                    ")"
                ]))
            }
            "op()" => None,
            _ => {
                let operator = binary(name)?;
                Some(self.compare(&own(), operator, first?, style))
            }
        }
    }

    /// An attribute of an element that is no column: `column.astext`.
    fn attribute(&self, name: &str, receiver: &Value, style: ColumnStyle) -> Option<Compiled> {
        let item = path::construct_of(receiver);
        match (name, receiver) {
            ("astext", Value::External(subscript)) if &*subscript.path == "operator.getitem" => {
                let arguments = subscript.arguments.as_ref()?;
                let base = self.expression(arguments.positional.first()?, style).text;
                let key = literal::literal(arguments.positional.get(1)?);
                Some(Compiled {
                    text: sql![base, " ->> ", key],
                    operator: Some(CONCAT),
                })
            }
            _ => item.and(None),
        }
    }

    /// `left == right` and its kin.
    fn python_operator(
        &self,
        name: &str,
        arguments: &Arguments,
        style: ColumnStyle,
    ) -> Option<Compiled> {
        let left = arguments.positional.first()?;
        match (name, arguments.positional.get(1)) {
            ("invert" | "__invert__" | "not_", None) => Some(self.negated(left, style)),
            ("neg", None) => {
                let text = sql!["-", self.expression(left, style).alone()];
                Some(Compiled::atom(text))
            }
            ("getitem", Some(key)) => {
                let text = sql![
                    self.expression(left, style).text,
                    " -> ",
                    literal::literal(key)
                ];
                Some(Compiled {
                    text,
                    operator: Some(CONCAT),
                })
            }
            (_, Some(right)) => {
                let operator = binary(name)?;
                Some(self.compare(&self.expression(left, style), operator, right, style))
            }
            (_, None) => None,
        }
    }

    /// A comparison with `None` is `IS NULL`; one with a string added to is a concatenation.
    fn compare(
        &self,
        left: &Compiled,
        operator: Operator,
        right: &Value,
        style: ColumnStyle,
    ) -> Compiled {
        let null = matches!(right, Value::None);
        let operator = match (operator.name, null) {
            ("eq", true) => IS,
            ("ne", true) => IS_NOT,
            ("add", false) if matches!(right, Value::Text(_)) => CONCAT,
            _ => operator,
        };
        combine(left, operator, &self.expression(right, style))
    }

    fn membership(
        &self,
        left: &Compiled,
        values: &Value,
        negated: bool,
        style: ColumnStyle,
    ) -> Option<Compiled> {
        let inside = match items(values) {
            Some(values) if values.is_empty() => {
                Template::from_text("SELECT CAST(NULL AS VARCHAR) WHERE 1!=1")
            }
            Some(values) => self.list(&values, style),
            None => match self.select_value(values) {
                Some(query) => query,
                None => unknown(values),
            },
        };
        let written = if negated { " NOT IN (" } else { " IN (" };
        let text = sql![left.operand_of(IN), written, inside, ")"];
        Some(match negated {
            true => Compiled::atom(sql!["(", text, ")"]),
            false => Compiled {
                text,
                operator: Some(IN),
            },
        })
    }

    /// `LIKE '%' || value || '%'`.
    fn matching(
        &self,
        left: &Compiled,
        before: &str,
        value: &Value,
        after: &str,
        style: ColumnStyle,
    ) -> Compiled {
        let value = self.expression(value, style).operand_of(CONCAT);
        let quoted = |wild: &str| Template::from_text(format!("'{wild}'"));
        let parts: Vec<_> = [
            (!before.is_empty()).then(|| quoted(before)),
            Some(value),
            (!after.is_empty()).then(|| quoted(after)),
        ]
        .into_iter()
        .flatten()
        .collect();
        Compiled::atom(sql![
            "(",
            left.operand_of(IN),
            " LIKE ",
            join(&parts, " || "),
            ")"
        ])
    }

    fn all_of(&self, values: &[Value], operator: Operator, style: ColumnStyle) -> Option<Compiled> {
        let mut compiled = values.iter().map(|value| self.expression(value, style));
        let first = compiled.next()?;
        Some(compiled.fold(first, |left, right| combine(&left, operator, &right)))
    }

    /// `NOT x`; comparisons are turned around instead.
    fn negated(&self, value: &Value, style: ColumnStyle) -> Compiled {
        if let Some(text) = self.negated_comparison(value, style) {
            return text;
        }
        let inner = self.expression(value, style);
        Compiled {
            text: sql!["NOT ", inner.operand_of(NOT)],
            operator: Some(NOT),
        }
    }

    fn negated_comparison(&self, value: &Value, style: ColumnStyle) -> Option<Compiled> {
        let Value::External(external) = value else {
            return None;
        };
        let arguments = external.arguments.as_ref()?;
        let (left, right) = (arguments.positional.first()?, arguments.positional.get(1));
        let turned = match external.path.strip_prefix("operator.")? {
            "eq" => "ne",
            "ne" => "eq",
            "lt" => "ge",
            "ge" => "lt",
            "gt" => "le",
            "le" => "gt",
            _ => return None,
        };
        Some(self.compare(
            &self.expression(left, style),
            binary(turned)?,
            right?,
            style,
        ))
    }

    fn cast(&self, operand: &Compiled, data_type: &Value) -> Template {
        let written = match self.data_type(data_type).text {
            Ok(text) => text,
            Err(_) => unknown(data_type),
        };
        sql!["CAST(", operand.text, " AS ", written, ")"]
    }

    fn literal_value(&self, value: &Value, data_type: Option<&Value>) -> Option<Compiled> {
        let is_json = data_type.is_some_and(|data_type| {
            self.data_type(data_type).affinity == super::data_type::Affinity::Json
        });
        let text = if is_json {
            literal::json(value)
        } else {
            literal::literal(value)
        };
        Some(Compiled::atom(text))
    }

    fn function(&self, name: &str, arguments: &Arguments, style: ColumnStyle) -> Compiled {
        let lower = name.to_lowercase();
        let ansi = ANSI_FUNCTIONS.iter().find(|(known, _)| *known == lower);
        if let Some((_, written)) = ansi.filter(|_| arguments.positional.is_empty()) {
            return Compiled::atom(Template::from_text(*written));
        }
        let written = match GENERIC_FUNCTIONS.contains(&lower.as_str()) {
            true => lower.as_str(),
            false => name,
        };
        let inside = match written == "count" && arguments.positional.is_empty() {
            true => Template::from_text("*"),
            false => self.list(&arguments.positional, style),
        };
        Compiled::atom(sql![written, "(", inside, ")"])
    }

    /// `case((condition, result), ..., else_=...)`; older code gives the pairs in a list.
    fn case(&self, arguments: &Arguments, style: ColumnStyle) -> Option<Compiled> {
        let pairs = match arguments.positional.as_slice() {
            [Value::List(pairs)] => pairs.borrow().clone(),
            pairs => pairs.to_vec(),
        };
        let mut text = Template::from_text("CASE");
        for pair in &pairs {
            let pair = items(pair)?;
            let [condition, result] = pair.as_slice() else {
                return None;
            };
            let condition = self.expression(condition, style).alone();
            text = sql![
                text,
                " WHEN ",
                condition,
                " THEN ",
                self.expression(result, style).text
            ];
        }
        if let Some(otherwise) = arguments.keyword("else_") {
            text = sql![text, " ELSE ", self.expression(otherwise, style).text];
        }
        Some(Compiled::atom(sql![text, " END"]))
    }

    fn next_value(&self, sequence: &Value) -> Option<Compiled> {
        let arguments = path::call_of(sequence, "Sequence")?;
        let name = text(arguments.get(0, "name"))?;
        let schema = text(arguments.keyword("schema"));
        let name = quote::qualified(schema.as_ref(), &name);
        Some(Compiled::atom(sql![
            "nextval(",
            literal::string(&name),
            ")"
        ]))
    }

    /// `text("...").bindparams(name=value)`.
    fn bound_text(&self, receiver: &Value, arguments: &Arguments) -> Option<Template> {
        let inner = text(path::call_of(receiver, "text")?.positional.first())?;
        Some(bind::bind(&inner, &bind::named_values(arguments)).text)
    }

    pub(crate) fn list(&self, values: &[Value], style: ColumnStyle) -> Template {
        let parts: Vec<_> = values
            .iter()
            .map(|value| self.expression(value, style).text)
            .collect();
        join(&parts, ", ")
    }
}
