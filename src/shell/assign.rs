//! Assignments to variables, lists and maps.

use super::run::Interpreter;
use super::state::{State, Value, push_alternative};
use super::tree::{AssignedValue, Assignment, Word};
use super::words::index_text;
use crate::model::Template;

impl Interpreter<'_> {
    pub(super) fn assign(&mut self, assignment: &Assignment, state: &mut State) {
        let name = assignment.name.as_str();
        let is_varying = state.is_enumerated || self.mentions_varying(&assignment.value, state);
        if is_varying {
            state.note_varying(name);
        }
        match &assignment.value {
            AssignedValue::Array(items) => self.assign_items(assignment, items, state),
            AssignedValue::Word(word) => {
                self.rests_on = None;
                let text = self.text(word, state);
                state.set_defaulted(name, self.rests_on.take());
                match &assignment.index {
                    Some(index) => {
                        let key = self.text(index, state).display();
                        set_element(name, key, text, state);
                    }
                    None if assignment.is_append => append(name, text, state),
                    None => state.set(name, Value::text(text)),
                }
            }
        }
    }

    pub(super) fn assign_items(
        &mut self,
        assignment: &Assignment,
        items: &[(Option<Word>, Word)],
        state: &mut State,
    ) {
        let name = assignment.name.as_str();
        if !assignment.is_append {
            let is_map = matches!(state.variable(name), Some(Value::Map(_)));
            let is_keyed = items.first().is_some_and(|(key, _)| {
                let key = index_text(key);
                key.is_some_and(|key| key.parse::<usize>().is_err())
            });
            let empty = match is_map || is_keyed {
                true => Value::Map(Vec::new()),
                false => Value::List(Vec::new()),
            };
            state.set(name, empty);
        }
        for (key, word) in items {
            match key {
                Some(key) => {
                    let key = self.text(key, state).display();
                    let text = self.text(word, state);
                    set_element(name, key, text, state);
                }
                None => {
                    let fields = self.fields(std::slice::from_ref(word), state);
                    push_items(name, fields, state);
                }
            }
        }
    }
}

fn set_element(name: &str, key: String, text: Template, state: &mut State) {
    let empty = || match key.parse::<usize>() {
        Ok(_) => Value::List(Vec::new()),
        Err(_) => Value::Map(Vec::new()),
    };
    let value = state.variable_or_insert(name, empty);
    match value {
        Value::Map(items) => match items.iter_mut().find(|(known, _)| *known == key) {
            Some((_, value)) => *value = text,
            None => items.push((key, text)),
        },
        Value::List(items) => match key.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
            Some(item) => *item = text,
            None => items.push(text),
        },
        Value::Text(_) => *value = Value::List(vec![text]),
    }
}

fn push_items(name: &str, fields: Vec<Template>, state: &mut State) {
    match state.variable_mut(name) {
        Some(Value::List(items)) => items.extend(fields),
        Some(Value::Text(texts)) => {
            let items = std::mem::take(texts).into_iter().chain(fields).collect();
            state.set(name, Value::List(items));
        }
        Some(Value::Map(_)) => {}
        None => state.set(name, Value::List(fields)),
    }
}

fn append(name: &str, text: Template, state: &mut State) {
    match state.variable_mut(name) {
        Some(Value::Text(texts)) => {
            let mut longer = Vec::new();
            for known in texts.iter() {
                let mut whole = known.clone();
                whole.append(&text);
                push_alternative(&mut longer, whole);
            }
            *texts = longer;
        }
        Some(Value::List(items)) => match items.first_mut() {
            Some(first) => first.append(&text),
            None => items.push(text),
        },
        Some(Value::Map(_)) => {}
        None => state.set(name, Value::text(text)),
    }
}
