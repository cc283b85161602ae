//! Names of libraries, and what calling them gave: evaluation keeps them as they are.

use std::cell::{Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::model::Place;

use super::value::{Source, Value};

/// A name of a library, or what calling it gave.
///
/// The path is dotted as the library documents it, whatever the script imported it as:
/// `sqlalchemy.Column`, `psycopg2.connect`. An attribute of a call's result appends to the result's
/// type where the registry knows it (`psycopg2.extensions.cursor.execute`), else to the path of the
/// call (`acme.client().run`). Where the root itself is unknown the path starts with `?`.
#[derive(Debug)]
pub struct External {
    pub path: Rc<str>,
    /// What the registry says that the call gives, or an annotation says that the name is.
    pub type_path: Option<Rc<str>>,
    /// The object that the attribute was taken from, if it was not a plain module.
    pub receiver: Option<Value>,
    /// `None`: the name itself; `Some`: the result of calling it so.
    pub arguments: Option<Arguments>,
    pub attributes: Attached,
    pub place: Place,
}

/// What a script has set on a library's value, and what the value answers.
#[derive(Debug, Default)]
pub struct Attached {
    values: RefCell<BTreeMap<Rc<str>, Value>>,
    /// It is the answer to this question.
    answered: RefCell<Option<Source>>,
}

impl Attached {
    pub fn borrow(&self) -> Ref<'_, BTreeMap<Rc<str>, Value>> {
        self.values.borrow()
    }

    pub fn borrow_mut(&self) -> RefMut<'_, BTreeMap<Rc<str>, Value>> {
        self.values.borrow_mut()
    }

    pub(crate) fn answered(&self) -> Ref<'_, Option<Source>> {
        self.answered.borrow()
    }

    /// Marks the value as the answer to a question.
    pub(crate) fn answers(&self, source: Source) {
        *self.answered.borrow_mut() = Some(source);
    }
}

impl From<BTreeMap<Rc<str>, Value>> for Attached {
    fn from(values: BTreeMap<Rc<str>, Value>) -> Self {
        Self {
            values: RefCell::new(values),
            answered: RefCell::default(),
        }
    }
}

impl External {
    /// The result of calling `path`?
    pub fn is_call_of(&self, path: &str) -> bool {
        self.arguments.is_some() && self.path.as_ref() == path
    }

    /// The arguments, if this is a call's result.
    pub fn call(&self) -> Option<(&str, &Arguments)> {
        self.arguments
            .as_ref()
            .map(|arguments| (self.path.as_ref(), arguments))
    }

    /// The last word of the path.
    pub fn name(&self) -> &str {
        // Asked all the time: names are short, and a search that sets out for long texts costs more.
        let dot = self.path.bytes().rposition(|byte| byte == b'.');
        &self.path[dot.map_or(0, |dot| dot + 1)..]
    }

    /// The dotted path of an attribute.
    pub(crate) fn attribute_path(&self, name: &str) -> String {
        if let Some(type_path) = &self.type_path {
            return [type_path, ".", name].concat();
        }
        let is_class = self.name().starts_with(char::is_uppercase);
        let is_result = self.arguments.is_some() && !is_class;
        let of_result = if is_result { "()." } else { "." };
        [&self.path, of_result, name].concat()
    }

    /// The object that the name was taken from, if that is a library's value too.
    pub fn receiver_external(&self) -> Option<&Rc<External>> {
        self.receiver.as_ref().and_then(Value::as_external)
    }
}

/// The arguments of a call, stars unpacked as far as known.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    pub positional: Vec<Value>,
    pub keywords: Vec<(Rc<str>, Value)>,
    /// A star argument could not be unpacked: there may be more.
    pub open: bool,
}

impl Arguments {
    pub fn positional(values: Vec<Value>) -> Self {
        Self {
            positional: values,
            ..Self::default()
        }
    }

    /// All of them, the positional ones first.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let keywords = self.keywords.iter().map(|(_, value)| value);
        self.positional.iter().chain(keywords)
    }

    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords
            .iter()
            .find(|(known, _)| known.as_ref() == name)
            .map(|(_, value)| value)
    }

    /// The argument at `position`, or the one called `name`.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.keyword(name))
    }
}
