//! Knowledge as data: which calls of which libraries reach a database, and what they take.

mod sink;

pub use sink::{Sink, SinkArgument, SinkKind};
