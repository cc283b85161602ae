//! One action on one object, with all that is known about how it comes to be.

use serde::{Deserialize, Serialize};

use super::{Action, Certainty, Guard, Operation, Place, Reach};

/// Which database the statement is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    #[default]
    Postgres,
    Mysql,
    Sqlite,
}

impl Dialect {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }
}

/// Where an effect comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provenance {
    /// The call that sends it; in a .sql file the statement itself.
    pub call: Place,
    /// Where its text stands, if that is known and somewhere in the estate.
    pub text: Option<Place>,
    /// The calls between the script's top level and `call`, outermost first.
    pub via: Vec<Place>,
}

impl Provenance {
    pub fn at(call: Place) -> Self {
        Self {
            call,
            text: None,
            via: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Effect {
    pub action: Action,
    pub guards: Vec<Guard>,
    pub certainty: Certainty,
    pub reach: Reach,
    pub provenance: Provenance,
    /// The sink's name from the registry: `psycopg2.cursor.execute`, `psql -f`, `sql file`.
    pub sink: String,
    pub dialect: Dialect,
    /// The statement's text, holes as `{label}`; shared by the effects of one statement.
    pub statement: std::sync::Arc<str>,
}

impl Effect {
    pub fn operation(&self) -> Operation {
        self.action.operation()
    }

    pub fn object(&self) -> String {
        self.action.object()
    }
}
