//! `isinstance`: of which class a value is, where that can be told.

use super::interpreter::Interpreter;
use super::value::Value;

impl Interpreter<'_> {
    /// `isinstance(value, classes)`.
    pub(crate) fn is_instance(&mut self, value: &Value, classes: Option<&Value>) -> Option<bool> {
        match classes? {
            Value::Tuple(choices) => {
                let mut answer = Some(false);
                for choice in choices.iter() {
                    match self.is_instance(value, Some(choice)) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Value::Class(class) => match value {
                Value::Instance(instance) => Some(
                    instance
                        .class
                        .lineage()
                        .iter()
                        .any(|known| std::rc::Rc::ptr_eq(known, class)),
                ),
                Value::Text(_)
                | Value::Integer(_)
                | Value::List(_)
                | Value::Dict(_)
                | Value::None => Some(false),
                _ => None,
            },
            Value::External(external) => builtin_instance(value, &external.path),
            _ => None,
        }
    }
}

fn builtin_instance(value: &Value, class: &str) -> Option<bool> {
    let own = match value {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Integer(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "str",
        Value::Bytes(_) => "bytes",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Set(_) => "set",
        Value::Dict(_) => "dict",
        Value::External(external) if external.arguments.is_some() => {
            return (external.path.as_ref() == class).then_some(true);
        }
        _ => return None,
    };
    let wanted = class.strip_prefix("builtins.").unwrap_or(class);
    Some(wanted == own || wanted == "object" || wanted == "int" && own == "bool")
}
