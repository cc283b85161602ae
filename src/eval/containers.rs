//! Lists, sets and dicts: their items and their methods.

use crate::model::Guard;
use crate::python::tree::Expression;

use super::external::Arguments;
use super::flow::{Evaluated, Flow};
use super::guards::kind_of;
use super::interpreter::Interpreter;
use super::join::{is_same, maybe, maybe_under, one_of};
use super::unknown::{reason_of, source_of, unknown};
use super::value::{Elements, Entries, Source, Value};

/// Sets a key of a dict that is being built.
pub(crate) fn put(entries: &mut Vec<(Value, Value)>, key: Value, value: Value) {
    let is_plain = matches!(
        key,
        Value::Text(_) | Value::Integer(_) | Value::Bool(_) | Value::Tuple(_)
    );
    match entries
        .iter_mut()
        .find(|(known, _)| is_plain && is_equal_key(known, &key))
    {
        Some(entry) => entry.1 = value,
        None => entries.push((key, value)),
    }
}

/// The same key: equal plain values; text is compared without its places.
pub(crate) fn is_equal_key(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            let are_known = || !left.has_holes() && !right.has_holes();
            left.width() == right.width()
                && (left == right || are_known() && left.displays_like(right))
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right.iter())
                    .all(|(left, right)| is_equal_key(left, right))
        }
        _ => is_same(left, right),
    }
}

pub(crate) fn find(entries: &[(Value, Value)], key: &Value) -> Option<Value> {
    entries
        .iter()
        .find(|(known, _)| is_equal_key(known, key))
        .map(|(_, value)| value.clone())
}

/// Each value once, in order of first appearance.
pub(crate) fn distinct(values: Vec<Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        if !found.iter().any(|known| is_equal_key(known, &value)) {
            found.push(value);
        }
    }
    found
}

