//! The parameters of Alembic's operations: which argument is which, and which calls Python refuses.

use crate::effects::sqlalchemy::Raised;
use crate::eval::{Arguments, Value};

/// How an operation is declared (`alembic/operations/ops.py`).
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    /// Parameters that may be given by position; those after `required` have a default.
    positional: &'static [&'static str],
    required: usize,
    keyword_only: &'static [&'static str],
    /// `*args` follow the positional ones.
    variadic: bool,
    /// Other keywords are passed on to SQLAlchemy, which takes those named `<dialect>_<option>`.
    options: bool,
    /// Any other keyword is taken, and means nothing to PostgreSQL unless it is one of its options.
    any_keywords: bool,
    /// Where the table's name stands, which a batch leaves out.
    table: Option<usize>,
}

const fn signature(
    name: &'static str,
    positional: &'static [&'static str],
    required: usize,
    keyword_only: &'static [&'static str],
) -> Signature {
    let (variadic, options, any_keywords, table) = (false, false, false, None);
    Signature {
        name,
        positional,
        required,
        keyword_only,
        variadic,
        options,
        any_keywords,
        table,
    }
}

impl Signature {
    const fn with_options(mut self) -> Self {
        self.options = true;
        self
    }

    const fn with_any_keywords(mut self) -> Self {
        self.options = true;
        self.any_keywords = true;
        self
    }

    const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    const fn of_table(mut self, position: usize) -> Self {
        self.table = Some(position);
        self
    }
}

const SIGNATURES: &[Signature] = &[
    signature(
        "create_table",
        &["table_name"],
        1,
        &[
            "if_not_exists",
            "schema",
            "prefixes",
            "comment",
            "info",
            "listeners",
            "quote",
            "keep_existing",
            "extend_existing",
            "implicit_returning",
            "sqlite_autoincrement",
        ],
    )
    .variadic()
    .with_options(),
    signature(
        "drop_table",
        &["table_name"],
        1,
        &["schema", "if_exists", "comment", "prefixes", "info"],
    )
    .with_options(),
    signature(
        "rename_table",
        &["old_table_name", "new_table_name"],
        2,
        &["schema"],
    ),
    signature(
        "add_column",
        &["table_name", "column"],
        2,
        &[
            "schema",
            "if_not_exists",
            "inline_references",
            "inline_primary_key",
            "insert_before",
            "insert_after",
        ],
    )
    .of_table(0),
    signature(
        "drop_column",
        &["table_name", "column_name"],
        2,
        &["schema", "if_exists"],
    )
    .with_any_keywords()
    .of_table(0),
    signature(
        "alter_column",
        &["table_name", "column_name"],
        2,
        &[
            "nullable",
            "comment",
            "server_default",
            "new_column_name",
            "type_",
            "existing_type",
            "existing_server_default",
            "existing_nullable",
            "existing_comment",
            "schema",
            "autoincrement",
            "existing_autoincrement",
            "insert_before",
            "insert_after",
        ],
    )
    .with_any_keywords()
    .of_table(0),
    signature(
        "create_index",
        &["index_name", "table_name", "columns"],
        3,
        &["schema", "unique", "if_not_exists", "quote", "info"],
    )
    .with_options()
    .of_table(1),
    signature(
        "drop_index",
        &["index_name", "table_name"],
        1,
        &["schema", "if_exists"],
    )
    .with_options()
    .of_table(1),
    signature(
        "create_primary_key",
        &["constraint_name", "table_name", "columns"],
        3,
        &["schema"],
    )
    .of_table(1),
    signature(
        "create_foreign_key",
        &[
            "constraint_name",
            "source_table",
            "referent_table",
            "local_cols",
            "remote_cols",
        ],
        5,
        &[
            "onupdate",
            "ondelete",
            "deferrable",
            "initially",
            "match",
            "source_schema",
            "referent_schema",
            "use_alter",
            "link_to_name",
            "info",
        ],
    )
    .with_options()
    .of_table(1),
    signature(
        "create_unique_constraint",
        &["constraint_name", "table_name", "columns"],
        3,
        &["schema", "deferrable", "initially", "info"],
    )
    .with_options()
    .of_table(1),
    signature(
        "create_check_constraint",
        &["constraint_name", "table_name", "condition"],
        3,
        &["schema", "deferrable", "initially", "info"],
    )
    .with_options()
    .of_table(1),
    signature(
        "create_exclude_constraint",
        &["constraint_name", "table_name"],
        2,
        &["where", "schema", "deferrable", "initially", "using", "ops"],
    )
    .variadic()
    .of_table(1),
    signature(
        "drop_constraint",
        &["constraint_name", "table_name", "type_"],
        2,
        &["schema", "if_exists"],
    )
    .of_table(1),
    signature(
        "create_table_comment",
        &["table_name", "comment"],
        2,
        &["existing_comment", "schema"],
    )
    .of_table(0),
    signature(
        "drop_table_comment",
        &["table_name"],
        1,
        &["existing_comment", "schema"],
    )
    .of_table(0),
    signature("bulk_insert", &["table", "rows"], 2, &["multiinsert"]),
    signature("execute", &["sqltext"], 1, &["execution_options"]),
];

