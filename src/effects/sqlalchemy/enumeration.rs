//! Named types: `Enum`/`ENUM` and `DOMAIN`, and the statements that make and drop them.

use std::rc::Rc;

use crate::eval::{Arguments, Class, External, Value};
use crate::model::Template;
use crate::python::tree::StatementKind;

use super::Compiler;
use super::data_type::{Affinity, SqlType};
use super::literal;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, items, text, truth, unknown, verbatim};
use super::text::{join, sql};

/// An enum or domain of the database that a type object stands for.
#[derive(Debug, Clone)]
pub(crate) struct NamedType {
    /// As PostgreSQL writes it, with its schema.
    pub(crate) name: Template,
    pub(crate) create: Template,
    pub(crate) drop: Template,
    /// Whether `CREATE TABLE` makes it as well.
    pub(crate) with_table: bool,
}

/// The CHECK of a non-native `Enum(create_constraint=True)`.
#[derive(Debug, Clone)]
pub(crate) struct TypeCheck {
    pub(crate) name: Option<Template>,
    pub(crate) labels: Vec<Template>,
}

struct EnumArguments {
    name: Option<Template>,
    labels: Vec<Template>,
    /// The labels are not all known.
    open: bool,
}

pub(crate) fn enum_type(
    compiler: &Compiler,
    external: &External,
    arguments: &Arguments,
) -> SqlType {
    let read = read_enum(compiler, arguments);
    let native = arguments
        .keyword("native_enum")
        .and_then(truth)
        .unwrap_or(true);
    let is_postgres_enum = external.path.ends_with("ENUM");
    match native || is_postgres_enum {
        true => native_enum(compiler, read, arguments),
        false => text_enum(read, arguments),
    }
}

fn native_enum(compiler: &Compiler, read: EnumArguments, arguments: &Arguments) -> SqlType {
    let Some(name) = read.name else {
        return SqlType::raising(Raised::compile_error(
            "PostgreSQL ENUM type requires a name.",
        ));
    };
    let schema = text(given(arguments, "schema")).or_else(|| compiler.schema.clone());
    let name = quote::qualified(schema.as_ref(), &name);
    let mut labels: Vec<_> = read.labels.iter().map(literal::string).collect();
    if read.open {
        labels.push(super::text::hole("labels", "not all labels are known"));
    }
    let named = NamedType {
        create: sql!["CREATE TYPE ", name, " AS ENUM (", join(&labels, ", "), ")"],
        drop: sql!["DROP TYPE ", name],
        with_table: Flag::read(arguments.keyword("create_type")) != Flag::No,
        name: name.clone(),
    };
    SqlType {
        text: Ok(name),
        affinity: Affinity::Text,
        named: Some(named),
        check: None,
    }
}

fn text_enum(read: EnumArguments, arguments: &Arguments) -> SqlType {
    let longest = read
        .labels
        .iter()
        .map(|label| label.display().chars().count())
        .max();
    let length = match given(arguments, "length") {
        Some(length) => verbatim(Some(length)),
        None => longest
            .filter(|_| !read.open)
            .map(|n| Template::from_text(n.to_string())),
    };
    let written = match length {
        Some(length) => sql!["VARCHAR(", length, ")"],
        None => Template::from_text("VARCHAR"),
    };
    let with_check = Flag::read(arguments.keyword("create_constraint")).is_yes();
    let check = with_check.then_some(TypeCheck {
        name: read.name,
        labels: read.labels,
    });
    SqlType {
        check,
        ..SqlType::written(written, Affinity::Text)
    }
}

fn read_enum(compiler: &Compiler, arguments: &Arguments) -> EnumArguments {
    let name = text(given(arguments, "name"));
    match arguments.positional.as_slice() {
        [Value::Class(class)] => {
            let labels = class_labels(compiler, class, arguments);
            let own_name = Template::from_text(class.definition.name.to_lowercase());
            EnumArguments {
                name: name.or(Some(own_name)),
                open: labels.is_none(),
                labels: labels.unwrap_or_default(),
            }
        }
        positional => {
            let known = positional
                .iter()
                .all(|label| matches!(label, Value::Text(_)));
            EnumArguments {
                name,
                labels: positional.iter().map(label_text).collect(),
                open: arguments.open || !known && positional.iter().any(is_unknown),
            }
        }
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Unknown(_) | Value::OneOf(_))
}