impl Interpreter<'_> {
    /// Elements of the left that are not in the right; those that may be are marked so.
    pub(crate) fn difference(
        &mut self,
        left: &[Value],
        right: &[Value],
        expression: &Expression,
    ) -> Value {
        self.filtered(left, right, expression, false)
    }

    pub(crate) fn intersection(
        &mut self,
        left: &[Value],
        right: &[Value],
        expression: &Expression,
    ) -> Value {
        self.filtered(left, right, expression, true)
    }

    fn filtered(
        &mut self,
        left: &[Value],
        right: &[Value],
        expression: &Expression,
        wanted: bool,
    ) -> Value {
        let whole = Value::tuple(right.to_vec());
        let guard = Guard::new(
            kind_of(&source_of(&whole)),
            expression.text.as_ref(),
            Some(expression.place.clone()),
        );
        let mut kept = Vec::new();
        for element in left {
            match self.contains(&whole, element) {
                Some(inside) if inside == wanted => kept.push(element.clone()),
                Some(_) => {}
                None => kept.push(maybe(element.clone(), std::slice::from_ref(&guard))),
            }
        }
        Value::set(kept)
    }

    /// `list += more`.
    pub(crate) fn extend_list(
        &mut self,
        elements: &Elements,
        more: &Value,
        place: &Expression,
    ) -> Flow {
        let items = match self.collect(more, place)? {
            Some(items) => items,
            None => vec![maybe(super::iteration::item_of(more, place), &[])],
        };
        self.change_elements(elements, |elements| elements.extend(items));
        Ok(())
    }

    /// A method of a list or set.
    pub(crate) fn elements_method(
        &mut self,
        elements: &Elements,
        is_set: bool,
        name: &str,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        let first = arguments.positional.first().cloned();
        match (name, first) {
            ("append", Some(value)) if self.excluded.is_some() => {
                self.left_out.push((elements.clone(), value));
            }
            ("append", Some(value)) => {
                self.change_elements(elements, |elements| elements.push(value));
            }
            ("add", Some(value)) => self.change_elements(elements, |elements| {
                if !elements.iter().any(|known| is_equal_key(known, &value)) {
                    elements.push(value);
                }
            }),
            ("extend", Some(more)) => self.extend_list(elements, &more, place)?,
            ("insert", Some(Value::Integer(at))) => {
                if let Some(value) = arguments.positional.get(1).cloned() {
                    self.change_elements(elements, |elements| {
                        let length = elements.len() as i64;
                        let at = if at < 0 {
                            (length + at).max(0)
                        } else {
                            at.min(length)
                        };
                        elements.insert(at as usize, value);
                    });
                }
            }
            ("remove" | "discard", Some(value)) => self.change_elements(elements, |elements| {
                if let Some(at) = elements
                    .iter()
                    .position(|known| is_equal_key(known, &value))
                {
                    elements.remove(at);
                }
            }),
            ("pop", at) => return Ok(self.pop_element(elements, at, place)),
            ("clear", None) => self.change_elements(elements, Vec::clear),
            ("reverse", None) => self.change_elements(elements, |elements| elements.reverse()),
            ("sort", None) => self.sort_elements(elements, arguments),
            ("copy", None) => {
                let copy = elements.borrow().clone();
                return Ok(if is_set {
                    Value::set(copy)
                } else {
                    Value::list(copy)
                });
            }
            ("index", Some(value)) => {
                let at = elements
                    .borrow()
                    .iter()
                    .position(|known| is_equal_key(known, &value));
                return Ok(match at {
                    Some(at) => Value::Integer(at as i64),
                    None => self.opaque(place),
                });
            }
            ("count", Some(value)) => {
                let count = elements
                    .borrow()
                    .iter()
                    .filter(|known| is_equal_key(known, &value))
                    .count();
                return Ok(Value::Integer(count as i64));
            }
            ("update", Some(more)) => {
                let items = self.collect(&more, place)?.unwrap_or_default();
                self.change_elements(elements, |elements| elements.extend(items));
            }
            ("difference" | "intersection" | "union", Some(other)) => {
                return self.set_method(elements, name, &other, place);
            }
            ("issubset" | "issuperset" | "isdisjoint", Some(other)) => {
                return self.subset(elements, name, &other, place);
            }
            _ => return Ok(self.opaque(place)),
        }
        Ok(Value::None)
    }

    fn set_method(
        &mut self,
        elements: &Elements,
        name: &str,
        other: &Value,
        place: &Expression,
    ) -> Evaluated {
        let left = elements.borrow().clone();
        let right = match self.collect(other, place)? {
            Some(items) => items,
            None => vec![other.clone()],
        };
        Ok(match name {
            "difference" => self.difference(&left, &right, place),
            "intersection" => self.intersection(&left, &right, place),
            _ => Value::set(distinct(left.into_iter().chain(right).collect())),
        })
    }

    fn subset(
        &mut self,
        elements: &Elements,
        name: &str,
        other: &Value,
        place: &Expression,
    ) -> Evaluated {
        let own = elements.borrow().clone();
        let Some(others) = self.collect(other, place)? else {
            return Ok(unknown(
                place.text.clone(),
                reason_of(other),
                source_of(other),
                place.place.clone(),
            ));
        };
        let (inner, outer) = if name == "issuperset" {
            (others, own)
        } else {
            (own, others)
        };
        let outer = Value::tuple(outer);
        let mut answer = Some(true);
        for element in &inner {
            let inside = self.contains(&outer, element);
            let wanted = name != "isdisjoint";
            match inside {
                Some(known) if known == wanted => {}
                Some(_) => return Ok(Value::Bool(false)),
                None => answer = None,
            }
        }
        Ok(match answer {
            Some(known) => Value::Bool(known),
            None => unknown(
                place.text.clone(),
                reason_of(&outer),
                source_of(&outer),
                place.place.clone(),
            ),
        })
    }

    fn pop_element(&mut self, elements: &Elements, at: Option<Value>, place: &Expression) -> Value {
        let length = elements.borrow().len() as i64;
        let at = match at {
            Some(Value::Integer(at)) if at < 0 => length + at,
            Some(Value::Integer(at)) => at,
            _ => length - 1,
        };
        if !(0..length).contains(&at) {
            return self.opaque(place);
        }
        let popped = self.change_elements(elements, |elements| elements.remove(at as usize));
        super::expressions::bare(popped)
    }

    fn sort_elements(&mut self, elements: &Elements, arguments: &Arguments) {
        if arguments.keyword("key").is_some() {
            return;
        }
        let sorted = sorted(elements.borrow().clone());
        let descending = matches!(arguments.keyword("reverse"), Some(Value::Bool(true)));
        self.change_elements(elements, |elements| {
            *elements = sorted;
            if descending {
                elements.reverse();
            }
        });
    }

    /// A method of a dict.
    pub(crate) fn entries_method(
        &mut self,
        entries: &Entries,
        name: &str,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        match name {
            "keys" => {
                let value = Value::Dict(entries.clone());
                let keys = self.collect(&value, place)?.unwrap_or_default();
                Ok(Value::list(keys))
            }
            "values" => Ok(Value::list(
                entries
                    .borrow()
                    .iter()
                    .map(|(_, value)| value.clone())
                    .collect(),
            )),
            "items" => Ok(Value::list(entries.borrow().iter().map(pair).collect())),
            "get" | "pop" | "setdefault" => self.entry_or_default(entries, name, arguments, place),
            "update" => {
                self.update_entries(entries, arguments);
                Ok(Value::None)
            }
            "copy" => Ok(Value::dict(entries.borrow().clone())),
            "clear" => {
                self.change_entries(entries, Vec::clear);
                Ok(Value::None)
            }
            "popitem" => {
                let last = self.change_entries(entries, Vec::pop);
                Ok(last.as_ref().map_or_else(|| self.opaque(place), pair))
            }
            _ => Ok(self.opaque(place)),
        }
    }

    fn update_entries(&mut self, entries: &Entries, arguments: &Arguments) {
        let mut more: Vec<(Value, Value)> = match arguments.positional.first() {
            Some(Value::Dict(more)) => more.borrow().clone(),
            _ => Vec::new(),
        };
        for (name, value) in &arguments.keywords {
            more.push((Value::text(name.as_ref()), value.clone()));
        }
        self.change_entries(entries, |entries| {
            for (key, value) in more {
                put(entries, key, value);
            }
        });
    }

    fn entry_or_default(
        &mut self,
        entries: &Entries,
        name: &str,
        arguments: &Arguments,
        place: &Expression,
    ) -> Evaluated {
        let default = arguments.get(1, "default").cloned().unwrap_or(Value::None);
        let Some(key) = arguments.positional.first() else {
            return Ok(default);
        };
        let found = self.entry(entries, key, place, Some(default.clone()))?;
        match name {
            "pop" => {
                let key = key.clone();
                self.change_entries(entries, |entries| {
                    entries.retain(|(known, _)| !is_equal_key(known, &key));
                });
            }
            "setdefault" if find(&entries.borrow(), key).is_none() => {
                let key = key.clone();
                let value = default.clone();
                self.change_entries(entries, |entries| put(entries, key, value));
            }
            _ => {}
        }
        Ok(found)
    }

    /// The value under a key; an unknown key can be any of them.
    pub(crate) fn entry(
        &mut self,
        entries: &Entries,
        key: &Value,
        place: &Expression,
        default: Option<Value>,
    ) -> Evaluated {
        let limit = self.limits.choices;
        if let Value::OneOf(alternatives) = key {
            let mut values = Vec::new();
            for key in &alternatives.values {
                values.push(self.entry(entries, key, place, default.clone())?);
            }
            return Ok(one_of(values, alternatives.source.clone(), limit));
        }
        let known = entries.borrow();
        match find(&known, key) {
            Some(Value::Maybe(maybe)) => {
                let values = [Some(maybe.value.clone()), default].into_iter().flatten();
                return Ok(one_of(values, Source::Other, limit));
            }
            Some(value) => return Ok(value),
            None => {}
        }
        let is_open = known.iter().any(|(known, _)| is_uncertain(known));
        if !is_open && !is_uncertain(key) {
            return Ok(default.unwrap_or_else(|| self.opaque(place)));
        }
        let source = source_of(key);
        let values: Vec<Value> = known
            .iter()
            .map(|(_, value)| super::expressions::bare(value.clone()))
            .chain(default)
            .collect();
        if values.is_empty() || values.len() > limit {
            return Ok(unknown(
                place.text.clone(),
                reason_of(key),
                source,
                place.place.clone(),
            ));
        }
        Ok(one_of(values, source, limit))
    }
}

