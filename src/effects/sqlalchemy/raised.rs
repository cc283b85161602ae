//! Exceptions that SQLAlchemy or Alembic raise before any statement is sent.

use std::fmt;

/// What the library raises for a call that it cannot turn into SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The class as it is imported: `sqlalchemy.exc.CompileError`.
    pub exception: String,
    pub message: String,
}

impl Raised {
    pub(crate) fn new(exception: &str, message: impl Into<String>) -> Self {
        Self {
            exception: exception.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn compile_error(message: impl Into<String>) -> Self {
        Self::new("sqlalchemy.exc.CompileError", message)
    }

    pub(crate) fn argument_error(message: impl Into<String>) -> Self {
        Self::new("sqlalchemy.exc.ArgumentError", message)
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.exception.rsplit('.').next().unwrap_or(&self.exception);
        write!(formatter, "{class}: {}", self.message)
    }
}
