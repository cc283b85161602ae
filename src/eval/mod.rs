//! Abstract interpretation of scripts over the small Python tree: which calls leave Python, with
//! what values, and under which conditions. It runs nothing.

mod assign;
mod attributes;
mod branches;
mod builtin_names;
mod builtins;
mod call;
mod circles;
mod classes;
mod comparisons;
mod composition;
mod comprehensions;
mod containers;
mod contexts;
mod definitions;
mod duck;
mod enums;
mod exceptions;
mod excluded;
mod expressions;
mod external;
mod externals;
mod flat;
mod flow;
mod formatting;
mod guards;
mod host;
mod instance_check;
mod interpreter;
mod iteration;
mod join;
mod journal;
mod library;
mod library_files;
mod library_text;
mod library_tools;
pub mod limits;
mod loops;
mod mapped;
mod metadata;
mod methods;
mod modules;
mod object;
mod operators;
mod options;
mod paths;
mod roots;
mod rows;
mod scope;
mod sinks;
mod snapshots;
mod statements;
mod substitution;
mod survey;
mod text;
mod text_methods;
mod tries;
mod unknown;
mod value;
mod ways;
mod wholes;
mod withs;

pub(crate) use duck::sql_text;
pub use external::{Arguments, External};
pub use flow::{Evaluated, Exception, Interrupt};
pub use host::{Answer, ConnectionId, Estate, FileRead, Host, Raised, Reached, Rows, SinkCall};
pub use interpreter::Interpreter;
pub use limits::Limits;
pub(crate) use metadata::{class_of_row, table_name};
pub use object::{Attributes, Class, Function, FunctionKind, Instance};
pub use scope::{Scope, ScopeKind};
pub use survey::{Survey, TextOf, survey};
pub use value::{
    Alternatives, BoundMethod, BuiltinMethod, Elements, Entries, Generator, Imported, Maybe,
    Source, Unknown, Value,
};
