//! Exceptions as Python sees them: the server's errors wrapped by psycopg2 and SQLAlchemy, and what
//! the libraries raise themselves.

use crate::effects::sqlalchemy;
use crate::eval::Raised;
use crate::model::SqlError;

/// How an error reaches the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// Through SQLAlchemy's `Connection` or `Session`.
    SqlAlchemy,
    /// From the driver's own cursor.
    Driver,
}

/// The exception for an error of the server.
pub(super) fn server_error(error: &SqlError, statement: &str, wrapping: Wrapping) -> Raised {
    let class = format!("psycopg2.errors.{}", driver_class(error.state.condition()));
    let original = Raised {
        class: class.as_str().into(),
        message: error.message.clone(),
        original: None,
    };
    match wrapping {
        Wrapping::Driver => original,
        Wrapping::SqlAlchemy => Raised {
            class: format!("sqlalchemy.exc.{}", wrapper(error.state.0)).into(),
            message: format!("({class}) {}\n\n[SQL: {statement}]", error.message),
            original: Some(Box::new(original)),
        },
    }
}

/// What a library raises before anything is sent.
pub(super) fn library_error(raised: &sqlalchemy::Raised) -> Raised {
    let builtin = !raised.exception.contains('.');
    let class = match builtin {
        true => format!("builtins.{}", raised.exception),
        false => raised.exception.clone(),
    };
    Raised {
        class: class.into(),
        message: raised.message.clone(),
        original: None,
    }
}

pub(super) fn plain(class: &str, message: impl Into<String>) -> Raised {
    Raised {
        class: class.into(),
        message: message.into(),
        original: None,
    }
}

/// `duplicate_column` is `DuplicateColumn`.
fn driver_class(condition: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    condition.split('_').filter_map(capital).collect()
}

/// The class of the DB API (PEP 249) that psycopg2 gives an SQLSTATE.
fn wrapper(state: &str) -> &'static str {
    match &state[..2] {
        "0A" => "NotSupportedError",
        "22" => "DataError",
        "23" => "IntegrityError",
        "24" | "25" | "2B" | "2D" | "2F" | "38" | "39" | "3B" | "P0" | "XX" => "InternalError",
        "26" | "27" | "28" | "34" | "40" | "53" | "54" | "55" | "57" | "58" => "OperationalError",
        _ => "ProgrammingError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SqlState;

    #[test]
    fn errors_are_wrapped_as_the_libraries_wrap_them() {
        let error = SqlError::new(SqlState::DUPLICATE_COLUMN, "column \"a\" exists", "t.a");
        let raised = server_error(&error, "ALTER ...", Wrapping::SqlAlchemy);
        assert_eq!(&*raised.class, "sqlalchemy.exc.ProgrammingError");
        assert!(
            raised
                .message
                .starts_with("(psycopg2.errors.DuplicateColumn) column")
        );
        let original = raised.original.unwrap();
        assert_eq!(&*original.class, "psycopg2.errors.DuplicateColumn");
    }
}
