//! Enumerations of the estate: members are instances with `name` and `value`.

use std::cell::Cell;
use std::rc::Rc;

use crate::model::Place;

use super::external::Arguments;
use super::object::{Attributes, Class, Instance};
use super::value::Value;

const ENUM_BASES: &[&str] = &[
    "enum.Enum",
    "enum.IntEnum",
    "enum.StrEnum",
    "enum.Flag",
    "enum.IntFlag",
    "django.db.models.TextChoices",
    "django.db.models.IntegerChoices",
    "django.db.models.Choices",
    "strenum.StrEnum",
];

pub(crate) fn is_enum(class: &Rc<Class>) -> bool {
    base_paths(class)
        .iter()
        .any(|path| ENUM_BASES.contains(&path.as_str()))
}

fn base_paths(class: &Rc<Class>) -> Vec<String> {
    class
        .external_bases()
        .iter()
        .filter_map(|base| base.as_external().map(|external| external.path.to_string()))
        .collect()
}

/// Turns the plain attributes of an enumeration's body into members.
pub(crate) fn make_members(class: &Rc<Class>, place: &Place) {
    if !is_enum(class) {
        return;
    }
    let mut automatic = 0;
    let mut made: Vec<(Value, Rc<Instance>)> = Vec::new();
    for (name, value) in class.attributes.all() {
        if name.starts_with('_') || is_method(&value) {
            continue;
        }
        automatic += 1;
        let member = Instance {
            class: class.clone(),
            attributes: Attributes::default(),
            arguments: Arguments::default(),
            initialised: Cell::new(true),
            place: place.clone(),
        };
        let value = member_content(class, &name, value, automatic);
        // A second name of a value is another name of the first member.
        if let Some((_, first)) = made.iter().find(|(known, _)| is_same(known, &value)) {
            class
                .attributes
                .set(&name, Value::Instance(Rc::clone(first)));
            continue;
        }
        member
            .attributes
            .set(&Rc::from("name"), Value::text(name.as_ref()));
        member
            .attributes
            .set(&Rc::from("_name_"), Value::text(name.as_ref()));
        member.attributes.set(&Rc::from("value"), value.clone());
        member.attributes.set(&Rc::from("_value_"), value.clone());
        let member = Rc::new(member);
        made.push((value, Rc::clone(&member)));
        class.attributes.set(&name, Value::Instance(member));
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one == other,
        (Value::Text(_), Value::Text(_)) => {
            one.known_text().is_some() && one.known_text() == other.known_text()
        }
        _ => false,
    }
}

fn is_method(value: &Value) -> bool {
    matches!(
        value,
        Value::Function(_) | Value::BoundMethod(_) | Value::Class(_)
    )
}

/// `auto()` counts, or takes the lower-case name in a `StrEnum`; Django's choices carry a label.
fn member_content(class: &Rc<Class>, name: &str, value: Value, position: i64) -> Value {
    let bases = base_paths(class);
    if let Value::External(external) = &value
        && external.is_call_of("enum.auto")
    {
        let is_text = bases
            .iter()
            .any(|path| path.ends_with("StrEnum") || path == "builtins.str");
        return if is_text {
            Value::text(name.to_lowercase())
        } else {
            Value::Integer(position)
        };
    }
    if let Value::Tuple(parts) = &value
        && bases
            .iter()
            .any(|path| path.starts_with("django.db.models."))
        && let Some(first) = parts.first()
    {
        return first.clone();
    }
    value
}

/// The members in order of definition.
pub(crate) fn members(class: &Rc<Class>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for owner in class.lineage().iter().rev() {
        for (_, value) in owner.attributes.all() {
            let is_listed = |instance: &Rc<Instance>| {
                let is_it = |known: &Value| matches!(known, Value::Instance(known) if Rc::ptr_eq(known, instance));
                found.iter().any(is_it)
            };
            if let Value::Instance(instance) = &value
                && instance.attributes.get("_value_").is_some()
                && !is_listed(instance)
            {
                found.push(value);
            }
        }
    }
    found
}

/// The value of a member; `None` for other objects.
pub(crate) fn member_value(instance: &Rc<Instance>) -> Option<Value> {
    if is_enum(&instance.class) {
        instance.attributes.get("_value_")
    } else {
        None
    }
}

pub(crate) fn member_name(member: &Value) -> Value {
    match member {
        Value::Instance(instance) => instance.attributes.get("name").unwrap_or(Value::None),
        _ => Value::None,
    }
}

/// Members that are also strings or numbers compare equal to their value.
pub(crate) fn is_mixed(instance: &Rc<Instance>) -> bool {
    base_paths(&instance.class).iter().any(|path| {
        matches!(
            path.as_str(),
            "builtins.str" | "builtins.int" | "enum.IntEnum" | "enum.StrEnum" | "strenum.StrEnum"
        ) || path.starts_with("django.db.models.")
    })
}

/// What a member is in an f-string: its value where it is a string too (Python 3.11 prints the
/// dotted name for `class X(str, Enum)`, but scripts of any version mean the value in SQL).
pub(crate) fn text_of_member(instance: &Rc<Instance>) -> Option<Value> {
    let value = member_value(instance)?;
    if is_mixed(instance) {
        return Some(value);
    }
    let name = instance.attributes.get("name")?.known_text()?;
    Some(Value::text(format!("{}.{name}", instance.class.name())))
}
