//! Calls that leave Python: recognised by path, or by what they look like, and told to the host.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::registry::{Sink, SinkKind};

use super::external::{Arguments, External};
use super::externals::wraps_text;
use super::flow::{Evaluated, Exception, Interrupt};
use super::host::{Answer, ConnectionId, Raised, Reached, SinkCall};
use super::interpreter::Interpreter;
use super::value::{Alternatives, Source, Value};

impl Interpreter<'_> {
    /// Calls a library's name, or a method of a library's object.
    pub(crate) fn call_external(
        &mut self,
        callee: &Rc<External>,
        mut arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let path = self.called_path(callee);
        let site = super::attributes::site(place, text);
        if let Some(name) = path.strip_prefix("builtins.")
            && let Some(value) = self.builtin_call(name, &arguments, &site)?
        {
            self.note_no_sink(callee.name(), place);
            return Ok(value);
        }
        if let Some(texts) = self.each_wrapped_text(&path, callee, &arguments, place) {
            return Ok(texts);
        }
        if let Some(value) = self.library_call(&path, callee, &arguments, &site)? {
            self.note_no_sink(callee.name(), place);
            return Ok(value);
        }
        if let Some(sink) = self.sink_for(&path, callee, &arguments) {
            self.resolve_arguments(&mut arguments);
            return self.send(sink, &path, callee, arguments, place, text);
        }
        self.note_no_sink(callee.name(), place);
        if self.registry.wants_values(&path) {
            self.resolve_arguments(&mut arguments);
        }
        self.note_escapes(&path, &arguments);
        let result = self.symbolic_result(&path, callee.receiver.clone(), arguments, place);
        let answer = self.host.external(&result);
        self.answered(answer, result)
    }

    /// The path of what is called: the result of a call is called by its type.
    fn called_path(&self, callee: &Rc<External>) -> Rc<str> {
        match &callee.arguments {
            None => callee.path.clone(),
            Some(_) => Rc::from(callee.attribute_path("__call__")),
        }
    }

    /// `text(sql)` where `sql` is one of several texts: one of several constructs.
    fn each_wrapped_text(
        &mut self,
        path: &Rc<str>,
        callee: &Rc<External>,
        arguments: &Arguments,
        place: &Place,
    ) -> Option<Value> {
        let Value::OneOf(texts) = arguments.positional.first()? else {
            return None;
        };
        if !wraps_text(path, self.registry.returns(path)) {
            return None;
        }
        let wrapped = texts.values.iter().map(|text| {
            let mut arguments = arguments.clone();
            arguments.positional[0] = text.clone();
            let receiver = callee.receiver.clone();
            Value::External(self.symbolic_result(path, receiver, arguments, place))
        });
        let values = wrapped.collect();
        let source = texts.source.clone();
        Some(Value::OneOf(Rc::new(Alternatives { values, source })))
    }

    fn resolve_arguments(&mut self, arguments: &mut Arguments) {
        let values = arguments
            .positional
            .iter_mut()
            .chain(arguments.keywords.iter_mut().map(|(_, value)| value));
        for value in values {
            if let Value::Imported(imported) = value {
                let imported = imported.clone();
                *value = self.resolve_import(&imported);
            }
        }
    }

    /// The sink that the registry knows under the path, or that the call looks like.
    fn sink_for(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
    ) -> Option<Arc<Sink>> {
        if let Some(sink) = self.registry.sink(path) {
            return Some(sink.clone());
        }
        if let Some(path) = super::duck::query_of_class(path, callee) {
            return self.registry.sink(&path).cloned();
        }
        let root = crate::registry::root(path);
        let is_named = callee.receiver.is_none() && self.registry.is_library(root);
        let is_name = is_named && !super::duck::names_metadata(path);
        if is_name || self.registry.is_stand_in(path) {
            return None;
        }
        let root_is_known = callee
            .receiver
            .as_ref()
            .and_then(Value::as_external)
            .is_some_and(|receiver| self.registry.is_type(self.kind_of(receiver)));
        if root_is_known {
            return None;
        }
        let receiver = callee
            .receiver
            .as_ref()
            .map_or(path, super::duck::described);
        let sink = self.registry.sink_by_method(callee.name())?.clone();
        super::duck::looks_like_sink(&sink, callee.name(), receiver, arguments).then_some(sink)
    }

    /// Tells the host of a sink call and gives what it answers.
    pub(crate) fn send(
        &mut self,
        sink: Arc<Sink>,
        path: &Rc<str>,
        callee: &Rc<External>,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let result = self.symbolic_result(path, callee.receiver.clone(), arguments.clone(), place);
        let call = self.sink_call(sink, path, callee.receiver.clone(), arguments, place, text)?;
        self.remember_question(&call, &result);
        let answer = self.host.sink(&call);
        self.answered(answer, result)
    }

    pub(crate) fn sink_call(
        &mut self,
        sink: Arc<Sink>,
        path: &Rc<str>,
        receiver: Option<Value>,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Result<SinkCall, Interrupt> {
        let is_new = self.visited.insert(place.clone());
        if is_new || sink.kind.changes_database() {
            self.sent += 1;
            self.last_sent = self.steps;
        }
        let declared = if sink.kind == SinkKind::Metadata {
            self.load_pending_modules()?;
            self.declared.tables(place)
        } else {
            Vec::new()
        };
        let needs_commit = receiver
            .as_ref()
            .is_some_and(|receiver| self.has_known_connection(receiver));
        let connection = receiver
            .as_ref()
            .and_then(|receiver| self.connection_of(receiver));
        Ok(SinkCall {
            sink,
            path: path.clone(),
            receiver,
            arguments,
            place: place.clone(),
            via: self.via.get(self.root_calls..).unwrap_or_default().to_vec(),
            guards: self.guards.clone(),
            connection,
            reached: match &self.excluded {
                Some(filter) => Reached::Filtered(filter.to_string()),
                None => self.reached.clone(),
            },
            enumerated: self.choices > 0,
            text: text.clone(),
            needs_commit,
            told_by_module: self.importing > 0,
            declared,
        })
    }

    fn answered(&mut self, answer: Answer, result: Rc<External>) -> Evaluated {
        match answer {
            Answer::Unknown => Ok(Value::External(result)),
            Answer::Value(value) => Ok(value),
            Answer::Rows(rows) => Ok(self.hand_out(rows, result)),
            Answer::Raise(raised) => {
                Err(Interrupt::Raise(Rc::new(exception(&raised, &result.place))))
            }
        }
    }

    /// What the connection was asked decides the kind of the guards on its answer.
    fn remember_question(&mut self, call: &SinkCall, result: &External) {
        if call.sink.kind != SinkKind::Sql {
            return;
        }
        let Some(source) = call.payload().and_then(|payload| self.question_in(payload)) else {
            return;
        };
        result.attributes.answers(source.clone());
        if let Some(Value::External(receiver)) = &call.receiver
            && receiver.arguments.is_some()
        {
            receiver.attributes.answers(source.clone());
        }
        if let Some(connection) = call.connection {
            self.questions.insert(connection, source);
        }
    }

    /// A question about the schema, or about rows.
    fn question_in(&self, payload: &Value) -> Option<Source> {
        let text = match super::duck::sql_text(payload) {
            Some(template) => template.display(),
            None => match payload {
                Value::OneOf(alternatives) => {
                    return alternatives
                        .values
                        .iter()
                        .find_map(|value| self.question_in(value));
                }
                _ => return None,
            },
        };
        let text: Rc<str> = Rc::from(text);
        if self.registry.asks_catalog(&text) {
            Some(Source::Catalog(text))
        } else {
            Some(Source::Rows(text))
        }
    }

    /// The connection or session that a value belongs to.
    pub(crate) fn connection_of(&mut self, value: &Value) -> Option<ConnectionId> {
        let mut root = value.clone();
        loop {
            let next = match &root {
                Value::External(external) => {
                    if external.arguments.is_some()
                        && self.registry.is_connection(self.kind_of(external))
                    {
                        None
                    } else {
                        external.receiver.clone()
                    }
                }
                _ => None,
            };
            match next {
                Some(next) => root = next,
                None => break,
            }
        }
        let key = match &root {
            Value::External(external) => Rc::as_ptr(external).cast::<()>() as usize,
            Value::Unknown(unknown) => Rc::as_ptr(unknown).cast::<()>() as usize,
            Value::Instance(instance) => Rc::as_ptr(instance).cast::<()>() as usize,
            Value::Class(class) => Rc::as_ptr(class).cast::<()>() as usize,
            _ => return None,
        };
        let next = ConnectionId(self.connections.len() as u32);
        let id = *self.connections.entry(key).or_insert(next);
        if id == next {
            self.connection_roots.push(root);
        }
        Some(id)
    }

    /// Is the connection behind the value of a kind that the registry knows?
    fn has_known_connection(&self, value: &Value) -> bool {
        let mut current = value.as_external().cloned();
        while let Some(external) = current {
            if external.arguments.is_some() && self.registry.is_connection(self.kind_of(&external))
            {
                return true;
            }
            current = external.receiver_external().cloned();
        }
        false
    }

    /// Functions handed to a library are called by it some time.
    pub(crate) fn note_escapes(&mut self, path: &str, arguments: &Arguments) {
        let values = arguments
            .positional
            .iter()
            .chain(arguments.keywords.iter().map(|(_, value)| value));
        for value in values {
            match value {
                Value::Function(function) => {
                    self.escaped.push((function.clone(), None, path.to_owned()));
                }
                Value::BoundMethod(bound) => {
                    let receiver = Some(bound.receiver.clone());
                    self.escaped
                        .push((bound.function.clone(), receiver, path.to_owned()));
                }
                _ => {}
            }
        }
    }

    /// An attribute set on a library's or an unknown object can be a sink itself: autocommit, or
    /// a change of a row that was loaded.
    pub(crate) fn note_object_change(
        &mut self,
        object: &Value,
        name: &Rc<str>,
        value: &Value,
        target: &crate::python::tree::Expression,
    ) -> Result<(), Interrupt> {
        let path: Rc<str> = match object {
            Value::External(external) => Rc::from(external.attribute_path(name)),
            Value::Unknown(_) => Rc::from(format!("?.{name}")),
            Value::Instance(_) => Rc::from(format!("instance.{name}")),
            _ => return Ok(()),
        };
        let sink = match self.registry.attribute_sink(&path) {
            Some(sink) => Some(sink.clone()),
            None if super::metadata::is_watched_row(object)
                && !self.registry.is_stand_in(&path) =>
            {
                self.registry.row_attribute_sink()
            }
            None => None,
        };
        let Some(sink) = sink else { return Ok(()) };
        let arguments = Arguments::positional(vec![Value::text(name.as_ref()), value.clone()]);
        let receiver = Some(object.clone());
        let call = self.sink_call(
            sink,
            &path,
            receiver,
            arguments,
            &target.place,
            &target.text,
        )?;
        self.host.sink(&call);
        Ok(())
    }
}

fn exception(raised: &Raised, place: &Place) -> Exception {
    let original = match &raised.original {
        Some(original) => exception(original, place).value,
        None => Value::None,
    };
    let value = External {
        path: raised.class.clone(),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::positional(vec![Value::text(
            raised.message.as_str(),
        )])),
        attributes: [
            (Rc::from("orig"), original),
            (
                Rc::from("args"),
                Value::tuple(vec![Value::text(raised.message.as_str())]),
            ),
        ]
        .into_iter()
        .collect::<std::collections::BTreeMap<_, _>>()
        .into(),
        place: place.clone(),
    };
    Exception {
        class: raised.class.clone(),
        value: Value::External(Rc::new(value)),
        message: Some(raised.message.clone()),
        place: place.clone(),
    }
}
