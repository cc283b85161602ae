//! Tables and columns that the target refuses for what hangs on them: foreign keys on what has another key
//! there, checks, defaults of another type. Some database holds rows in them, so they come without that.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::graph::{ObjectKey, ObjectKind, Relation, touches};
use crate::model::{
    Action, ColumnDefinition, ConstraintDefinition, ConstraintKind, Effect, Identifier, Script,
};

/// What is left of an action, and what had to go, in words.
pub(super) struct Narrowed {
    pub action: Action,
    pub without: Vec<String>,
}

/// The action with as many of its constraints and defaults as the target takes, in their order; `None` where
/// it makes neither a table nor a column, or fails for something else.
pub(super) fn narrowed(target: &Catalog, action: &Action) -> Option<Narrowed> {
    let (constraints, defaults) = extras(action)?;
    let mut kept = Kept {
        is_for_rows_that_are_there: matches!(action, Action::AddColumn { .. }),
        ..Kept::default()
    };
    takes(target, &kept.of(action))?;
    let mut without = Vec::new();
    for (number, constraint) in constraints.iter().enumerate() {
        kept.constraints.insert(number);
        if takes(target, &kept.of(action)).is_none() {
            kept.constraints.remove(&number);
            without.push(describe(constraint));
        }
    }
    for name in defaults {
        kept.defaults.insert(name.clone());
        if takes(target, &kept.of(action)).is_none() {
            kept.defaults.remove(&name);
            without.push(format!("the default of `{name}`"));
        }
    }
    Some(Narrowed {
        action: kept.of(action),
        without,
    })
}

/// Whether some script makes the object, if only in a table that has another shape at head.
pub(super) fn is_made_somewhere(scripts: &[Script], object: &ObjectKey) -> bool {
    let effects = scripts.iter().flat_map(|script| &script.effects);
    let makes = |effect: &Effect| {
        let mut touches = touches(&effect.action).into_iter();
        touches.any(|touch| touch.relation == Relation::Creates && touch.object == *object)
    };
    object.kind == ObjectKind::Column
        && effects.filter(|effect| !effect.reach.is_inert()).any(makes)
}

/// Constraints, by place, and defaults, by column, that stay.
#[derive(Default)]
struct Kept {
    constraints: BTreeSet<usize>,
    defaults: BTreeSet<Identifier>,
    is_for_rows_that_are_there: bool,
}

impl Kept {
    fn of(&self, action: &Action) -> Action {
        let mut action = action.clone();
        if let Action::CreateTable { definition, .. } = &mut action {
            self.keep(&mut definition.constraints);
            definition
                .columns
                .iter_mut()
                .for_each(|column| self.keep_default(column));
        } else if let Action::AddColumn {
            column,
            constraints,
            ..
        } = &mut action
        {
            self.keep(constraints);
            self.keep_default(column);
        }
        action
    }

    fn keep(&self, constraints: &mut Vec<ConstraintDefinition>) {
        let mut number = 0..;
        constraints.retain(|_| {
            number
                .next()
                .is_some_and(|number| self.constraints.contains(&number))
        });
    }

    fn keep_default(&self, column: &mut ColumnDefinition) {
        if column.default.is_some() && !self.defaults.contains(&column.name) {
            column.default = None;
            // Rows that are there would have nothing in it.
            column.not_null = column.not_null && !self.is_for_rows_that_are_there;
        }
    }
}

fn extras(action: &Action) -> Option<(Vec<ConstraintDefinition>, Vec<Identifier>)> {
    let (constraints, columns) = if let Action::CreateTable { definition, .. } = action {
        (definition.constraints.clone(), &definition.columns[..])
    } else if let Action::AddColumn {
        column,
        constraints,
        ..
    } = action
    {
        (constraints.clone(), std::slice::from_ref(&**column))
    } else {
        return None;
    };
    let with_default = columns.iter().filter(|column| column.default.is_some());
    let defaults = with_default.map(|column| column.name.clone());
    Some((constraints, defaults.collect()))
}

fn takes(target: &Catalog, action: &Action) -> Option<()> {
    target.clone().apply(action).ok().map(|_| ())
}

fn describe(constraint: &ConstraintDefinition) -> String {
    let kind = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => "the primary key".to_owned(),
        ConstraintKind::Unique { columns, .. } => format!("the unique key on {}", list(columns)),
        ConstraintKind::ForeignKey(key) => format!(
            "the foreign key of {} on `{}`",
            list(&key.columns),
            key.referenced_table
        ),
        ConstraintKind::Check { .. } => "a check".to_owned(),
        ConstraintKind::Exclude { .. } => "an exclusion".to_owned(),
        ConstraintKind::UsingIndex { .. } => "a key made of an index".to_owned(),
    };
    match &constraint.name {
        Some(name) => format!("{kind} (`{name}`)"),
        None => kind,
    }
}

fn list(columns: &[Identifier]) -> String {
    let names = columns.iter().map(|column| format!("`{column}`"));
    names.collect::<Vec<_>>().join(", ")
}
