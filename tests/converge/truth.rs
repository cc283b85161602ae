//! The model against the server: every statement of `truth/*.sql` runs on both, and both must
//! answer alike, with the same SQLSTATE and message, and end with the same catalog.

use fixfold::catalog::{Catalog, Difference, ObjectKind, diff};
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::model::{Dialect, SqlError, SqlState, Template};
use fixfold::sql::{Nature, ReadStatement, Setting, StoredSpelling, TransactionStatement, read};

/// Roles are the cluster's, so all cases share them.
const ROLES: &str = "CREATE ROLE app_user; CREATE ROLE reader NOLOGIN";

/// One case: a fresh database, and statements in order.
struct Case {
    name: String,
    statements: Vec<String>,
}

/// `-- case: name` opens a case; a statement ends with `;` at the end of a line.
fn cases(file: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut statement = String::new();
    for line in text.split('\n') {
        if let Some(name) = line.strip_prefix("-- case: ") {
            cases.push(Case {
                name: format!("{file}: {name}"),
                statements: Vec::new(),
            });
            continue;
        }
        statement.push_str(line);
        statement.push('\n');
        let in_body = statement.matches("$$").count() % 2 == 1;
        if line.trim_end().ends_with(';') && !in_body {
            if let Some(case) = cases.last_mut() {
                case.statements
                    .push(statement.trim().trim_end_matches(';').to_owned());
            }
            statement.clear();
        }
    }
    assert!(
        statement.trim().is_empty(),
        "{file} ends inside a statement: {statement}"
    );
    cases
}

/// The model as a session: a transaction that fails stays failed.
struct Model {
    catalog: Catalog,
    aborted: bool,
}

impl Model {
    fn run(&mut self, text: &str) -> Result<(), SqlError> {
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

fn show(outcome: &Result<(), SqlError>) -> String {
    match outcome {
        Ok(()) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// What the model does not try to say as the server does.
fn counts(difference: &Difference) -> bool {
    !matches!(
        difference.key.kind,
        ObjectKind::View | ObjectKind::MaterializedView
    ) || !matches!(
        difference.kind,
        fixfold::catalog::DifferenceKind::Changed(_)
    )
}

fn run_case(cluster: &Cluster, admin: &mut Client, case: &Case) -> Vec<String> {
    let database = cluster.fresh_name("truth");
    admin
        .clone_database("template0", &database)
        .expect("a database");
    let mut client = cluster.connect(&database).expect("a connection");
    let mut model = Model {
        catalog: Catalog::empty(),
        aborted: false,
    };
    model.run(ROLES).expect("roles");
    let mut wrong = Vec::new();
    for statement in &case.statements {
        let real = client.attempt(statement).expect("the connection lasts");
        let modelled = model.run(statement);
        let same = match (&real, &modelled) {
            (Err(real), Err(modelled)) => {
                real.state == modelled.state && real.message == modelled.message
            }
            (real, modelled) => real.is_ok() == modelled.is_ok(),
        };
        if !same {
            let (real, modelled) = (show(&real), show(&modelled));
            wrong.push(format!(
                "{}\n  {statement}\n  server: {real}\n  model:  {modelled}",
                case.name
            ));
            // What comes after is about another state.
            break;
        }
    }
    if wrong.is_empty() {
        client.execute("ROLLBACK").expect("the connection lasts");
        model.catalog.rollback();
        let live = client.introspect().expect("the catalog is read");
        let differences = diff(&model.catalog, &live, &StoredSpelling);
        let differences: Vec<_> = differences
            .iter()
            .filter(|one| counts(one))
            .map(ToString::to_string)
            .collect();
        if !differences.is_empty() {
            wrong.push(format!(
                "{}\n  model -> server: {}",
                case.name,
                differences.join("\n    ")
            ));
        }
    }
    drop(client);
    admin.drop_database(&database).expect("it goes");
    wrong
}

#[test]
fn the_model_answers_as_the_server_does() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/converge/truth");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    admin.execute(ROLES).expect("roles");
    let (mut wrong, mut count, mut statements) = (Vec::new(), 0, 0);
    let only = std::env::var("FIXFOLD_TEST_CASE").unwrap_or_default();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for case in cases(&name, &text)
            .iter()
            .filter(|case| case.name.contains(&only))
        {
            count += 1;
            statements += case.statements.len();
            wrong.extend(run_case(&cluster, &mut admin, case));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases ({statements} statements):\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 0);
}
