//! The modelled catalog as a session that takes SQL, and how it is held against a server.

use fixfold::catalog::{Catalog, Difference, DifferenceKind, ObjectKind, diff};
use fixfold::database::{Client, Cluster};
use fixfold::model::{SqlError, Template};
use fixfold::replay::{Run, Session};
use fixfold::sql::StoredSpelling;

/// The model as a session that takes text.
pub struct Model {
    pub session: Session,
}

impl Model {
    pub fn empty() -> Self {
        Self {
            session: Session::new(Catalog::empty()),
        }
    }

    pub fn run(&mut self, text: &str) -> Result<(), SqlError> {
        let runs = self.session.execute(&Template::from_text(text));
        match runs.iter().find_map(Run::error) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

pub fn show(outcome: &Result<(), SqlError>) -> String {
    match outcome {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Whether both answered alike: the same SQLSTATE and message, or no error.
pub fn same_answer(real: &Result<(), SqlError>, modelled: &Result<(), SqlError>) -> bool {
    match (real, modelled) {
        (Err(real), Err(modelled)) => {
            real.state == modelled.state && real.message == modelled.message
        }
        (real, modelled) => real.is_ok() == modelled.is_ok(),
    }
}

/// Whether both answered alike, in whatever words.
pub fn same_state(real: &Result<(), SqlError>, modelled: &Result<(), SqlError>) -> bool {
    let state = |answer: &Result<(), SqlError>| answer.as_ref().err().map(|error| error.state);
    state(real) == state(modelled)
}

/// What sets the model apart from the live catalog.
pub fn differences(model: &Model, client: &mut Client) -> Vec<String> {
    counted(&model.session.catalog, client)
}

pub fn counted(catalog: &Catalog, client: &mut Client) -> Vec<String> {
    let live = client.introspect().expect("the catalog is read");
    let differences = diff(catalog, &live, &StoredSpelling);
    differences
        .iter()
        .filter(|one| counts(one))
        .map(ToString::to_string)
        .collect()
}

/// What the model does not try to say as the server does.
fn counts(difference: &Difference) -> bool {
    !matches!(
        difference.key.kind,
        ObjectKind::View | ObjectKind::MaterializedView
    ) || !matches!(difference.kind, DifferenceKind::Changed(_))
}

/// Roles are the cluster's, so all cases share them.
pub const ROLES: &str = "CREATE ROLE app_user; CREATE ROLE reader NOLOGIN";

/// Runs the statements on a fresh database and on the model; gives what was not alike.
pub fn run_both(
    cluster: &Cluster,
    admin: &mut Client,
    name: &str,
    statements: &[String],
) -> Vec<String> {
    let database = cluster.fresh_name("truth");
    admin
        .clone_database("template0", &database)
        .expect("a database");
    let mut client = cluster.connect(&database).expect("a connection");
    let mut model = Model::empty();
    model.run(ROLES).expect("roles");
    let mut wrong = None;
    for (index, statement) in statements.iter().enumerate() {
        let real = client.attempt(statement).expect("the connection lasts");
        let modelled = model.run(statement);
        if !same_answer(&real, &modelled) {
            let (real, modelled) = (show(&real), show(&modelled));
            let line = format!("{statement}\n  server: {real}\n  model:  {modelled}");
            // What comes after is about another state.
            wrong = Some((index, line));
            break;
        }
    }
    let mut found = Vec::new();
    match wrong {
        Some((index, line)) => found.push(format!("{name}, statement {}:\n  {line}", index + 1)),
        None => {
            client.execute("ROLLBACK").expect("the connection lasts");
            model.session.rollback();
            let differences = differences(&model, &mut client);
            if !differences.is_empty() {
                found.push(format!(
                    "{name}\n  model -> server: {}",
                    differences.join("\n    ")
                ));
            }
        }
    }
    drop(client);
    admin.drop_database(&database).expect("it goes");
    found
}
