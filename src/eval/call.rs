//! Calls of functions and classes of the estate.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{FunctionDefinition, Parameter};

use super::departures::Arrival;
use super::external::Arguments;
use super::flow::{Evaluated, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::join::one_of;
use super::object::{Function, FunctionKind};
use super::scope::{Scope, ScopeKind};
use super::splitters::split_by_hand;
use super::unknown::unknown;
use super::value::{BoundMethod, Generator, Source, Value};

impl Interpreter<'_> {
    pub(crate) fn call_value(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        self.deeper(
            |interpreter| interpreter.call_value_here(callee, arguments, place, text),
            |_| {
                let reason = "calls are nested too deeply";
                Ok(unknown(text.clone(), reason, Source::Other, place.clone()))
            },
        )
    }

    fn call_value_here(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        match callee {
            Value::Function(function) => self.call_function(function, None, arguments, place, text),
            Value::BoundMethod(bound) => {
                let receiver = Some(bound.receiver.clone());
                self.call_function(&bound.function, receiver, arguments, place, text)
            }
            Value::BuiltinMethod(method) => {
                self.call_method(&method.receiver, &method.name, arguments, place, text)
            }
            Value::Class(class) => self.instantiate(class, arguments, place, text),
            Value::External(external) => self.call_external(external, arguments, place, text),
            Value::Instance(_) => self.call_method(callee, "__call__", arguments, place, text),
            Value::Imported(imported) => {
                let callee = self.resolve_import(imported);
                self.call_value(&callee, arguments, place, text)
            }
            Value::OneOf(alternatives) => {
                self.call_alternatives(&alternatives.values, &mut |interpreter, callee| {
                    interpreter.call_value(callee, arguments.clone(), place, text)
                })
            }
            Value::Unknown(unknown) => {
                let unknown = unknown.clone();
                self.call_unknown(&Value::Unknown(unknown), arguments, place, text)
            }
            _ => Ok(unknown(
                text.clone(),
                "the result of an unknown call",
                Source::Other,
                place.clone(),
            )),
        }
    }

    /// Calls each alternative from the same state and joins what they leave and give.
    pub(crate) fn call_alternatives(
        &mut self,
        alternatives: &[Value],
        call: &mut dyn FnMut(&mut Self, &Value) -> Evaluated,
    ) -> Evaluated {
        let callable: Vec<&Value> = alternatives
            .iter()
            .filter(|value| !matches!(value, Value::None))
            .collect();
        if let [only] = callable.as_slice() {
            return call(self, only);
        }
        let mut frame = Frame::new(Scope::module(Arc::from(""), ""));
        let mut results = Vec::new();
        let mut ways = Vec::new();
        for alternative in callable {
            ways.push(self.walk(&mut frame, Vec::new(), &mut |interpreter, _| {
                results.push(call(interpreter, alternative)?);
                Ok(())
            }));
        }
        if ways.is_empty() {
            return Ok(Value::None);
        }
        let guards = self.guards.len();
        let flow = self.meet(&mut frame, ways, &Source::Other);
        self.guards.truncate(guards);
        flow?;
        Ok(one_of(results, Source::Other, self.limits.alternatives))
    }

    pub(crate) fn call_function(
        &mut self,
        function: &Rc<Function>,
        receiver: Option<Value>,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let definition = function.definition.clone();
        self.note_no_sink(&definition.name, place);
        self.entered.insert(Arc::as_ptr(&definition));
        if !self.may_enter(&definition) {
            return Ok(unknown(
                text.clone(),
                "calls are nested too deeply",
                Source::Other,
                place.clone(),
            ));
        }
        let scope = Scope::inside(&function.scope, ScopeKind::Function);
        let receiver = self.bind_parameters(function, &scope, receiver, arguments, place)?;
        if definition.is_generator {
            return Ok(Value::Generator(Rc::new(Generator {
                function: function.clone(),
                scope,
                receiver,
                place: place.clone(),
            })));
        }
        let mut frame = Frame::new(scope);
        frame.function = Some(function.clone());
        frame.receiver = receiver;
        self.run_body_of(&definition, &mut frame, place, text)
    }

    fn may_enter(&self, definition: &Arc<FunctionDefinition>) -> bool {
        let pointer = Arc::as_ptr(definition);
        let inside = self
            .running
            .iter()
            .filter(|running| **running == pointer)
            .count();
        inside < self.limits.recursion as usize && self.via.len() < self.limits.calls as usize
    }

    /// Runs a function's body in a frame whose parameters are bound.
    pub(crate) fn run_body_of(
        &mut self,
        definition: &Arc<FunctionDefinition>,
        frame: &mut Frame<'_>,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let pointer = Arc::as_ptr(definition);
        let cost = self.costs.get(&pointer).copied().unwrap_or_default();
        if !cost.sends && cost.steps > self.limits.steps_without_sink {
            let reason = "what a function gives that is not followed further";
            return Ok(left_function(definition, frame, place, text, reason));
        }
        let (steps, sent) = (self.steps, self.sent);
        let result = self.run_body_here(definition, frame, place, text);
        let total = self.costs.entry(pointer).or_default();
        total.steps += self.steps - steps;
        total.sends |= self.sent > sent;
        let is_idle = self.sent == sent && self.steps - steps > self.limits.steps_without_sink;
        match result {
            // The function alone has used up the patience: its caller may still send something.
            Err(Interrupt::Stop) if is_idle && !self.is_spent() => {
                self.last_sent = self.steps;
                let reason = "what a function gives that goes on for long";
                Ok(left_function(definition, frame, place, text, reason))
            }
            result => result,
        }
    }

    fn run_body_here(
        &mut self,
        definition: &Arc<FunctionDefinition>,
        frame: &mut Frame<'_>,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        let guards = self.guards.len();
        self.via.push(place.clone());
        self.running.push(Arc::as_ptr(definition));
        frame.depths.body = self.journal.depth();
        let flow = self.deeper(
            |interpreter| interpreter.exec_block(frame, &definition.body),
            |_| Ok(()),
        );
        self.arrive(frame, Arrival::Body, 0);
        self.running.pop();
        self.via.pop();
        self.guards.truncate(guards);
        let last = match flow {
            Ok(()) => Value::None,
            Err(Interrupt::Return(value)) => value,
            // Out of a loop at the end of a body: the parser lets it through, Python does not.
            Err(Interrupt::Break | Interrupt::Continue | Interrupt::Skip(_)) => Value::None,
            Err(interrupt @ (Interrupt::Raise(_) | Interrupt::Exit(_)))
                if frame.returned.is_empty() =>
            {
                return Err(interrupt);
            }
            Err(Interrupt::Raise(_) | Interrupt::Exit(_)) => {
                return Ok(self.returned(frame, None));
            }
            Err(Interrupt::Stop) => return Err(Interrupt::Stop),
        };
        let value = self.returned(frame, Some(last));
        Ok(label_result(value, text))
    }

    fn returned(&self, frame: &mut Frame<'_>, last: Option<Value>) -> Value {
        let mut source = Source::Other;
        let mut values = Vec::new();
        for (value, because) in frame.returned.drain(..) {
            source = super::unknown::heavier(source, because);
            values.push(value);
        }
        values.extend(last);
        one_of(values, source, self.limits.alternatives)
    }

    /// Puts the arguments into the function's scope; gives the receiver of a method.
    fn bind_parameters(
        &mut self,
        function: &Rc<Function>,
        scope: &Rc<Scope>,
        receiver: Option<Value>,
        arguments: Arguments,
        place: &Place,
    ) -> Result<Option<Value>, Interrupt> {
        let parameters = &function.definition.parameters;
        let mut positional = arguments.positional.into_iter();
        let mut keywords = arguments.keywords;
        let mut names = parameters.positional.iter();
        let mut first = receiver.clone();
        if let Some(receiver) = receiver
            && let Some(parameter) = names.next()
        {
            scope.set(&parameter.name, receiver);
        }
        for parameter in names {
            let given = positional
                .next()
                .or_else(|| take_keyword(&mut keywords, &parameter.name));
            let value = self.argument(function, parameter, given, place)?;
            if first.is_none() && function.owner.borrow().is_some() {
                first = Some(value.clone());
            }
            scope.set(&parameter.name, value);
        }
        for parameter in &parameters.keyword_only {
            let given = take_keyword(&mut keywords, &parameter.name);
            let value = self.argument(function, parameter, given, place)?;
            scope.set(&parameter.name, value);
        }
        if let Some(star) = &parameters.star {
            scope.set(star, Value::tuple(positional.collect()));
        }
        if let Some(star) = &parameters.double_star {
            let entries = keywords
                .into_iter()
                .map(|(name, value)| (Value::text(name.as_ref()), value))
                .collect();
            scope.set(star, Value::dict(entries));
        }
        Ok(first)
    }

    /// What a parameter is: what was given, its default, or unknown.
    fn argument(
        &mut self,
        function: &Rc<Function>,
        parameter: &Parameter,
        given: Option<Value>,
        place: &Place,
    ) -> Evaluated {
        if let Some(given) = given {
            return match (&given, &parameter.annotation) {
                (Value::Unknown(_), Some(annotation)) => {
                    let mut frame = Frame::new(function.scope.clone());
                    Ok(self.typed_by(&mut frame, given, annotation))
                }
                _ => Ok(given),
            };
        }
        let default = function
            .defaults
            .iter()
            .find(|(name, _)| name.as_ref() == parameter.name)
            .map(|(_, value)| value.clone());
        if let Some(default) = default {
            return self.injected(function, parameter, default, place);
        }
        let value = parameter_value(parameter, place);
        match &parameter.annotation {
            Some(annotation) => {
                let mut frame = Frame::new(function.scope.clone());
                Ok(self.typed_by(&mut frame, value, annotation))
            }
            None => Ok(value),
        }
    }

    /// A default that a framework replaces: FastAPI's `Depends`, Typer's `Option`.
    fn injected(
        &mut self,
        function: &Rc<Function>,
        parameter: &Parameter,
        default: Value,
        place: &Place,
    ) -> Evaluated {
        let Value::External(external) = &default else {
            return Ok(default);
        };
        let Some((path, arguments)) = external.call() else {
            return Ok(default);
        };
        match path {
            "fastapi.Depends" | "fastapi.Security" => {
                let value = parameter_value(parameter, place);
                if let Some(annotation) = &parameter.annotation {
                    let mut frame = Frame::new(function.scope.clone());
                    let typed = self.typed_by(&mut frame, value.clone(), annotation);
                    if !typed.is_unknown() {
                        return Ok(typed);
                    }
                }
                let provider = arguments.get(0, "dependency").cloned();
                self.provided(provider, place)
                    .map(|provided| provided.unwrap_or(value))
            }
            "typer.Option" | "typer.Argument" | "fastapi.Query" | "fastapi.Body"
            | "fastapi.Header" => Ok(super::options::option_value(
                &parameter.name,
                arguments.get(0, "default"),
                place,
            )),
            _ => Ok(default),
        }
    }

    /// What a dependency hands out: what the function returns, or first yields.
    fn provided(
        &mut self,
        provider: Option<Value>,
        place: &Place,
    ) -> Result<Option<Value>, Interrupt> {
        let Some(provider @ (Value::Function(_) | Value::Imported(_))) = provider else {
            return Ok(None);
        };
        let text: Arc<str> = Arc::from("dependency");
        let value = self.call_value(&provider, Arguments::default(), place, &text)?;
        if !matches!(value, Value::Generator(_)) {
            return Ok(Some(value));
        }
        self.first_yield(&value, place)
    }
}

