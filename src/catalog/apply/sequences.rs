//! Sequences, and the columns that bring one along: serial and identity.

use crate::catalog::expression::{TokenKind, quote_name, tokenize};
use crate::catalog::{
    Applied, Attributes, Catalog, Changes, Column, IdentityKind, ObjectAddress, Relation, Sequence,
    errors,
};
use crate::model::{
    ColumnDefinition, DataType, Identifier, Identity, ObjectName, SequenceDefinition, SqlError,
    SqlState,
};

impl Catalog {
    pub(super) fn create_sequence(
        &mut self,
        name: &ObjectName,
        definition: &SequenceDefinition,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.creation_name(name)?;
        if self.relation_name_taken(&name) {
            let error = errors::relation_exists(&name);
            if if_not_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        if self.types.contains(&name) {
            return Err(errors::type_exists(&name));
        }
        let data_type = definition
            .data_type
            .clone()
            .unwrap_or_else(|| DataType::named("bigint"));
        let mut sequence = new_sequence(&data_type, &definition.options, None)?;
        sequence.owned_by = self.owner_column(definition)?;
        self.relations.insert(name, Relation::Sequence(sequence));
        Ok(Applied::changed())
    }

    pub(super) fn alter_sequence(
        &mut self,
        name: &ObjectName,
        definition: &SequenceDefinition,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_relation(name) else {
            self.require_schema(name)?;
            let error = errors::no_relation(name);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        };
        let owned_by = self.owner_column(definition)?;
        let Some(sequence) = self.relations.get(&found).and_then(Relation::as_sequence) else {
            return Err(errors::not_a(&found, "a sequence"));
        };
        let data_type = definition
            .data_type
            .as_ref()
            .unwrap_or(&sequence.data_type)
            .clone();
        let mut changed = new_sequence(&data_type, &definition.options, Some(sequence))?;
        if owned_by.is_some() {
            changed.owned_by = owned_by;
        }
        if tokenize(&definition.options)
            .windows(3)
            .any(|words| words[0].is("owned") && words[1].is("by") && words[2].is("none"))
        {
            changed.owned_by = None;
        }
        self.relations.insert(found, Relation::Sequence(changed));
        Ok(Applied::changed())
    }

    fn owner_column(
        &self,
        definition: &SequenceDefinition,
    ) -> Result<Option<(ObjectName, Identifier)>, SqlError> {
        let Some((table, column)) = &definition.owned_by else {
            return Ok(None);
        };
        let table = self.require_relation(table)?;
        if self.column(&table, column.as_str()).is_none() {
            return Err(errors::no_column_of(&table, column));
        }
        Ok(Some((table, column.clone())))
    }

    /// `serial`: an integer that is NOT NULL, a sequence, a default (manual, 8.1.4).
    pub(super) fn serial_column(
        &mut self,
        table: &ObjectName,
        column: &mut Column,
        base: &str,
        definition: &ColumnDefinition,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        if definition.data_type.array_dimensions > 0 {
            let message = "array of serial is not implemented";
            return Err(SqlError::new(
                SqlState::FEATURE_NOT_SUPPORTED,
                message,
                column.name.as_str(),
            ));
        }
        if definition.default.is_some() {
            let message = format!(
                "multiple default values specified for column \"{}\" of table \"{}\"",
                column.name, table.name
            );
            return Err(SqlError::new(
                SqlState::SYNTAX_ERROR,
                message,
                table.part(column.name.as_str()),
            ));
        }
        column.data_type = DataType::named(base);
        column.not_null = true;
        let sequence = self.implied_sequence(table, column, "", false, changes)?;
        column.default = Some(format!("nextval('{}'::regclass)", quote_name(&sequence)));
        Ok(())
    }

    pub(super) fn identity_column(
        &mut self,
        table: &ObjectName,
        column: &mut Column,
        identity: &Identity,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let integer =
            ["smallint", "integer", "bigint"].contains(&column.data_type.name.name.as_str());
        if !integer || column.data_type.array_dimensions > 0 {
            let message = "identity column type must be smallint, integer, or bigint";
            let object = table.part(column.name.as_str());
            return Err(SqlError::new(
                SqlState::INVALID_PARAMETER_VALUE,
                message,
                object,
            ));
        }
        column.identity = Some(if identity.always {
            IdentityKind::Always
        } else {
            IdentityKind::ByDefault
        });
        column.not_null = true;
        self.implied_sequence(table, column, &identity.options, true, changes)?;
        Ok(())
    }

    fn implied_sequence(
        &mut self,
        table: &ObjectName,
        column: &Column,
        options: &str,
        identity: bool,
        changes: &mut Changes,
    ) -> Result<ObjectName, SqlError> {
        let label = Some(column.name.as_str());
        let (given, options) = given_name(options);
        let name = match given {
            Some(given) if self.relation_name_taken(&given) => {
                return Err(errors::relation_exists(&given));
            }
            Some(given) => given,
            None => ObjectName {
                schema: table.schema.clone(),
                name: self.choose_relation_name(table, table.name.as_str(), label, "seq", false),
            },
        };
        let mut sequence = new_sequence(&column.data_type, &options, None)?;
        sequence.owned_by = Some((table.clone(), column.name.clone()));
        sequence.identity = identity;
        changes.created.push(format!("sequence {name}"));
        self.relations
            .insert(name.clone(), Relation::Sequence(sequence));
        Ok(name)
    }

    /// The sequence behind an identity column.
    pub(super) fn identity_sequence(
        &self,
        table: &ObjectName,
        column: &Identifier,
    ) -> Option<ObjectName> {
        let owner = Some((table.clone(), column.clone()));
        let owned = |relation: &Relation| {
            relation
                .as_sequence()
                .is_some_and(|one| one.identity && one.owned_by == owner)
        };
        self.relations
            .iter()
            .find(|(_, relation)| owned(relation))
            .map(|(name, _)| name.clone())
    }

    pub(super) fn drop_sequence(
        &mut self,
        name: &ObjectName,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        let found = match self.relation_to_drop(name, "sequence", if_exists)? {
            Ok(found) => found,
            Err(skipped) => return Ok(skipped),
        };
        let sequence = self.relations.get(&found).and_then(Relation::as_sequence);
        if let Some(Sequence {
            identity: true,
            owned_by: Some((table, column)),
            ..
        }) = sequence
        {
            let column = ObjectAddress::Column(table.clone(), column.clone()).describe(self);
            let message = format!("cannot drop sequence {found} because {column} requires it");
            let state = SqlState::DEPENDENT_OBJECTS_STILL_EXIST;
            return Err(SqlError::new(state, message, found.to_string()));
        }
        self.drop_one(ObjectAddress::Relation(found), cascade)
    }
}

/// Reads the options of CREATE or ALTER SEQUENCE over the defaults, or over what it was.
fn new_sequence(
    data_type: &DataType,
    options: &str,
    before: Option<&Sequence>,
) -> Result<Sequence, SqlError> {
    let bounds = match data_type.name.name.as_str() {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "bigint" => (i64::MIN, i64::MAX),
        _ => {
            let message = "sequence type must be smallint, integer, or bigint";
            return Err(SqlError::new(
                SqlState::INVALID_PARAMETER_VALUE,
                message,
                "",
            ));
        }
    };
    let numbers = SequenceNumbers::read(options);
    let increment = numbers
        .increment
        .or(before.map(|one| one.increment))
        .unwrap_or(1);
    if increment == 0 {
        let message = "INCREMENT must not be zero";
        return Err(SqlError::new(
            SqlState::INVALID_PARAMETER_VALUE,
            message,
            "",
        ));
    }
    let (lowest, highest) = if increment > 0 {
        (1, bounds.1)
    } else {
        (bounds.0, -1)
    };
    let same_type = before.filter(|one| one.data_type == *data_type);
    let minimum = numbers
        .minimum
        .or(same_type.map(|one| one.minimum))
        .unwrap_or(lowest);
    let maximum = numbers
        .maximum
        .or(same_type.map(|one| one.maximum))
        .unwrap_or(highest);
    let first = if increment > 0 { minimum } else { maximum };
    Ok(Sequence {
        data_type: data_type.clone(),
        start: numbers
            .start
            .or(before.map(|one| one.start))
            .unwrap_or(first),
        increment,
        minimum,
        maximum,
        cache: numbers.cache.or(before.map(|one| one.cache)).unwrap_or(1),
        cycle: numbers
            .cycle
            .or(before.map(|one| one.cycle))
            .unwrap_or(false),
        owned_by: before.and_then(|one| one.owned_by.clone()),
        identity: before.is_some_and(|one| one.identity),
        attributes: before.map_or_else(Attributes::default, |one| one.attributes.clone()),
    })
}

#[derive(Default)]
struct SequenceNumbers {
    start: Option<i64>,
    increment: Option<i64>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    cache: Option<i64>,
    cycle: Option<bool>,
}

impl SequenceNumbers {
    fn read(options: &str) -> Self {
        let tokens = tokenize(options);
        let mut numbers = Self::default();
        for (index, token) in tokens.iter().enumerate() {
            let no = index > 0 && tokens[index - 1].is("no");
            let number = || {
                let rest = tokens[index + 1..].iter();
                let mut rest = rest
                    .skip_while(|token| token.is_any(&["with", "by"]))
                    .peekable();
                let sign = if rest.next_if(|token| token.is("-")).is_some() {
                    "-"
                } else {
                    ""
                };
                let digits = rest
                    .next()
                    .filter(|token| token.kind == TokenKind::Number)?;
                format!("{sign}{}", digits.text).parse().ok()
            };
            let slot = match token.text.to_ascii_lowercase().as_str() {
                "start" => &mut numbers.start,
                "increment" => &mut numbers.increment,
                "minvalue" if !no => &mut numbers.minimum,
                "maxvalue" if !no => &mut numbers.maximum,
                "cache" => &mut numbers.cache,
                "cycle" => {
                    numbers.cycle = Some(!no);
                    continue;
                }
                _ => continue,
            };
            *slot = number();
        }
        numbers
    }
}
/// `SEQUENCE NAME s` among the options of an identity, and the options without it.
fn given_name(options: &str) -> (Option<ObjectName>, String) {
    let tokens = tokenize(options);
    let start = tokens
        .windows(2)
        .position(|pair| pair[0].is("sequence") && pair[1].is("name"));
    let Some(start) = start else {
        return (None, options.to_owned());
    };
    let dotted = tokens.get(start + 3).is_some_and(|token| token.is("."));
    let last = start + if dotted { 4 } else { 2 };
    let (Some(from), Some(to)) = (tokens.get(start + 2), tokens.get(last)) else {
        return (None, options.to_owned());
    };
    let name = ObjectName::from_sql(&options[from.start..to.end()]);
    let rest = format!(
        "{}{}",
        &options[..tokens[start].start],
        &options[to.end()..]
    );
    (Some(name), rest)
}
