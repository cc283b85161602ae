//! Statements that no action names: they change little that a catalog holds, but fail where what
//! they name is not there. Read from their text, as far as that is needed.

use crate::catalog::expression::{Token, TokenKind, tokenize};
use crate::catalog::{Applied, Catalog, ConstraintKind, Relation, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

/// The tokens of a statement, read from left to right.
struct Words<'a> {
    tokens: Vec<Token<'a>>,
    position: usize,
}

impl<'a> Words<'a> {
    fn of(statement: &'a str) -> Self {
        Self {
            tokens: tokenize(statement),
            position: 0,
        }
    }

    /// Takes the words if they stand next.
    fn take(&mut self, words: &str) -> bool {
        let wanted: Vec<_> = words.split(' ').collect();
        let next = self.tokens.get(self.position..self.position + wanted.len());
        let found =
            next.is_some_and(|next| next.iter().zip(&wanted).all(|(one, word)| one.is(word)));
        if found {
            self.position += wanted.len();
        }
        found
    }

    fn identifier(&mut self) -> Option<Identifier> {
        let found = self.tokens.get(self.position)?.identifier()?;
        self.position += 1;
        Some(found)
    }

    fn name(&mut self) -> Option<ObjectName> {
        let first = self.identifier()?;
        if self.take(".") {
            return Some(ObjectName::qualified(Some(first), self.identifier()?));
        }
        Some(ObjectName::new(first.as_str()))
    }

    /// `a, b (x, y), c`.
    fn names(&mut self) -> Vec<ObjectName> {
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            if self.take("(") {
                while !self.take(")") && self.position < self.tokens.len() {
                    self.position += 1;
                }
            }
            if !self.take(",") {
                break;
            }
            self.take("table");
            self.take("only");
        }
        names
    }

    /// Goes behind the next occurrence of a word.
    fn skip_to(&mut self, word: &str) -> bool {
        let rest = self.tokens.get(self.position..).unwrap_or_default();
        match rest.iter().position(|token| token.is(word)) {
            Some(offset) => {
                self.position += offset + 1;
                true
            }
            None => false,
        }
    }
}

impl Catalog {
    pub(super) fn unknown_statement(&mut self, statement: &str) -> Result<Applied, SqlError> {
        let mut words = Words::of(statement);
        if words.take("alter table") || words.take("alter view") {
            return self.unknown_alteration(&mut words);
        }
        if words.take("refresh materialized view") {
            return self.refresh(&mut words);
        }
        if words.take("create publication") {
            return self.create_publication(&mut words);
        }
        if words.take("alter publication") {
            return self.alter_publication(&mut words);
        }
        if words.take("drop publication") {
            return self.drop_other(&mut words, "publication");
        }
        if words.take("create rule") || words.take("create or replace rule") {
            if words.skip_to("to")
                && let Some(table) = words.name()
            {
                self.require_relation(&table)?;
            }
        } else if words.take("create statistics") {
            if words.skip_to("from")
                && let Some(table) = words.name()
            {
                self.require_relation(&table)?;
            }
        } else if words.take("alter function") || words.take("alter procedure") {
            self.altered_function(&mut words, statement)?;
        } else if words.take("alter role") || words.take("alter user") {
            if let Some(role) = words.identifier().filter(|role| role.as_str() != "all") {
                self.require_role(&role)?;
            }
        } else if words.take("alter extension") {
            if let Some(name) = words.identifier()
                && !self.extensions.contains(&name)
            {
                return Err(super::names::no_extension(&name));
            }
        } else if words.take("alter default privileges") {
            self.default_privileges(&mut words)?;
        }
        Ok(Applied::Outside)
    }

    /// An action of ALTER TABLE that the catalog does not hold; triggers are switched here.
    fn unknown_alteration(&mut self, words: &mut Words<'_>) -> Result<Applied, SqlError> {
        let if_exists = words.take("if exists");
        words.take("only");
        let Some(table) = words.name() else {
            return Ok(Applied::Outside);
        };
        if if_exists && self.resolve_relation(&table).is_none() {
            let notice = format!("relation \"{}\" does not exist, skipping", table.name);
            return Ok(Applied::skipped(notice));
        }
        let name = self.require_relation(&table)?;
        let enable = words.take("enable");
        let letter = match enable {
            true if words.take("replica") => 'R',
            true if words.take("always") => 'A',
            true => 'O',
            false if words.take("disable") => 'D',
            false if words.take("alter constraint") => return self.deferred(words, &name),
            false => return self.altered_column(words, &name),
        };
        match words.take("trigger") {
            true => self.switch_triggers(words, &name, letter),
            false => Ok(Applied::Outside),
        }
    }

