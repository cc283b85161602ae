//! Indexes: what `Index(...)` and `op.create_index(...)` say, and their DDL.

use crate::eval::{Arguments, Value};
use crate::model::Template;

use super::Compiler;
use super::constraint::{columns, operator_class};
use super::constraint_text::include_clause;
use super::naming::{GivenName, NameKind, Subject};
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, text, texts};
use super::text::{join, sql};

#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) name: GivenName,
    /// As written in the parentheses, with operator classes.
    elements: Vec<Template>,
    /// Names of the plain columns, for naming conventions.
    columns: Vec<Template>,
    pub(crate) unique: bool,
    options: IndexOptions,
}

/// The `postgresql_*` keywords.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndexOptions {
    concurrently: bool,
    using: Option<Template>,
    include: Vec<Template>,
    nulls: Flag,
    with: Option<Template>,
    tablespace: Option<Template>,
    condition: Option<Template>,
}

impl Index {
    /// The index of `Column(index=True)`.
    pub(crate) fn of_column(column: &Template, unique: bool) -> Self {
        Self {
            name: GivenName::Absent,
            elements: vec![quote::identifier(column)],
            columns: vec![column.clone()],
            unique,
            options: IndexOptions::default(),
        }
    }
}

impl Compiler<'_> {
    /// `Index(name, *elements, unique=, postgresql_*=)`.
    pub(crate) fn index_object(&self, arguments: &Arguments) -> Index {
        let elements = arguments.positional.get(1..).unwrap_or_default();
        self.index(
            GivenName::read(arguments.get(0, "name")),
            elements,
            arguments,
        )
    }

    pub(crate) fn index(&self, name: GivenName, elements: &[Value], options: &Arguments) -> Index {
        let classes = options.keyword("postgresql_ops");
        Index {
            name,
            elements: elements
                .iter()
                .map(|element| self.element(element, classes))
                .collect(),
            columns: columns(elements),
            unique: Flag::read(options.keyword("unique")).is_yes(),
            options: self.index_options(options),
        }
    }

    fn element(&self, element: &Value, classes: Option<&Value>) -> Template {
        match element {
            Value::Text(name) => {
                sql![
                    quote::identifier(name),
                    operator_class(classes, &name.display())
                ]
            }
            other => {
                let written = self.index_element(other);
                let class = operator_class(classes, &written.display().replace('"', ""));
                sql![written, class]
            }
        }
    }

    fn index_options(&self, arguments: &Arguments) -> IndexOptions {
        IndexOptions {
            concurrently: Flag::read(arguments.keyword("postgresql_concurrently")).is_yes(),
            using: text(given(arguments, "postgresql_using")),
            include: texts(arguments.keyword("postgresql_include")),
            nulls: Flag::read(arguments.keyword("postgresql_nulls_not_distinct")),
            with: given(arguments, "postgresql_with").and_then(with_options),
            tablespace: text(given(arguments, "postgresql_tablespace")),
            condition: given(arguments, "postgresql_where").map(|value| self.condition(value)),
        }
    }

    /// `CREATE INDEX ...`.
    pub(crate) fn create_index_text(
        &self,
        index: &Index,
        table: &Subject,
        if_not_exists: bool,
    ) -> Result<Template, Raised> {
        let subject = Subject {
            columns: index.columns.clone(),
            ..table.clone()
        };
        let name = self
            .naming
            .name(NameKind::Index, &index.name, &subject)?
            .ok_or_else(|| {
                Raised::compile_error("CREATE INDEX requires that the index have a name")
            })?;
        let head = sql![
            "CREATE ",
            if index.unique { "UNIQUE " } else { "" },
            "INDEX ",
            if index.options.concurrently {
                "CONCURRENTLY "
            } else {
                ""
            },
            if if_not_exists { "IF NOT EXISTS " } else { "" },
            name,
            " ON ",
            quote::qualified(table.schema.as_ref(), &table.table),
            " ",
        ];
        Ok(sql![
            head,
            index.options.method(),
            "(",
            join(&index.elements, ", "),
            ")",
            index.options.rest()
        ])
    }

    /// `DROP INDEX ...`.
    pub(crate) fn drop_index_text(
        &self,
        name: &GivenName,
        table: &Subject,
        arguments: &Arguments,
    ) -> Result<Template, Raised> {
        let name = self
            .naming
            .name(NameKind::Index, name, table)?
            .ok_or_else(|| {
                Raised::compile_error("DROP INDEX requires that the index have a name")
            })?;
        let flag = |keyword: &str| Flag::read(arguments.keyword(keyword)).is_yes();
        let schema = table
            .schema
            .as_ref()
            .map(|schema| sql![quote::identifier(schema), "."]);
        Ok(sql![
            "DROP INDEX ",
            if flag("postgresql_concurrently") {
                "CONCURRENTLY "
            } else {
                ""
            },
            if flag("if_exists") { "IF EXISTS " } else { "" },
            schema,
            name,
        ])
    }
}

impl IndexOptions {
    fn method(&self) -> Option<Template> {
        let using = self.using.as_ref()?;
        let lower = super::text::map_known(using, |using| using.to_lowercase());
        Some(sql!["USING ", lower, " "])
    }

    fn rest(&self) -> Template {
        let nulls = match self.nulls {
            Flag::Yes => " NULLS NOT DISTINCT",
            Flag::No => " NULLS DISTINCT",
            Flag::Unset | Flag::Unknown(_) => "",
        };
        let with = self.with.clone().map(|with| sql![" WITH (", with, ")"]);
        let space = self
            .tablespace
            .as_ref()
            .map(|space| sql![" TABLESPACE ", quote::identifier(space)]);
        let condition = self
            .condition
            .clone()
            .map(|condition| sql![" WHERE ", condition]);
        sql![include_clause(&self.include), nulls, with, space, condition]
    }
}

/// `{"fillfactor": 50}` as `fillfactor = 50`.
pub(crate) fn with_options(value: &Value) -> Option<Template> {
    let Value::Dict(entries) = value else {
        return None;
    };
    let written: Vec<_> = entries
        .borrow()
        .iter()
        .filter_map(|(name, value)| {
            let name = text(Some(name))?;
            Some(match value {
                Value::None => name,
                Value::Bool(truth) => sql![name, " = ", truth.to_string()],
                other => sql![name, " = ", text(Some(other))?],
            })
        })
        .collect();
    (!written.is_empty()).then(|| join(&written, ", "))
}
