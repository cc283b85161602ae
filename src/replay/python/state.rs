//! What one run of Alembic has in hand: the connection, the version table, what was sent.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::chain::{Chain, Libraries};
use crate::effects::sqlalchemy::{NamingConvention, quote};
use crate::eval::SinkCall;
use crate::model::{ObjectName, Piece, Place, RevisionId, SqlError, Template};
use crate::replay::Start;
use crate::replay::outcome::{BOOKKEEPING, SentRun, TRANSACTION};
use crate::replay::session::{Run, Session, TransactionState};

use super::connections::Connections;

/// The run's state, shared by the host (inside the interpreter) and the walk (outside).
pub(super) type Shared = Rc<RefCell<State>>;

#[derive(Debug, Clone)]
pub(super) struct State {
    /// The session at hand: the run's only one, or that of the connection a call goes through.
    pub(super) session: Session,
    /// A script's connections.
    pub(super) connections: Option<Connections>,
    /// Alembic's own transaction object is still active: its end commits.
    pub(super) tracked: bool,
    /// Inside `autocommit_block()`: whether a transaction was open around it.
    pub(super) autocommit: Option<bool>,
    pub(super) naming: NamingConvention,
    pub(super) libraries: Libraries,
    /// `DefaultImpl.memo`: types that `create_table` has made in this run.
    pub(super) made_types: BTreeSet<String>,
    pub(super) version_table: Template,
    /// Of the step that runs.
    pub(super) runs: Vec<SentRun>,
    pub(super) undecided: Vec<(Option<Place>, String)>,
    /// A refused statement is undone alone, and the revision goes on as if it had passed.
    pub(super) lenient: bool,
    /// Where a revision's id does not fit the version table, the table is widened first, as a patch does.
    pub(super) widens: bool,
    /// That has been done once.
    pub(super) has_widened: bool,
    /// A revision's own commits are not carried out: these were the places.
    pub(super) own_commits: Option<Vec<Place>>,
    /// The last error of the server, to be recognised in the exception that leaves the step.
    pub(super) last_error: Option<(SqlError, Option<Place>)>,
}

/// Where a statement comes from.
pub(super) struct Origin {
    pub(super) call: Place,
    pub(super) via: Vec<Place>,
    pub(super) sink: Arc<str>,
}

/// What SQLAlchemy calls the savepoint of a nested transaction.
const SAVEPOINT: &str = "sa_savepoint";

impl Origin {
    pub(super) fn of(call: &SinkCall) -> Self {
        Self {
            call: call.place.clone(),
            via: call.via.clone(),
            sink: call.sink.name.as_str().into(),
        }
    }

    /// Alembic's own bookkeeping for a revision.
    pub(super) fn bookkeeping(place: Place) -> Self {
        Self {
            call: place,
            via: Vec::new(),
            sink: BOOKKEEPING.into(),
        }
    }
}

impl State {
    /// Before the first step; `chain` names the version table.
    pub(super) fn new(chain: Option<&Chain>, naming: NamingConvention, start: Start) -> Self {
        let environment = chain
            .map(|chain| chain.environment.clone())
            .unwrap_or_default();
        let table = Template::from_text(environment.version_table.as_str());
        let schema = environment
            .version_table_schema
            .as_deref()
            .map(Template::from_text);
        let version_table = quote::qualified(schema.as_ref(), &table);
        let mut session = Session::with_rows(start.catalog, start.rows);
        let name = ObjectName::from_sql(&version_table.display());
        session.follow(name, start.versions.iter().map(ToString::to_string));
        Self {
            session,
            connections: None,
            tracked: false,
            autocommit: None,
            naming,
            libraries: chain.map(|chain| chain.libraries).unwrap_or_default(),
            made_types: BTreeSet::new(),
            version_table,
            runs: Vec::new(),
            undecided: Vec::new(),
            lenient: false,
            widens: false,
            has_widened: false,
            own_commits: None,
            last_error: None,
        }
    }

    /// What the version table holds.
    pub(super) fn versions(&self) -> BTreeSet<RevisionId> {
        self.session
            .versions()
            .iter()
            .map(|id| RevisionId(id.as_str().into()))
            .collect()
    }

