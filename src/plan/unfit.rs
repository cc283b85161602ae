//! Rows that a script's table holds and the target's shape has no place for: a column that must not be
//! null and that the script's table lacks, a key that its rows break. A database with such rows cannot
//! arrive unless somebody says what becomes of them; by default no row is lost and every database
//! arrives.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Constraint, ConstraintKind, TypeKind};
use crate::graph::{ChainHistory, ObjectKey, ObjectKind};
use crate::model::{
    Action, ColumnDefinition, DataType, Effect, Identifier, ObjectName, Place, Script,
    TableDefinition,
};

use super::decision::{Answers, Decision, Side};
use super::relabel::bare;
use super::step::{Remedy, Renamed, Step, StepKind};
use super::stuck::takes_place;

const FILL: &str = "fill";
const SET_ASIDE: &str = "set_aside";
pub(super) const STOP: &str = "stop";

/// What the chain and the scripts say about the tables' rows.
pub(super) struct Unfit<'a> {
    pub(super) answers: &'a Answers,
    /// What scripts do to tables and columns, by the table's name without `public`.
    pub(super) made: BTreeMap<ObjectName, Vec<&'a Effect>>,
    /// The same of the chain.
    of_chain: BTreeMap<ObjectName, Vec<&'a Effect>>,
}

/// Remedies that steps ask for, each with the question that it answers by default.
#[derive(Debug, Default)]
pub(super) struct Remedies {
    pub steps: Vec<Step>,
    pub decisions: Vec<Decision>,
}

impl<'a> Unfit<'a> {
    pub(super) fn new(
        chain: &'a ChainHistory,
        scripts: impl IntoIterator<Item = &'a Script>,
        answers: &'a Answers,
    ) -> Self {
        let of_scripts = scripts.into_iter().flat_map(|script| &script.effects);
        let of_chain = chain.steps.iter().flat_map(|step| &step.effects);
        Self {
            answers,
            made: by_table(of_scripts.filter(|effect| takes_place(effect))),
            of_chain: by_table(of_chain),
        }
    }

    /// What the steps need, `catalog` being the one whose shapes they ensure.
    pub(super) fn remedies(&self, catalog: &Catalog, steps: &[Step]) -> Remedies {
        let mut found = Remedies::default();
        for step in steps {
            let asked = [
                self.of_step(catalog, step),
                self.of_values(catalog, step),
                self.of_name_back(step),
            ];
            for (decision, remedy) in asked.into_iter().flatten() {
                found.steps.extend(remedy);
                found.decisions.push(decision);
            }
        }
        found
    }

    fn of_step(&self, catalog: &Catalog, step: &Step) -> Option<(Decision, Option<Step>)> {
        let (table, part, decision, value) = match &step.kind {
            StepKind::Column {
                table,
                column,
                serial: false,
                ..
            }
            | StepKind::Filled { table, column } => {
                let fills_itself = column.default.is_some()
                    || column.generated.is_some()
                    || column.identity.is_some();
                if !column.not_null || fills_itself {
                    return None;
                }
                let place = self.lacks_column(table, &column.name)?;
                let value = self.value(catalog, table, &column.name, &column.data_type);
                let decision = self.without_value(table, &column.name, place, value.as_ref());
                (table, &column.name, decision, value.map(|value| value.sql))
            }
            StepKind::Constraint {
                table,
                name,
                constraint,
            } => {
                let place = self.lacks_constraint(catalog, table, name, constraint)?;
                (table, name, self.against(table, name, place), None)
            }
            StepKind::Index { name, index, .. } if index.definition.unique => {
                let table = &index.definition.table;
                let place = self.makes(table)?;
                (
                    table,
                    &name.name,
                    self.against(table, &name.name, place),
                    None,
                )
            }
            _ => return None,
        };
        let remedy = remedy(&decision, value).map(|remedy| Step {
            kind: StepKind::Unfit {
                table: table.clone(),
                part: part.clone(),
                remedy,
            },
            citations: step.citations.clone(),
        });
        Some((decision, remedy))
    }

