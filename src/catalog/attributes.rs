//! What every object has beside its own shape: an owner, rights, a comment.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::Identifier;

/// One right as `aclexplode` lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Grant {
    /// `None` is PUBLIC.
    pub grantee: Option<Identifier>,
    /// `SELECT`, `USAGE`, `EXECUTE` ...
    pub privilege: String,
    pub with_grant_option: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Attributes {
    /// `None`: the role that ran the statements, whoever that was.
    pub owner: Option<Identifier>,
    /// Rights beyond those that the owner and PUBLIC have by default.
    pub grants: BTreeSet<Grant>,
    /// Default rights that were taken away, mostly `EXECUTE` from PUBLIC.
    pub revoked: BTreeSet<Grant>,
    pub comment: Option<String>,
}

impl std::fmt::Display for Grant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let grantee = self.grantee.as_ref().map_or("PUBLIC", Identifier::as_str);
        let option = if self.with_grant_option { "*" } else { "" };
        write!(formatter, "{}{option} to {grantee}", self.privilege)
    }
}