    /// Sends a text on the connection. SQLAlchemy begins a transaction by itself where none is open.
    ///
    /// # Errors
    /// The server's error; it is remembered.
    pub(super) fn send(&mut self, text: &Template, origin: &Origin) -> Result<Vec<Run>, SqlError> {
        if self.begins_by_itself() {
            self.open();
        }
        let whole = with_parameters(text);
        let mut runs = match self.lenient {
            true => self.session.execute_in_savepoint(&whole),
            false => self.session.execute(&whole),
        };
        for run in &mut runs {
            run.has_holes = text.has_holes();
        }
        if let [run] = runs.as_mut_slice()
            && text.has_holes()
        {
            run.statement = text.display().into();
        }
        self.publish();
        let error = runs.iter().find_map(|run| run.error().cloned());
        let place = runs.last().and_then(|run| run.error_place().cloned());
        for run in &runs {
            self.undecided.extend(run.undecided.iter().cloned());
            self.runs.push(SentRun {
                run: run.clone(),
                call: origin.call.clone(),
                via: origin.via.clone(),
                sink: origin.sink.clone(),
                undone: false,
                transaction: 0,
            });
        }
        self.await_end(runs.len());
        let Some(error) = error else { return Ok(runs) };
        if self.lenient {
            return Ok(Vec::new());
        }
        self.last_error = Some((error.clone(), place.or_else(|| Some(origin.call.clone()))));
        Err(error)
    }

    fn begins_by_itself(&self) -> bool {
        match &self.connections {
            Some(connections) => connections.begins_by_itself,
            None => self.autocommit.is_none(),
        }
    }

    /// `context.begin_transaction()`: adopts the transaction that is open, or begins one.
    pub(super) fn begin(&mut self) {
        self.open();
        self.tracked = true;
    }

    /// Begins a transaction where none is open.
    pub(super) fn open(&mut self) {
        if self.session.transaction() == TransactionState::None {
            self.session.begin();
            self.record("BEGIN");
        }
    }

    pub(super) fn savepoint(&mut self) {
        self.open();
        self.session.savepoint(SAVEPOINT);
        self.record(format!("SAVEPOINT {SAVEPOINT}"));
    }

    pub(super) fn release_savepoint(&mut self) {
        self.session.release(SAVEPOINT);
        self.record(format!("RELEASE SAVEPOINT {SAVEPOINT}"));
    }

    pub(super) fn rollback_to_savepoint(&mut self) {
        self.session.rollback_to_savepoint(SAVEPOINT);
        self.record(format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}"));
    }

    /// What Alembic's one connection does about transactions stands among the statements.
    fn record(&mut self, statement: impl Into<String>) {
        if self.connections.is_none() {
            self.runs.push(SentRun {
                run: Run::control(&statement.into()),
                call: Place::new("", 1, 1),
                via: Vec::new(),
                sink: TRANSACTION.into(),
                undone: false,
                transaction: 0,
            });
        }
    }

    /// The end of Alembic's block: commits if its transaction is still its own.
    pub(super) fn finish(&mut self) {
        if std::mem::take(&mut self.tracked) && self.session.transaction() != TransactionState::None
        {
            self.commit();
        }
    }

    /// `connection.commit()`: whatever transaction is open ends; Alembic's object with it.
    pub(super) fn commit(&mut self) {
        if self.session.transaction() == TransactionState::None {
            return;
        }
        self.tracked = false;
        let committed = self.session.commit();
        self.settle(!committed);
        self.record(if committed { "COMMIT" } else { "ROLLBACK" });
        self.publish();
    }

    pub(super) fn rollback(&mut self) {
        self.tracked = false;
        if self.session.transaction() != TransactionState::None {
            self.session.rollback();
            self.settle(true);
            self.record("ROLLBACK");
        }
    }

    /// What is committed in an autocommit block is committed for good.
    pub(super) fn enter_autocommit(&mut self) {
        let open = self.session.transaction() != TransactionState::None;
        self.commit();
        self.autocommit = Some(open);
    }

    pub(super) fn leave_autocommit(&mut self) {
        if let Some(true) = self.autocommit.take() {
            self.begin();
        }
    }

    pub(super) fn note(&mut self, place: &Place, what: impl Into<String>) {
        self.undecided.push((Some(place.clone()), what.into()));
    }
}

/// Values that are not known stand as parameters.
fn with_parameters(text: &Template) -> Template {
    let mut whole = Template::default();
    let mut count = 0;
    for piece in text.pieces() {
        whole.push(match piece {
            Piece::Hole(hole) => {
                count += 1;
                let origin = hole.origin.clone();
                Piece::known(format!("${count}"), origin)
            }
            known => known.clone(),
        });
    }
    whole
}
