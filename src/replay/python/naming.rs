//! The naming convention of the metadata that env.py hands to Alembic: it names the constraints that
//! operations leave without a name (`alembic.operations.schemaobj`).

use std::sync::Arc;

use crate::chain::Chain;
use crate::effects::sqlalchemy::NamingConvention;
use crate::eval::{Estate, Interpreter, Value};
use crate::python::tree::{Expression, ExpressionKind, Module, Statement, StatementKind};

/// Metadata stands behind registries and base classes; they do not nest deeper.
const DEEPEST: usize = 4;

/// The convention; SQLAlchemy's own where env.py gives no metadata that can be followed.
pub(super) fn convention(
    interpreter: &mut Interpreter<'_>,
    estate: &dyn Estate,
    chain: &Chain,
) -> NamingConvention {
    found(interpreter, estate, chain).unwrap_or_default()
}

fn found(
    interpreter: &mut Interpreter<'_>,
    estate: &dyn Estate,
    chain: &Chain,
) -> Option<NamingConvention> {
    let environment = &chain.environment;
    let name = environment.target_metadata.as_deref()?;
    let module = estate.module(environment.file.as_deref()?)?;
    let part = Module {
        body: needed(&module.body, name),
        ..(*module).clone()
    };
    let scope = interpreter.run_part(&Arc::new(part), "env_py");
    let metadata = interpreter.settled(&scope.get(name)?);
    let given = naming_convention(interpreter, &metadata, 0)?;
    Some(NamingConvention::read(&given))
}

/// What `naming_convention=` was given when the metadata was made.
fn naming_convention(
    interpreter: &mut Interpreter<'_>,
    metadata: &Value,
    depth: usize,
) -> Option<Value> {
    let external = metadata.as_external().filter(|_| depth < DEEPEST)?;
    let arguments = external.arguments.as_ref();
    if let Some(given) = arguments.and_then(|arguments| arguments.keyword("naming_convention")) {
        return Some(interpreter.settled(given));
    }
    // `registry(metadata=...).metadata`, `declarative_base(metadata=...).metadata`
    let maker = external.receiver.as_ref()?;
    let maker = interpreter.settled(maker);
    let given = maker
        .as_external()?
        .arguments
        .as_ref()?
        .keyword("metadata")?;
    let given = interpreter.settled(given);
    naming_convention(interpreter, &given, depth + 1)
}

/// The imports of env.py, and the assignments that lead to the name. Nothing else of it is run.
fn needed(body: &[Statement], name: &str) -> Vec<Statement> {
    let mut names = vec![name.to_owned()];
    let mut kept = Vec::new();
    for statement in body.iter().rev() {
        match &statement.kind {
            StatementKind::Import { .. } | StatementKind::ImportFrom { .. } => {}
            StatementKind::Assign { targets, value } if assigns(targets, &names) => {
                names.extend(root(value));
            }
            _ => continue,
        }
        kept.push(statement.clone());
    }
    kept.reverse();
    kept
}

fn assigns(targets: &[Expression], names: &[String]) -> bool {
    targets.iter().any(|target| match &target.kind {
        ExpressionKind::Name(name) => names.contains(name),
        _ => false,
    })
}

/// `Base` in `Base.metadata`.
fn root(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.clone()),
        ExpressionKind::Attribute { value, .. } => root(value),
        ExpressionKind::Call { function, .. } => root(function),
        _ => None,
    }
}
