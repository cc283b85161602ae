//! Rights and owners. Environments have their own, so each database keeps what it has, unless somebody
//! decides that every database shall have those of the wanted schema.

use crate::catalog::{Attributes, Catalog, FunctionSignature, Grant, Relation};
use crate::graph::{ObjectKey, ObjectKind};
use crate::model::{Action, Identifier, ObjectName};

use super::decision::{Answers, Decision, Side};
use super::step::{Step, StepKind};
use super::{Citation, PlanInput};

/// The decision's id in the ledger.
const RIGHTS: &str = "rights";
/// The side that holds unless somebody answers otherwise.
const ENVIRONMENT: &str = "environment";
const CHAIN: &str = "chain";

/// What has rights and an owner (PostgreSQL manual, GRANT).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entitled {
    /// A table or a view.
    Table(ObjectName),
    Sequence(ObjectName),
    /// A function or a procedure.
    Routine(FunctionSignature),
    Type(ObjectName),
    Schema(Identifier),
}

impl Entitled {
    /// In the house's spelling.
    pub fn object(&self) -> String {
        match self {
            Self::Table(name) | Self::Sequence(name) | Self::Type(name) => name.to_string(),
            Self::Routine(signature) => signature.to_string(),
            Self::Schema(name) => name.to_string(),
        }
    }
}

/// A right of somebody who is not the owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    pub grant: Grant,
    /// `None`: on the whole object.
    pub column: Option<Identifier>,
}

/// Whose rights hold? `None` where scripts give and take none, or where the model does not know those of
/// the wanted schema.
pub(super) fn decision(input: &PlanInput<'_>) -> Option<Decision> {
    let place = changed_at(input)?;
    let decision = Decision {
        id: RIGHTS.to_owned(),
        object: ObjectKey::new(ObjectKind::Schema, "public"),
        question: "whose rights and owners hold?".to_owned(),
        sides: vec![
            Side {
                answer: ENVIRONMENT,
                place: Some(place),
                definition: "each database keeps the rights and owners that it has".to_owned(),
            },
            Side {
                answer: CHAIN,
                place: None,
                definition: "every database has those of the wanted schema: others are taken back, and whoever runs the migration is the owner"
                    .to_owned(),
            },
        ],
        default: ENVIRONMENT,
        answer: None,
        is_answered_with_others: false,
    };
    are_known(input).then(|| decision.answered(input.answers))
}

/// Somebody has decided for those of the wanted schema.
pub(super) fn are_wanted(answers: &Answers) -> bool {
    answers.get(RIGHTS).is_some_and(|answer| answer == CHAIN)
}

fn changed_at(input: &PlanInput<'_>) -> Option<crate::model::Place> {
    let mut effects = input.scripts.iter().flat_map(|script| &script.effects);
    let effect = effects.find(|effect| !effect.reach.is_inert() && is_about(&effect.action))?;
    Some(effect.provenance.call.clone())
}

/// It gives or takes rights, now or to what is made later.
fn is_about(action: &Action) -> bool {
    let is_right = matches!(
        action,
        Action::Grant { .. } | Action::Revoke { .. } | Action::SetOwner { .. }
    );
    is_right || is_about_defaults(action)
}

/// ALTER DEFAULT PRIVILEGES, which the model does not know.
fn is_about_defaults(action: &Action) -> bool {
    let Action::UnknownStatement { statement, .. } = action else {
        return false;
    };
    let words = statement.split_whitespace().take(3);
    words
        .map(str::to_ascii_uppercase)
        .eq(["ALTER", "DEFAULT", "PRIVILEGES"])
}

/// What a platform gives stands in no revision, and what default privileges give in no catalog.
fn are_known(input: &PlanInput<'_>) -> bool {
    let effects = input.chain.steps.iter().flat_map(|step| &step.effects);
    let mut actions = effects.map(|effect| &effect.action);
    let has_defaults = actions.any(is_about_defaults);
    let schemas = input.chain.before(0).schemas.keys();
    let mut of_others = schemas.filter(|name| name.as_str() != "public");
    !has_defaults && of_others.next().is_none()
}

/// One step for the owner and one for the rights of each object, where somebody wants them.
pub(super) fn steps(decision: Option<&Decision>, target: &Catalog) -> Vec<Step> {
    let Some(decision) = decision.filter(|one| one.outcome() == CHAIN) else {
        return Vec::new();
    };
    let place = decision.sides.iter().find_map(|side| side.place.clone());
    let citations: Vec<Citation> = place
        .map(|place| Citation {
            place,
            operation: "grant",
        })
        .into_iter()
        .collect();
    let mut kinds = vec![StepKind::DefaultRights];
    for (of, wanted) in entitled(target) {
        // `public` belongs to the owner of the database.
        if of != Entitled::Schema(Identifier::exact("public")) {
            kinds.push(StepKind::Owner { of: of.clone() });
        }
        kinds.push(StepKind::Rights { of, wanted });
    }
    let step = |kind| Step {
        kind,
        citations: citations.clone(),
    };
    kinds.into_iter().map(step).collect()
}

/// Every object of the schema that can have rights, with those that it has.
fn entitled(target: &Catalog) -> Vec<(Entitled, Vec<Right>)> {
    let mut found = Vec::new();
    for (name, schema) in &target.schemas {
        let normal = (name.as_str() == "public").then_some("USAGE");
        let rights = rights(&schema.attributes, normal);
        found.push((Entitled::Schema(name.clone()), rights));
    }
    for (name, user_type) in &target.types {
        let rights = rights(&user_type.attributes, Some("USAGE"));
        found.push((Entitled::Type(name.clone()), rights));
    }
    for (signature, function) in &target.functions {
        let rights = rights(&function.attributes, Some("EXECUTE"));
        found.push((Entitled::Routine(signature.clone()), rights));
    }
    let relations = target.relations.iter();
    let relations = relations.filter(|(name, _)| !super::target::is_own(name));
    found.extend(relations.filter_map(|(name, relation)| of_relation(name, relation)));
    found
}

fn of_relation(name: &ObjectName, relation: &Relation) -> Option<(Entitled, Vec<Right>)> {
    let (of, mut wanted) = match relation {
        Relation::Index(_) => return None,
        Relation::Table(table) if table.is_temporary() => return None,
        Relation::Sequence(sequence) => (
            Entitled::Sequence(name.clone()),
            rights(&sequence.attributes, None),
        ),
        Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_) => (
            Entitled::Table(name.clone()),
            rights(relation.attributes()?, None),
        ),
    };
    let columns = relation.as_table().map_or(&[][..], |table| &table.columns);
    wanted.extend(columns.iter().flat_map(|column| {
        column.attributes.grants.iter().map(|grant| Right {
            grant: grant.clone(),
            column: Some(column.name.clone()),
        })
    }));
    Some((of, wanted))
}

/// `normal` is what PUBLIC may do where nobody has said otherwise.
fn rights(attributes: &Attributes, normal: Option<&str>) -> Vec<Right> {
    let taken = |privilege: &str| {
        let revoked = &attributes.revoked;
        revoked
            .iter()
            .any(|one| one.grantee.is_none() && one.privilege == privilege)
    };
    let normal = normal
        .filter(|privilege| !taken(privilege))
        .map(|privilege| Grant {
            grantee: None,
            privilege: privilege.to_owned(),
            with_grant_option: false,
        });
    let grants = attributes.grants.iter().cloned().chain(normal);
    let grants: std::collections::BTreeSet<Grant> = grants.collect();
    let right = |grant| Right {
        grant,
        column: None,
    };
    grants.into_iter().map(right).collect()
}
