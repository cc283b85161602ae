//! Constraints of tables: what they say, and how DDL declares them.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::constraint_text::{body, deferrability, references};
use super::naming::{GivenName, NameKind, Subject};
use super::path;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, items, text, texts, truth};
use super::table::{referenced_column, table_reference};
use super::text::{hole, join, sql};

#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) name: GivenName,
    pub(crate) kind: Kind,
    pub(crate) deferrable: Option<bool>,
    pub(crate) initially: Option<Template>,
    pub(crate) not_valid: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    PrimaryKey {
        columns: Vec<Template>,
        include: Vec<Template>,
    },
    Unique {
        columns: Vec<Template>,
        nulls: Flag,
        include: Vec<Template>,
    },
    Check {
        condition: Template,
    },
    ForeignKey(ForeignKey),
    Exclude {
        elements: Template,
        using: String,
        condition: Option<Template>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<Template>,
    pub(crate) schema: Option<Template>,
    pub(crate) table: Template,
    pub(crate) referenced: Vec<Template>,
    pub(crate) on_delete: Option<Template>,
    pub(crate) on_update: Option<Template>,
    pub(crate) matching: Option<Template>,
    /// Left out of `CREATE TABLE`.
    pub(crate) use_alter: bool,
}

impl Constraint {
    pub(crate) fn new(name: GivenName, kind: Kind) -> Self {
        Self {
            name,
            kind,
            deferrable: None,
            initially: None,
            not_valid: false,
        }
    }

    fn with_options(mut self, arguments: &Arguments) -> Self {
        self.deferrable = given(arguments, "deferrable").and_then(truth);
        self.initially = text(given(arguments, "initially"));
        self.not_valid = Flag::read(arguments.keyword("postgresql_not_valid")).is_yes();
        self
    }

    /// A foreign key whose target is given in parts.
    pub(crate) fn referring(
        columns: Vec<Template>,
        (schema, table): (Option<Template>, Template),
        referenced: Vec<Template>,
        arguments: &Arguments,
    ) -> Self {
        let key = ForeignKey {
            schema,
            table,
            referenced,
            ..foreign_key(columns, &[], arguments)
        };
        let name = GivenName::read(arguments.keyword("name"));
        Self::new(name, Kind::ForeignKey(key)).with_options(arguments)
    }

    pub(crate) fn is_foreign_key(&self) -> bool {
        matches!(self.kind, Kind::ForeignKey(_))
    }

    pub(crate) fn name_kind(&self) -> NameKind {
        match self.kind {
            Kind::PrimaryKey { .. } => NameKind::PrimaryKey,
            Kind::Unique { .. } => NameKind::Unique,
            Kind::Check { .. } => NameKind::Check,
            Kind::ForeignKey(_) => NameKind::ForeignKey,
            Kind::Exclude { .. } => NameKind::Untyped,
        }
    }

    /// The primary key's columns, if this is one.
    pub(crate) fn key_columns(&self) -> Option<&[Template]> {
        match &self.kind {
            Kind::PrimaryKey { columns, .. } => Some(columns),
            _ => None,
        }
    }

    /// What a naming convention speaks of.
    fn subject(&self, table: &Subject) -> Subject {
        let mut subject = table.clone();
        match &self.kind {
            Kind::PrimaryKey { columns, .. } | Kind::Unique { columns, .. } => {
                subject.columns.clone_from(columns);
            }
            Kind::ForeignKey(key) => {
                subject.columns.clone_from(&key.columns);
                subject.referenced_table(key);
            }
            Kind::Check { .. } | Kind::Exclude { .. } => {}
        }
        subject
    }
}

impl Subject {
    fn referenced_table(&mut self, key: &ForeignKey) {
        self.referred_table = Some(key.table.clone());
        self.referred_columns.clone_from(&key.referenced);
    }
}

