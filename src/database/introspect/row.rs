//! One row of a query, read from left to right. Every value is text as the server prints it.

use crate::catalog::{Attributes, Grant};
use crate::model::{DataType, Identifier, ObjectName};

pub(crate) struct Row<'a> {
    values: std::slice::Iter<'a, Option<String>>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(values: &'a [Option<String>]) -> Self {
        Self {
            values: values.iter(),
        }
    }

    /// The next value; `None` for NULL.
    pub(crate) fn optional(&mut self) -> Option<String> {
        self.values.next().cloned().flatten()
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        self.optional()
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        Some(self.text()? == "t")
    }

    /// The first character; a blank for an empty or missing value.
    pub(crate) fn letter(&mut self) -> char {
        self.optional()
            .and_then(|text| text.chars().next())
            .unwrap_or(' ')
    }

    pub(crate) fn number(&mut self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    pub(crate) fn identifier(&mut self) -> Option<Identifier> {
        self.optional().map(|text| name(&text))
    }

    /// Two values: schema and name.
    pub(crate) fn object_name(&mut self) -> Option<ObjectName> {
        let schema = self.identifier();
        Some(ObjectName::qualified(schema, self.identifier()?))
    }

    pub(crate) fn data_type(&mut self) -> Option<DataType> {
        Some(DataType::from_sql(&self.text()?))
    }

    /// A JSON array; empty for NULL.
    pub(crate) fn list(&mut self) -> Option<Vec<serde_json::Value>> {
        match self.optional() {
            None => Some(Vec::new()),
            Some(text) => serde_json::from_str(&text).ok(),
        }
    }

    /// Numbers of an `int2vector` (`1 2`) or an array (`{1,2}`); empty for NULL.
    pub(crate) fn numbers(&mut self) -> Option<Vec<i64>> {
        let text = self.optional().unwrap_or_default();
        let inner = text.trim_matches(['{', '}']);
        let numbers = inner.split([' ', ',']).filter(|part| !part.is_empty());
        numbers.map(|part| part.parse().ok()).collect()
    }

    pub(crate) fn texts(&mut self) -> Option<Vec<String>> {
        let text = |value: serde_json::Value| value.as_str().map(str::to_owned);
        self.list()?.into_iter().map(text).collect()
    }

    pub(crate) fn identifiers(&mut self) -> Option<Vec<Identifier>> {
        Some(self.texts()?.iter().map(|text| name(text)).collect())
    }

    /// Owner, grants, revoked rights, comment.
    pub(crate) fn attributes(&mut self, database_owner: &Identifier) -> Option<Attributes> {
        let owner = self.identifier().filter(|owner| owner != database_owner);
        Some(Attributes {
            owner,
            grants: self.grants()?.into_iter().collect(),
            revoked: self.grants()?.into_iter().collect(),
            comment: self.optional(),
        })
    }

    pub(crate) fn grants(&mut self) -> Option<Vec<Grant>> {
        let grant = |value: serde_json::Value| {
            let parts = value.as_array()?;
            Some(Grant {
                grantee: parts.first()?.as_str().map(name),
                privilege: parts.get(1)?.as_str()?.to_owned(),
                with_grant_option: parts.get(2)?.as_bool()?,
            })
        };
        self.list()?.into_iter().map(grant).collect()
    }
}

pub(crate) fn name(text: &str) -> Identifier {
    Identifier::exact(text)
}

/// `public` comes with an owner, a comment and a right of its own.
pub(crate) fn forget_public_defaults(attributes: &mut Attributes) {
    let default = |grant: &Grant| grant.grantee.is_none() && grant.privilege == "USAGE";
    if !attributes.grants.iter().any(default) {
        let usage = Grant {
            grantee: None,
            privilege: "USAGE".to_owned(),
            with_grant_option: false,
        };
        attributes.revoked.insert(usage);
    }
    attributes.grants.retain(|grant| !default(grant));
    let owner = attributes.owner.as_ref().map(Identifier::as_str);
    if matches!(owner, Some("pg_database_owner")) {
        attributes.owner = None;
    }
    if attributes.comment.as_deref() == Some("standard public schema") {
        attributes.comment = None;
    }
}
