//! Abstract interpretation of scripts over the small Python tree: which calls leave Python, with
//! what values, and under which conditions. It runs nothing.

pub mod external;
pub mod host;
pub mod object;
pub mod scope;
pub mod value;

pub use external::{Arguments, External};
pub use host::{Answer, ConnectionId, Estate, Host, Raised, Reached, Rows, SinkCall};
pub use object::{Attributes, Class, Function, FunctionKind, Instance};
pub use scope::{Scope, ScopeKind};
pub use value::{Alternatives, BoundMethod, BuiltinMethod, Elements, Entries, Generator, Imported, Maybe, Source, Unknown, Value};
