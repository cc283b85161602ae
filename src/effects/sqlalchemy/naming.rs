//! Names of constraints and indexes: given, marked as final, or made by a naming convention
//! (`sqlalchemy/sql/naming.py`).

use std::collections::BTreeMap;

use crate::eval::Value;
use crate::model::Template;

use super::quote;
use super::raised::Raised;
use super::reading::{is_final_name, text};
use super::text::{join, sql};

/// `MetaData(naming_convention=...)`: what makes the names that nobody gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamingConvention {
    /// By `ix`, `uq`, `ck`, `fk`, `pk`; a pattern with `%(token)s`.
    patterns: BTreeMap<String, String>,
}

impl Default for NamingConvention {
    /// SQLAlchemy's own default names indexes only.
    fn default() -> Self {
        let pattern = ("ix".to_owned(), "ix_%(column_0_label)s".to_owned());
        Self {
            patterns: BTreeMap::from([pattern]),
        }
    }
}

impl NamingConvention {
    /// An empty dict counts as none given. Entries that are not text are left out.
    pub fn new(patterns: BTreeMap<String, String>) -> Self {
        match patterns.is_empty() {
            true => Self::default(),
            false => Self { patterns },
        }
    }

    /// Reads the dict that `naming_convention=` is given.
    pub fn read(value: &Value) -> Self {
        let Value::Dict(entries) = value else {
            return Self::default();
        };
        let known = entries
            .borrow()
            .iter()
            .filter_map(|(key, pattern)| Some((convention_key(key)?, pattern.known_text()?)))
            .collect();
        Self::new(known)
    }
}

/// Keys may be the constraints' classes as well.
fn convention_key(key: &Value) -> Option<String> {
    match key {
        Value::External(class) => Some(
            match class.name() {
                "Index" => "ix",
                "UniqueConstraint" => "uq",
                "CheckConstraint" => "ck",
                "ForeignKeyConstraint" => "fk",
                "PrimaryKeyConstraint" => "pk",
                _ => return None,
            }
            .to_owned(),
        ),
        other => other.known_text(),
    }
}

/// A name as it was given.
#[derive(Debug, Clone, Default)]
pub(crate) enum GivenName {
    #[default]
    Absent,
    Given(Template),
    /// `op.f("...")` and `conv("...")`.
    Final(Template),
}

impl GivenName {
    pub(crate) fn read(value: Option<&Value>) -> Self {
        let name = text(value).filter(|name| !name.is_empty());
        match (name, value) {
            (Some(name), Some(value)) if is_final_name(value) => Self::Final(name),
            (Some(name), _) => Self::Given(name),
            (None, _) => Self::Absent,
        }
    }
}

/// Which of the conventions a constraint falls under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    Index,
    Unique,
    Check,
    ForeignKey,
    PrimaryKey,
    /// `DROP CONSTRAINT` without a type: no convention.
    Untyped,
}

impl NameKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Index => "ix",
            Self::Unique => "uq",
            Self::Check => "ck",
            Self::ForeignKey => "fk",
            Self::PrimaryKey => "pk",
            Self::Untyped => "",
        }
    }
}

/// What the tokens of a convention speak of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    pub(crate) schema: Option<Template>,
    pub(crate) table: Template,
    pub(crate) columns: Vec<Template>,
    pub(crate) referred_table: Option<Template>,
    pub(crate) referred_columns: Vec<Template>,
}

impl NamingConvention {
    /// The quoted name that DDL has, or `None` where the database chooses it.
    pub(crate) fn name(
        &self,
        kind: NameKind,
        given: &GivenName,
        subject: &Subject,
    ) -> Result<Option<Template>, Raised> {
        let pattern = self.patterns.get(kind.prefix());
        match (given, pattern) {
            (GivenName::Final(name), _) => Ok(Some(made(name))),
            (GivenName::Given(name), Some(pattern)) if pattern.contains("constraint_name") => {
                Ok(Some(made(&fill(pattern, Some(name), subject)?)))
            }
            (GivenName::Given(name), _) => checked(name).map(Some),
            (GivenName::Absent, Some(pattern)) => Ok(Some(made(&fill(pattern, None, subject)?))),
            (GivenName::Absent, None) => Ok(None),
        }
    }
}

/// A name that SQLAlchemy made or may cut.
fn made(name: &Template) -> Template {
    match name.known_text() {
        Some(known) => quote::identifier(&Template::from_text(quote::shortened(&known))),
        None => name.clone(),
    }
}

/// A name of the user's own is refused where it is too long.
fn checked(name: &Template) -> Result<Template, Raised> {
    match name.known_text().filter(|known| quote::is_too_long(known)) {
        Some(known) => Err(Raised::new(
            "sqlalchemy.exc.IdentifierError",
            format!("Identifier '{known}' exceeds maximum length of 63 characters"),
        )),
        None => Ok(quote::identifier(name)),
    }
}