    fn of_name_back(&self, step: &Step) -> Option<(Decision, Option<Step>)> {
        let StepKind::RenameBack {
            renamed: Renamed::Column { table },
            now,
            before,
        } = &step.kind
        else {
            return None;
        };
        let (decision, kind) = self.of_rename(table, now, before)?;
        let remedy = kind.map(|kind| Step {
            kind,
            citations: step.citations.clone(),
        });
        Some((decision, remedy))
    }

    /// What the chain's own renames ask, where scripts run ahead of them.
    pub(super) fn renames_of_chain(&self) -> Vec<Decision> {
        let effects = self.of_chain.values().flatten();
        let asked = effects.filter_map(|effect| match &effect.action {
            Action::RenameColumn {
                table,
                column,
                new_name,
            } => self.of_rename(table, column, new_name),
            _ => None,
        });
        asked.map(|(decision, _)| decision).collect()
    }

    /// Where rows come from that have no value in the column.
    fn lacks_column(&self, table: &ObjectName, column: &Identifier) -> Option<&'a Place> {
        let effects = self.made.get(&bare(table))?;
        let mut lacking = effects.iter();
        let lacking = lacking.find(|effect| leaves_empty(&effect.action, column) == Some(true));
        lacking.map(|effect| &effect.provenance.call)
    }

    /// Where rows come from that nothing has held to the constraint.
    fn lacks_constraint(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        name: &Identifier,
        wanted: &Constraint,
    ) -> Option<&'a Place> {
        let of_table = self.made.get(&bare(table)).into_iter().flatten();
        let lacking = of_table.into_iter().find(|effect| {
            let drops = matches!(&effect.action,
                Action::DropConstraint { constraint, .. } if constraint == name);
            let adds = matches!(
                effect.action,
                Action::CreateTableAs { .. } | Action::AddColumn { .. }
            );
            let makes = matches!(effect.action, Action::CreateTable { .. });
            drops || adds || (makes && !makes_constraint(catalog, table, &effect.action, wanted))
        });
        let found = lacking.map(|effect| &effect.provenance.call);
        let parent = match &wanted.kind {
            ConstraintKind::ForeignKey(key) => self.makes(&key.referenced_table),
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclude { .. } => None,
        };
        found.or(parent)
    }

    /// Where a script makes the table, or takes it away.
    fn makes(&self, table: &ObjectName) -> Option<&'a Place> {
        let effects = self.made.get(&bare(table))?;
        let makes = |effect: &&&Effect| {
            matches!(
                effect.action,
                Action::CreateTable { .. }
                    | Action::CreateTableAs { .. }
                    | Action::DropTable { .. }
            )
        };
        let found = effects.iter().find(makes);
        found.map(|effect| &effect.provenance.call)
    }

    /// What rows without a value can get.
    pub(super) fn value(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        column: &Identifier,
        data_type: &DataType,
    ) -> Option<Value> {
        if let Some(value) = self.default_elsewhere(catalog, table, column, data_type) {
            return Some(value);
        }
        let constraints = catalog.table(table).map(|table| &table.constraints);
        let mut is_key = false;
        for constraint in constraints.into_iter().flat_map(|known| known.values()) {
            match &constraint.kind {
                // Nobody knows which row it was.
                ConstraintKind::ForeignKey(key) if key.columns.contains(column) => return None,
                ConstraintKind::Check { expression, .. }
                    if expression.contains(column.as_str()) =>
                {
                    return None;
                }
                ConstraintKind::PrimaryKey { columns, .. }
                | ConstraintKind::Unique { columns, .. } => is_key |= columns.contains(column),
                ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check { .. }
                | ConstraintKind::Exclude { .. } => {}
            }
        }
        let sql = match is_key {
            true => own_value(data_type)?.to_owned(),
            false => neutral(catalog, data_type)?,
        };
        let why = format!("the neutral value of {data_type}");
        Some(Value { sql, why })
    }

    /// The default that somebody gives the column: a later revision, or a script.
    fn default_elsewhere(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        column: &Identifier,
        data_type: &DataType,
    ) -> Option<Value> {
        let name = bare(table);
        let of_chain = self.of_chain.get(&name).into_iter().flatten();
        let of_scripts = self.made.get(&name).into_iter().flatten();
        let mut effects = of_chain.chain(of_scripts);
        effects.find_map(|effect| {
            let default = default_in(&effect.action, column, data_type)?;
            fits(catalog, data_type, default).then(|| Value {
                sql: default.to_owned(),
                why: format!("the default that {} gives it", effect.provenance.call),
            })
        })
    }

    fn without_value(
        &self,
        table: &ObjectName,
        column: &Identifier,
        place: &Place,
        value: Option<&Value>,
    ) -> Decision {
        let object = table.part(column.as_str());
        let id = format!("rows_without:{object}");
        let fill = value.map(|value| Side {
            answer: FILL,
            place: None,
            definition: format!("they get {}, {}", value.sql, value.why),
        });
        let sides = fill.into_iter().chain(other_sides(place)).collect();
        Decision {
            answer: None,
            is_answered_with_others: false,
            id,
            question: format!(
                "`{object}` must not be null, and rows of a table that {place} makes or changes have no value there: what shall they hold?"
            ),
            object: ObjectKey::new(ObjectKind::Column, object),
            sides,
            default: if value.is_some() { FILL } else { SET_ASIDE },
        }
        .answered(self.answers)
    }

    fn against(&self, table: &ObjectName, name: &Identifier, place: &Place) -> Decision {
        let object = table.part(name.as_str());
        let id = format!("rows_against:{object}");
        Decision {
            answer: None,
            is_answered_with_others: false,
            id,
            question: format!(
                "rows of a table that {place} makes or changes may break `{name}` of `{table}`: what becomes of them?"
            ),
            object: ObjectKey::new(ObjectKind::Constraint, object),
            sides: other_sides(place).into_iter().collect(),
            default: SET_ASIDE,
        }
        .answered(self.answers)
    }
}

