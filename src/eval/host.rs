//! What the interpreter asks of whoever runs it: the files of the estate, and what to do when a
//! call leaves Python.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Guard, Place, Template};
use crate::python::tree::Module;
use crate::registry::Sink;

use super::external::{Arguments, External};
use super::value::Value;

/// The files of the estate, read and parsed once for all scripts. Paths are relative to the
/// estate's root, with forward slashes.
pub trait Estate: Sync {
    /// The parsed file, if it is Python of the estate.
    fn module(&self, file: &str) -> Option<Arc<Module>>;
    /// The text of the file, if it is text of the estate.
    fn text(&self, file: &str) -> Option<Arc<str>>;
    /// Is there such a file?
    fn is_file(&self, file: &str) -> bool;
    /// Is there a file under such a folder?
    fn is_folder(&self, folder: &str) -> bool;
    /// The files right in the folder, in order.
    fn list(&self, folder: &str) -> Vec<Arc<str>>;
    /// Folders of the estate that hold `name.py` or a folder `name` with Python in it, in order.
    fn folders_with(&self, name: &str) -> Vec<Arc<str>>;
    /// Is the file read as a script of its own? What it sends when it is imported is told there.
    fn is_script(&self, file: &str) -> bool {
        let _ = file;
        false
    }
    /// The files named `.py`, in order.
    fn python_files(&self) -> Vec<Arc<str>>;
}

/// Runs the calls that leave Python. *Survey* records them and answers [`Answer::Unknown`];
/// *replay* carries them out on a modelled catalog and answers with what the library would give.
pub trait Host {
    /// A call that the registry knows as a sink (SQL, ORM, subprocess, HTTP, file), or one that
    /// ends, begins or closes a transaction or connection: [`Sink::kind`] tells which.
    fn sink(&mut self, call: &SinkCall) -> Answer;

    /// Any other call of a library that the interpreter has no own meaning for. The call's result
    /// would be `result`, a symbolic value.
    fn external(&mut self, result: &Rc<External>) -> Answer {
        let _ = result;
        Answer::Unknown
    }

    /// The text of a library's value in a string: a construct that compiles itself to SQL.
    fn text_of(&mut self, external: &Rc<External>) -> Option<Template> {
        let _ = external;
        None
    }

    /// What iterating over a library's value gives, where the host knows it: a query's rows.
    fn items(&mut self, external: &Rc<External>) -> Option<Vec<Value>> {
        let _ = external;
        None
    }

    /// Is a loop over something unknown left out? Otherwise its body is read once.
    fn is_skipped(&mut self, iterable: &Value, place: &Place) -> bool {
        let _ = (iterable, place);
        false
    }

    /// Which way an unknown condition goes; `None`: both ways are explored.
    fn decide(&mut self, condition: &Value, place: &Place) -> Option<bool> {
        let _ = (condition, place);
        None
    }

    /// Exceptions are real: a `raise` leaves, and an `except` body runs only after one. In survey
    /// every `except` body is read as well.
    fn is_concrete(&self) -> bool {
        false
    }
}

/// What a call gives.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The symbolic result of the call.
    Unknown,
    Value(Value),
    /// The rows that a query gives: the cursor or the result object hands them out.
    Rows(Rc<Rows>),
    /// The call raises.
    Raise(Raised),
}

/// A query's answer.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub columns: Vec<Rc<str>>,
    pub rows: Vec<Vec<Value>>,
    /// What `rowcount` gives; -1 where it is not known.
    pub row_count: i64,
}

/// An exception that a library raises.
#[derive(Debug, Clone)]
pub struct Raised {
    /// Canonical path of its class: `psycopg2.errors.DuplicateColumn`, `sqlalchemy.exc.ProgrammingError`.
    pub class: Rc<str>,
    pub message: String,
    /// The exception that it wraps (`orig` of SQLAlchemy's errors).
    pub original: Option<Box<Raised>>,
}

/// Which connection or session a call goes through. Equal numbers are the same object, and what is
/// derived from it: a cursor has its connection's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u32);

/// How evaluation came to a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// From the script's top level.
    FromTop,
    /// From a function that a framework calls: the decorator, base class or naming rule.
    ByFramework(String),
    /// From a function that nothing in the file calls: its name.
    NeverCalled(String),
    /// The script's own filter leaves out what is sent: the filter as written.
    Filtered(String),
    /// Behind a condition that the source itself decides: the condition as written.
    DeadBranch(String),
    /// Evaluation did not come here; the call was found by its name: why.
    NotEvaluated(String),
    /// As before, but because the script is followed no further: it may well come here.
    BeyondLimit,
}

/// A call that leaves Python.
#[derive(Debug, Clone)]
pub struct SinkCall {
    pub sink: Arc<Sink>,
    /// The function called, as a canonical path.
    pub path: Rc<str>,
    pub receiver: Option<Value>,
    pub arguments: Arguments,
    pub place: Place,
    /// The calls between the script's top level and `place`, outermost first.
    pub via: Vec<Place>,
    pub guards: Vec<Guard>,
    pub connection: Option<ConnectionId>,
    pub reached: Reached,
    /// The call stands in a loop over a known collection, or its value is one of several.
    pub enumerated: bool,
    /// The call expression as written, cut to what fits a message.
    pub text: Arc<str>,
    /// The connection is of a kind that sends nothing for good without a commit.
    pub needs_commit: bool,
    /// A module sends it when it is imported, and that module is a script of its own.
    pub told_by_module: bool,
    /// For sinks on a metadata: the mapped classes and tables declared so far, in order.
    pub declared: Vec<Value>,
}

/// A text file of the estate that a script reads.
#[derive(Debug, Clone)]
pub struct FileRead {
    /// The file, and how long its text is in bytes, without white space around it.
    pub file: Arc<str>,
    pub length: usize,
    /// Where it is opened.
    pub place: Place,
    pub via: Vec<Place>,
    pub guards: Vec<Guard>,
    pub reached: Reached,
}

impl SinkCall {
    /// The argument that holds what is sent, if the registry names one and the call has it.
    pub fn payload(&self) -> Option<&Value> {
        let argument = self.sink.argument.as_ref()?;
        self.arguments.get(argument.position, &argument.name)
    }
}