    /// `ALTER CONSTRAINT c DEFERRABLE INITIALLY DEFERRED`: of foreign keys only.
    fn deferred(&mut self, words: &mut Words<'_>, table: &ObjectName) -> Result<Applied, SqlError> {
        let Some(name) = words.identifier() else {
            return Ok(Applied::Outside);
        };
        let Some(constraint) = self.table_at_mut(table)?.constraints.get_mut(&name) else {
            return Err(errors::no_part("constraint", table, &name));
        };
        if !matches!(constraint.kind, ConstraintKind::ForeignKey(_)) {
            let message = format!(
                "constraint \"{name}\" of relation \"{}\" is not a foreign key constraint",
                table.name
            );
            let object = table.part(name.as_str());
            return Err(SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, object));
        }
        let (mut deferrable, mut deferred) = (false, false);
        while words.position < words.tokens.len() {
            if words.take("not deferrable") {
                (deferrable, deferred) = (false, false);
            } else if words.take("initially deferred") {
                (deferrable, deferred) = (true, true);
            } else if words.take("deferrable") {
                deferrable = true;
            } else {
                words.position += 1;
            }
        }
        constraint.deferrable = deferrable;
        constraint.initially_deferred = deferred;
        Ok(Applied::changed())
    }

    /// `ALTER COLUMN c SET STATISTICS 100`.
    fn altered_column(
        &self,
        words: &mut Words<'_>,
        table: &ObjectName,
    ) -> Result<Applied, SqlError> {
        if words.take("alter") {
            words.take("column");
            if let Some(column) = words.identifier() {
                self.existing_column(table, &column)?;
            }
        }
        Ok(Applied::Outside)
    }

    fn switch_triggers(
        &mut self,
        words: &mut Words<'_>,
        table: &ObjectName,
        letter: char,
    ) -> Result<Applied, SqlError> {
        let all = words.take("all") || words.take("user");
        let only = if all { None } else { words.identifier() };
        let triggers = &mut self.table_at_mut(table)?.triggers;
        if let Some(name) = &only
            && !triggers.contains_key(name)
        {
            return Err(errors::no_part("trigger", table, name));
        }
        for (name, trigger) in triggers.iter_mut() {
            if only.as_ref().is_none_or(|only| only == name) {
                trigger.enabled = letter;
            }
        }
        Ok(Applied::changed())
    }

    fn refresh(&mut self, words: &mut Words<'_>) -> Result<Applied, SqlError> {
        words.take("concurrently");
        let Some(view) = words.name() else {
            return Ok(Applied::Outside);
        };
        let name = self.require_relation(&view)?;
        match self.relations.get(&name) {
            Some(Relation::MaterializedView(_)) => Ok(Applied::Outside),
            _ => {
                let message = format!("\"{}\" is not a materialized view", name.name);
                Err(SqlError::new(
                    SqlState::FEATURE_NOT_SUPPORTED,
                    message,
                    name.to_string(),
                ))
            }
        }
    }

    fn create_publication(&mut self, words: &mut Words<'_>) -> Result<Applied, SqlError> {
        let Some(name) = words.identifier() else {
            return Ok(Applied::Outside);
        };
        let key = ("publication".to_owned(), name.as_str().to_owned());
        if self.others.contains(&key) {
            let message = format!("publication \"{name}\" already exists");
            return Err(SqlError::new(
                SqlState::DUPLICATE_OBJECT,
                message,
                name.as_str(),
            ));
        }
        let definition = match words.take("for all tables") {
            true => "all tables".to_owned(),
            false => {
                let listed = words.take("for table") || words.take("for");
                let tables = if listed {
                    self.published(words)?
                } else {
                    Vec::new()
                };
                tables.join(", ")
            }
        };
        self.others.insert(key, definition);
        Ok(Applied::changed())
    }

    /// The tables of a list, as a publication's definition shows them.
    fn published(&self, words: &mut Words<'_>) -> Result<Vec<String>, SqlError> {
        words.take("only");
        let mut tables = Vec::new();
        for name in words.names() {
            let found = self.require_relation(&name)?;
            let schema = found.schema.as_ref().map_or("public", Identifier::as_str);
            tables.push(format!("{schema}.{}", found.name));
        }
        tables.sort();
        Ok(tables)
    }

    fn alter_publication(&mut self, words: &mut Words<'_>) -> Result<Applied, SqlError> {
        let Some(name) = words.identifier() else {
            return Ok(Applied::Outside);
        };
        let key = ("publication".to_owned(), name.as_str().to_owned());
        let Some(definition) = self.others.get(&key).cloned() else {
            let message = format!("publication \"{name}\" does not exist");
            return Err(SqlError::new(
                SqlState::UNDEFINED_OBJECT,
                message,
                name.as_str(),
            ));
        };
        let (add, set) = (words.take("add table"), words.take("set table"));
        let drop = !add && !set && words.take("drop table");
        if !add && !set && !drop {
            return Ok(Applied::Outside);
        }
        let named = self.published(words)?;
        let mut tables: Vec<_> = definition
            .split(", ")
            .filter(|table| !table.is_empty())
            .map(str::to_owned)
            .collect();
        for table in &named {
            let member = tables.contains(table);
            let bare = table.rsplit('.').next().unwrap_or(table);
            if add && member {
                let message =
                    format!("relation \"{bare}\" is already member of publication \"{name}\"");
                return Err(SqlError::new(SqlState::DUPLICATE_OBJECT, message, &**table));
            }
            if drop && !member {
                let message = format!("relation \"{bare}\" is not part of the publication");
                return Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, &**table));
            }
        }
        match (set, add) {
            (true, _) => tables = named,
            (false, true) => tables.extend(named),
            (false, false) => tables.retain(|table| !named.contains(table)),
        }
        tables.sort();
        self.others.insert(key, tables.join(", "));
        Ok(Applied::changed())
    }

    fn drop_other(&mut self, words: &mut Words<'_>, kind: &str) -> Result<Applied, SqlError> {
        let if_exists = words.take("if exists");
        for name in words.names() {
            let key = (kind.to_owned(), name.to_string());
            if self.others.remove(&key).is_none() && !if_exists {
                let message = format!("{kind} \"{name}\" does not exist");
                return Err(SqlError::new(
                    SqlState::UNDEFINED_OBJECT,
                    message,
                    name.to_string(),
                ));
            }
        }
        Ok(Applied::changed())
    }

    fn altered_function(&self, words: &mut Words<'_>, statement: &str) -> Result<(), SqlError> {
        let Some(start) = words.tokens.get(words.position).map(|token| token.start) else {
            return Ok(());
        };
        let end = words
            .tokens
            .iter()
            .find(|token| token.is(")"))
            .map(|token| token.end());
        let reference = match end {
            Some(end) if end > start => &statement[start..end],
            _ => return Ok(()),
        };
        let (name, types) = super::grant_text::function_reference(reference);
        self.find_function(&name, types.as_deref()).map(|_| ())
    }

    /// Schemas and roles that default privileges name.
    fn default_privileges(&self, words: &mut Words<'_>) -> Result<(), SqlError> {
        let start = words.position;
        if words.take("for role") || words.take("for user") {
            for role in words.names() {
                self.require_role(&role.name)?;
            }
        }
        if words.take("in schema") {
            for schema in words.names() {
                if !self.schemas.contains(&schema.name) {
                    return Err(errors::no_schema(&schema.name));
                }
            }
        }
        words.position = start;
        if words.skip_to("to") || words.skip_to("from") {
            while let Some(token) = words.tokens.get(words.position) {
                if token.kind != TokenKind::Symbol
                    && !token.is_any(&["group", "with", "grant", "option", "cascade"])
                {
                    token
                        .identifier()
                        .map_or(Ok(()), |role| self.require_role(&role))?;
                }
                words.position += 1;
            }
        }
        Ok(())
    }
}
