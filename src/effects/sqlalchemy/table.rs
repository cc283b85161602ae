//! Tables and columns that expressions refer to: `table(...)`, `Table(...)`, mapped classes.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::expression::ColumnStyle;
use super::path;
use super::quote;
use super::reading::text;
use super::text::sql;

/// A table as a statement names it.
#[derive(Debug, Clone)]
pub(crate) struct TableReference {
    pub(crate) schema: Option<Template>,
    pub(crate) name: Template,
    /// The columns that the construct declares, in order, with their types.
    pub(crate) columns: Vec<ReferencedColumn>,
    /// `aliased(...)` and `.alias("x")`.
    pub(crate) alias: Option<Template>,
}

#[derive(Debug, Clone)]
pub(crate) struct ReferencedColumn {
    pub(crate) name: Template,
    pub(crate) data_type: Option<Value>,
    pub(crate) is_key: bool,
}

impl TableReference {
    /// `schema.name`, quoted.
    pub(crate) fn written(&self) -> Template {
        quote::qualified(self.schema.as_ref(), &self.name)
    }

    /// What stands before its columns.
    pub(crate) fn prefix(&self) -> Template {
        match &self.alias {
            Some(alias) => quote::identifier(alias),
            None => self.written(),
        }
    }

    /// As an element of FROM.
    pub(crate) fn in_from(&self) -> Template {
        match &self.alias {
            Some(alias) => sql![self.written(), " AS ", quote::identifier(alias)],
            None => self.written(),
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&ReferencedColumn> {
        self.columns
            .iter()
            .find(|column| column.name.display() == name)
    }
}

/// The table that a value stands for, if it is one.
pub(crate) fn table_reference(value: &Value) -> Option<TableReference> {
    match value {
        Value::Class(class) => {
            let table = class
                .lookup("__table__")
                .and_then(|table| table_reference(&table));
            table.or_else(|| mapped_table(class))
        }
        Value::External(external) => external_table(external),
        _ => None,
    }
}

fn external_table(external: &External) -> Option<TableReference> {
    if external.is_call_of("alembic.op.create_table") {
        return external.arguments.as_ref().and_then(declared_table);
    }
    let name = path::construct(external)?;
    let arguments = external.arguments.as_ref();
    match (name, path::receiver(external)) {
        ("alias", Some(receiver)) => {
            let alias = text(arguments?.get(0, "name"));
            Some(TableReference {
                alias,
                ..table_reference(receiver)?
            })
        }
        ("table" | "Table" | "TableClause", None) => declared_table(arguments?),
        ("aliased", None) => {
            let arguments = arguments?;
            let alias = text(arguments.get(1, "name"));
            Some(TableReference {
                alias,
                ..table_reference(arguments.positional.first()?)?
            })
        }
        _ => None,
    }
}

/// The name comes first; columns are among what follows.
fn declared_table(arguments: &Arguments) -> Option<TableReference> {
    let name = arguments
        .positional
        .first()
        .or_else(|| arguments.keyword("name"));
    Some(TableReference {
        schema: text(arguments.keyword("schema")),
        name: text(name.or_else(|| arguments.keyword("table_name")))?,
        columns: arguments
            .positional
            .iter()
            .skip(1)
            .filter_map(declared_column)
            .collect(),
        alias: None,
    })
}

fn declared_column(value: &Value) -> Option<ReferencedColumn> {
    let (name, external) = path::construct_of(value)?;
    let arguments = external.arguments.as_ref()?;
    matches!(name, "column" | "Column").then_some(())?;
    Some(ReferencedColumn {
        name: text(arguments.get(0, "name"))?,
        data_type: arguments.get(1, "type_").cloned(),
        is_key: is_key(arguments),
    })
}

/// A declarative class: `__tablename__` and its `Column` attributes.
fn mapped_table(class: &std::rc::Rc<crate::eval::Class>) -> Option<TableReference> {
    let name = text(class.lookup("__tablename__").as_ref())?;
    let lineage = class.lineage();
    let declared = lineage
        .iter()
        .rev()
        .flat_map(|class| class.attributes.all())
        .filter_map(|(attribute, value)| mapped_column(&attribute, &value));
    let mut columns: Vec<ReferencedColumn> = Vec::new();
    for column in declared {
        let name = column.name.display();
        // What a class declares again replaces what its base declares.
        match columns
            .iter_mut()
            .find(|known| known.name.display() == name)
        {
            Some(known) => *known = column,
            None => columns.push(column),
        }
    }
    Some(TableReference {
        schema: None,
        name,
        columns,
        alias: None,
    })
}

fn mapped_column(attribute: &str, value: &Value) -> Option<ReferencedColumn> {
    let (name, external) = path::construct_of(value)?;
    matches!(name, "Column" | "mapped_column").then_some(())?;
    let arguments = external.arguments.as_ref()?;
    let (own_name, data_type) = match arguments.positional.as_slice() {
        [Value::Text(name), rest @ ..] => (Some((**name).clone()), rest.first().cloned()),
        [first, ..] => (None, Some(first.clone())),
        [] => (text(arguments.keyword("name")), None),
    };
    Some(ReferencedColumn {
        name: own_name.unwrap_or_else(|| Template::from_text(attribute)),
        data_type,
        is_key: is_key(arguments),
    })
}

fn is_key(arguments: &Arguments) -> bool {
    matches!(arguments.keyword("primary_key"), Some(Value::Bool(true)))
}

impl Compiler<'_> {
    /// `table.c.name`, `table.columns.name` and `table.c["name"]`.
    pub(crate) fn column_reference(
        &self,
        external: &External,
        style: ColumnStyle,
    ) -> Option<Template> {
        let (table, name) = referenced_column(external)?;
        let name = quote::identifier(&name);
        Some(match style {
            ColumnStyle::Bare => name,
            ColumnStyle::Qualified => sql![table.prefix(), ".", name],
        })
    }
}

/// The table and the column's name, if the value is a column of a table.
pub(crate) fn referenced_column(external: &External) -> Option<(TableReference, Template)> {
    if &*external.path == "operator.getitem" {
        let arguments = external.arguments.as_ref()?;
        let collection = arguments.positional.first()?.as_external()?;
        return Some((
            collection_table(collection)?,
            text(arguments.positional.get(1))?,
        ));
    }
    if external.arguments.is_some() {
        return mapped_reference(external);
    }
    let collection = external.receiver_external()?;
    let name = Template::from_text(external.name());
    Some((collection_table(collection)?, name))
}

/// A column of a mapped class: `Model.name`.
fn mapped_reference(column: &External) -> Option<(TableReference, Template)> {
    let attributes = column.attributes.borrow();
    let table = TableReference {
        schema: None,
        name: text(attributes.get("table"))?,
        columns: Vec::new(),
        alias: None,
    };
    Some((table, text(attributes.get("name"))?))
}

/// The table whose `.c` or `.columns` this is.
fn collection_table(collection: &External) -> Option<TableReference> {
    matches!(collection.name(), "c" | "columns").then_some(())?;
    collection.receiver.as_ref().and_then(table_reference)
}
