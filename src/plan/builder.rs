//! Turns objects into steps that ensure the shape they have in a catalog.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, ConstraintKind, Relation, Sequence, Table, View};
use crate::graph::{ObjectKey, ObjectKind};
use crate::model::{Action, Identifier, IndexDefinition, ObjectName};

use super::fold::Folded;
use super::step::{Step, StepKind};
use super::{Citation, Commented};

/// Keys before the foreign keys that lean on them; views after those that they read.
pub(super) fn rank(step: &Step) -> u8 {
    match &step.kind {
        StepKind::Constraint { constraint, .. } => match constraint.kind {
            ConstraintKind::PrimaryKey { .. } => 1,
            ConstraintKind::Unique { .. } => 2,
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => 3,
            ConstraintKind::ForeignKey(_) => 4,
        },
        StepKind::View { depth, .. } => *depth,
        // It reads the others.
        StepKind::Column { column, .. } => u8::from(column.generated.is_some()),
        StepKind::Policy { .. } => 1,
        StepKind::Schema { .. } => 0,
        StepKind::Extension { .. } => 1,
        StepKind::Sequence { .. } => 1,
        _ => 0,
    }
}

/// Constraints and indexes to which PostgreSQL gives the name: all of the table's are ensured.
pub(super) fn unnamed_part(target: &Catalog, action: &Action) -> Option<ObjectKey> {
    let table = match action {
        Action::AddConstraint { table, constraint } if constraint.name.is_none() => table,
        Action::AddColumn {
            table, constraints, ..
        } if !constraints.is_empty() => table,
        Action::CreateIndex {
            index: None,
            definition,
            ..
        } => &definition.table,
        _ => return None,
    };
    target
        .table(table)
        .map(|_| ObjectKey::new(ObjectKind::Relation, table.to_string()))
}

/// Turns objects into steps that ensure the shape they have in `target`.
pub(super) struct Builder<'a> {
    pub head: &'a Catalog,
    pub target: &'a Catalog,
}

