//! `CREATE TABLE` with what comes before and after it: types, indexes, comments.

use crate::eval::{Arguments, Value};
use crate::model::Template;

use super::Compiler;
use super::column::Column;
use super::constraint::{Constraint, Kind};
use super::enumeration::NamedType;
use super::index::{Index, with_options};
use super::literal;
use super::naming::{GivenName, Subject};
use super::path;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, items, text, texts, unknown};
use super::text::{hole, join, sql};

/// A table with all that it declares.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) subject: Subject,
    pub(crate) columns: Vec<Column>,
    /// In the order in which SQLAlchemy writes them, the primary key first.
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) comment: Option<Template>,
    prefixes: Vec<Template>,
    options: Template,
    /// Elements that could not be read.
    unread: Vec<Template>,
}

/// The statements of one table.
#[derive(Debug, Default)]
pub(crate) struct TableStatements {
    /// Types that are made before it, unless they were made already.
    pub(crate) types: Vec<NamedType>,
    pub(crate) create: Template,
    pub(crate) indexes: Vec<Template>,
    pub(crate) comments: Vec<Template>,
}

impl Compiler<'_> {
    /// Reads the elements of a `Table(...)` or `op.create_table(...)`.
    pub(crate) fn table(&self, name: Template, elements: &[Value], arguments: &Arguments) -> Table {
        let schema = text(given(arguments, "schema")).or_else(|| self.schema.clone());
        let mut table = Table::new(Subject {
            schema,
            table: name,
            ..Subject::default()
        });
        for element in elements {
            self.table_element(&mut table, element);
        }
        if arguments.open {
            table
                .unread
                .push(hole("columns", "not all elements of the table are known"));
        }
        table.attach_columns();
        table.comment = text(given(arguments, "comment"));
        table.prefixes = texts(arguments.keyword("prefixes"));
        table.options = table_options(arguments);
        table
    }

    fn table_element(&self, table: &mut Table, element: &Value) {
        let Some((name, external)) = path::construct_of(element) else {
            if !matches!(element, Value::None) {
                table.unread.push(unknown(element));
            }
            return;
        };
        match name {
            "Column" | "mapped_column" => table.columns.push(self.column(external, None)),
            "Index" => {
                let none = Arguments::default();
                let arguments = external.arguments.as_ref().unwrap_or(&none);
                table.indexes.push(self.index_object(arguments));
            }
            // Alembic hands on what it is given, and SQLAlchemy passes a metadata over.
            "MetaData" => {}
            _ => match self.table_constraint(external) {
                Some(constraint) => table.constraints.push(constraint),
                None => table.unread.push(unknown(element)),
            },
        }
    }

    pub(crate) fn table_statements(
        &self,
        table: &Table,
        if_not_exists: bool,
    ) -> Result<TableStatements, Raised> {
        let mut indexes = Vec::new();
        for index in &table.indexes {
            indexes.push(self.create_index_text(index, &table.subject, false)?);
        }
        Ok(TableStatements {
            types: table.named_types(),
            create: self.create_table_text(table, if_not_exists)?,
            indexes,
            comments: table.comments(),
        })
    }

    fn create_table_text(&self, table: &Table, if_not_exists: bool) -> Result<Template, Raised> {
        let mut lines = Vec::new();
        for column in &table.columns {
            lines.push(self.table_column(table, column)?);
        }
        for constraint in &table.constraints {
            if !constraint.is_left_out() {
                lines.push(self.constraint_text(constraint, &table.subject)?);
            }
        }
        lines.extend(table.unread.iter().cloned());
        let prefixes: Vec<_> = table
            .prefixes
            .iter()
            .map(|prefix| sql![prefix.clone(), " "])
            .collect();
        let body = match lines.is_empty() {
            true => Template::default(),
            false => sql!["\n\t", join(&lines, ", \n\t")],
        };
        Ok(sql![
            "CREATE ",
            join(&prefixes, ""),
            "TABLE ",
            if if_not_exists { "IF NOT EXISTS " } else { "" },
            table.written(),
            " (",
            body,
            "\n)",
            table.options,
        ])
    }

    fn table_column(&self, table: &Table, column: &Column) -> Result<Template, Raised> {
        let keyed = table.key().iter().any(|key| same_name(key, &column.name));
        let serial = keyed && table.increments(column, table.key().len() == 1);
        let specification = self
            .column_specification(column, serial, keyed)
            .map_err(|raised| table.in_context(column, raised))?;
        Ok(sql![
            specification,
            self.column_checks(column, &table.subject)?
        ])
    }
}

impl Constraint {
    /// `use_alter=True` keeps a foreign key out of `CREATE TABLE`.
    fn is_left_out(&self) -> bool {
        match &self.kind {
            Kind::ForeignKey(key) => key.use_alter,
            Kind::PrimaryKey { columns, .. } | Kind::Unique { columns, .. } => columns.is_empty(),
            _ => false,
        }
    }
}

impl Table {
    pub(crate) fn new(subject: Subject) -> Self {
        Self {
            subject,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            prefixes: Vec::new(),
            options: Template::default(),
            unread: Vec::new(),
        }
    }

    pub(crate) fn written(&self) -> Template {
        quote::qualified(self.subject.schema.as_ref(), &self.subject.table)
    }

    /// What columns bring along: keys, `unique=True`, `index=True`, foreign keys, type checks. They
    /// come after the constraints that are given, as they are made later.
    pub(crate) fn attach_columns(&mut self) {
        self.add_implicit_key();
        for column in &self.columns.clone() {
            match (column.index, column.unique) {
                (true, unique) => self.indexes.push(Index::of_column(&column.name, unique)),
                (false, true) => self.constraints.push(unique_column(column)),
                (false, false) => {}
            }
            self.constraints.extend(column.foreign_keys.iter().cloned());
            self.constraints.extend(type_check(column));
        }
        self.constraints
            .sort_by_key(|constraint| constraint.key_columns().is_none());
    }

