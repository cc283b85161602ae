//! Exceptions: which class a value has, and whether a handler catches it.

use std::rc::Rc;

use super::value::Value;

/// The canonical path of an exception's class; for a class of the estate its own name.
pub(crate) fn class_of(value: &Value) -> Rc<str> {
    match value {
        Value::External(external) => external.path.clone(),
        Value::Instance(instance) => Rc::from(instance.class.name()),
        Value::Class(class) => Rc::from(class.name()),
        _ => Rc::from("builtins.Exception"),
    }
}

pub(crate) fn message_of(value: &Value) -> Option<String> {
    match value {
        Value::External(external) => external
            .arguments
            .as_ref()?
            .positional
            .first()?
            .known_text(),
        Value::Instance(instance) => instance.arguments.positional.first()?.known_text(),
        _ => None,
    }
}

/// What an exception was made with.
pub(crate) fn first_argument(value: &Value) -> Option<Value> {
    match value {
        Value::External(external) => external.arguments.as_ref()?.positional.first().cloned(),
        Value::Instance(instance) => instance.arguments.positional.first().cloned(),
        _ => None,
    }
}

/// Does a handler for `wanted` catch an exception whose value or class path is given?
/// `ancestors` gives the known base classes of a library's exception, nearest first.
pub(crate) fn catches(
    wanted: &Value,
    raised: &Value,
    class: &str,
    ancestors: &dyn Fn(&str) -> Vec<String>,
) -> bool {
    match wanted {
        Value::Tuple(choices) => choices
            .iter()
            .any(|choice| catches(choice, raised, class, ancestors)),
        Value::OneOf(choices) => choices
            .values
            .iter()
            .any(|choice| catches(choice, raised, class, ancestors)),
        Value::Class(wanted) => match raised {
            Value::Instance(instance) => instance
                .class
                .lineage()
                .iter()
                .any(|class| Rc::ptr_eq(class, wanted)),
            Value::Class(raised) => raised
                .lineage()
                .iter()
                .any(|class| Rc::ptr_eq(class, wanted)),
            _ => false,
        },
        Value::External(wanted) => library_catches(&wanted.path, raised, class, ancestors),
        _ => true,
    }
}

fn library_catches(
    wanted: &str,
    raised: &Value,
    class: &str,
    ancestors: &dyn Fn(&str) -> Vec<String>,
) -> bool {
    if wanted == "builtins.BaseException" {
        return true;
    }
    if wanted == "builtins.Exception" {
        return !matches!(
            class,
            "builtins.KeyboardInterrupt" | "builtins.GeneratorExit"
        );
    }
    let bases: Vec<String> = match raised {
        Value::Instance(instance) => external_bases(&instance.class),
        Value::Class(class) => external_bases(class),
        _ => vec![class.to_owned()],
    };
    bases
        .iter()
        .any(|base| base == wanted || ancestors(base).iter().any(|known| known == wanted))
}

fn external_bases(class: &Rc<super::object::Class>) -> Vec<String> {
    class
        .external_bases()
        .iter()
        .filter_map(|base| base.as_external().map(|external| external.path.to_string()))
        .collect()
}
