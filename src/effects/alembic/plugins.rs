//! Operations that packages add to `alembic.op`: `alembic_utils` (`create_entity` and its kin) and
//! `alembic_postgresql_enum` (`sync_enum_values`).

use crate::effects::sqlalchemy::text::sql;
use crate::effects::sqlalchemy::{Flag, literal, quote, reading};
use crate::eval::{Arguments, External, Value};
use crate::model::{Piece, Template};

use super::{Sent, statement};

/// A column whose type is the enum that is changed.
#[derive(Debug, Clone)]
pub struct EnumColumn {
    pub table: Template,
    pub column: Template,
    pub is_array: bool,
}

/// `op.sync_enum_values(...)`: the enum gets exactly these labels.
#[derive(Debug, Clone)]
pub struct EnumChange {
    name: Template,
    old_name: Template,
    values: Vec<Template>,
    renamed: Vec<(Template, Template)>,
    pub columns: Vec<EnumColumn>,
}

impl EnumChange {
    /// `None` where the call is none of this operation.
    pub fn read(arguments: &Arguments) -> Option<Self> {
        let text = |position, name| reading::text(arguments.get(position, name));
        let schema = text(0, "enum_schema")?;
        let name = text(1, "enum_name")?;
        let values = reading::texts(arguments.get(2, "new_values"));
        let listed = |position, name| arguments.get(position, name).and_then(reading::items);
        let columns = listed(3, "affected_columns").unwrap_or_default();
        let renamed = listed(4, "enum_values_to_rename").unwrap_or_default();
        Some(Self {
            name: quote::qualified(Some(&schema), &name),
            old_name: sql![name, "_old"],
            values,
            renamed: renamed.iter().filter_map(pair).collect(),
            columns: columns
                .iter()
                .filter_map(|column| enum_column(column, &schema))
                .collect(),
        })
    }

    /// The statements; `defaults` are those that the columns have, in order.
    pub fn statements(&self, defaults: &[Option<String>]) -> Vec<Template> {
        let Self { name, old_name, .. } = self;
        let old = quote::identifier(old_name);
        let mut sent = Vec::new();
        let labels: Vec<_> = self.values.iter().map(literal::string).collect();
        sent.push(sql!["ALTER TYPE ", name, " RENAME TO ", old]);
        sent.push(sql![
            "CREATE TYPE ",
            name,
            " AS ENUM (",
            joined(&labels),
            ")"
        ]);
        for (place, column) in self.columns.iter().enumerate() {
            let default = defaults.get(place).and_then(Option::as_ref);
            let head = sql![
                "ALTER TABLE ",
                column.table,
                " ALTER COLUMN ",
                quote::identifier(&column.column)
            ];
            if default.is_some() {
                sent.push(sql![head, " DROP DEFAULT"]);
            }
            let array = if column.is_array { "[]" } else { "" };
            sent.push(sql![
                head,
                " TYPE ",
                name,
                array,
                " USING ",
                self.cast(column)
            ]);
            if let Some(default) = default {
                // A cast of the constant to the type that was renamed would keep it.
                let constant = default.split("::").next().unwrap_or(default);
                sent.push(sql![head, " SET DEFAULT ", constant]);
            }
        }
        sent.push(sql!["DROP TYPE ", old]);
        sent
    }

    fn cast(&self, column: &EnumColumn) -> Template {
        let value = quote::identifier(&column.column);
        if column.is_array {
            return sql![value, "::text[]::", self.name, "[]"];
        }
        let mut text = Template::from_text("CASE");
        for (old, new) in &self.renamed {
            let (old, new) = (literal::string(old), literal::string(new));
            text = sql![
                text,
                " WHEN ",
                value,
                "::text = ",
                old,
                " THEN ",
                new,
                "::",
                self.name
            ];
        }
        match self.renamed.is_empty() {
            true => sql![value, "::text::", self.name],
            false => sql![text, " ELSE ", value, "::text::", self.name, " END"],
        }
    }
}

/// `("table", "column")` or `TableReference(table_schema=..., table_name=..., column_name=...)`.
fn enum_column(value: &Value, schema: &Template) -> Option<EnumColumn> {
    if let Some((table, column)) = pair(value) {
        return Some(EnumColumn {
            table: quote::qualified(Some(schema), &table),
            column,
            is_array: false,
        });
    }
    let arguments = value.as_external()?.arguments.as_ref()?;
    let text = |name| reading::text(reading::given(arguments, name));
    let schema = text("table_schema").unwrap_or_else(|| schema.clone());
    let kind = reading::given(arguments, "column_type").map(reading::describe);
    Some(EnumColumn {
        table: quote::qualified(Some(&schema), &text("table_name")?),
        column: text("column_name")?,
        is_array: kind.is_some_and(|kind| kind.ends_with("ARRAY")),
    })
}

fn pair(value: &Value) -> Option<(Template, Template)> {
    match reading::items(value)?.as_slice() {
        [first, second, ..] => Some((reading::text(Some(first))?, reading::text(Some(second))?)),
        _ => None,
    }
}

fn joined(items: &[Template]) -> Template {
    let mut text = Template::default();
    for (place, item) in items.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        text = sql![text, comma, item];
    }
    text
}

