//! How a statement ends, and the frame that it runs in.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;

use super::departures::{Departure, Depths};
use super::interpreter::Interpreter;
use super::object::Function;
use super::scope::Scope;
use super::value::{Source, Value};

/// Why control leaves the statement after which the next one would run.
#[derive(Debug, Clone)]
pub enum Interrupt {
    Return(Value),
    Break,
    Continue,
    /// `continue` because the script's own filter leaves a statement out: the filter as written.
    Skip(Arc<str>),
    Raise(Rc<Exception>),
    /// `sys.exit` and the like: the script ends with this code.
    Exit(Value),
    /// A limit was reached; evaluation of the script ends.
    Stop,
}

impl Interrupt {
    /// How far control is thrown: of two paths, the one that is thrown less far goes on.
    pub(crate) fn reach(&self) -> u8 {
        match self {
            Self::Continue | Self::Skip(_) => 0,
            Self::Break => 1,
            Self::Return(_) => 2,
            Self::Raise(_) => 3,
            Self::Exit(_) => 4,
            Self::Stop => 5,
        }
    }
}

/// A raised exception.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Canonical path of its class, or the name of a class of the estate.
    pub class: Rc<str>,
    pub value: Value,
    pub message: Option<String>,
    pub place: Place,
}

pub type Flow = Result<(), Interrupt>;
pub type Evaluated = Result<Value, Interrupt>;

/// What a generator's `yield` does: hands the value to the loop or `with` block that drives it.
pub(crate) type Taker<'f> = dyn FnMut(&mut Interpreter<'_>, Value) -> Evaluated + 'f;

/// One running body: of a module, a function or a class.
pub(crate) struct Frame<'f> {
    pub(crate) scope: Rc<Scope>,
    pub(crate) function: Option<Rc<Function>>,
    /// The first argument of a method, for `super()`.
    pub(crate) receiver: Option<Value>,
    /// What some paths return while others go on, with what parted them.
    pub(crate) returned: Vec<(Value, Source)>,
    pub(crate) taker: Option<&'f mut Taker<'f>>,
    /// The exception whose handler is running.
    pub(crate) handling: Option<Rc<Exception>>,
    /// The paths that left early and have not come back to the others yet.
    pub(crate) departures: Vec<Departure>,
    pub(crate) depths: Depths,
}

impl Frame<'_> {
    pub(crate) fn new(scope: Rc<Scope>) -> Self {
        Self {
            scope,
            function: None,
            receiver: None,
            returned: Vec::new(),
            taker: None,
            handling: None,
            departures: Vec::new(),
            depths: Depths::default(),
        }
    }
}
