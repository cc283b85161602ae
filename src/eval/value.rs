//! What an expression can be while a script is read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Place, Template};
use crate::python::tree::{ClassDefinition, FunctionDefinition};

use super::scope::Scope;

/// An abstract value. Containers are shared, as Python's are: appending to a list is seen by all
/// who hold it.
#[derive(Debug, Clone)]
pub enum Value {
    None,
    Bool(bool),
    Integer(i64),
    Float(f64),
    /// A string, whole or with holes.
    Text(Rc<Template>),
    Bytes(Rc<[u8]>),
    List(Rc<RefCell<Vec<Value>>>),
    Tuple(Rc<[Value]>),
    Set(Rc<RefCell<Vec<Value>>>),
    /// In order of insertion.
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    Function(Rc<Function>),
    Class(Rc<Class>),
    Instance(Rc<Instance>),
    /// A function of a class with the object it was taken from.
    BoundMethod(Rc<Function>, Box<Value>),
    /// A module of the estate.
    Module(Rc<Scope>),
    /// Something that is not in the estate, known by its dotted path.
    External(Rc<External>),
    /// One of these; at least two, none of them `OneOf` itself.
    OneOf(Rc<[Value]>),
    Unknown(Rc<Unknown>),
}

/// A function or lambda with the scope it was defined in.
#[derive(Debug)]
pub struct Function {
    pub definition: Arc<FunctionDefinition>,
    pub scope: Rc<Scope>,
    /// The class that it was defined in, for `super()`.
    pub owner: RefCell<Option<Rc<Class>>>,
    pub kind: FunctionKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    Plain,
    Property,
    StaticMethod,
    ClassMethod,
    ContextManager,
}

#[derive(Debug)]
pub struct Class {
    pub definition: Arc<ClassDefinition>,
    pub scope: Rc<Scope>,
    pub bases: Vec<Value>,
    pub attributes: RefCell<BTreeMap<String, Value>>,
}

#[derive(Debug)]
pub struct Instance {
    pub class: Rc<Class>,
    pub attributes: RefCell<BTreeMap<String, Value>>,
    pub place: Place,
}

/// A name of a library, or what calling it gave. The path is dotted as the library documents it,
/// whatever the script imported it as: `sqlalchemy.Column`, `psycopg2.connect`. A method of a call's
/// result appends to the path: `psycopg2.connect().cursor`.
#[derive(Debug)]
pub struct External {
    pub path: String,
    /// The object that the attribute was taken from, if it was itself a call's result.
    pub receiver: Option<Value>,
    /// `None`: the name itself; `Some`: the result of calling it so.
    pub arguments: Option<Arguments>,
    /// What the script has set on it since.
    pub attributes: RefCell<BTreeMap<String, Value>>,
    pub place: Place,
}

/// The arguments of a call, stars unpacked as far as known.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    pub positional: Vec<Value>,
    pub keywords: Vec<(String, Value)>,
    /// A star argument could not be unpacked: there may be more.
    pub open: bool,
}

impl Arguments {
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The argument at `position`, or the one called `name`.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.keyword(name))
    }
}

#[derive(Debug, Clone)]
pub struct Unknown {
    /// The expression as written.
    pub text: Arc<str>,
    /// In words: "read from the database", "command line argument `--url`".
    pub reason: String,
    pub place: Place,
}
