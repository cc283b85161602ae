//! What is known of a library's values without running the library.

use std::rc::Rc;

use crate::python::tree::Expression;
use crate::registry::Registry;

use super::external::{Arguments, External};
use super::flow::Interrupt;
use super::interpreter::Interpreter;
use super::iteration::Items;
use super::paths;
use super::unknown::{source_of, unknown};
use super::value::{Source, Value};

impl External {
    /// A value that is surely not Python's `None`: a name, or an object of a class.
    pub(crate) fn never_none(&self) -> bool {
        match &self.arguments {
            None => self.receiver.is_none() && !self.path.contains('.'),
            Some(_) => self.type_path.is_some() || self.name().starts_with(char::is_uppercase),
        }
    }
}

/// The text of a library's value in a string.
pub(crate) fn text_of(external: &Rc<External>) -> Option<Value> {
    let (path, arguments) = external.call()?;
    match path {
        "pathlib.Path"
        | "sqlalchemy.text"
        | "sqlalchemy.DDL"
        | "sqlalchemy.quoted_name"
        | "alembic.op.f" => arguments.positional.first().cloned(),
        _ if is_exception(path) && arguments.positional.len() < 2 => {
            let first = arguments.positional.first().cloned();
            Some(first.unwrap_or_else(|| Value::text("")))
        }
        _ => super::composition::composed_text(external).map(Value::template),
    }
}

/// Is it a library's object around SQL text, as different as its texts are?
pub(crate) fn wraps_text(path: &str, type_path: Option<&str>) -> bool {
    matches!(
        type_path.unwrap_or(path),
        "sqlalchemy.TextClause" | "sqlalchemy.DDL" | "psycopg2.sql.SQL" | "psycopg.sql.SQL"
    )
}

/// An error of Python's, the driver's or SQLAlchemy's: in a string it is its message.
fn is_exception(path: &str) -> bool {
    let is_builtin = path.strip_prefix("builtins.").is_some_and(|name| {
        name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning")
    });
    is_builtin || path.starts_with("psycopg2.errors.") || path.starts_with("sqlalchemy.exc.")
}

/// The text of what is a string in Python, though a library's own kind of string.
pub(crate) fn as_string(value: &Value) -> Option<&Value> {
    let (path, arguments) = value.as_external()?.call()?;
    let is_string = matches!(
        path,
        "alembic.op.f" | "sqlalchemy.quoted_name" | "sqlalchemy.sql.elements.conv"
    );
    is_string.then(|| arguments.positional.first()).flatten()
}

/// Is the value true in a condition?
pub(crate) fn truth(external: &Rc<External>, registry: &Registry) -> Option<bool> {
    match &external.arguments {
        Some(_) if external.path.as_ref() == "re.Match" => Some(true),
        Some(_) if registry.is_type(external.type_path.as_deref().unwrap_or(&external.path)) => {
            Some(true)
        }
        None if external.receiver.is_none() && !external.path.contains('.') => Some(true),
        _ => None,
    }
}

/// Attributes with a meaning of their own.
pub(crate) fn attribute(external: &Rc<External>, name: &str) -> Option<Value> {
    let (path, arguments) = external.call()?;
    if path.starts_with("sqlalchemy.") {
        return schema_attribute(path, arguments, name);
    }
    if path != "pathlib.Path" {
        return None;
    }
    let text = paths::path_text(&Value::External(external.clone()))?.known_text()?;
    let last = text.rsplit('/').next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    Some(match name {
        "name" => Value::text(last),
        "stem" => Value::text(stem),
        "suffix" => Value::text(&last[stem.len()..]),
        "parent" => paths::path_value(parent_of(&text), &external.place),
        "parents" => {
            let mut above = Vec::new();
            let mut path = text.as_str();
            while above.len() < 64 && path != parent_of(path) {
                path = parent_of(path);
                above.push(paths::path_value(path, &external.place));
            }
            Value::list(above)
        }
        _ => return None,
    })
}

/// The name of a column, table, index, constraint or type object, and an enum's labels.
fn schema_attribute(path: &str, arguments: &Arguments, name: &str) -> Option<Value> {
    let class = path.rsplit('.').next()?;
    let first_is_name = matches!(class, "Column" | "Table" | "Index" | "Sequence" | "DOMAIN");
    let is_enum = matches!(class, "Enum" | "ENUM");
    let named = first_is_name || is_enum || class.ends_with("Constraint");
    match name {
        "name" | "key" if named => match (first_is_name, arguments.keyword("name")) {
            (_, Some(given)) => Some(given.clone()),
            (true, None) => arguments.positional.first().cloned(),
            (false, None) => Some(Value::None),
        },
        "enums" if is_enum => Some(Value::list(arguments.positional.clone())),
        "type" if class == "Column" => match arguments.positional.first() {
            Some(Value::Text(_)) => arguments.positional.get(1).cloned(),
            _ => None,
        },
        _ => None,
    }
}

fn parent_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
}

