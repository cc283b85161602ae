//! What a value can be after paths meet.

use std::rc::Rc;

use crate::model::Guard;

use super::conditions::{Conditions, OfPath};
use super::containers::is_equal_key;
use super::external::External;
use super::externals::wraps_text;
use super::journal::Content;
use super::value::{Alternatives, Maybe, Source, Value};

/// The same object, or the same plain content.
pub(crate) fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Integer(left), Value::Integer(right)) => left == right,
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => Rc::ptr_eq(left, right) || left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::List(left), Value::List(right)) | (Value::Set(left), Value::Set(right)) => {
            Rc::ptr_eq(left, right)
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            Rc::ptr_eq(left, right)
                || left.len() == right.len()
                    && left.len() < 16
                    && left
                        .iter()
                        .zip(right.iter())
                        .all(|(left, right)| is_same(left, right))
        }
        (Value::Dict(left), Value::Dict(right)) => Rc::ptr_eq(left, right),
        (Value::Function(left), Value::Function(right)) => Rc::ptr_eq(left, right),
        (Value::Class(left), Value::Class(right)) => Rc::ptr_eq(left, right),
        (Value::Instance(left), Value::Instance(right)) => Rc::ptr_eq(left, right),
        (Value::Module(left), Value::Module(right)) => Rc::ptr_eq(left, right),
        (Value::External(left), Value::External(right)) => {
            Rc::ptr_eq(left, right) || is_same_wrapped_text(left, right)
        }
        (Value::Unknown(left), Value::Unknown(right)) => {
            Rc::ptr_eq(left, right) || left.place == right.place && left.text == right.text
        }
        (Value::OneOf(left), Value::OneOf(right)) => Rc::ptr_eq(left, right),
        (Value::Maybe(left), Value::Maybe(right)) => {
            Rc::ptr_eq(left, right) || is_same(&left.value, &right.value)
        }
        (Value::BoundMethod(left), Value::BoundMethod(right)) => {
            Rc::ptr_eq(&left.function, &right.function) && is_same(&left.receiver, &right.receiver)
        }
        (Value::BuiltinMethod(left), Value::BuiltinMethod(right)) => {
            left.name == right.name && is_same(&left.receiver, &right.receiver)
        }
        _ => false,
    }
}

/// Two times the same text, wrapped at the same place.
fn is_same_wrapped_text(left: &External, right: &External) -> bool {
    let text = |external: &External| external.arguments.as_ref()?.positional.first().cloned();
    wraps_text(&left.path, left.type_path.as_deref())
        && left.path == right.path
        && left.place == right.place
        && match (text(left), text(right)) {
            (Some(Value::Text(left)), Some(Value::Text(right))) => left == right,
            _ => false,
        }
}

/// More numbers than these are a counter's: nothing is built of them.
const MOST_NUMBERS: usize = 6;

/// One more value of a kind among so many tells nothing new: another unknown one, another object of
/// the same class, another result of the same call.
const MOST_OF_A_KIND: usize = 4;

fn is_of_a_kind(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Unknown(_), Value::Unknown(_)) => true,
        (Value::Instance(left), Value::Instance(right)) => Rc::ptr_eq(&left.class, &right.class),
        (Value::External(left), Value::External(right)) => {
            left.place == right.place
                && left.path == right.path
                && !wraps_text(&left.path, left.type_path.as_deref())
        }
        _ => false,
    }
}

/// One of the values; alternatives are flattened and doubles left out. Beyond `limit` nothing is
/// known.
pub(crate) fn one_of(
    values: impl IntoIterator<Item = Value>,
    source: Source,
    limit: usize,
) -> Value {
    let mut values = values.into_iter();
    let Some(first) = values.next() else {
        return Value::None;
    };
    let others: Vec<Value> = values.filter(|value| !is_same(&first, value)).collect();
    if others.is_empty() {
        return first;
    }
    one_of_many(std::iter::once(first).chain(others), source, limit)
}