fn label_text(value: &Value) -> Template {
    text(Some(value)).unwrap_or_else(|| unknown(value))
}

/// The labels of a Python enum class: its members' names, or what `values_callable` gives.
fn class_labels(
    compiler: &Compiler,
    class: &Rc<Class>,
    arguments: &Arguments,
) -> Option<Vec<Template>> {
    let members = members(class);
    if members.is_empty() {
        return None;
    }
    let Some(callable) = given(arguments, "values_callable") else {
        return Some(
            members
                .iter()
                .map(|(name, _)| Template::from_text(&**name))
                .collect(),
        );
    };
    let called = compiler
        .caller
        .call(callable, vec![Value::Class(class.clone())]);
    match called.as_ref().and_then(items) {
        Some(labels) => Some(labels.iter().map(label_text).collect()),
        None => takes_values(callable)
            .then(|| members.iter().map(|(_, value)| label_text(value)).collect()),
    }
}

/// The members of an enum class in order of definition, without aliases.
pub(crate) fn members(class: &Rc<Class>) -> Vec<(Rc<str>, Value)> {
    let mut found: Vec<(Rc<str>, Value)> = Vec::new();
    for (name, value) in class.attributes.all() {
        let value = member_value(value);
        let is_member = !name.starts_with('_') && !matches!(value, Value::Function(_));
        if is_member && !found.iter().any(|(_, known)| same_text(known, &value)) {
            found.push((name, value));
        }
    }
    found
}

/// Evaluation may hold a member as an object with its `value`.
fn member_value(value: Value) -> Value {
    match &value {
        Value::Instance(instance) => instance.attributes.get("value").unwrap_or(value),
        _ => value,
    }
}

fn same_text(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Integer(left), Value::Integer(right)) => left == right,
        _ => false,
    }
}

/// `lambda x: [e.value for e in x]`, read from its text when it cannot be called.
fn takes_values(callable: &Value) -> bool {
    match callable {
        Value::Function(function) => {
            function
                .definition
                .body
                .iter()
                .any(|statement| match &statement.kind {
                    StatementKind::Return(Some(expression))
                    | StatementKind::Expression(expression) => expression.text.contains(".value"),
                    _ => false,
                })
        }
        _ => false,
    }
}

/// `DOMAIN(name, data_type, collation=, default=, constraint_name=, not_null=, check=)`.
pub(crate) fn domain_type(compiler: &Compiler, arguments: &Arguments) -> SqlType {
    let Some(name) = text(arguments.get(0, "name")) else {
        return SqlType::raising(Raised::compile_error(
            "PostgreSQL DOMAIN type requires a name.",
        ));
    };
    let name = quote::qualified(text(given(arguments, "schema")).as_ref(), &name);
    let base = match arguments.get(1, "data_type") {
        Some(base) => compiler.data_type(base).text,
        None => return SqlType::null(),
    };
    let base = match base {
        Ok(base) => base,
        Err(raised) => return SqlType::raising(raised),
    };
    let options = domain_options(compiler, arguments);
    let named = NamedType {
        create: sql![
            "CREATE DOMAIN ",
            name,
            " AS ",
            base,
            " ",
            join(&options, " ")
        ],
        drop: sql!["DROP DOMAIN ", name],
        with_table: Flag::read(arguments.keyword("create_type")) != Flag::No,
        name: name.clone(),
    };
    SqlType {
        text: Ok(name),
        affinity: Affinity::Other,
        named: Some(named),
        check: None,
    }
}

fn domain_options(compiler: &Compiler, arguments: &Arguments) -> Vec<Template> {
    let mut options = Vec::new();
    if let Some(collation) = text(given(arguments, "collation")) {
        options.push(sql!["COLLATE ", quote::identifier(&collation)]);
    }
    if let Some(default) = given(arguments, "default") {
        options.push(sql!["DEFAULT ", compiler.default_text(default)]);
    }
    if let Some(name) = text(given(arguments, "constraint_name")) {
        options.push(sql!["CONSTRAINT ", quote::identifier(&name)]);
    }
    if Flag::read(arguments.keyword("not_null")).is_yes() {
        options.push(Template::from_text("NOT NULL"));
    }
    if let Some(check) = given(arguments, "check") {
        options.push(sql!["CHECK (", compiler.condition(check), ")"]);
    }
    options
}
