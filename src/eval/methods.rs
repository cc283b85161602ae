//! Calls as written: of names, methods, `super()`.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{Argument, Expression, ExpressionKind};

use super::attributes::site;
use super::external::Arguments;
use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::object::{Class, Function, Instance};
use super::value::{Source, Unknown, Value};

impl Interpreter<'_> {
    pub(crate) fn eval_call(
        &mut self,
        frame: &mut Frame<'_>,
        expression: &Expression,
        function: &Expression,
        arguments: &[Argument],
    ) -> Evaluated {
        if let ExpressionKind::Name(name) = &function.kind
            && let Some(value) = self.scope_builtin(frame, name, arguments)
        {
            return Ok(value);
        }
        if let ExpressionKind::Attribute { value, name } = &function.kind {
            if let Some(callee) = self.super_attribute(frame, value, name)? {
                let arguments = self.eval_arguments(frame, arguments)?;
                return self.call_value(&callee, arguments, &expression.place, &expression.text);
            }
            let receiver = self.eval(frame, value)?;
            self.note_plain_receiver(&receiver, name, &expression.place);
            let arguments = self.eval_arguments(frame, arguments)?;
            return self.call_method(
                &receiver,
                name,
                arguments,
                &expression.place,
                &expression.text,
            );
        }
        let callee = self.eval(frame, function)?;
        let arguments = self.eval_arguments(frame, arguments)?;
        self.call_value(&callee, arguments, &expression.place, &expression.text)
    }

    /// `found.get(...)` of a dict has a sink's name and is none.
    fn note_plain_receiver(&mut self, receiver: &Value, name: &str, place: &Place) {
        let is_plain = matches!(
            receiver,
            Value::Text(_) | Value::List(_) | Value::Set(_) | Value::Dict(_) | Value::Tuple(_)
        );
        if is_plain {
            self.note_no_sink(name, place);
        }
    }

    /// What is called is known, and it is no sink although its name is one's: nothing is left there
    /// to be looked for.
    pub(crate) fn note_no_sink(&mut self, name: &str, place: &Place) {
        if self.registry.is_sink_name(name) && !self.visited.contains(place) {
            self.visited.insert(place.clone());
        }
    }

    /// `locals()`, `globals()` and `super()` without an attribute after it.
    fn scope_builtin(
        &mut self,
        frame: &Frame<'_>,
        name: &str,
        arguments: &[Argument],
    ) -> Option<Value> {
        let scope = match name {
            "locals" | "vars" => frame.scope.clone(),
            "globals" => frame.scope.module_scope(),
            _ => return None,
        };
        if !arguments.is_empty() || frame.scope.lookup(name).is_some() {
            return None;
        }
        let entries = scope
            .all()
            .into_iter()
            .map(|(name, value)| (Value::text(name.as_ref()), value))
            .collect();
        Some(Value::dict(entries))
    }

    /// `super().name`, if the expression is that.
    pub(crate) fn super_attribute(
        &mut self,
        frame: &mut Frame<'_>,
        value: &Expression,
        name: &str,
    ) -> Result<Option<Value>, Interrupt> {
        let ExpressionKind::Call { function, .. } = &value.kind else {
            return Ok(None);
        };
        if !matches!(&function.kind, ExpressionKind::Name(name) if name == "super") {
            return Ok(None);
        }
        let owner = frame
            .function
            .as_ref()
            .and_then(|function| function.owner.borrow().clone());
        let (Some(owner), Some(receiver)) = (owner, frame.receiver.clone()) else {
            return Ok(None);
        };
        let lineage = match &receiver {
            Value::Instance(instance) => instance.class.lineage(),
            Value::Class(class) => class.lineage(),
            _ => owner.lineage(),
        };
        let after = lineage
            .iter()
            .skip_while(|class| !Rc::ptr_eq(class, &owner))
            .skip(1);
        for class in after {
            if let Some(found) = class.attributes.get(name) {
                return Ok(Some(match &found {
                    Value::Function(function) => super::call::bind(function, &receiver, None),
                    _ => found,
                }));
            }
        }
        let bases = owner.external_bases();
        Ok(Some(match bases.first() {
            Some(base) => self.inherited_attribute(base, &receiver, name, &value.place),
            None => self.external_name(&format!("builtins.object.{name}"), &value.place),
        }))
    }

    pub(crate) fn has_method(&self, instance: &Rc<Instance>, name: &str) -> bool {
        instance.attributes.get(name).is_some() || instance.class.lookup(name).is_some()
    }

    pub(crate) fn call_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        match receiver {
            Value::Text(template) => {
                let template = template.clone();
                self.text_method(&template, name, &arguments, &site(place, text))
            }
            Value::Bytes(bytes) => Ok(match name {
                "decode" => Value::text(String::from_utf8_lossy(bytes).into_owned()),
                _ => self.opaque(&site(place, text)),
            }),
            Value::List(elements) => {
                self.elements_method(elements, false, name, &arguments, &site(place, text))
            }
            Value::Set(elements) => {
                self.elements_method(elements, true, name, &arguments, &site(place, text))
            }
            Value::Tuple(elements) => {
                let elements = Value::list(elements.to_vec());
                match name {
                    "index" | "count" => self.call_method(&elements, name, arguments, place, text),
                    _ => Ok(self.opaque(&site(place, text))),
                }
            }
            Value::Dict(entries) => {
                self.entries_method(&entries.clone(), name, &arguments, &site(place, text))
            }
            Value::Instance(instance) => {
                self.instance_method(instance, name, arguments, place, text)
            }
            Value::Class(class) => self.class_method(class, name, arguments, place, text),
            Value::Function(_) | Value::BoundMethod(_) => match name {
                // Task queues and command frameworks run the function that they wrap.
                "delay" | "apply_async" | "remote" | "submit" | "callback" | "__call__" | "fn" => {
                    self.call_value(receiver, arguments, place, text)
                }
                _ => Ok(self.opaque(&site(place, text))),
            },
            Value::OneOf(alternatives) => {
                self.call_alternatives(&alternatives.values, &mut |interpreter, receiver| {
                    interpreter.call_method(receiver, name, arguments.clone(), place, text)
                })
            }
            Value::Unknown(known) if matches!(known.default, Some(Value::Text(_))) => {
                self.default_method(known, name, arguments, place, text)
            }
            Value::Imported(imported) => {
                let receiver = self.resolve_import(imported);
                self.call_method(&receiver, name, arguments, place, text)
            }
            _ => {
                let callee = self.get_attribute_as(receiver, name, &site(place, text))?;
                match callee {
                    Value::BuiltinMethod(_) => Ok(self.opaque(&site(place, text))),
                    callee => self.call_value(&callee, arguments, place, text),
                }
            }
        }
    }

    /// A method of a value that has a default: the same unknown, with the default changed so.
    fn default_method(
        &mut self,
        known: &Rc<Unknown>,
        name: &str,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let Some(default) = known.default.clone() else {
            return Ok(self.opaque(&site(place, text)));
        };
        let changed = self.call_method(&default, name, arguments, place, text)?;
        let default = matches!(changed, Value::Text(_) | Value::List(_)).then_some(changed);
        if let Some(list @ Value::List(_)) = default {
            return Ok(list);
        }
        let mut unknown = (**known).clone();
        unknown.default = default;
        unknown.text = text.clone();
        Ok(Value::Unknown(Rc::new(unknown)))
    }

    fn instance_method(
        &mut self,
        instance: &Rc<Instance>,
        name: &str,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        if name == "__call__" && !self.has_method(instance, name) {
            return Ok(self.opaque(&site(place, text)));
        }
        let receiver = Value::Instance(instance.clone());
        if let Some(value) = super::classes::synthetic_method(instance, name, &arguments) {
            return Ok(value);
        }
        let callee = self.get_attribute_as(&receiver, name, &site(place, text))?;
        self.call_value(&callee, arguments, place, text)
    }

    fn class_method(
        &mut self,
        class: &Rc<Class>,
        name: &str,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let receiver = Value::Class(class.clone());
        let callee = self.get_attribute_as(&receiver, name, &site(place, text))?;
        self.call_value(&callee, arguments, place, text)
    }

    pub(crate) fn call_setter(
        &mut self,
        setter: &Rc<Function>,
        object: &Value,
        value: Value,
        target: &Expression,
    ) -> Flow {
        let arguments = Arguments::positional(vec![value]);
        self.call_function(
            setter,
            Some(object.clone()),
            arguments,
            &target.place,
            &target.text,
        )
        .map(drop)
    }

    /// A call of something unknown: a sink perhaps, by its name and its arguments.
    pub(crate) fn call_unknown(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let (reason, source) = super::unknown::reason_and_source(callee);
        self.note_escapes("?", &arguments);
        Ok(super::unknown::unknown(
            text.clone(),
            reason,
            match source {
                Source::Parameter(_) => Source::Other,
                source => source,
            },
            place.clone(),
        ))
    }
}