impl Compiler<'_> {
    /// A constraint among a table's arguments; `None` where the value is something else.
    pub(crate) fn table_constraint(&self, external: &External) -> Option<Constraint> {
        let arguments = external.arguments.as_ref()?;
        Some(match path::construct(external)? {
            "PrimaryKeyConstraint" => self.key_constraint(arguments),
            "UniqueConstraint" => self.unique_constraint(arguments),
            "CheckConstraint" => self.check_constraint(arguments),
            "ForeignKeyConstraint" => self.foreign_key_constraint(arguments),
            "ExcludeConstraint" => self.exclude_constraint(arguments),
            _ => return None,
        })
    }

    pub(crate) fn key_constraint(&self, arguments: &Arguments) -> Constraint {
        let kind = Kind::PrimaryKey {
            columns: columns(&arguments.positional),
            include: texts(arguments.keyword("postgresql_include")),
        };
        Constraint::new(GivenName::read(arguments.keyword("name")), kind).with_options(arguments)
    }

    pub(crate) fn unique_constraint(&self, arguments: &Arguments) -> Constraint {
        let kind = Kind::Unique {
            columns: columns(&arguments.positional),
            nulls: Flag::read(arguments.keyword("postgresql_nulls_not_distinct")),
            include: texts(arguments.keyword("postgresql_include")),
        };
        Constraint::new(GivenName::read(arguments.keyword("name")), kind).with_options(arguments)
    }

    pub(crate) fn check_constraint(&self, arguments: &Arguments) -> Constraint {
        let condition = match arguments.get(0, "sqltext") {
            Some(condition) => self.condition(condition),
            None => hole("condition", "a check without a known condition"),
        };
        let name = GivenName::read(arguments.get(1, "name"));
        Constraint::new(name, Kind::Check { condition }).with_options(arguments)
    }

    fn foreign_key_constraint(&self, arguments: &Arguments) -> Constraint {
        let local = arguments
            .get(0, "columns")
            .and_then(items)
            .unwrap_or_default();
        let local = columns(&local);
        let remote = arguments
            .get(1, "refcolumns")
            .and_then(items)
            .unwrap_or_default();
        let targets: Vec<_> = remote
            .iter()
            .zip(&local)
            .map(|(t, own)| target(t, own))
            .collect();
        let key = foreign_key(local, &targets, arguments);
        let name = GivenName::read(arguments.get(2, "name"));
        Constraint::new(name, Kind::ForeignKey(key)).with_options(arguments)
    }

    /// `ForeignKey("table.column")` inside a column.
    pub(crate) fn foreign_key(&self, column: &Template, arguments: &Arguments) -> Constraint {
        let target = match arguments.get(0, "column") {
            Some(value) => target(value, column),
            None => Target::unknown(column),
        };
        let key = foreign_key(vec![column.clone()], &[target], arguments);
        let name = GivenName::read(arguments.keyword("name"));
        Constraint::new(name, Kind::ForeignKey(key)).with_options(arguments)
    }

    /// `ExcludeConstraint((element, operator), ..., using=, where=, ops=)`.
    pub(crate) fn exclude_constraint(&self, arguments: &Arguments) -> Constraint {
        let elements: Vec<_> = arguments
            .positional
            .iter()
            .map(|pair| self.exclude_element(pair, arguments))
            .collect();
        let using = arguments.keyword("using").and_then(Value::known_text);
        let kind = Kind::Exclude {
            elements: join(&elements, ", "),
            using: using.unwrap_or_else(|| "gist".to_owned()).to_lowercase(),
            condition: given(arguments, "where").map(|condition| self.condition(condition)),
        };
        Constraint::new(GivenName::read(arguments.keyword("name")), kind).with_options(arguments)
    }

    fn exclude_element(&self, pair: &Value, arguments: &Arguments) -> Template {
        let parts = items(pair).unwrap_or_default();
        let [element, operator] = parts.as_slice() else {
            return super::reading::unknown(pair);
        };
        let operator = text(Some(operator)).unwrap_or_default();
        let element = match element {
            Value::Text(name) => {
                let class = operator_class(arguments.keyword("ops"), &name.display());
                sql![quote::identifier(name), class]
            }
            other => self.condition(other),
        };
        sql![element, " WITH ", operator]
    }

    /// ` REFERENCES table (column) ...` inside a column.
    pub(crate) fn inline_reference(&self, constraint: &Constraint) -> Option<Template> {
        let Kind::ForeignKey(key) = &constraint.kind else {
            return None;
        };
        Some(sql![" ", references(key), deferrability(constraint)])
    }

    /// `CONSTRAINT name PRIMARY KEY (...)` and so on, as a table or `ALTER TABLE ... ADD` has it.
    pub(crate) fn constraint_text(
        &self,
        constraint: &Constraint,
        table: &Subject,
    ) -> Result<Template, Raised> {
        let subject = constraint.subject(table);
        let name = self
            .naming
            .name(constraint.name_kind(), &constraint.name, &subject)?;
        let preamble = name.map(|name| sql!["CONSTRAINT ", name, " "]);
        Ok(sql![
            preamble,
            body(&constraint.kind),
            deferrability(constraint)
        ])
    }
}

