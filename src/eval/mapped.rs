//! `Mapped[...]` annotations: the type and nullability of a `mapped_column()` that gives none
//! (SQLAlchemy 2, "Mapped Column derives the datatype and nullability from the Mapped annotation").

use std::rc::Rc;

use crate::model::Place;

use super::external::{Arguments, External};
use super::object::Class;
use super::value::Value;

/// Adds what the annotation says to the arguments of a column.
pub(crate) fn complete(
    class: &Rc<Class>,
    attribute: &Rc<str>,
    arguments: &mut Arguments,
    place: &Place,
) {
    let annotated = class.annotated.borrow();
    let Some((_, annotation)) = annotated.iter().find(|(name, _)| name == attribute) else {
        return;
    };
    let (inner, nullable) = unwrapped(annotation);
    let is_type = |value: &Value| match value {
        Value::External(external) => !matches!(
            external.name(),
            "ForeignKey" | "Identity" | "Computed" | "Sequence" | "CheckConstraint"
        ),
        Value::Class(_) | Value::Instance(_) => true,
        _ => false,
    };
    let has_type =
        arguments.positional.iter().skip(1).any(is_type) || arguments.keyword("type_").is_some();
    if !has_type && let Some(data_type) = inner.and_then(|inner| data_type(&inner, place)) {
        let at = 1.min(arguments.positional.len());
        arguments.positional.insert(at, data_type);
    }
    let is_key = matches!(arguments.keyword("primary_key"), Some(Value::Bool(true)));
    if arguments.keyword("nullable").is_none() && !is_key {
        arguments
            .keywords
            .push((Rc::from("nullable"), Value::Bool(nullable)));
    }
}

/// What stands inside `Mapped[...]`, and whether it may be `None`.
fn unwrapped(annotation: &Value) -> (Option<Value>, bool) {
    let Some(external) = annotation.as_external() else {
        return (Some(annotation.clone()), false);
    };
    let Some(call) = &external.arguments else {
        return (Some(annotation.clone()), false);
    };
    let inner = call.positional.first().cloned();
    let name = external.path.trim_end_matches("[]");
    if name.ends_with(".Mapped") {
        return inner.as_ref().map_or((None, false), unwrapped);
    }
    if name.ends_with(".Optional") {
        return (inner, true);
    }
    if external.path.as_ref() == "operator.or_" {
        let other = call
            .positional
            .iter()
            .find(|value| !matches!(value, Value::None))
            .cloned();
        return (
            other,
            call.positional
                .iter()
                .any(|value| matches!(value, Value::None)),
        );
    }
    (Some(annotation.clone()), false)
}

/// SQLAlchemy's default type for a Python type (`type_annotation_map`).
fn data_type(inner: &Value, place: &Place) -> Option<Value> {
    let name = match inner {
        Value::External(external) => match external.path.as_ref() {
            "builtins.str" => "String",
            "builtins.int" => "Integer",
            "builtins.bool" => "Boolean",
            "builtins.float" => "Float",
            "builtins.bytes" => "LargeBinary",
            "datetime.datetime" => "DateTime",
            "datetime.date" => "Date",
            "datetime.time" => "Time",
            "datetime.timedelta" => "Interval",
            "decimal.Decimal" => "Numeric",
            "uuid.UUID" => "Uuid",
            _ => return None,
        },
        Value::Class(class) if super::enums::is_enum(class) => {
            return Some(library_type("Enum", vec![inner.clone()], place));
        }
        _ => return None,
    };
    Some(library_type(name, Vec::new(), place))
}

fn library_type(name: &str, arguments: Vec<Value>, place: &Place) -> Value {
    Value::External(Rc::new(External {
        path: Rc::from(format!("sqlalchemy.{name}")),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::positional(arguments)),
        attributes: Default::default(),
        place: place.clone(),
    }))
}