    /// Columns with `primary_key=True` make the key, unless a `PrimaryKeyConstraint` is given.
    fn add_implicit_key(&mut self) {
        let keyed: Vec<_> = self
            .columns
            .iter()
            .filter(|column| column.primary_key)
            .collect();
        if keyed.is_empty() || !self.key().is_empty() {
            return;
        }
        let alone = keyed.len() == 1;
        let (first, rest): (Vec<&Column>, Vec<&Column>) = keyed
            .into_iter()
            .partition(|column| self.increments(column, alone));
        let columns = first
            .into_iter()
            .chain(rest)
            .map(|column| column.name.clone())
            .collect();
        let kind = Kind::PrimaryKey {
            columns,
            include: Vec::new(),
        };
        match self
            .constraints
            .iter_mut()
            .find(|known| known.key_columns().is_some())
        {
            Some(key) => key.kind = kind,
            None => self
                .constraints
                .insert(0, Constraint::new(GivenName::Absent, kind)),
        }
    }

    /// Whether the column becomes a serial; a foreign key of the table speaks against it too.
    fn increments(&self, column: &Column, alone: bool) -> bool {
        let refers = self
            .constraints
            .iter()
            .any(|constraint| constraint.refers_from(&column.name));
        column.is_autoincrement(alone, refers)
    }

    /// The columns of the primary key.
    fn key(&self) -> &[Template] {
        self.constraints
            .iter()
            .find_map(Constraint::key_columns)
            .unwrap_or_default()
    }

    fn named_types(&self) -> Vec<NamedType> {
        self.columns
            .iter()
            .filter_map(|column| column.data_type().named.clone())
            .collect()
    }

    /// `COMMENT ON TABLE` and `COMMENT ON COLUMN`.
    fn comments(&self) -> Vec<Template> {
        let own = self.comment.as_ref().map(|comment| {
            sql![
                "COMMENT ON TABLE ",
                self.written(),
                " IS ",
                literal::string(comment)
            ]
        });
        let columns = self
            .columns
            .iter()
            .filter_map(|column| self.column_comment(column));
        own.into_iter().chain(columns).collect()
    }

    pub(crate) fn column_comment(&self, column: &Column) -> Option<Template> {
        let comment = column.comment.as_ref()?;
        let name = sql![self.written(), ".", quote::identifier(&column.name)];
        Some(sql![
            "COMMENT ON COLUMN ",
            name,
            " IS ",
            literal::string(comment)
        ])
    }

    /// A type without a name is found before the table is compiled, so that no context is told.
    fn in_context(&self, column: &Column, raised: Raised) -> Raised {
        if raised.message.ends_with("requires a name.") {
            return raised;
        }
        let message = format!(
            "(in table '{}', column '{}'): {}",
            self.subject.table.display(),
            column.name.display(),
            raised.message
        );
        Raised { message, ..raised }
    }
}

impl Constraint {
    fn refers_from(&self, column: &Template) -> bool {
        match &self.kind {
            Kind::ForeignKey(key) => key.columns.iter().any(|known| same_name(known, column)),
            _ => false,
        }
    }
}

/// Names are the same whatever place they were read at.
fn same_name(left: &Template, right: &Template) -> bool {
    left.display() == right.display()
}

fn unique_column(column: &Column) -> Constraint {
    let kind = Kind::Unique {
        columns: vec![column.name.clone()],
        nulls: Flag::Unset,
        include: Vec::new(),
    };
    Constraint::new(GivenName::Absent, kind)
}

/// The CHECK of a non-native enum.
fn type_check(column: &Column) -> Option<Constraint> {
    let check = column.data_type().check.as_ref()?;
    let labels: Vec<_> = check.labels.iter().map(literal::string).collect();
    let condition = sql![
        quote::identifier(&column.name),
        " IN (",
        join(&labels, ", "),
        ")"
    ];
    let name = check
        .name
        .clone()
        .map_or(GivenName::Absent, GivenName::Given);
    Some(Constraint::new(name, Kind::Check { condition }))
}

/// The `postgresql_*` keywords of a table, as `post_create_table` writes them.
fn table_options(arguments: &Arguments) -> Template {
    let keyword = |name: &str| given(arguments, name);
    let inherits = keyword("postgresql_inherits").map(|parents| {
        let parents = match items(parents) {
            Some(_) => texts(Some(parents)),
            None => text(Some(parents)).into_iter().collect(),
        };
        sql!["\n INHERITS (", quote::identifiers(&parents), ")"]
    });
    let partition = text(keyword("postgresql_partition_by"));
    let partition = partition.map(|by| sql!["\n PARTITION BY ", by]);
    let using = text(keyword("postgresql_using")).map(|method| sql!["\n USING ", method]);
    let with = keyword("postgresql_with").and_then(with_options);
    let with = with.map(|with| sql!["\n WITH (", with, ")"]);
    let on_commit = text(keyword("postgresql_on_commit")).map(|when| {
        let words = super::text::map_known(&when, |when| when.replace('_', " ").to_uppercase());
        sql!["\n ON COMMIT ", words]
    });
    let space = text(keyword("postgresql_tablespace"));
    let space = space.map(|space| sql!["\n TABLESPACE ", quote::identifier(&space)]);
    sql![inherits, partition, using, with, on_commit, space]
}