fn pair(entry: &(Value, Value)) -> Value {
    match &entry.1 {
        Value::Maybe(inner) => maybe_under(
            Value::tuple(vec![entry.0.clone(), inner.value.clone()]),
            &inner.guards,
        ),
        value => Value::tuple(vec![entry.0.clone(), value.clone()]),
    }
}

fn is_uncertain(key: &Value) -> bool {
    match key {
        Value::Text(template) => template.has_holes(),
        Value::Tuple(parts) => parts.iter().any(is_uncertain),
        Value::Unknown(_) | Value::External(_) | Value::Maybe(_) | Value::OneOf(_) => true,
        _ => false,
    }
}

/// The values in their order, where every one can be compared; else as they are.
pub(crate) fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    let key = |value: &Value| -> Option<(u8, String, i64)> {
        match super::expressions::bare(value.clone()) {
            Value::Text(template) => Some((1, template.known_text()?, 0)),
            Value::Integer(integer) => Some((0, String::new(), integer)),
            Value::Tuple(parts) => match parts.first()? {
                Value::Text(template) => Some((1, template.known_text()?, 0)),
                Value::Integer(integer) => Some((0, String::new(), *integer)),
                _ => None,
            },
            _ => None,
        }
    };
    if values.iter().all(|value| key(value).is_some()) {
        values.sort_by_key(key);
    }
    values
}