fn one_of_many(values: impl IntoIterator<Item = Value>, source: Source, limit: usize) -> Value {
    let mut found = Different::default();
    let mut source = source;
    for value in values {
        if let Value::OneOf(alternatives) = &value {
            source = super::unknown::heavier(source, alternatives.source.clone());
        }
        for alternative in value.alternatives() {
            if !found.has_enough_like(alternative) {
                found.add(alternative);
            }
        }
    }
    let mut found = found.values;
    let is_number = |value: &Value| matches!(value, Value::Integer(_) | Value::Float(_));
    let numbers = found.iter().filter(|value| is_number(value)).count();
    if found.len() > limit || numbers > MOST_NUMBERS {
        let reason = "one of more values than are followed";
        let place = crate::model::Place::new("", 0, 0);
        return super::unknown::unknown("value".into(), reason, source, place);
    }
    match found.len() {
        0 => Value::None,
        1 => found.remove(0),
        _ => Value::OneOf(Rc::new(Alternatives {
            values: found,
            source,
        })),
    }
}

/// Values, each once. Values of different marks are never the same: few have to be compared.
#[derive(Default)]
pub(crate) struct Different {
    values: Vec<Value>,
    /// Of each value.
    marks: Vec<usize>,
}

impl Different {
    /// Of values that are different already.
    pub(crate) fn of(values: &[Value]) -> Self {
        let mut different = Self::default();
        values.iter().for_each(|value| different.push(value));
        different
    }

    pub(crate) fn has(&self, value: &Value) -> bool {
        let of_value = mark(value);
        let mut known = self.marks.iter().zip(&self.values);
        known.any(|(mark, known)| *mark == of_value && is_same(known, value))
    }

    fn push(&mut self, value: &Value) {
        self.marks.push(mark(value));
        self.values.push(value.clone());
    }

    fn add(&mut self, value: &Value) {
        if !self.has(value) {
            self.push(value);
        }
    }

    /// Are there as many of its kind already as tell anything?
    fn has_enough_like(&self, value: &Value) -> bool {
        if self.values.len() < MOST_OF_A_KIND {
            return false;
        }
        let of_its_kind = self
            .values
            .iter()
            .filter(|known| is_of_a_kind(known, value));
        of_its_kind.take(MOST_OF_A_KIND).count() == MOST_OF_A_KIND
    }
}

/// The same for all values that are the same: a text's width, a number itself.
fn mark(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.width(),
        Value::Integer(number) => *number as usize,
        Value::Maybe(maybe) => mark(&maybe.value),
        _ => 0,
    }
}

/// An element that is there only under the guards.
pub(crate) fn maybe(value: Value, guards: &[Guard]) -> Value {
    maybe_under(value, &Conditions::from(guards))
}

/// The same with guards that others share.
pub(crate) fn maybe_under(value: Value, conditions: &Conditions) -> Value {
    match value {
        Value::Maybe(inner) => Value::Maybe(Rc::new(Maybe {
            value: inner.value.clone(),
            guards: conditions.around(&inner.guards),
            excluded: inner.excluded.clone(),
        })),
        value => Value::Maybe(Rc::new(Maybe {
            value,
            guards: conditions.clone(),
            excluded: None,
        })),
    }
}

/// An element that a filter has left out.
pub(crate) fn excluded(value: Value, filter: &std::sync::Arc<str>) -> Value {
    Value::Maybe(Rc::new(Maybe {
        value,
        guards: Conditions::default(),
        excluded: Some(filter.clone()),
    }))
}

/// The elements without those that a filter has left out.
pub(crate) fn present(elements: &[Value]) -> Vec<Value> {
    elements
        .iter()
        .filter(|element| !element.is_excluded())
        .cloned()
        .collect()
}

/// What one path left in a slot, with the guards of that path.
pub(crate) struct Left<'p> {
    pub(crate) content: &'p Content,
    pub(crate) guards: &'p OfPath<'p>,
}

