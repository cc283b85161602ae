//! What becomes of an expression's text when something that it names gets another name.

use super::tokens::{TokenKind, tokenize};
use crate::model::{Identifier, ObjectName};

/// Replaces the name wherever it stands as a word of its own that is not a function's, not a
/// type's and, for columns, not another relation's qualifier.
pub(crate) fn rename_words(text: &str, old: &Identifier, new: &Identifier) -> String {
    let tokens = tokenize(text);
    let mut result = String::new();
    let mut position = 0;
    for (index, token) in tokens.iter().enumerate() {
        let called = tokens.get(index + 1).is_some_and(|next| next.is("("));
        let cast = index > 0 && tokens[index - 1].is("::");
        if token.identifier().as_ref() == Some(old) && !called && !cast {
            result.push_str(&text[position..token.start]);
            result.push_str(&quote(new));
            position = token.end();
        }
    }
    result.push_str(&text[position..]);
    result
}

/// Replaces a relation's name inside string constants that are nothing but that name, as in
/// `nextval('users_id_seq')`.
pub(crate) fn rename_in_strings(text: &str, old: &ObjectName, new: &ObjectName) -> String {
    let mut result = String::new();
    let mut position = 0;
    for token in tokenize(text) {
        let names_it = token.kind == TokenKind::Text
            && token
                .string()
                .is_some_and(|string| ObjectName::from_sql(&string) == *old);
        if names_it {
            result.push_str(&text[position..token.start]);
            result.push_str(&format!("'{new}'"));
            position = token.end();
        }
    }
    result.push_str(&text[position..]);
    result
}

/// Takes `table.` away from before its columns, as the server does where one table is meant.
pub(crate) fn without_qualifier(text: &str, table: &Identifier) -> String {
    let tokens = tokenize(text);
    let mut result = String::new();
    let mut position = 0;
    for (index, token) in tokens.iter().enumerate() {
        let qualifies = tokens.get(index + 1).is_some_and(|next| next.is("."))
            && !(index > 0 && tokens[index - 1].is("."));
        if qualifies && token.identifier().as_ref() == Some(table) {
            result.push_str(&text[position..token.start]);
            position = tokens[index + 1].end();
        }
    }
    result.push_str(&text[position..]);
    result
}

/// Replaces a type's name behind `::` and `AS`.
pub(crate) fn rename_casts(text: &str, old: &ObjectName, new: &ObjectName) -> String {
    let tokens = tokenize(text);
    let mut result = String::new();
    let mut position = 0;
    for (index, token) in tokens.iter().enumerate() {
        let cast = index > 0 && tokens[index - 1].is_any(&["::", "as"]);
        if cast && token.identifier().as_ref() == Some(&old.name) {
            result.push_str(&text[position..token.start]);
            result.push_str(&quote(&new.name));
            position = token.end();
        }
    }
    result.push_str(&text[position..]);
    result
}

/// A name as it must be written in SQL.
pub(crate) fn quote_name(name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

/// As it must be written in SQL.
pub(crate) fn quote(name: &Identifier) -> String {
    let text = name.as_str();
    let plain = text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && text
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        && !super::keywords::is_keyword(text);
    if plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_change() {
        let renamed = rename_words(
            "status(status) = 'status' AND t.status::status IS NOT NULL",
            &"status".into(),
            &"Order State".into(),
        );
        let expected =
            "status(\"Order State\") = 'status' AND t.\"Order State\"::status IS NOT NULL";
        assert_eq!(renamed, expected);
    }
}