/// Arguments that older versions do not have: since when they are there.
const SINCE: &[(&str, &str, [u32; 3])] = &[
    ("create_index", "if_not_exists", [1, 12, 0]),
    ("drop_index", "if_exists", [1, 12, 0]),
    ("create_table", "if_not_exists", [1, 13, 3]),
    ("drop_table", "if_exists", [1, 13, 3]),
    ("add_column", "if_not_exists", [1, 16, 0]),
    ("drop_constraint", "if_exists", [1, 16, 0]),
    ("add_column", "inline_references", [1, 18, 2]),
    ("add_column", "inline_primary_key", [1, 18, 4]),
];

/// What every operation may be called with: older Alembic took these by position too.
const LENIENT: &[&str] = &["create_table_comment", "rename_table"];

/// The operation of that name.
pub(crate) fn find(name: &str) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|known| known.name == name)
}

/// A call with its arguments by name.
#[derive(Debug)]
pub(crate) struct Call {
    named: Vec<(String, Value)>,
    /// What `*args` took.
    pub(crate) rest: Vec<Value>,
    /// Keywords, for what SQLAlchemy reads itself.
    pub(crate) keywords: Arguments,
}

impl Call {
    /// The argument, unless it is absent or Python's `None`.
    pub(crate) fn given(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !matches!(value, Value::None))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.named
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

impl Signature {
    /// Puts the batch's table where the operation expects it.
    pub(crate) fn with_table(&self, arguments: &Arguments, table: &Value) -> Arguments {
        let mut arguments = arguments.clone();
        if let Some(position) = self.table {
            let position = position.min(arguments.positional.len());
            let before = self.positional.get(..position).unwrap_or_default();
            let named_before = before.iter().any(|name| arguments.keyword(name).is_some());
            match named_before {
                true => arguments
                    .keywords
                    .push((self.positional[position].into(), table.clone())),
                false => arguments.positional.insert(position, table.clone()),
            }
        }
        arguments
    }

    /// Binds the arguments as Python does.
    ///
    /// # Errors
    /// `TypeError` where Python or SQLAlchemy refuses the call.
    pub(crate) fn bind(&self, arguments: &Arguments) -> Result<Call, Raised> {
        let (positional, rest) = self.split(arguments)?;
        let mut named: Vec<(String, Value)> = self
            .positional
            .iter()
            .zip(positional)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        for (name, value) in &arguments.keywords {
            self.check_keyword(name)?;
            named.push((name.to_string(), value.clone()));
        }
        let keywords = Arguments {
            positional: Vec::new(),
            ..arguments.clone()
        };
        let call = Call {
            named,
            rest: rest.to_vec(),
            keywords,
        };
        match arguments.open {
            true => Ok(call),
            false => self.check_required(call),
        }
    }