/// What a row can get where it has no value.
pub(super) struct Value {
    pub(super) sql: String,
    pub(super) why: String,
}

fn other_sides(place: &Place) -> [Side; 2] {
    [
        Side {
            answer: SET_ASIDE,
            place: Some(place.clone()),
            definition: "they move to `fixfold_journal`, with the rows that refer to them; the downgrade brings them back".to_owned(),
        },
        Side {
            answer: STOP,
            place: None,
            definition: "the migration stops and says how many there are".to_owned(),
        },
    ]
}

/// `fill` takes the proposed value, `fill 42` another one.
fn remedy(decision: &Decision, value: Option<String>) -> Option<Remedy> {
    let outcome = decision.outcome();
    match outcome.split_once(' ') {
        Some((FILL, other)) => Some(Remedy::Fill(other.trim().to_owned())),
        _ if outcome == FILL => value.map(Remedy::Fill),
        _ if outcome == SET_ASIDE => Some(Remedy::SetAside),
        _ => None,
    }
}

fn by_table<'a>(
    effects: impl Iterator<Item = &'a Effect>,
) -> BTreeMap<ObjectName, Vec<&'a Effect>> {
    let mut tables: BTreeMap<ObjectName, Vec<&Effect>> = BTreeMap::new();
    for effect in effects {
        if let Some(table) = table_of(&effect.action) {
            tables.entry(bare(table)).or_default().push(effect);
        }
    }
    tables
}

fn table_of(action: &Action) -> Option<&ObjectName> {
    match action {
        Action::CreateTable {
            table, definition, ..
        } => (!definition.temporary).then_some(table),
        Action::CreateTableAs {
            table, temporary, ..
        } => (!temporary).then_some(table),
        Action::DropTable { table, .. }
        | Action::AddColumn { table, .. }
        | Action::DropColumn { table, .. }
        | Action::RenameColumn { table, .. }
        | Action::DropNotNull { table, .. }
        | Action::SetDefault { table, .. }
        | Action::AlterColumnType { table, .. }
        | Action::DropConstraint { table, .. } => Some(table),
        _ => None,
    }
}

/// Whether rows may have no value in the column afterwards; `None`: it is not about that.
fn leaves_empty(action: &Action, column: &Identifier) -> Option<bool> {
    match action {
        Action::CreateTable { definition, .. } => Some(!is_filled(definition, column)),
        Action::CreateTableAs { .. } => Some(true),
        Action::AddColumn { column: added, .. } => {
            Some(added.name == *column && !added.not_null && added.default.is_none())
        }
        Action::DropNotNull { column: other, .. }
        | Action::DropColumn { column: other, .. }
        | Action::RenameColumn { column: other, .. } => Some(other == column),
        _ => None,
    }
}

