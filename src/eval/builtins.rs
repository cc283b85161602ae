//! Python's built-in functions.

use std::rc::Rc;

use crate::python::tree::Expression;

use super::external::Arguments;
use super::flow::{Evaluated, Interrupt};
use super::interpreter::Interpreter;
use super::join::{maybe, maybe_under, one_of};
use super::journal::Slot;
use super::unknown::source_of;
use super::value::{Source, Value};

impl Interpreter<'_> {
    /// Nobody sits before a script that is replayed.
    fn nothing_typed(&self, site: &Expression) -> Interrupt {
        Interrupt::Raise(Rc::new(super::flow::Exception {
            class: Rc::from("builtins.EOFError"),
            value: Value::None,
            message: Some("EOF when reading a line".to_owned()),
            place: site.place.clone(),
        }))
    }

    /// `None`: the function has no meaning here, its result stays symbolic.
    pub(crate) fn builtin_call(
        &mut self,
        name: &str,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let first = arguments.positional.first().cloned();
        Ok(Some(match (name, first) {
            ("print" | "breakpoint" | "help", _) => Value::None,
            ("exit" | "quit", code) => {
                return Err(Interrupt::Exit(code.unwrap_or(Value::None)));
            }
            ("input", _) if self.command_line.is_some() => {
                return Err(self.nothing_typed(site));
            }
            ("input", _) => {
                let reason = "typed by a person";
                super::unknown::unknown(
                    site.text.clone(),
                    reason,
                    Source::Prompt,
                    site.place.clone(),
                )
            }
            ("str", None) => Value::text(""),
            ("str", Some(value)) => self.str_of(&value, site)?,
            ("repr" | "ascii", Some(value)) => Value::template(self.repr_of(&value, site)?),
            ("format", Some(value)) => {
                let spec = arguments.positional.get(1).and_then(Value::known_text);
                let texts = self.formatted(&value, site, None, spec.as_deref())?;
                one_of(
                    texts.into_iter().map(Value::template),
                    source_of(&value),
                    self.limits.alternatives,
                )
            }
            ("bool", Some(value)) => match self.truth(&value) {
                Some(known) => Value::Bool(known),
                None => self.about(&value, site),
            },
            ("int", Some(value)) => self.integer_of(&value, site),
            ("float", Some(value)) => match &value {
                Value::Integer(integer) => Value::Float(*integer as f64),
                Value::Float(_) => value,
                other => self.about(other, site),
            },
            (
                "list" | "tuple" | "set" | "frozenset" | "iter" | "aiter" | "sorted" | "reversed",
                first,
            ) => {
                return self.converted(name, first, arguments, site).map(Some);
            }
            ("dict", first) => return self.dict_of(first, arguments, site).map(Some),
            ("len", Some(value)) => self.length(&value, site)?,
            ("range", Some(_)) => self.range_of(arguments, site),
            ("enumerate", Some(value)) => self.enumerated(&value, arguments, site)?,
            ("zip", Some(_)) => self.zipped(arguments, site)?,
            ("any" | "all", Some(value)) => self.any_all(name == "any", &value, site)?,
            ("min" | "max", Some(value)) => self.extreme(name == "max", &value, arguments, site)?,
            ("sum", Some(value)) => self.total(&value, site)?,
            ("map", Some(function)) => return self.mapped(&function, arguments, site).map(Some),
            ("filter", Some(function)) => {
                return self.filtered_by(&function, arguments, site).map(Some);
            }
            ("next", Some(value)) => return self.next_of(&value, arguments, site).map(Some),
            ("getattr", Some(value)) => return self.getattr_of(&value, arguments, site).map(Some),
            ("setattr", Some(object)) => {
                if let (Some(name), Some(value)) = (
                    arguments.positional.get(1).and_then(Value::known_text),
                    arguments.positional.get(2),
                ) {
                    self.set_attribute(&object, &name, value.clone(), site)?;
                }
                Value::None
            }
            ("hasattr", Some(value)) => self.has_attribute(&value, arguments, site),
            ("isinstance", Some(value)) => {
                match self.is_instance(&value, arguments.positional.get(1)) {
                    Some(known) => Value::Bool(known),
                    None => self.about(&value, site),
                }
            }
            ("callable", Some(value)) => match value {
                Value::Function(_) | Value::Class(_) | Value::BoundMethod(_) => Value::Bool(true),
                other => self.about(&other, site),
            },
            ("type", Some(Value::Instance(instance))) => Value::Class(instance.class.clone()),
            ("abs", Some(Value::Integer(integer))) => Value::Integer(integer.wrapping_abs()),
            ("round", Some(value @ Value::Integer(_))) => value,
            ("chr", Some(Value::Integer(code))) => {
                match u32::try_from(code).ok().and_then(char::from_u32) {
                    Some(character) => Value::text(character),
                    None => self.opaque(site),
                }
            }
            ("ord", Some(value)) => match value.known_text().and_then(|text| text.chars().next()) {
                Some(character) => Value::Integer(i64::from(u32::from(character))),
                None => self.about(&value, site),
            },
            ("__import__", Some(value)) => self.import_by_name(&value, site),
            ("exec", Some(value)) => return self.exec_text(&value, site).map(Some),
            _ => return Ok(None),
        }))
    }

    pub(crate) fn str_of(&mut self, value: &Value, site: &Expression) -> Evaluated {
        match value {
            Value::Text(_) => Ok(value.clone()),
            Value::Bytes(bytes) => Ok(Value::text(String::from_utf8_lossy(bytes).into_owned())),
            Value::Unknown(known) if known.default.is_none() => Ok(value.clone()),
            Value::External(external) => {
                if let Some(text) = super::externals::text_of(external) {
                    return Ok(text);
                }
                if let Some(text) = self.host.text_of(external) {
                    return Ok(Value::template(text));
                }
                Ok(value.clone())
            }
            _ => {
                let texts = self.formatted(value, site, None, None)?;
                let values = texts.into_iter().map(Value::template);
                Ok(one_of(values, source_of(value), self.limits.alternatives))
            }
        }
    }

    fn integer_of(&mut self, value: &Value, site: &Expression) -> Value {
        match value {
            Value::Integer(_) => value.clone(),
            Value::Bool(known) => Value::Integer(i64::from(*known)),
            Value::Float(float) => Value::Integer(*float as i64),
            other => match other.known_text().and_then(|text| text.trim().parse().ok()) {
                Some(integer) => Value::Integer(integer),
                None => self.about(other, site),
            },
        }
    }

    fn converted(
        &mut self,
        name: &str,
        first: Option<Value>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Evaluated {
        let items = match &first {
            None => Vec::new(),
            Some(value) => match self.collect(value, site)? {
                Some(items) => items,
                // A conversion keeps what the value is about, so that loops over it still know.
                None => return Ok(value.clone()),
            },
        };
        Ok(match name {
            "tuple" => Value::tuple(items),
            "set" | "frozenset" => Value::set(super::containers::distinct(items)),
            "sorted" => {
                let items = if arguments.keyword("key").is_some() {
                    items
                } else {
                    super::containers::sorted(items)
                };
                let descending = matches!(arguments.keyword("reverse"), Some(Value::Bool(true)));
                Value::list(if descending {
                    items.into_iter().rev().collect()
                } else {
                    items
                })
            }
            "reversed" => Value::list(items.into_iter().rev().collect()),
            _ => Value::list(items),
        })
    }

    fn dict_of(
        &mut self,
        first: Option<Value>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Evaluated {
        let mut entries = match &first {
            None => Vec::new(),
            Some(Value::Dict(entries)) => entries.borrow().clone(),
            Some(value) => match self.collect(value, site)? {
                Some(items) => items.iter().filter_map(key_and_value).collect(),
                None => return Ok(value.clone()),
            },
        };
        for (name, value) in &arguments.keywords {
            super::containers::put(&mut entries, Value::text(name.as_ref()), value.clone());
        }
        Ok(Value::dict(entries))
    }

    /// Is it filled turn by turn, in a loop of nobody knows how many turns?
    fn grows(&self, value: &Value) -> bool {
        let slot = match value {
            Value::List(elements) | Value::Set(elements) => Slot::Elements(elements.clone()),
            Value::Dict(entries) => Slot::Entries(entries.clone()),
            _ => return false,
        };
        let open = self.open_turn.filter(|_| !self.host.is_concrete());
        open.is_some_and(|depth| self.journal.has_changed_since(depth, &slot))
    }

    pub(crate) fn length(&mut self, value: &Value, site: &Expression) -> Evaluated {
        let certain = |elements: &[Value]| {
            let present = super::join::present(elements);
            let open = present
                .iter()
                .any(|element| matches!(element, Value::Maybe(_)));
            (!open).then_some(present.len())
        };
        let known = match value {
            Value::Text(template) => template.known_text().map(|text| text.chars().count()),
            Value::Bytes(bytes) => Some(bytes.len()),
            Value::List(elements) | Value::Set(elements) => certain(&elements.borrow()),
            Value::Tuple(elements) => certain(elements),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                let open = entries
                    .iter()
                    .any(|(_, value)| matches!(value, Value::Maybe(_)));
                (!open).then_some(entries.len())
            }
            Value::Class(class) if super::enums::is_enum(class) => {
                Some(super::enums::members(class).len())
            }
            Value::Instance(instance) if self.has_method(instance, "__len__") => {
                let text = &site.text;
                return self.call_method(value, "__len__", Arguments::default(), &site.place, text);
            }
            Value::External(external) => super::rows::pending(external).map(|rows| rows.len()),
            _ => None,
        };
        Ok(match known.filter(|_| !self.grows(value)) {
            Some(length) => Value::Integer(length as i64),
            None => self.about(value, site),
        })
    }

    fn range_of(&mut self, arguments: &Arguments, site: &Expression) -> Value {
        let mut bounds = Vec::new();
        for argument in &arguments.positional {
            match argument {
                Value::Integer(integer) => bounds.push(*integer),
                other => return self.about(other, site),
            }
        }
        let (start, end, step) = match bounds.as_slice() {
            [end] => (0, *end, 1),
            [start, end] => (*start, *end, 1),
            [start, end, step] if *step != 0 => (*start, *end, *step),
            _ => return self.opaque(site),
        };
        let mut found = Vec::new();
        let mut at = start;
        while (step > 0 && at < end || step < 0 && at > end) && found.len() < self.limits.turns {
            found.push(Value::Integer(at));
            at = at.saturating_add(step);
        }
        Value::list(found)
    }

    fn enumerated(&mut self, value: &Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        let start = match arguments.get(1, "start") {
            Some(Value::Integer(start)) => *start,
            _ => 0,
        };
        let items = match value {
            // With those that a filter has left out.
            Value::List(elements) => Some(elements.borrow().clone()),
            _ => self.collect(value, site)?,
        };
        let Some(items) = items else {
            let item = super::iteration::item_of(value, site);
            let counter = self.unknown(site, "a running number", Source::Other);
            let item = self.one_item(value, site)?.unwrap_or(item);
            return Ok(Value::list(vec![maybe(
                Value::tuple(vec![counter, item]),
                &[],
            )]));
        };
        let mut number = start;
        let numbered = items.into_iter().map(|item| {
            let pair = |item: Value| Value::tuple(vec![Value::Integer(number), item]);
            if let Value::Maybe(left) = &item
                && let Some(filter) = &left.excluded
            {
                return super::join::excluded(pair(left.value.clone()), filter);
            }
            let numbered = match item {
                Value::Maybe(item) => maybe_under(pair(item.value.clone()), &item.guards),
                item => pair(item),
            };
            number += 1;
            numbered
        });
        Ok(Value::list(numbered.collect()))
    }

    /// What one item of an unknown iterable looks like.
    fn one_item(&mut self, value: &Value, site: &Expression) -> Result<Option<Value>, Interrupt> {
        Ok(match self.items(value, site)? {
            super::iteration::Items::Unknown(item) => Some(item),
            _ => None,
        })
    }

    fn zipped(&mut self, arguments: &Arguments, site: &Expression) -> Evaluated {
        let mut columns = Vec::new();
        for argument in &arguments.positional {
            match self.collect(argument, site)? {
                Some(items) => columns.push(items),
                None => return Ok(self.about(argument, site)),
            }
        }
        let length = columns.iter().map(Vec::len).min().unwrap_or(0);
        let rows = (0..length).map(|index| {
            Value::tuple(
                columns
                    .iter()
                    .map(|column| super::expressions::bare(column[index].clone()))
                    .collect(),
            )
        });
        Ok(Value::list(rows.collect()))
    }

    fn any_all(&mut self, any: bool, value: &Value, site: &Expression) -> Evaluated {
        let Some(items) = self.collect(value, site)? else {
            return Ok(self.about(value, site));
        };
        let mut open = None;
        for item in items {
            match self.truth(&item) {
                Some(known) if known == any => return Ok(Value::Bool(any)),
                Some(_) => {}
                None => open = Some(item),
            }
        }
        Ok(match open {
            Some(item) => self.about(&super::expressions::bare(item), site),
            None => Value::Bool(!any),
        })
    }

    fn extreme(
        &mut self,
        largest: bool,
        value: &Value,
        arguments: &Arguments,
        site: &Expression,
    ) -> Evaluated {
        let items = if arguments.positional.len() > 1 {
            arguments.positional.clone()
        } else {
            self.collect(value, site)?.unwrap_or_default()
        };
        if arguments.keyword("key").is_some() || items.is_empty() || items.iter().any(is_open) {
            return Ok(self.about(&Value::tuple(items), site));
        }
        let sorted = super::containers::sorted(items);
        let found = if largest {
            sorted.last()
        } else {
            sorted.first()
        };
        Ok(found.cloned().unwrap_or(Value::None))
    }

    fn total(&mut self, value: &Value, site: &Expression) -> Evaluated {
        let Some(items) = self.collect(value, site)? else {
            return Ok(self.about(value, site));
        };
        let mut total = 0_i64;
        for item in items {
            match item {
                Value::Integer(integer) => total = total.saturating_add(integer),
                Value::Bool(known) => total += i64::from(known),
                other => return Ok(self.about(&other, site)),
            }
        }
        Ok(Value::Integer(total))
    }

    fn mapped(&mut self, function: &Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        let Some(iterable) = arguments.positional.get(1) else {
            return Ok(self.opaque(site));
        };
        let Some(items) = self.collect(iterable, site)? else {
            return Ok(self.about(iterable, site));
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let given = Arguments::positional(vec![super::expressions::bare(item.clone())]);
            let result = self.call_value(function, given, &site.place, &site.text)?;
            results.push(match item {
                Value::Maybe(item) => maybe_under(result, &item.guards),
                _ => result,
            });
        }
        Ok(Value::list(results))
    }

    fn filtered_by(
        &mut self,
        function: &Value,
        arguments: &Arguments,
        site: &Expression,
    ) -> Evaluated {
        let Some(iterable) = arguments.positional.get(1) else {
            return Ok(self.opaque(site));
        };
        let Some(items) = self.collect(iterable, site)? else {
            return Ok(iterable.clone());
        };
        let mut kept = Vec::new();
        for item in items {
            let answer = match function {
                Value::None => item.clone(),
                function => {
                    let given = Arguments::positional(vec![super::expressions::bare(item.clone())]);
                    self.call_value(function, given, &site.place, &site.text)?
                }
            };
            match self.truth(&answer) {
                Some(true) => kept.push(item),
                Some(false) => {}
                None => kept.push(maybe(item, &[])),
            }
        }
        Ok(Value::list(kept))
    }

    fn next_of(&mut self, value: &Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        if let Value::Generator(_) = value {
            let first = self.first_yield(value, &site.place)?;
            return Ok(first.unwrap_or(Value::None));
        }
        let default = arguments.positional.get(1).cloned();
        let Some(items) = self.collect(value, site)? else {
            return Ok(self.about(value, site));
        };
        let mut possible = Vec::new();
        for item in items {
            match item {
                Value::Maybe(item) => possible.push(item.value.clone()),
                item => {
                    possible.push(item);
                    return Ok(one_of(possible, Source::Other, self.limits.alternatives));
                }
            }
        }
        possible.extend(default);
        if possible.is_empty() {
            return Ok(self.opaque(site));
        }
        Ok(one_of(possible, Source::Other, self.limits.alternatives))
    }

    fn getattr_of(&mut self, value: &Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        let Some(name) = arguments.positional.get(1).and_then(Value::known_text) else {
            return Ok(self.about(value, site));
        };
        let default = arguments.positional.get(2);
        if let (Some(default), Value::Instance(instance)) = (default, value)
            && !self.has_method(instance, &name)
        {
            return Ok(default.clone());
        }
        self.get_attribute_as(value, &name, site)
    }

    fn has_attribute(&mut self, value: &Value, arguments: &Arguments, site: &Expression) -> Value {
        let name = arguments.positional.get(1).and_then(Value::known_text);
        match (value, name) {
            (Value::Instance(instance), Some(name)) if instance.initialised.get() => {
                let known = self.has_method(instance, &name);
                if known || instance.class.external_bases().is_empty() {
                    Value::Bool(known)
                } else {
                    self.about(value, site)
                }
            }
            _ => self.about(value, site),
        }
    }
}

fn key_and_value(item: &Value) -> Option<(Value, Value)> {
    match super::expressions::bare(item.clone()) {
        Value::Tuple(parts) if parts.len() == 2 => Some((parts[0].clone(), parts[1].clone())),
        Value::List(parts) => {
            let parts = parts.borrow();
            (parts.len() == 2).then(|| (parts[0].clone(), parts[1].clone()))
        }
        _ => None,
    }
}

fn is_open(value: &Value) -> bool {
    match value {
        Value::Text(template) => template.has_holes(),
        Value::Integer(_) | Value::Float(_) => false,
        Value::Tuple(parts) => parts.iter().any(is_open),
        _ => true,
    }
}