/// What `op.create_entity(entity)` and its kin send; `None` for what is no known entity.
pub(super) fn entity(operation: &str, arguments: &Arguments) -> Option<Vec<Sent>> {
    let entity = arguments.get(0, "target")?.as_external()?;
    let class = entity.path.rsplit('.').next().unwrap_or(&entity.path);
    let parts = Parts::read(entity)?;
    let texts = match operation {
        "create_entity" => parts.create(class, "CREATE ")?,
        "drop_entity" => vec![parts.drop(class, cascade(arguments))?],
        "replace_entity" => match class {
            "PGFunction" | "PGView" => parts.create(class, "CREATE OR REPLACE ")?,
            "PGExtension" => Vec::new(),
            _ => [
                vec![parts.drop(class, "")?],
                parts.create(class, "CREATE ")?,
            ]
            .concat(),
        },
        _ => return None,
    };
    Some(texts.into_iter().map(statement).collect())
}

fn cascade(arguments: &Arguments) -> &'static str {
    match Flag::read(reading::given(arguments, "cascade")).is_yes() {
        true => " CASCADE",
        false => "",
    }
}

/// What an entity is made of (`alembic_utils.replaceable_entity`).
struct Parts {
    schema: Template,
    signature: Template,
    definition: Template,
    table: Template,
    is_constraint: bool,
    with_data: bool,
}

impl Parts {
    fn read(entity: &External) -> Option<Self> {
        let arguments = entity.arguments.as_ref()?;
        let text = |position, name| reading::text(arguments.get(position, name));
        let given = |name| reading::text(reading::given(arguments, name)).unwrap_or_default();
        let flag = |name| Flag::read(reading::given(arguments, name));
        Some(Self {
            schema: text(0, "schema")?,
            signature: text(1, "signature")?,
            definition: text(2, "definition").map_or_else(Template::default, unescaped),
            table: given("on_entity"),
            is_constraint: flag("is_constraint").is_yes(),
            with_data: flag("with_data") != Flag::No,
        })
    }

    fn create(&self, class: &str, verb: &str) -> Option<Vec<Template>> {
        let Self {
            schema,
            signature,
            definition,
            ..
        } = self;
        let quoted = sql!["\"", signature, "\""];
        let text = match class {
            "PGExtension" => sql!["CREATE EXTENSION ", quoted, " WITH SCHEMA ", schema],
            "PGFunction" => sql![verb, "FUNCTION ", schema, ".", signature, " ", definition],
            "PGView" => sql![verb, "VIEW ", schema, ".", quoted, " AS ", definition],
            "PGMaterializedView" => {
                let data = if self.with_data { "" } else { " NO" };
                sql![
                    "CREATE MATERIALIZED VIEW ",
                    schema,
                    ".",
                    quoted,
                    " AS ",
                    definition,
                    " WITH",
                    data,
                    " DATA"
                ]
            }
            "PGTrigger" => {
                let constraint = if self.is_constraint {
                    "CONSTRAINT "
                } else {
                    ""
                };
                sql!["CREATE ", constraint, "TRIGGER ", quoted, " ", definition]
            }
            "PGPolicy" => sql![
                "CREATE POLICY ",
                signature,
                " ON ",
                self.table,
                " ",
                definition
            ],
            _ => return None,
        };
        Some(vec![text])
    }

    fn drop(&self, class: &str, cascade: &str) -> Option<Template> {
        let Self {
            schema, signature, ..
        } = self;
        let quoted = sql!["\"", signature, "\""];
        Some(match class {
            "PGExtension" => sql!["DROP EXTENSION ", quoted, cascade],
            "PGFunction" => {
                let signature = without_defaults(&signature.display());
                sql!["DROP FUNCTION ", schema, ".", signature, cascade]
            }
            "PGView" => sql!["DROP VIEW ", schema, ".", quoted, cascade],
            "PGMaterializedView" => sql!["DROP MATERIALIZED VIEW ", schema, ".", quoted, cascade],
            "PGTrigger" => sql!["DROP TRIGGER ", quoted, " ON ", self.table, cascade],
            "PGPolicy" => sql!["DROP POLICY ", signature, " ON ", self.table, cascade],
            _ => return None,
        })
    }
}

/// The package marks colons that are no parameters.
fn unescaped(text: Template) -> Template {
    let mut plain = Template::default();
    for piece in text.pieces() {
        plain.push(match piece {
            Piece::Known(fragment) => {
                Piece::known(fragment.text.replace("\\:", ":"), fragment.origin.clone())
            }
            Piece::Hole(_) => piece.clone(),
        });
    }
    plain
}

/// `f(a text default 'x', b integer = 1)` as DROP FUNCTION takes it.
fn without_defaults(signature: &str) -> String {
    let Some((name, arguments)) = signature.split_once('(') else {
        return signature.to_owned();
    };
    let bare = arguments
        .trim_end()
        .trim_end_matches(')')
        .split(',')
        .map(|argument| {
            let lower = argument.to_lowercase();
            let end = lower.find(" default ").or_else(|| lower.find('='));
            argument[..end.unwrap_or(argument.len())].trim()
        });
    format!("{name}({})", bare.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_no_part_of_a_signature() {
        let written = "f(a text DEFAULT 'x', b integer = 1, c date)";
        assert_eq!(without_defaults(written), "f(a text, b integer, c date)");
        assert_eq!(without_defaults("f()"), "f()");
    }
}