/// Every row of the table has a value in the column.
fn is_filled(definition: &TableDefinition, column: &Identifier) -> bool {
    use crate::model::ConstraintKind;
    let is_key = definition.constraints.iter().any(|constraint| {
        matches!(&constraint.kind, ConstraintKind::PrimaryKey { columns, .. } if columns.contains(column))
    });
    let known = definition
        .columns
        .iter()
        .find(|known| known.name == *column);
    let holds = |known: &ColumnDefinition| known.not_null || known.identity.is_some() || is_key;
    known.is_some_and(holds) || !definition.like.is_empty() || !definition.inherits.is_empty()
}

/// Whether a table that the action makes where there is none holds its rows to the like of `wanted`.
fn makes_constraint(
    catalog: &Catalog,
    table: &ObjectName,
    action: &Action,
    wanted: &Constraint,
) -> bool {
    let mut made = catalog.clone();
    let drop = Action::DropTable {
        table: table.clone(),
        if_exists: true,
        cascade: true,
    };
    if made.apply(&drop).is_err() || made.apply(action).is_err() {
        return false;
    }
    let constraints = made.table(table).map(|table| &table.constraints);
    let mut constraints = constraints.into_iter().flat_map(|known| known.values());
    constraints.any(|known| known.kind == wanted.kind)
}

fn default_in<'a>(
    action: &'a Action,
    column: &Identifier,
    data_type: &DataType,
) -> Option<&'a str> {
    let defined = match action {
        Action::CreateTable { definition, .. } => definition
            .columns
            .iter()
            .find(|known| known.name == *column),
        Action::AddColumn { column: added, .. } if added.name == *column => Some(&**added),
        Action::SetDefault {
            column: other,
            expression,
            ..
        } if other == column => return Some(expression),
        _ => None,
    };
    let same_type = |known: &&ColumnDefinition| {
        known.data_type.name == data_type.name
            && known.data_type.array_dimensions == data_type.array_dimensions
    };
    defined.filter(same_type)?.default.as_deref()
}

/// A default that says the same in every row's database: no sequence, and of an enum a label.
pub(super) fn fits(catalog: &Catalog, data_type: &DataType, default: &str) -> bool {
    let lower = default.to_lowercase();
    if lower.contains("nextval") || lower.trim() == "null" {
        return false;
    }
    let Some(labels) = labels(catalog, data_type) else {
        return true;
    };
    labels
        .iter()
        .any(|label| default.starts_with(&quoted(label)))
}

pub(super) fn labels(catalog: &Catalog, data_type: &DataType) -> Option<Vec<String>> {
    match &catalog.user_type(&data_type.name)?.kind {
        TypeKind::Enum { labels } => Some(labels.iter().map(|label| label.name.clone()).collect()),
        TypeKind::Domain { .. } | TypeKind::Composite { .. } | TypeKind::Other { .. } => None,
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// One for each row.
fn own_value(data_type: &DataType) -> Option<&'static str> {
    let is_uuid = data_type.name.name.as_str() == "uuid" && data_type.array_dimensions == 0;
    is_uuid.then_some("gen_random_uuid()")
}

/// What says the least: nothing, none, no, now.
fn neutral(catalog: &Catalog, data_type: &DataType) -> Option<String> {
    if data_type.array_dimensions > 0 {
        return Some("'{}'".to_owned());
    }
    if let Some(labels) = labels(catalog, data_type) {
        return labels.first().map(|label| quoted(label));
    }
    let sql = match data_type.name.name.as_str() {
        "boolean" => "false",
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => "0",
        "text" | "character varying" | "character" | "citext" | "bytea" => "''",
        "json" | "jsonb" => "'{}'",
        "uuid" => "'00000000-0000-0000-0000-000000000000'",
        "timestamp without time zone" | "timestamp with time zone" => "now()",
        "date" => "CURRENT_DATE",
        "time without time zone" | "time with time zone" => "'00:00'",
        "interval" => "'0'",
        _ => return None,
    };
    Some(sql.to_owned())
}