fn take_keyword(keywords: &mut Vec<(Rc<str>, Value)>, name: &str) -> Option<Value> {
    let index = keywords
        .iter()
        .position(|(known, _)| known.as_ref() == name)?;
    Some(keywords.remove(index).1)
}

fn parameter_value(parameter: &Parameter, place: &Place) -> Value {
    let source = Source::Parameter(Rc::from(parameter.name.as_str()));
    let reason = format!(
        "parameter `{}` of a function without a caller",
        parameter.name
    );
    unknown(
        parameter.name.as_str().into(),
        reason,
        source,
        place.clone(),
    )
}

/// An unknown result is called what the call is called, not what the function calls it inside.
fn label_result(value: Value, text: &Arc<str>) -> Value {
    match &value {
        Value::Unknown(known) if known.text.is_empty() && !text.is_empty() => {
            let mut renamed = (**known).clone();
            renamed.text = text.clone();
            Value::Unknown(Rc::new(renamed))
        }
        _ => value,
    }
}

/// The function as its class hands it out.
pub(crate) fn bind(function: &Rc<Function>, receiver: &Value, class: Option<Value>) -> Value {
    let receiver = match function.kind {
        FunctionKind::StaticMethod => return Value::Function(function.clone()),
        FunctionKind::ClassMethod => class.unwrap_or_else(|| receiver.clone()),
        FunctionKind::Plain | FunctionKind::Property | FunctionKind::ContextManager => {
            receiver.clone()
        }
    };
    Value::BoundMethod(Rc::new(BoundMethod {
        function: function.clone(),
        receiver,
    }))
}

/// What a function gives that was not followed to its end.
fn left_function(
    definition: &FunctionDefinition,
    frame: &Frame<'_>,
    place: &Place,
    text: &Arc<str>,
    reason: &str,
) -> Value {
    split_by_hand(definition, frame)
        .unwrap_or_else(|| unknown(text.clone(), reason, Source::Other, place.clone()))
}
