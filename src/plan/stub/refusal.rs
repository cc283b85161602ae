//! What a refusal of the server says about the stubs that the statement names.

use crate::model::{ObjectName, SqlError, SqlState};

use super::words::{Word, after, list, places};
use super::{ANYTHING, Stubs};

pub(super) fn learn(stubs: &mut Stubs, words: &[Word], error: &SqlError) {
    let message = error.message.as_str();
    match error.state {
        SqlState::UNDEFINED_COLUMN => lacks_column(stubs, words, error),
        SqlState::DUPLICATE_COLUMN => {
            if let Some((column, table)) = column_of_relation(stubs, message) {
                stubs.give_back(&table, &column);
            }
        }
        SqlState::INVALID_FOREIGN_KEY | SqlState::UNDEFINED_OBJECT => {
            for (table, columns) in referenced(stubs, words) {
                stubs.add_key(&table, columns);
            }
        }
        SqlState::INVALID_COLUMN_REFERENCE => conflict_target(stubs, words),
        SqlState::DATATYPE_MISMATCH if message.starts_with("foreign key") => {
            for (table, columns) in referenced(stubs, words) {
                for column in columns {
                    stubs.try_next_type(&table, &column);
                }
            }
        }
        SqlState::DATATYPE_MISMATCH => wrong_type(stubs, words, message),
        SqlState::UNDEFINED_FUNCTION => no_operator(stubs, words, message),
        _ => {}
    }
}

fn lacks_column(stubs: &mut Stubs, words: &[Word], error: &SqlError) {
    let message = error.message.as_str();
    if let Some((column, table)) = column_of_relation(stubs, message) {
        stubs.add_column(&table, &column);
        return;
    }
    if message.contains("of relation") {
        return;
    }
    if message.contains("foreign key") {
        for (table, columns) in referenced(stubs, words) {
            stubs.add_key(&table, columns);
        }
    }
    let Some(written) = column_in(message) else {
        return;
    };
    let target = match written.rsplit_once('.') {
        Some((owner, column)) => called(stubs, words, owner).map(|table| (table, column)),
        None => told(stubs, error, &written)
            .or_else(|| first_without(stubs, words, &written))
            .map(|table| (table, written.as_str())),
    };
    if let Some((table, column)) = target {
        stubs.add_column(&table, column);
    }
}

/// `column "bio" of relation "profiles" ...`, where that is a stub.
fn column_of_relation(stubs: &Stubs, message: &str) -> Option<(String, ObjectName)> {
    let (column, rest) = message.strip_prefix("column \"")?.split_once('"')?;
    let (relation, _) = rest.strip_prefix(" of relation \"")?.split_once('"')?;
    let name = ObjectName::from_sql(relation);
    let mut tables = stubs.tables.keys();
    let table = tables.find(|table| **table == name || table.name == name.name)?;
    Some((column.to_owned(), table.clone()))
}

/// `column "a" ...` and `column p.a does not exist`.
fn column_in(message: &str) -> Option<String> {
    let rest = message.strip_prefix("column ")?;
    match rest.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once('"')?.0.to_owned()),
        None => Some(rest.split_whitespace().next()?.to_owned()),
    }
}

/// The stub that the error names as the column's table.
fn told(stubs: &Stubs, error: &SqlError, column: &str) -> Option<ObjectName> {
    let table = error.object.strip_suffix(column)?.strip_suffix('.')?;
    let table = ObjectName::from_sql(table);
    stubs.tables.contains_key(&table).then_some(table)
}

/// The stub that the statement calls so: by its name or an alias.
fn called(stubs: &Stubs, words: &[Word], owner: &str) -> Option<ObjectName> {
    let is_called = |table: &&ObjectName| {
        let mut found = places(words, table);
        found.any(|place| {
            let next = words.get(place + 1).map(String::as_str);
            let alias = match next {
                Some("as") => words.get(place + 2).map(String::as_str),
                next => next,
            };
            alias == Some(owner) || table.name.as_str() == owner
        })
    };
    stubs.tables.keys().find(is_called).cloned()
}