/// ` opclass` for an element of an index or exclusion.
pub(crate) fn operator_class(classes: Option<&Value>, element: &str) -> Option<Template> {
    let Some(Value::Dict(entries)) = classes else {
        return None;
    };
    let entries = entries.borrow();
    let found = entries
        .iter()
        .find(|(key, _)| key.known_text().as_deref() == Some(element));
    found
        .and_then(|(_, class)| text(Some(class)))
        .map(|class| sql![" ", class])
}

/// Columns by name or by object.
pub(crate) fn columns(values: &[Value]) -> Vec<Template> {
    values
        .iter()
        .map(|value| match value {
            Value::External(external) => match referenced_column(external) {
                Some((_, name)) => name,
                None => {
                    column_object_name(external).unwrap_or_else(|| super::reading::unknown(value))
                }
            },
            other => text(Some(other)).unwrap_or_default(),
        })
        .collect()
}

/// The name of a `Column("name", ...)`, `column("name")` or a wrapped string.
fn column_object_name(external: &External) -> Option<Template> {
    match path::construct(external) {
        Some(_) => text(external.arguments.as_ref()?.get(0, "name")),
        None => text(external.arguments.as_ref()?.positional.first()),
    }
}

/// What a foreign key points at.
struct Target {
    schema: Option<Template>,
    table: Template,
    column: Template,
}

impl Target {
    fn unknown(column: &Template) -> Self {
        let table = hole("table", "a foreign key whose target is not known");
        Self {
            schema: None,
            table,
            column: column.clone(),
        }
    }
}

/// `"schema.table.column"`, `"table"` (the column of the same name), or a column object.
fn target(value: &Value, own: &Template) -> Target {
    if let Value::External(external) = value
        && let Some((table, column)) = referenced_column(external)
    {
        return Target {
            schema: table.schema,
            table: table.name,
            column,
        };
    }
    if let Some(table) = table_reference(value) {
        return Target {
            schema: table.schema,
            table: table.name,
            column: own.clone(),
        };
    }
    let Some(written) = text(Some(value)) else {
        return Target::unknown(own);
    };
    match written.known_text() {
        Some(known) => known_target(&known, own),
        None => holed_target(&written, own),
    }
}

fn known_target(written: &str, own: &Template) -> Target {
    let part = |text: &str| Template::from_text(text);
    let Some((table, column)) = written.rsplit_once('.') else {
        return Target {
            schema: None,
            table: part(written),
            column: own.clone(),
        };
    };
    match table.rsplit_once('.') {
        Some((schema, table)) => Target {
            schema: Some(part(schema)),
            table: part(table),
            column: part(column),
        },
        None => Target {
            schema: None,
            table: part(table),
            column: part(column),
        },
    }
}

/// `f"{table}.id"`: what stands before the last dot of the known text is the table.
fn holed_target(written: &Template, own: &Template) -> Target {
    let mut table = Template::default();
    let mut column = Template::default();
    let mut behind = false;
    for piece in written.pieces().iter().rev() {
        let mut single = Template::default();
        match piece {
            crate::model::Piece::Known(fragment) if !behind => {
                let Some((before, after)) = fragment.text.rsplit_once('.') else {
                    single.push(piece.clone());
                    column = sql![single, column];
                    continue;
                };
                behind = true;
                column = sql![after, column];
                table = Template::from_text(before);
            }
            _ => {
                single.push(piece.clone());
                match behind {
                    true => table = sql![single, table],
                    false => column = sql![single, column],
                }
            }
        }
    }
    match behind {
        true => Target {
            schema: None,
            table,
            column,
        },
        false => Target {
            schema: None,
            table: column,
            column: own.clone(),
        },
    }
}

fn foreign_key(columns: Vec<Template>, targets: &[Target], arguments: &Arguments) -> ForeignKey {
    let first = targets.first();
    ForeignKey {
        columns,
        schema: first.and_then(|target| target.schema.clone()),
        table: first.map_or_else(
            || hole("table", "a foreign key whose target is not known"),
            |target| target.table.clone(),
        ),
        referenced: targets.iter().map(|target| target.column.clone()).collect(),
        on_delete: text(given(arguments, "ondelete")),
        on_update: text(given(arguments, "onupdate")),
        matching: text(given(arguments, "match")),
        use_alter: Flag::read(arguments.keyword("use_alter")).is_yes(),
    }
}