impl Interpreter<'_> {
    /// What iterating over a library's value gives.
    pub(crate) fn external_items(
        &mut self,
        external: &Rc<External>,
        place: &Expression,
    ) -> Result<Items, Interrupt> {
        if let Some(items) = self.known_items(external, place)? {
            return Ok(Items::Known(items));
        }
        let item = External {
            path: Rc::from(format!("{}[]", external.path)),
            type_path: self
                .registry
                .item_type(self.kind_of(external))
                .map(Rc::from),
            receiver: Some(Value::External(external.clone())),
            arguments: Some(Arguments {
                open: true,
                ..Arguments::default()
            }),
            attributes: Default::default(),
            place: place.place.clone(),
        };
        Ok(Items::Unknown(Value::External(Rc::new(item))))
    }

    /// The type of a library's value, or its path.
    pub(crate) fn kind_of<'e>(&self, external: &'e External) -> &'e str {
        external.type_path.as_deref().unwrap_or(&external.path)
    }

    fn known_items(
        &mut self,
        external: &Rc<External>,
        place: &Expression,
    ) -> Result<Option<Vec<Value>>, Interrupt> {
        if let Some(cells) = super::rows::cells(external) {
            return Ok(Some(cells.to_vec()));
        }
        if let Some(rows) = super::rows::pending(external) {
            return Ok(Some(rows));
        }
        if let Some(items) = self.host.items(external) {
            return Ok(Some(items));
        }
        if external.path.as_ref() == "sqlalchemy.MetaData.sorted_tables" {
            self.load_pending_modules()?;
            // Where the estate declares none, they are read from the database.
            let tables = self.declared.tables(&place.place);
            return Ok(Some(tables).filter(|tables| !tables.is_empty()));
        }
        if external.path.as_ref() == "sqlalchemy.Table.indexes"
            && let Some(table) = external.receiver_external()
        {
            return Ok(Some(super::metadata::indexes(table)));
        }
        if external.is_call_of("open")
            && let Some(text) = self.opened_text(external)
        {
            let lines = super::text::split_lines(&text, true);
            return Ok(Some(lines.into_iter().map(Value::template).collect()));
        }
        Ok(None)
    }

    /// Items that are known: command line arguments by number, the environment, metadata's tables.
    pub(crate) fn known_external_item(
        &mut self,
        external: &Rc<External>,
        index: &Value,
        expression: &Expression,
    ) -> Option<Value> {
        if let Some(cell) = super::rows::cell(external, index) {
            return Some(cell);
        }
        match external.path.as_ref() {
            "os.environ" => {
                let name = index.known_text()?;
                let given = self
                    .command_line
                    .as_ref()
                    .and_then(|_| super::options::given_environment(&name));
                Some(match given {
                    Some(given) => Value::text(given),
                    None => super::options::environment(&name, None, expression),
                })
            }
            "sys.argv" => {
                let source = Source::CommandLine(Rc::from(expression.text.as_ref()));
                let reason = format!("command line argument `{}`", expression.text);
                Some(unknown(
                    expression.text.clone(),
                    reason,
                    source,
                    expression.place.clone(),
                ))
            }
            "sqlalchemy.MetaData.tables" => {
                let name = index.known_text()?;
                let _ = self.load_pending_modules();
                super::metadata::table_called(self.declared.values(), &name, &expression.place)
            }
            _ => None,
        }
    }

    /// The result of a library's call, as a symbolic value.
    pub(crate) fn symbolic_result(
        &mut self,
        path: &Rc<str>,
        receiver: Option<Value>,
        arguments: Arguments,
        place: &crate::model::Place,
    ) -> Rc<External> {
        let external = Rc::new(External {
            path: path.clone(),
            type_path: self.registry.returns(path).map(Rc::from),
            receiver,
            arguments: Some(arguments),
            attributes: Default::default(),
            place: place.clone(),
        });
        if path.as_ref() == "sqlalchemy.Table" {
            self.declared.push(Value::External(external.clone()));
        }
        if let Some(source) = self.registry.answers(path) {
            external.attributes.answers(source_from(source, path));
        } else if let Some(asked) = self.asked_before(&external) {
            external.attributes.answers(asked);
        }
        external
    }

    /// What a cursor hands out is the answer to what its connection was last asked.
    fn asked_before(&mut self, external: &Rc<External>) -> Option<Source> {
        if !self.registry.is_fetch(external.name()) {
            return None;
        }
        let receiver = external.receiver.as_ref()?;
        if !matches!(source_of(receiver), Source::Other | Source::Parameter(_)) {
            return None;
        }
        let connection = self.connection_of(receiver)?;
        self.questions.get(&connection).cloned()
    }
}

fn source_from(kind: crate::registry::AnswerKind, path: &str) -> Source {
    use crate::registry::AnswerKind;
    match kind {
        AnswerKind::Catalog => Source::Catalog(Rc::from(path)),
        AnswerKind::Rows => Source::Rows(Rc::from(path)),
        AnswerKind::Network => Source::Network,
        AnswerKind::FileSystem => Source::FileSystem,
        AnswerKind::Surroundings => Source::Surroundings,
        AnswerKind::Prompt => Source::Prompt,
        AnswerKind::CommandLine => Source::CommandLine(Rc::from(path)),
        AnswerKind::Environment => Source::Environment(Rc::from(path)),
    }
}