    /// # Errors
    /// `TypeError` for an argument that came later than this version.
    pub(crate) fn check_version(
        &self,
        arguments: &Arguments,
        version: [u32; 3],
    ) -> Result<(), Raised> {
        let newer = SINCE.iter().find(|(name, keyword, since)| {
            *name == self.name && version < *since && arguments.keyword(keyword).is_some()
        });
        match newer {
            None => Ok(()),
            Some((_, keyword, _)) => Err(refused(self, keyword)),
        }
    }

    fn split<'a>(&self, arguments: &'a Arguments) -> Result<(&'a [Value], &'a [Value]), Raised> {
        let count = arguments.positional.len();
        if count <= self.positional.len() {
            return Ok((&arguments.positional, &[]));
        }
        if self.variadic || LENIENT.contains(&self.name) {
            return Ok(arguments.positional.split_at(self.positional.len()));
        }
        Err(type_error(format!(
            "{}() takes {} positional arguments but {} were given",
            self.name,
            self.positional.len() + 1,
            count + 1
        )))
    }

    fn check_keyword(&self, name: &str) -> Result<(), Raised> {
        let known = self.positional.contains(&name) || self.keyword_only.contains(&name);
        let dialect = [
            "postgresql_",
            "mysql_",
            "mariadb_",
            "sqlite_",
            "mssql_",
            "oracle_",
        ]
        .iter()
        .any(|dialect| name.starts_with(dialect));
        match known || self.any_keywords || dialect && self.options {
            true => Ok(()),
            false => Err(refused(self, name)),
        }
    }

    fn check_required(&self, call: Call) -> Result<Call, Raised> {
        let missing: Vec<_> = self.positional[..self.required]
            .iter()
            .filter(|name| call.get(name).is_none())
            .map(|name| format!("'{name}'"))
            .collect();
        match missing.is_empty() {
            true => Ok(call),
            false => Err(type_error(format!(
                "{}() missing {} required positional argument{}: {}",
                self.name,
                missing.len(),
                if missing.len() == 1 { "" } else { "s" },
                missing.join(" and ")
            ))),
        }
    }
}

fn refused(signature: &Signature, keyword: &str) -> Raised {
    type_error(match signature.options {
        true => format!(
            "Additional arguments should be named <dialectname>_<argument>, got '{keyword}'"
        ),
        false => format!(
            "{}() got an unexpected keyword argument '{keyword}'",
            signature.name
        ),
    })
}

fn type_error(message: String) -> Raised {
    Raised::new("TypeError", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, positional: &[&str], keywords: &[&str]) -> Result<Call, String> {
        let arguments = Arguments {
            positional: positional.iter().map(|text| Value::text(*text)).collect(),
            keywords: keywords
                .iter()
                .map(|name| ((*name).into(), Value::Bool(true)))
                .collect(),
            open: false,
        };
        let signature = find(name).ok_or("no such operation")?;
        signature
            .bind(&arguments)
            .map_err(|raised| raised.to_string())
    }

    #[test]
    fn arguments_are_bound_by_position_and_by_name() {
        let bound = call("drop_index", &["ix"], &["if_exists"]).unwrap();
        assert_eq!(
            bound
                .get("index_name")
                .and_then(Value::known_text)
                .as_deref(),
            Some("ix")
        );
        assert!(bound.get("if_exists").is_some());
        assert!(bound.get("table_name").is_none());
    }

    #[test]
    fn refused_calls_say_what_python_says() {
        assert_eq!(
            call("create_index", &["ix", "t"], &[]).unwrap_err(),
            "TypeError: create_index() missing 1 required positional argument: 'columns'"
        );
        assert_eq!(
            call("drop_constraint", &["c", "t"], &["cascade"]).unwrap_err(),
            "TypeError: drop_constraint() got an unexpected keyword argument 'cascade'"
        );
        assert!(call("create_index", &["ix", "t", "c"], &["postgresql_using"]).is_ok());
    }

    #[test]
    fn a_batch_puts_its_table_in() {
        let signature = find("create_index").unwrap();
        let arguments = Arguments::positional(vec![Value::text("ix"), Value::text("c")]);
        let full = signature.with_table(&arguments, &Value::text("t"));
        assert_eq!(full.positional[1].known_text().as_deref(), Some("t"));
    }
}