impl Builder<'_> {
    pub fn of_object(&self, key: &ObjectKey, citations: &[Citation]) -> Vec<Step> {
        let kinds = self.kinds_of(key).into_iter();
        let mut steps: Vec<Step> = kinds
            .map(|kind| Step {
                kind,
                citations: citations.to_vec(),
            })
            .collect();
        steps.sort_by_key(|step| (step.group(), rank(step)));
        steps
    }

    fn kinds_of(&self, key: &ObjectKey) -> Vec<StepKind> {
        let name = ObjectName::from_sql(&key.name);
        match key.kind {
            ObjectKind::Schema => vec![StepKind::Schema { name: name.name }],
            ObjectKind::Extension => self.extension(name.name),
            ObjectKind::Type => self.user_type(name),
            ObjectKind::EnumLabel => match key.name.rsplit_once('.') {
                Some((name, _)) => self.user_type(ObjectName::from_sql(name)),
                None => Vec::new(),
            },
            ObjectKind::Sequence => self.sequence(name),
            ObjectKind::Relation => self.relation(name),
            ObjectKind::Index => self.index(name),
            ObjectKind::Function => self.functions(&name),
            ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Trigger
            | ObjectKind::Policy => {
                let Some((table, part)) = key.name.rsplit_once('.') else {
                    return Vec::new();
                };
                self.part(
                    key.kind,
                    ObjectName::from_sql(table),
                    Identifier::exact(part),
                )
            }
            ObjectKind::VersionTable => Vec::new(),
        }
    }

    /// The enums of tables that steps make or complete: where the table is a script's, its types may
    /// be missing.
    pub fn types_of(&self, steps: &[Step]) -> Vec<Step> {
        let mut found = Vec::new();
        for step in steps {
            let StepKind::Table { table, .. } = &step.kind else {
                continue;
            };
            for column in &table.columns {
                let name = column.data_type.name.to_string();
                let key = ObjectKey::new(ObjectKind::Type, name);
                found.extend(self.of_object(&key, &step.citations));
            }
        }
        found
    }

    fn extension(&self, name: Identifier) -> Vec<StepKind> {
        let known = self.target.extensions.get(&name);
        known
            .map(|extension| StepKind::Extension {
                name,
                schema: extension.schema.clone(),
            })
            .into_iter()
            .collect()
    }

    /// A type that the chain has can lack labels; one that it has not is made whole.
    fn user_type(&self, name: ObjectName) -> Vec<StepKind> {
        let Some(user_type) = self.target.user_type(&name) else {
            return Vec::new();
        };
        let labels = user_type
            .labels()
            .map(|labels| labels.iter().map(|label| label.name.clone()).collect());
        match (self.head.user_type(&name), labels) {
            (Some(_), Some(labels)) => vec![StepKind::EnumLabels {
                name,
                labels,
                value_map: BTreeMap::new(),
            }],
            _ => vec![StepKind::Type {
                name,
                user_type: Box::new(user_type.clone()),
            }],
        }
    }

    fn sequence(&self, name: ObjectName) -> Vec<StepKind> {
        match self.target.sequence(&name) {
            // A serial's own sequence comes with the column.
            Some(sequence) if !self.comes_with_column(sequence) => {
                let owner = sequence.owned_by.clone();
                let owner = owner.map(|(table, column)| StepKind::SequenceOwner {
                    name: name.clone(),
                    table,
                    column,
                });
                let sequence = Box::new(sequence.clone());
                let made = StepKind::Sequence { name, sequence };
                std::iter::once(made).chain(owner).collect()
            }
            _ => Vec::new(),
        }
    }

    fn comes_with_column(&self, sequence: &Sequence) -> bool {
        sequence.owned_by.as_ref().is_some_and(|(table, column)| {
            let known = self.target.column(table, column.as_str());
            self.is_serial(table, column) || known.is_some_and(|column| column.identity.is_some())
        })
    }

    fn functions(&self, name: &ObjectName) -> Vec<StepKind> {
        let named = self
            .target
            .functions
            .iter()
            .filter(|(signature, _)| signature.name == *name);
        named
            .map(|(signature, function)| StepKind::Function {
                name: signature.name.clone(),
                argument_types: signature.argument_types.clone(),
                on_rows: self.names_a_relation(&function.definition.statement),
                function: Box::new(function.clone()),
            })
            .collect()
    }

    /// Whether the words before a function's body name a table or view: its row type.
    fn names_a_relation(&self, statement: &str) -> bool {
        let lower = statement.to_lowercase();
        let end = lower
            .find(" as ")
            .or_else(|| lower.find("\nas "))
            .unwrap_or(lower.len());
        let tagged = lower.find('$').unwrap_or(lower.len());
        let header = &lower[..end.min(tagged)];
        // A name that is not there costs nothing to look up, so every word is.
        let words = header.split(|next: char| !next.is_alphanumeric() && !"_.".contains(next));
        words.filter(|word| !word.is_empty()).any(|word| {
            let known = self.target.relation(&ObjectName::from_sql(word));
            matches!(
                known,
                Some(Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_))
            )
        })
    }

    /// How many views a query reads through.
    fn depth(&self, query: &str, so_far: u8) -> u8 {
        const DEEPEST: u8 = 30;
        if so_far >= DEEPEST {
            return 0;
        }
        let read = super::data::relations_read(query).into_iter();
        let views = read.filter_map(|name| match self.target.relation(&name) {
            Some(Relation::View(view) | Relation::MaterializedView(view)) => {
                Some(1 + self.depth(&view.query, so_far + 1))
            }
            _ => None,
        });
        views.max().unwrap_or(0)
    }

    fn index(&self, name: ObjectName) -> Vec<StepKind> {
        match self.target.find_index(&name) {
            Some(index)
                if index.constraint.is_none() && self.is_permanent(&index.definition.table) =>
            {
                vec![StepKind::Index {
                    name,
                    index: Box::new(index.clone()),
                    is_referenced: self.is_referenced(&index.definition),
                }]
            }
            _ => Vec::new(),
        }
    }

    /// A foreign key refers to just these columns: it may have nothing else to lean on.
    fn is_referenced(&self, index: &IndexDefinition) -> bool {
        let is_plain = index.keys.iter().all(|key| key.is_column);
        if !index.unique || index.predicate.is_some() || !is_plain {
            return false;
        }
        let of_index = index
            .keys
            .iter()
            .map(|key| key.expression.trim_matches('"'));
        let of_index: BTreeSet<&str> = of_index.collect();
        let are_same = |columns: &[Identifier]| {
            let columns: BTreeSet<&str> = columns.iter().map(Identifier::as_str).collect();
            columns == of_index
        };
        let tables = self.target.relations.iter();
        let mut constraints = tables
            .filter_map(|(_, relation)| relation.as_table())
            .flat_map(|table| table.constraints.values());
        constraints.any(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => {
                key.referenced_table == index.table && are_same(&key.referenced_columns)
            }
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclude { .. } => false,
        })
    }

    fn is_permanent(&self, table: &ObjectName) -> bool {
        self.target
            .table(table)
            .is_none_or(|table| !table.is_temporary())
    }

    fn relation(&self, name: ObjectName) -> Vec<StepKind> {
        match self.target.relation(&name) {
            Some(Relation::Table(table)) => self.table(name, table),
            Some(Relation::View(view)) => {
                vec![StepKind::View {
                    name,
                    depth: self.depth(&view.query, 0),
                    view: Box::new(self.spelled_out(view)),
                    materialized: false,
                }]
            }
            Some(Relation::MaterializedView(view)) => {
                vec![StepKind::View {
                    name,
                    depth: self.depth(&view.query, 0),
                    view: Box::new(self.spelled_out(view)),
                    materialized: true,
                }]
            }
            Some(Relation::Index(_) | Relation::Sequence(_)) | None => Vec::new(),
        }
    }

    /// The columns of its stars are the target's, in every database.
    fn spelled_out(&self, view: &View) -> View {
        let query = self.target.with_columns_for_stars(&view.query);
        View {
            query,
            ..view.clone()
        }
    }

    fn table(&self, name: ObjectName, table: &Table) -> Vec<StepKind> {
        if table.is_temporary() {
            return Vec::new();
        }
        let serial = table
            .columns
            .iter()
            .filter(|column| self.is_serial(&name, &column.name));
        let serial: Vec<Identifier> = serial.map(|column| column.name.clone()).collect();
        let parts = |kind: ObjectKind, names: Vec<Identifier>| {
            let name = name.clone();
            names
                .into_iter()
                .flat_map(move |part| self.part(kind, name.clone(), part))
                .collect::<Vec<_>>()
        };
        let mut kinds = vec![StepKind::Table {
            name: name.clone(),
            table: Box::new(table.clone()),
            serial,
        }];
        kinds.extend(parts(
            ObjectKind::Column,
            table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        ));
        kinds.extend(parts(
            ObjectKind::Constraint,
            table.constraints.keys().cloned().collect(),
        ));
        kinds.extend(parts(
            ObjectKind::Trigger,
            table.triggers.keys().cloned().collect(),
        ));
        kinds.extend(parts(
            ObjectKind::Policy,
            table.policies.keys().cloned().collect(),
        ));
        kinds.extend(
            table
                .attributes
                .comment
                .clone()
                .map(|text| StepKind::Comment {
                    on: Commented::Relation {
                        kind: "TABLE",
                        name: name.clone(),
                    },
                    text,
                }),
        );
        let indexes = self.target.indexes_of(&name);
        kinds.extend(
            indexes
                .into_iter()
                .flat_map(|(index, _)| self.index(index.clone())),
        );
        if table.row_security || table.force_row_security || self.head.table(&name).is_some() {
            let (enabled, forced) = (table.row_security, table.force_row_security);
            kinds.push(StepKind::RowSecurity {
                table: name,
                enabled,
                forced,
            });
        }
        kinds
    }

    fn part(&self, kind: ObjectKind, table: ObjectName, part: Identifier) -> Vec<StepKind> {
        let known = self.target.table(&table);
        let Some(known) = known.filter(|known| !known.is_temporary()) else {
            return Vec::new();
        };
        let comment = known
            .column(part.as_str())
            .filter(|_| kind == ObjectKind::Column)
            .and_then(|column| column.attributes.comment.clone())
            .map(|text| StepKind::Comment {
                on: Commented::Column {
                    relation: table.clone(),
                    column: part.clone(),
                },
                text,
            });
        let step = match kind {
            ObjectKind::Column => known.column(part.as_str()).map(|column| StepKind::Column {
                serial: self.is_serial(&table, &part),
                filled_later: false,
                value_map: BTreeMap::new(),
                table,
                column: Box::new(column.clone()),
            }),
            ObjectKind::Constraint => {
                known
                    .constraints
                    .get(&part)
                    .map(|constraint| StepKind::Constraint {
                        table,
                        name: part,
                        constraint: Box::new(constraint.clone()),
                    })
            }
            ObjectKind::Trigger => known.triggers.get(&part).map(|trigger| StepKind::Trigger {
                table,
                name: part,
                trigger: Box::new(trigger.clone()),
            }),
            ObjectKind::Policy => known.policies.get(&part).map(|policy| StepKind::Policy {
                table,
                name: part,
                policy: Box::new(policy.clone()),
            }),
            _ => None,
        };
        step.into_iter().chain(comment).collect()
    }

    /// A column with a sequence of its own that no one named: `serial` makes both at once.
    fn is_serial(&self, table: &ObjectName, column: &Identifier) -> bool {
        let has_default = |default: &String| default.starts_with("nextval(");
        // `serial` makes the column NOT NULL: one that is not is no serial.
        let known = self.target.column(table, column.as_str());
        let default = known
            .filter(|column| column.not_null)
            .and_then(|column| column.default.as_ref());
        let owned = self.target.relations.values().any(|relation| {
            relation.as_sequence().is_some_and(|sequence| {
                sequence.owned_by.as_ref() == Some(&(table.clone(), column.clone()))
            })
        });
        owned && default.is_some_and(has_default)
    }

    /// Comments that scripts write, each object with the one that it has in the end.
    pub fn comments(&self, folded: &Folded) -> Vec<Step> {
        let mut written: Vec<(Commented, Vec<Citation>)> = Vec::new();
        for (citation, action) in &folded.touched {
            let Action::Comment {
                object_kind,
                object,
                ..
            } = action
            else {
                continue;
            };
            let Some(on) = Commented::of(self.target, object_kind, object) else {
                continue;
            };
            match written.iter_mut().find(|(known, _)| *known == on) {
                Some((_, citations)) => citations.push(citation.clone()),
                None => written.push((on, vec![citation.clone()])),
            }
        }
        let steps = written.into_iter().filter_map(|(on, citations)| {
            let text = on.text(self.target)?;
            let kind = StepKind::Comment { on, text };
            Some(Step { kind, citations })
        });
        steps.collect()
    }

    /// Comments that the target has and the chain's head has not, or otherwise, but for those of `known`.
    pub fn comments_of_target(
        &self,
        citation: &Citation,
        known: &BTreeSet<Commented>,
    ) -> Vec<Step> {
        let all = Commented::all(self.target).into_iter();
        let steps = all.filter(|on| !known.contains(on)).filter_map(|on| {
            let text = on.text(self.target)?;
            let is_there = on.text(self.head).as_ref() == Some(&text);
            (!is_there).then(|| Step {
                kind: StepKind::Comment { on, text },
                citations: vec![citation.clone()],
            })
        });
        steps.collect()
    }
}
