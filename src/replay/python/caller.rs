//! Calls functions of the estate for the SQLAlchemy compiler: type decorators choose their type in
//! Python. They run in an interpreter of their own, without a connection.

use crate::effects::sqlalchemy::Caller;
use crate::eval::{Answer, Arguments, Estate, Host, Interpreter, Limits, SinkCall, Value};
use crate::model::Place;
use crate::registry::Registry;

pub(super) struct EstateCaller<'a> {
    pub(super) estate: &'a dyn Estate,
    pub(super) registry: &'a Registry,
    pub(super) place: Place,
}

/// No connection: nothing that is sent goes anywhere.
struct Nowhere;

impl Host for Nowhere {
    fn sink(&mut self, _call: &SinkCall) -> Answer {
        Answer::Unknown
    }

    fn is_concrete(&self) -> bool {
        true
    }
}

impl EstateCaller<'_> {
    fn with_interpreter<T>(
        &self,
        work: impl FnOnce(&mut Interpreter<'_>, &Place) -> Option<T>,
    ) -> Option<T> {
        let mut host = Nowhere;
        let mut interpreter =
            Interpreter::new(self.estate, self.registry, &mut host, Limits::REPLAY);
        work(&mut interpreter, &self.place)
    }
}

impl Caller for EstateCaller<'_> {
    fn call(&self, function: &Value, arguments: Vec<Value>) -> Option<Value> {
        self.with_interpreter(|interpreter, place| {
            interpreter
                .call(function, Arguments::positional(arguments), place)
                .ok()
        })
    }

    fn method(&self, object: &Value, name: &str, arguments: Vec<Value>) -> Option<Value> {
        self.with_interpreter(|interpreter, place| {
            // A type class stands for an object of it.
            let object = match object {
                Value::Class(_) => interpreter.call(object, Arguments::default(), place).ok()?,
                other => other.clone(),
            };
            let method = interpreter.attribute(&object, name, place).ok()?;
            interpreter
                .call(&method, Arguments::positional(arguments), place)
                .ok()
        })
    }
}
