//! Errors as PostgreSQL reports them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A five-letter SQLSTATE (PostgreSQL manual, appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SqlState(pub &'static str);

/// Declares the SQLSTATEs that the house knows, with their condition names.
macro_rules! sql_states {
    ($($constant:ident = $code:literal, $condition:literal;)*) => {
        impl SqlState {
            $(pub const $constant: SqlState = SqlState($code);)*
            pub const ALL: &'static [SqlState] = &[$(SqlState($code)),*];

            /// The condition name of appendix A, or the code itself.
            pub fn condition(self) -> &'static str {
                match self.0 {
                    $($code => $condition,)*
                    other => other,
                }
            }
        }
    };
}

sql_states! {
    FEATURE_NOT_SUPPORTED = "0A000", "feature_not_supported";
    CARDINALITY_VIOLATION = "21000", "cardinality_violation";
    STRING_DATA_RIGHT_TRUNCATION = "22001", "string_data_right_truncation";
    NUMERIC_VALUE_OUT_OF_RANGE = "22003", "numeric_value_out_of_range";
    INVALID_DATETIME_FORMAT = "22007", "invalid_datetime_format";
    DATETIME_FIELD_OVERFLOW = "22008", "datetime_field_overflow";
    INVALID_PARAMETER_VALUE = "22023", "invalid_parameter_value";
    INVALID_TEXT_REPRESENTATION = "22P02", "invalid_text_representation";
    NOT_NULL_VIOLATION = "23502", "not_null_violation";
    FOREIGN_KEY_VIOLATION = "23503", "foreign_key_violation";
    UNIQUE_VIOLATION = "23505", "unique_violation";
    CHECK_VIOLATION = "23514", "check_violation";
    ACTIVE_SQL_TRANSACTION = "25001", "active_sql_transaction";
    NO_ACTIVE_SQL_TRANSACTION = "25P01", "no_active_sql_transaction";
    IN_FAILED_SQL_TRANSACTION = "25P02", "in_failed_sql_transaction";
    DEPENDENT_OBJECTS_STILL_EXIST = "2BP01", "dependent_objects_still_exist";
    INVALID_SAVEPOINT_SPECIFICATION = "3B001", "invalid_savepoint_specification";
    INVALID_SCHEMA_NAME = "3F000", "invalid_schema_name";
    INSUFFICIENT_PRIVILEGE = "42501", "insufficient_privilege";
    SYNTAX_ERROR = "42601", "syntax_error";
    DUPLICATE_COLUMN = "42701", "duplicate_column";
    AMBIGUOUS_COLUMN = "42702", "ambiguous_column";
    UNDEFINED_COLUMN = "42703", "undefined_column";
    UNDEFINED_OBJECT = "42704", "undefined_object";
    DUPLICATE_OBJECT = "42710", "duplicate_object";
    DUPLICATE_ALIAS = "42712", "duplicate_alias";
    DUPLICATE_FUNCTION = "42723", "duplicate_function";
    AMBIGUOUS_FUNCTION = "42725", "ambiguous_function";
    GENERATED_ALWAYS = "428C9", "generated_always";
    DATATYPE_MISMATCH = "42804", "datatype_mismatch";
    WRONG_OBJECT_TYPE = "42809", "wrong_object_type";
    INVALID_FOREIGN_KEY = "42830", "invalid_foreign_key";
    CANNOT_COERCE = "42846", "cannot_coerce";
    UNDEFINED_FUNCTION = "42883", "undefined_function";
    GROUPING_ERROR = "42803", "grouping_error";
    INVALID_NAME = "42602", "invalid_name";
    RESERVED_NAME = "42939", "reserved_name";
    UNDEFINED_TABLE = "42P01", "undefined_table";
    UNDEFINED_PARAMETER = "42P02", "undefined_parameter";
    DUPLICATE_SCHEMA = "42P06", "duplicate_schema";
    DUPLICATE_TABLE = "42P07", "duplicate_table";
    INVALID_COLUMN_REFERENCE = "42P10", "invalid_column_reference";
    INVALID_FUNCTION_DEFINITION = "42P13", "invalid_function_definition";
    INVALID_TABLE_DEFINITION = "42P16", "invalid_table_definition";
    INVALID_OBJECT_DEFINITION = "42P17", "invalid_object_definition";
    INDETERMINATE_DATATYPE = "42P18", "indeterminate_datatype";
    OBJECT_NOT_IN_PREREQUISITE_STATE = "55000", "object_not_in_prerequisite_state";
    OBJECT_IN_USE = "55006", "object_in_use";
    UNSAFE_NEW_ENUM_VALUE_USAGE = "55P04", "unsafe_new_enum_value_usage";
    UNDEFINED_FILE = "58P01", "undefined_file";
    RAISE_EXCEPTION = "P0001", "raise_exception";
}

impl SqlState {
    /// The known state with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.0 == code)
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for SqlState {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code)
            .ok_or_else(|| serde::de::Error::custom(format!("`{code}` is not a known SQLSTATE")))
    }
}

/// A failure as the server words it: `relation "users" already exists`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlError {
    pub state: SqlState,
    pub message: String,
    /// The object in question, in the house's spelling.
    pub object: String,
}

impl SqlError {
    pub fn new(state: SqlState, message: impl Into<String>, object: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
            object: object.into(),
        }
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message, self.state)
    }
}

impl std::error::Error for SqlError {}