fn fill(pattern: &str, name: Option<&Template>, subject: &Subject) -> Result<Template, Raised> {
    let mut filled = Template::default();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("%(") {
        let Some((token, after)) = after.split_once(")s") else {
            break;
        };
        let value = token_value(token, name, subject)?;
        filled = sql![filled, before.replace("%%", "%"), value];
        rest = after;
    }
    Ok(sql![filled, rest.replace("%%", "%")])
}

fn token_value(
    token: &str,
    name: Option<&Template>,
    subject: &Subject,
) -> Result<Template, Raised> {
    match token {
        "table_name" => Ok(subject.table.clone()),
        "referred_table_name" => Ok(subject.referred_table.clone().unwrap_or_default()),
        "constraint_name" => name.cloned().ok_or_else(|| {
            Raised::new(
                "sqlalchemy.exc.InvalidRequestError",
                "Naming convention including %(constraint_name)s token requires that constraint \
                 is explicitly named.",
            )
        }),
        other => Ok(column_token(other, subject).unwrap_or_else(|| {
            super::text::hole(
                other,
                "a token that the naming convention defines in Python",
            )
        })),
    }
}

/// `column_0_name`, `column_0N_key`, `column_0_N_label`, `referred_column_0_name` and the like.
fn column_token(token: &str, subject: &Subject) -> Option<Template> {
    let (rest, columns) = match token.strip_prefix("referred_") {
        Some(rest) => (rest, &subject.referred_columns),
        None => (token, &subject.columns),
    };
    let (number, attribute) = rest.strip_prefix("column_")?.rsplit_once('_')?;
    let written = |column: &Template| match attribute {
        "label" => label(subject, column),
        _ => column.clone(),
    };
    let all: Vec<Template> = columns.iter().map(written).collect();
    match number {
        "0N" => Some(join(&all, "")),
        "0_N" => Some(join(&all, "_")),
        digits => Some(
            all.get(digits.parse::<usize>().ok()?)
                .cloned()
                .unwrap_or_default(),
        ),
    }
}

/// `table_column`, with the schema before it where there is one.
fn label(subject: &Subject, column: &Template) -> Template {
    let schema = subject.schema.as_ref().map(|schema| {
        sql![
            super::text::map_known(schema, |text| text.replace('.', "_")),
            "_"
        ]
    });
    sql![schema, subject.table, "_", column]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convention(key: &str, pattern: &str) -> NamingConvention {
        NamingConvention::new(BTreeMap::from([(key.to_owned(), pattern.to_owned())]))
    }

    fn subject() -> Subject {
        Subject {
            table: Template::from_text("posts"),
            columns: ["author", "slug"].map(Template::from_text).to_vec(),
            referred_table: Some(Template::from_text("users")),
            referred_columns: vec![Template::from_text("id")],
            ..Subject::default()
        }
    }

    fn shown(convention: &NamingConvention, kind: NameKind, given: GivenName) -> Option<String> {
        convention
            .name(kind, &given, &subject())
            .ok()
            .flatten()
            .map(|name| name.display())
    }

    #[test]
    fn tokens_are_filled_in() {
        let foreign = convention(
            "fk",
            "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        );
        let name = shown(&foreign, NameKind::ForeignKey, GivenName::Absent);
        assert_eq!(name.as_deref(), Some("fk_posts_author_users"));
        let all = convention("uq", "uq_%(table_name)s_%(column_0_N_name)s");
        let name = shown(&all, NameKind::Unique, GivenName::Absent);
        assert_eq!(name.as_deref(), Some("uq_posts_author_slug"));
    }

    #[test]
    fn a_final_name_is_left_alone_and_a_given_one_only_where_the_pattern_takes_it() {
        let check = convention("ck", "ck_%(table_name)s_%(constraint_name)s");
        let given = || Template::from_text("size");
        let name = shown(&check, NameKind::Check, GivenName::Final(given()));
        assert_eq!(name.as_deref(), Some("size"));
        let name = shown(&check, NameKind::Check, GivenName::Given(given()));
        assert_eq!(name.as_deref(), Some("ck_posts_size"));
        assert!(
            check
                .name(NameKind::Check, &GivenName::Absent, &subject())
                .is_err()
        );
        assert_eq!(shown(&check, NameKind::Unique, GivenName::Absent), None);
    }

    #[test]
    fn the_default_names_indexes() {
        let name = shown(
            &NamingConvention::default(),
            NameKind::Index,
            GivenName::Absent,
        );
        assert_eq!(name.as_deref(), Some("ix_posts_author"));
    }
}