/// The first stub in the statement that does not have the column.
fn first_without(stubs: &Stubs, words: &[Word], column: &str) -> Option<ObjectName> {
    let named = stubs
        .tables
        .iter()
        .filter(|(_, stub)| !stub.columns.contains_key(column) && !stub.not_ours.contains(column));
    let placed = named.filter_map(|(table, _)| Some((places(words, table).next()?, table)));
    placed
        .min_by_key(|(place, _)| *place)
        .map(|(_, table)| table.clone())
}

/// The stubs that foreign keys of the statement refer to, with the columns; `id` where none are said.
fn referenced(stubs: &Stubs, words: &[Word]) -> Vec<(ObjectName, Vec<String>)> {
    let mut found = Vec::new();
    for table in stubs.tables.keys() {
        for place in places(words, table) {
            let begin = match place.checked_sub(2) {
                Some(schema) if words[place - 1] == "." => schema,
                _ => place,
            };
            let before = begin.checked_sub(1).map(|before| words[before].as_str());
            if before == Some("references") {
                let columns = list(words, place + 1).unwrap_or_else(|| vec!["id".to_owned()]);
                found.push((table.clone(), columns));
            }
        }
    }
    found
}

/// The last word of what `INSERT INTO t (..., column, ...) SELECT ...` puts into a column.
fn selected_for(words: &[Word], column: &str) -> Option<String> {
    let into = after(words, &["insert", "into"])?;
    let open = into + words[into..].iter().position(|word| word == "(")?;
    let place = list(words, open)?.iter().position(|name| name == column)?;
    let select = after(words, &["select"])?;
    let mut depth = 0;
    let mut values = vec![Vec::new()];
    for word in &words[select..] {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "from" if depth == 0 => break,
            "," if depth == 0 => values.push(Vec::new()),
            word => values.last_mut()?.push(word),
        }
    }
    values.get(place)?.last().map(|word| (*word).to_owned())
}

fn conflict_target(stubs: &mut Stubs, words: &[Word]) {
    let Some(into) = after(words, &["insert", "into"]) else {
        return;
    };
    let mut tables = stubs.tables.keys();
    let table = tables.find(|table| {
        let mut found = places(words, table);
        found.any(|place| place == into || place == into + 2)
    });
    let columns = after(words, &["on", "conflict"]).and_then(|from| list(words, from));
    if let (Some(table), Some(columns)) = (table.cloned(), columns) {
        stubs.add_key(&table, columns);
    }
}

/// `column "a" is of type text but expression is of type uuid`, and what must be true or false.
fn wrong_type(stubs: &mut Stubs, words: &[Word], message: &str) {
    if let Some((before, wanted)) = message.split_once(" but expression is of type ") {
        let column = column_in(before).unwrap_or_default();
        let asked = before
            .rsplit_once(" of type ")
            .map_or("", |(_, asked)| asked);
        match selected_for(words, &column) {
            Some(own) if wanted == ANYTHING => retype(stubs, words, |name, _| name == own, asked),
            _ => retype(stubs, words, |name, _| name == column, wanted),
        }
    } else if let Some(wanted) = beside_text(message) {
        retype_argument(stubs, words, "coalesce", &wanted);
    } else if message.contains("must be type boolean, not type text") {
        let is_tested = |place: usize| {
            let around = [place.checked_sub(1), Some(place + 1)];
            let around = around.into_iter().flatten();
            let mut around = around.filter_map(|place| words.get(place));
            around.any(|word| ["and", "or", "not", "where", "is", "("].contains(&word.as_str()))
        };
        let tested: Vec<&Word> = words
            .iter()
            .enumerate()
            .filter(|(place, _)| is_tested(*place))
            .map(|(_, word)| word)
            .collect();
        retype(
            stubs,
            words,
            |name, known| known == ANYTHING && tested.iter().any(|word| *word == name),
            "boolean",
        );
    }
}

