//! What an expression can be while a script is read.
//!
//! Values are cheap to copy: everything with content is shared. Containers are shared as Python's
//! are, so that appending to a list is seen by all who hold it.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Place, Template};

use super::conditions::Conditions;
use super::external::External;
use super::object::{Class, Function, Instance};
use super::scope::Scope;
use super::snapshots::Contents;

/// The elements of a list or set. An element that some paths leave out is a [`Value::Maybe`].
pub type Elements = Rc<Contents<Value>>;

/// The entries of a dict, in order of insertion.
pub type Entries = Rc<Contents<(Value, Value)>>;

/// An abstract value.
#[derive(Debug, Clone)]
pub enum Value {
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Ellipsis,
    /// A string, whole or with holes.
    Text(Rc<Template>),
    Bytes(Rc<Vec<u8>>),
    List(Elements),
    Tuple(Rc<Vec<Value>>),
    Set(Elements),
    Dict(Entries),
    Function(Rc<Function>),
    Class(Rc<Class>),
    Instance(Rc<Instance>),
    /// A function of a class with the object that it was taken from.
    BoundMethod(Rc<BoundMethod>),
    /// A method of a built-in value, taken without being called: `add = found.append`.
    BuiltinMethod(Rc<BuiltinMethod>),
    /// A generator of the estate, called but not yet run.
    Generator(Rc<Generator>),
    /// A name imported from the estate that nothing has used yet: its module is run when it is.
    Imported(Rc<Imported>),
    /// A module of the estate.
    Module(Rc<Scope>),
    /// Something that is not in the estate, known by its dotted path.
    External(Rc<External>),
    /// One of these; at least two, none of them `OneOf` itself.
    OneOf(Rc<Alternatives>),
    Unknown(Rc<Unknown>),
    /// Only as an element of a container: there under these guards, else not there at all.
    Maybe(Rc<Maybe>),
}

/// What a value can be when paths meet.
#[derive(Debug)]
pub struct Alternatives {
    pub values: Vec<Value>,
    /// What the condition asked that parted the paths.
    pub source: Source,
}

#[derive(Debug)]
pub struct BoundMethod {
    pub function: Rc<Function>,
    pub receiver: Value,
}

#[derive(Debug)]
pub struct BuiltinMethod {
    pub receiver: Value,
    pub name: Rc<str>,
}

/// A generator function with its parameters bound.
#[derive(Debug)]
pub struct Generator {
    pub function: Rc<Function>,
    pub scope: Rc<Scope>,
    pub receiver: Option<Value>,
    pub place: Place,
}

/// `from module import name`, not yet looked up.
#[derive(Debug)]
pub struct Imported {
    pub module: Rc<Scope>,
    pub name: Rc<str>,
    pub place: Place,
}

#[derive(Debug)]
pub struct Maybe {
    pub value: Value,
    pub guards: Conditions,
    /// The script's own filter leaves the element out: the filter as written. Such an element is
    /// kept only so that a statement which is never sent can be told.
    pub excluded: Option<Arc<str>>,
}

/// Where an unknown value comes from: what decides the kind of a guard that asks it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The answer to a question about the schema; the question as written.
    Catalog(Rc<str>),
    /// The answer to a question about rows; the question as written.
    Rows(Rc<str>),
    /// A command line option or argument, by its name.
    CommandLine(Rc<str>),
    /// An environment variable, by its name.
    Environment(Rc<str>),
    /// What a person types.
    Prompt,
    /// An answer from the network.
    Network,
    /// The file system: whether a file is there, what it holds.
    FileSystem,
    /// The clock, chance, the process's surroundings.
    Surroundings,
    /// A parameter of a function that evaluation entered without a caller.
    Parameter(Rc<str>),
    /// Anything else.
    Other,
}

/// A value that reading cannot know.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The expression as written.
    pub text: Arc<str>,
    /// In words: "read from the database", "command line argument `--url`".
    pub reason: Rc<str>,
    pub source: Source,
    /// The type that an annotation or a conversion gives it, as a canonical dotted path.
    pub type_path: Option<Rc<str>>,
    /// What it is unless somebody says otherwise: an option's or a variable's default.
    pub default: Option<Value>,
    pub place: Place,
}

impl Value {
    /// Known text without a place.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Rc::new(Template::from_text(text)))
    }

    pub fn template(template: Template) -> Self {
        Self::Text(Rc::new(template))
    }

    pub fn list(elements: Vec<Value>) -> Self {
        Self::List(Rc::new(Contents::new(elements)))
    }

    pub fn set(elements: Vec<Value>) -> Self {
        Self::Set(Rc::new(Contents::new(elements)))
    }

    pub fn tuple(elements: Vec<Value>) -> Self {
        Self::Tuple(Rc::new(elements))
    }

    pub fn dict(entries: Vec<(Value, Value)>) -> Self {
        Self::Dict(Rc::new(Contents::new(entries)))
    }

    /// The whole text, if this is a string without holes.
    pub fn known_text(&self) -> Option<String> {
        match self {
            Self::Text(template) => template.known_text(),
            _ => None,
        }
    }

    /// The alternatives: the value itself unless it is `OneOf`.
    pub fn alternatives(&self) -> &[Value] {
        match self {
            Self::OneOf(alternatives) => &alternatives.values,
            other => std::slice::from_ref(other),
        }
    }

    /// An element that the script's own filter has left out.
    pub fn is_excluded(&self) -> bool {
        matches!(self, Self::Maybe(maybe) if maybe.excluded.is_some())
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    pub fn as_external(&self) -> Option<&Rc<External>> {
        match self {
            Self::External(external) => Some(external),
            _ => None,
        }
    }
}
