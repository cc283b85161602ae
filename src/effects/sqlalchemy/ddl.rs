//! Schema objects made and dropped by themselves: `Enum(...).create(bind)`, `Table(...).drop(bind)`,
//! and schema elements given to `execute`: `CreateSequence(...)`, `DDL("...")`.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::bind;
use super::column::sequence_options;
use super::create_table::Table;
use super::naming::{NamingConvention, Subject};
use super::path;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, text, unknown};
use super::rows::Row;
use super::table::table_reference;
use super::text::sql;

/// What `object.create(bind)` or `object.drop(bind)` sends.
#[derive(Debug)]
pub(crate) enum SchemaObject {
    Type {
        name: Template,
        statement: Template,
    },
    Table {
        name: Template,
        types: Vec<(Template, Template)>,
        statements: Vec<Template>,
    },
    Other(Template),
}

impl Compiler<'_> {
    /// `None` where the object is no schema object that can be read.
    pub(crate) fn schema_object(
        &self,
        object: &Value,
        method: &str,
    ) -> Result<Option<SchemaObject>, Raised> {
        let creates = method == "create";
        if let Some(named) = self.data_type_of(object) {
            let statement = if creates { named.create } else { named.drop };
            return Ok(Some(SchemaObject::Type {
                name: named.name,
                statement,
            }));
        }
        let Some((name, external)) = path::construct_of(object) else {
            return Ok(None);
        };
        let Some(arguments) = &external.arguments else {
            return Ok(None);
        };
        Ok(match name {
            "Table" => Some(self.table_object(arguments, creates)?),
            "Index" => self.index_ddl(arguments, creates)?.map(SchemaObject::Other),
            "Sequence" => Some(SchemaObject::Other(sequence(arguments, creates, ""))),
            _ => None,
        })
    }

    fn data_type_of(&self, object: &Value) -> Option<super::NamedType> {
        let is_type = match object {
            Value::External(external) => {
                matches!(path::construct(external), Some("Enum" | "ENUM" | "DOMAIN"))
            }
            Value::Class(_) | Value::Instance(_) => true,
            _ => false,
        };
        is_type.then(|| self.data_type(object).named).flatten()
    }

    fn table_object(&self, arguments: &Arguments, creates: bool) -> Result<SchemaObject, Raised> {
        let table = self.declared_table(arguments);
        let name = table.written();
        if !creates {
            let statements = vec![sql!["DROP TABLE ", name.clone()]];
            return Ok(SchemaObject::Table {
                name,
                types: Vec::new(),
                statements,
            });
        }
        let made = self.with_metadata(arguments.get(1, "metadata"), |own| {
            own.table_statements(&table, false)
        })?;
        let types = made.types.into_iter().filter(|named| named.with_table);
        let types = types.map(|named| (named.name, named.create)).collect();
        let mut statements = vec![made.create];
        statements.extend(made.indexes);
        statements.extend(made.comments);
        Ok(SchemaObject::Table {
            name,
            types,
            statements,
        })
    }

    /// `Table("name", metadata, *elements)`.
    pub(crate) fn declared_table(&self, arguments: &Arguments) -> Table {
        let name = text(arguments.get(0, "name")).unwrap_or_default();
        let elements = arguments.positional.get(2..).unwrap_or_default();
        self.with_metadata(arguments.get(1, "metadata"), |own| {
            own.table(name, elements, arguments)
        })
    }

    /// Compiles with the naming convention and schema of a `MetaData(...)`.
    fn with_metadata<T>(&self, metadata: Option<&Value>, work: impl FnOnce(&Compiler) -> T) -> T {
        let call = metadata.and_then(|metadata| path::call_of(metadata, "MetaData"));
        let naming = match call.and_then(|call| given(call, "naming_convention")) {
            Some(naming) => NamingConvention::read(naming),
            None => NamingConvention::default(),
        };
        let schema = call.and_then(|call| text(given(call, "schema")));
        let mut compiler = Compiler::new(self.caller, &naming, schema);
        compiler.metadata.clone_from(&self.metadata);
        work(&compiler)
    }

    fn index_ddl(&self, arguments: &Arguments, creates: bool) -> Result<Option<Template>, Raised> {
        let index = self.index_object(arguments);
        let Some(table) = arguments.positional.iter().find_map(index_table) else {
            return Ok(None);
        };
        Ok(Some(match creates {
            true => self.create_index_text(&index, &table, false)?,
            false => self.drop_index_text(&index.name, &table, arguments)?,
        }))
    }

    /// What `execute(sent, parameters)` sends.
    ///
    /// # Errors
    /// `StatementError` where a `:name` has no value.
    pub(crate) fn executed(&self, sent: &Value, parameters: &[Row]) -> Result<Template, Raised> {
        if let Some(text) = self.textual(sent) {
            let (text, mut values) = text;
            values.extend(parameters.first().into_iter().flatten().cloned());
            return bound(&text, &values);
        }
        if let Some(statement) = self.statement(sent, parameters) {
            return Ok(statement);
        }
        match path::construct_of(sent) {
            Some((name, external)) => match self.schema_element(name, external)? {
                Some(statement) => Ok(statement),
                None => Ok(unknown(sent)),
            },
            None => Ok(unknown(sent)),
        }
    }

    /// A string or `text(...)`, with the values that `bindparams` gave it.
    fn textual(&self, sent: &Value) -> Option<(Template, Row)> {
        match sent {
            Value::Text(text) => Some(((**text).clone(), Vec::new())),
            Value::External(external) => match path::construct(external)? {
                "text" | "TextClause" => Some((
                    text(external.arguments.as_ref()?.get(0, "text"))?,
                    Vec::new(),
                )),
                "bindparams" | "columns" | "execution_options" | "params" => {
                    let (text, mut values) = self.textual(external.receiver.as_ref()?)?;
                    values.extend(bind::named_values(external.arguments.as_ref()?));
                    Some((text, values))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// `CreateSequence(Sequence("x"))`, `DDL("...")` and their kin.
    fn schema_element(&self, name: &str, external: &External) -> Result<Option<Template>, Raised> {
        let Some(arguments) = &external.arguments else {
            return Ok(None);
        };
        let Some(element) = arguments.positional.first() else {
            return Ok(None);
        };
        let flag = |name: &str, words: &'static str| {
            if Flag::read(arguments.keyword(name)).is_yes() {
                words
            } else {
                ""
            }
        };
        let creates = name.starts_with("Create");
        Ok(match name {
            "DDL" => text(Some(element)).map(|text| percent_decoded(&text)),
            "CreateSchema" | "DropSchema" => text(Some(element)).map(|schema| {
                let schema = quote::identifier(&schema);
                match creates {
                    true => sql![
                        "CREATE SCHEMA ",
                        flag("if_not_exists", "IF NOT EXISTS "),
                        schema
                    ],
                    false => sql![
                        "DROP SCHEMA ",
                        flag("if_exists", "IF EXISTS "),
                        schema,
                        flag("cascade", " CASCADE")
                    ],
                }
            }),
            "CreateSequence" | "DropSequence" => {
                let if_clause = flag("if_not_exists", "IF NOT EXISTS ");
                let if_clause = if creates {
                    if_clause
                } else {
                    flag("if_exists", "IF EXISTS ")
                };
                path::call_of(element, "Sequence").map(|call| sequence(call, creates, if_clause))
            }
            "CreateTable" => match path::call_of(element, "Table") {
                Some(call) => {
                    let table = self.declared_table(call);
                    let if_not_exists = !flag("if_not_exists", "yes").is_empty();
                    Some(self.table_statements(&table, if_not_exists)?.create)
                }
                None => None,
            },
            "DropTable" => table_reference(element).map(|table| {
                sql![
                    "DROP TABLE ",
                    flag("if_exists", "IF EXISTS "),
                    table.written()
                ]
            }),
            "CreateIndex" | "DropIndex" => match path::call_of(element, "Index") {
                Some(call) => self.index_ddl(call, creates)?,
                None => None,
            },
            _ => None,
        })
    }
}

fn bound(text: &Template, values: &[(String, Value)]) -> Result<Template, Raised> {
    let bound = bind::bind(text, values);
    match bound.missing {
        None => Ok(bound.text),
        Some(name) => Err(Raised::new(
            "sqlalchemy.exc.StatementError",
            format!(
                "(sqlalchemy.exc.InvalidRequestError) A value is required for bind parameter \
                 '{name}'"
            ),
        )),
    }
}

/// The table that an index's elements belong to.
fn index_table(element: &Value) -> Option<Subject> {
    let Value::External(external) = element else {
        return None;
    };
    let (table, _) = super::table::referenced_column(external)?;
    Some(Subject {
        schema: table.schema,
        table: table.name,
        ..Subject::default()
    })
}

/// `DDL` formats its text with `%`.
fn percent_decoded(text: &Template) -> Template {
    super::text::map_known(text, |text| text.replace("%%", "%"))
}

fn sequence(arguments: &Arguments, creates: bool, if_clause: &str) -> Template {
    let schema = text(given(arguments, "schema"));
    let name = text(arguments.get(0, "name")).unwrap_or_default();
    let name = quote::qualified(schema.as_ref(), &name);
    if !creates {
        return sql!["DROP SEQUENCE ", if_clause, name];
    }
    let mut positional = arguments.clone();
    for (position, keyword) in [(1, "start"), (2, "increment")] {
        if let Some(value) = arguments.positional.get(position) {
            positional.keywords.push((keyword.into(), value.clone()));
        }
    }
    let options = sequence_options(&positional);
    let options = (!options.is_empty()).then(|| sql![" ", options]);
    sql!["CREATE SEQUENCE ", if_clause, name, options]
}