/// `operator does not exist: text = uuid`, `function jsonb_array_length(text) does not exist`.
fn no_operator(stubs: &mut Stubs, words: &[Word], message: &str) {
    let Some(written) = message.strip_prefix("operator does not exist: ") else {
        return of_function(stubs, words, message);
    };
    let is_sign = |word: &&str| {
        word.chars()
            .all(|letter| "+-*/<>=~!@#%^&|`?".contains(letter))
    };
    let parts: Vec<&str> = written.split_whitespace().collect();
    let Some(sign) = parts.iter().position(is_sign) else {
        return;
    };
    let (left, right) = (parts[..sign].join(" "), parts[sign + 1..].join(" "));
    let wanted = match parts[sign] {
        "->" | "->>" | "#>" | "#>>" | "?" | "?|" | "?&" => "jsonb",
        "@>" | "<@" | "&&" if right.ends_with("[]") => &right,
        "@>" | "<@" => "jsonb",
        _ if right == "interval" => "timestamp with time zone",
        _ if left == ANYTHING => &right,
        _ => &left,
    };
    let known = if *wanted == *left { &right } else { &left };
    if wanted == "unknown" {
        return;
    }
    // Those right beside a sign of that kind.
    let first_sign = &parts[sign][..1];
    let beside = |name: &str| {
        words.iter().enumerate().any(|(place, word)| {
            let next = words.get(place + 1).is_some_and(|next| next == first_sign);
            let begin = match place.checked_sub(2) {
                Some(owner) if words[place - 1] == "." => owner,
                _ => place,
            };
            let before = begin.checked_sub(1).map(|before| words[before].as_str());
            let before = before.is_some_and(|before| parts[sign].ends_with(before));
            word == name && (next || before)
        })
    };
    retype(
        stubs,
        words,
        |name, own| own == known && beside(name),
        wanted,
    );
}

fn of_function(stubs: &mut Stubs, words: &[Word], message: &str) {
    let Some((name, _)) = message
        .strip_prefix("function ")
        .and_then(|rest| rest.split_once('('))
    else {
        return;
    };
    let name = name.rsplit('.').next().unwrap_or(name);
    let wanted = match name {
        "unnest" | "array_length" | "cardinality" | "array_append" => "text[]",
        "sum" | "avg" | "round" | "abs" => "numeric",
        "date_trunc" | "date_part" | "extract" | "age" => "timestamp with time zone",
        _ if name.starts_with("jsonb_") => "jsonb",
        _ => return,
    };
    retype_argument(stubs, words, name, wanted);
}

/// `COALESCE types text and jsonb cannot be matched`: the type that is not a guess.
fn beside_text(message: &str) -> Option<String> {
    let pair = message.strip_prefix("COALESCE types ")?;
    let (left, right) = pair
        .strip_suffix(" cannot be matched")?
        .split_once(" and ")?;
    let wanted = if left == ANYTHING { right } else { left };
    Some(wanted.to_owned())
}

/// A guessed column right behind the bracket of a function.
fn retype_argument(stubs: &mut Stubs, words: &[Word], function: &str, wanted: &str) {
    let begins = words
        .iter()
        .enumerate()
        .filter(|(_, word)| *word == function);
    let arguments: Vec<Word> = begins
        .flat_map(|(place, _)| words[place + 1..].iter().take(8).cloned())
        .collect();
    retype(
        stubs,
        words,
        |name, known| known == ANYTHING && arguments.iter().any(|word| word == name),
        wanted,
    );
}

/// Gives columns of the stubs that the statement names another type.
fn retype(
    stubs: &mut Stubs,
    words: &[Word],
    is_meant: impl Fn(&str, &str) -> bool,
    data_type: &str,
) {
    let named = stubs.tables.iter();
    let named = named.filter(|(table, _)| places(words, table).next().is_some());
    let mut meant = named.flat_map(|(table, stub)| {
        let columns = stub.columns.iter();
        let columns = columns.filter(|(name, known)| is_meant(name, known) && *known != data_type);
        columns.map(|(name, _)| (table.clone(), name.clone()))
    });
    if let Some((table, column)) = meant.next() {
        stubs.set_type(&table, &column, data_type);
    }
}