/// What a slot holds after the paths meet.
pub(crate) fn join_contents(
    before: &Content,
    left: &[Left<'_>],
    source: &Source,
    limit: usize,
) -> Content {
    match before {
        Content::Elements(base) => Content::Elements(join_elements(base, left)),
        Content::Entries(base) => Content::Entries(join_entries(base, left, source, limit)),
        Content::Absent | Content::Value(_) => join_values(left, source, limit),
    }
}

fn join_values(left: &[Left<'_>], source: &Source, limit: usize) -> Content {
    let mut values = left.iter().filter_map(|path| match path.content {
        Content::Value(value) => Some(value),
        _ => None,
    });
    let Some(first) = values.next() else {
        return Content::Absent;
    };
    // Mostly the paths have left the same.
    let others: Vec<&Value> = values.filter(|value| !is_same(first, value)).collect();
    if others.is_empty() {
        return Content::Value(first.clone());
    }
    let values = std::iter::once(first).chain(others).cloned();
    Content::Value(one_of_many(values, source.clone(), limit))
}

fn join_elements(base: &Rc<Vec<Value>>, left: &[Left<'_>]) -> Rc<Vec<Value>> {
    let paths: Vec<(&Rc<Vec<Value>>, &OfPath<'_>)> = left
        .iter()
        .filter_map(|path| match path.content {
            Content::Elements(elements) => Some((elements, path.guards)),
            _ => None,
        })
        .collect();
    if let Some((first, _)) = paths.first()
        && paths
            .iter()
            .all(|(elements, _)| Rc::ptr_eq(first, elements))
    {
        return Rc::clone(first);
    }
    let starts_with_base = |elements: &Rc<Vec<Value>>| {
        Rc::ptr_eq(elements, base)
            || elements.len() >= base.len()
                && elements
                    .iter()
                    .zip(base.iter())
                    .all(|(left, right)| is_same(left, right))
    };
    if paths.iter().all(|(elements, _)| starts_with_base(elements)) {
        let mut joined = base.to_vec();
        for (elements, guards) in paths {
            joined.extend(
                elements[base.len()..]
                    .iter()
                    .map(|value| maybe_under(value.clone(), guards.conditions())),
            );
        }
        return Rc::new(joined);
    }
    let mut joined: Vec<Value> = Vec::new();
    for (elements, guards) in paths {
        for value in elements.iter() {
            let value = maybe_under(value.clone(), guards.conditions());
            if !joined.iter().any(|known| is_same(known, &value)) {
                joined.push(value);
            }
        }
    }
    Rc::new(joined)
}

/// A dict's key and value.
type Entry = (Value, Value);

fn join_entries(
    base: &[Entry],
    left: &[Left<'_>],
    source: &Source,
    limit: usize,
) -> Rc<Vec<Entry>> {
    let mut joined: Vec<Entry> = Vec::new();
    let paths: Vec<(&Rc<Vec<Entry>>, &OfPath<'_>)> = left
        .iter()
        .filter_map(|path| match path.content {
            Content::Entries(entries) => Some((entries, path.guards)),
            _ => None,
        })
        .collect();
    if let Some((first, _)) = paths.first()
        && paths.iter().all(|(entries, _)| Rc::ptr_eq(first, entries))
    {
        return Rc::clone(first);
    }
    let mut keys: Vec<&Value> = base.iter().map(|(key, _)| key).collect();
    for (entries, _) in &paths {
        for (index, (key, _)) in entries.iter().enumerate() {
            let known = |known: &&Value| is_equal_key(known, key);
            if !keys.get(index).is_some_and(known) && !keys.iter().any(known) {
                keys.push(key);
            }
        }
    }
    for (index, key) in keys.into_iter().enumerate() {
        let mut guards = None;
        let values: Vec<Value> = paths
            .iter()
            .filter_map(|(entries, path)| {
                let found = entry_at(entries, index, key)?;
                guards = Some(*path);
                Some(found.clone())
            })
            .collect();
        match values.len() {
            0 => {}
            count if count == paths.len() => {
                joined.push((key.clone(), join_entry(values, source, limit)));
            }
            _ => {
                let value = join_entry(values, source, limit);
                let conditions = guards.map(OfPath::conditions).cloned();
                let value = maybe_under(value, &conditions.unwrap_or_default());
                joined.push((key.clone(), value));
            }
        }
    }
    Rc::new(joined)
}

/// The value under the key, which mostly stands where it stood before the paths parted.
fn entry_at<'e>(entries: &'e [(Value, Value)], index: usize, key: &Value) -> Option<&'e Value> {
    let is_it = |entry: &&(Value, Value)| is_equal_key(&entry.0, key);
    let found = entries
        .get(index)
        .filter(is_it)
        .or_else(|| entries.iter().find(is_it))?;
    Some(&found.1)
}

/// A dict's value that is there on all paths; it may still be a `Maybe` from before.
fn join_entry(values: Vec<Value>, source: &Source, limit: usize) -> Value {
    let guards = values.iter().find_map(|value| match value {
        Value::Maybe(maybe) => Some(maybe.guards.clone()),
        _ => None,
    });
    let bare = values.into_iter().map(|value| match value {
        Value::Maybe(maybe) => maybe.value.clone(),
        value => value,
    });
    let joined = one_of(bare, source.clone(), limit);
    match guards {
        Some(guards) => maybe_under(joined, &guards),
        None => joined,
    }
}
