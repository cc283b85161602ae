//! The modelled catalog as a session that takes SQL, and how it is held against a server.

use fixfold::catalog::{Catalog, Difference, DifferenceKind, ObjectKind, diff};
use fixfold::database::{Client, Cluster};
use fixfold::model::{Dialect, SqlError, SqlState, Template};
use fixfold::sql::{Nature, ReadStatement, Setting, StoredSpelling, TransactionStatement, read};

/// The model as a session: a transaction that fails stays failed.
pub struct Model {
    pub catalog: Catalog,
    aborted: bool,
}

impl Model {
    pub fn empty() -> Self {
        Self {
            catalog: Catalog::empty(),
            aborted: false,
        }
    }

    pub fn run(&mut self, text: &str) -> Result<(), SqlError> {
        let reading = read(&Template::from_text(text), Dialect::Postgres);
        for statement in &reading.statements {
            self.statement(statement)?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &ReadStatement) -> Result<(), SqlError> {
        if let Nature::Transaction(transaction) = &statement.nature {
            self.transaction(transaction);
            return Ok(());
        }
        if self.aborted {
            let message =
                "current transaction is aborted, commands ignored until end of transaction block";
            return Err(SqlError::new(
                SqlState::IN_FAILED_SQL_TRANSACTION,
                message,
                "",
            ));
        }
        let outcome = match &statement.nature {
            Nature::Invalid(error) => Err(error.clone()),
            Nature::Setting(setting) => {
                self.setting(setting);
                Ok(())
            }
            Nature::Query(_) => self.catalog.check_statement(&statement.text),
            _ => {
                let actions: Vec<_> = statement
                    .effects
                    .iter()
                    .map(|effect| &effect.action)
                    .collect();
                self.catalog.apply_statement(&actions).map(|_| ())
            }
        };
        self.aborted = outcome.is_err() && self.catalog.in_transaction();
        outcome
    }

    fn setting(&mut self, setting: &Setting) {
        if setting.name == "search_path" {
            self.catalog.search_path = setting
                .values
                .iter()
                .map(|name| name.as_str().into())
                .collect();
        }
    }

    fn transaction(&mut self, transaction: &TransactionStatement) {
        match transaction {
            TransactionStatement::Begin => self.catalog.begin(),
            TransactionStatement::Commit { .. } if !self.aborted => self.catalog.commit(),
            TransactionStatement::Commit { .. } | TransactionStatement::Rollback { .. } => {
                self.catalog.rollback();
                self.aborted = false;
            }
            TransactionStatement::Savepoint(name) => self.catalog.savepoint(name.as_str()),
            TransactionStatement::Release(name) => drop(self.catalog.release(name.as_str())),
            TransactionStatement::RollbackTo(name) => {
                self.aborted = !self.catalog.rollback_to(name.as_str());
            }
            TransactionStatement::TwoPhase(_) | TransactionStatement::Characteristics(_) => {}
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
    counted(&model.catalog, client)
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
            model.catalog.rollback();
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
