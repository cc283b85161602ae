//! What one run of Alembic has in hand: the connection, the version table, what was sent.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::chain::Chain;
use crate::effects::sqlalchemy::NamingConvention;
use crate::eval::SinkCall;
use crate::model::{Fragment, Piece, Place, RevisionId, SqlError, Template};
use crate::replay::Start;
use crate::replay::outcome::{BOOKKEEPING, SentRun};
use crate::replay::session::{Run, Session, TransactionState};

/// The run's state, shared by the host (inside the interpreter) and the walk (outside).
pub(super) type Shared = Rc<RefCell<State>>;

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) session: Session,
    /// Alembic's own transaction object is still active: its end commits.
    pub(super) tracked: bool,
    /// Inside `autocommit_block()`: whether a transaction was open around it.
    pub(super) autocommit: Option<bool>,
    pub(super) naming: NamingConvention,
    /// `DefaultImpl.memo`: types that `create_table` has made in this run.
    pub(super) made_types: BTreeSet<String>,
    /// The rows of the version table; those of the last commit beside them.
    pub(super) versions: BTreeSet<RevisionId>,
    committed_versions: BTreeSet<RevisionId>,
    pub(super) version_table: Template,
    /// Of the step that runs.
    pub(super) runs: Vec<SentRun>,
    pub(super) undecided: Vec<(Option<Place>, String)>,
    /// A refused statement is undone alone, and the revision goes on as if it had passed.
    pub(super) lenient: bool,
    /// The last error of the server, to be recognised in the exception that leaves the step.
    pub(super) last_error: Option<(SqlError, Option<Place>)>,
}

/// Where a statement comes from.
pub(super) struct Origin {
    pub(super) call: Place,
    pub(super) via: Vec<Place>,
    pub(super) sink: Arc<str>,
}

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
    pub(super) fn new(chain: &Chain, naming: NamingConvention, start: Start) -> Self {
        let Start { catalog, versions } = start;
        let environment = &chain.environment;
        let table = Template::from_text(environment.version_table.as_str());
        let schema = environment
            .version_table_schema
            .as_deref()
            .map(Template::from_text);
        Self {
            session: Session::new(catalog),
            tracked: false,
            autocommit: None,
            naming,
            made_types: BTreeSet::new(),
            committed_versions: versions.clone(),
            versions,
            version_table: crate::effects::sqlalchemy::quote::qualified(schema.as_ref(), &table),
            runs: Vec::new(),
            undecided: Vec::new(),
            lenient: false,
            last_error: None,
        }
    }

    /// Sends a text on the connection. SQLAlchemy begins a transaction by itself where none is open.
    ///
    /// # Errors
    /// The server's error; it is remembered.
    pub(super) fn send(&mut self, text: &Template, origin: &Origin) -> Result<Vec<Run>, SqlError> {
        if self.autocommit.is_none() {
            self.session.begin();
        }
        self.expose_versions();
        let whole = with_parameters(text);
        let mut runs = match self.lenient {
            true => self.session.execute_in_savepoint(&whole),
            false => self.session.execute(&whole),
        };
        if let [run] = runs.as_mut_slice()
            && text.has_holes()
        {
            run.statement = text.display().into();
        }
        let error = runs.iter().find_map(|run| run.error().cloned());
        let place = runs.last().and_then(|run| run.error_place().cloned());
        for run in &runs {
            self.undecided.extend(run.undecided.iter().cloned());
            self.runs.push(SentRun {
                run: run.clone(),
                call: origin.call.clone(),
                via: origin.via.clone(),
                sink: origin.sink.clone(),
            });
        }
        let Some(error) = error else { return Ok(runs) };
        if self.lenient {
            return Ok(Vec::new());
        }
        self.last_error = Some((error.clone(), place.or_else(|| Some(origin.call.clone()))));
        Err(error)
    }

    /// The version table's rows, for queries that ask it.
    fn expose_versions(&mut self) {
        use crate::replay::query::{Datum, Table};
        let rows = self
            .versions
            .iter()
            .map(|id| vec![Datum::text(id.as_str())])
            .collect();
        let table = Table {
            columns: vec!["version_num".into()],
            rows,
        };
        let name = self.version_table.display().replace('"', "");
        let name = name.strip_prefix("public.").unwrap_or(&name).to_owned();
        self.session.surroundings.tables.insert(name, table);
    }

    /// `context.begin_transaction()`: adopts the transaction that is open, or begins one.
    pub(super) fn begin(&mut self) {
        self.session.begin();
        self.tracked = true;
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
        match self.session.commit() {
            true => self.committed_versions = self.versions.clone(),
            false => self.versions = self.committed_versions.clone(),
        }
    }

    pub(super) fn rollback(&mut self) {
        self.tracked = false;
        if self.session.transaction() != TransactionState::None {
            self.session.rollback();
            self.versions = self.committed_versions.clone();
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
                Piece::Known(Fragment {
                    text: format!("${count}"),
                    origin,
                })
            }
            known => known.clone(),
        });
    }
    whole
}
