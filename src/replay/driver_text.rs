//! A driver's parameters written into the text, as the driver itself does it before sending.

use crate::effects::sqlalchemy::{self, reading};
use crate::eval::Value;
use crate::model::{Fragment, Piece, Place, Template};

/// The values beside the text.
enum Parameters {
    Positional(Vec<Value>),
    Named(sqlalchemy::Row),
}

/// The text with `%s`, `%(name)s` and `$1` replaced; as it is where no parameters are given.
pub(super) fn with_parameters(text: &Template, given: &[Value]) -> Template {
    let Some(parameters) = parameters(given) else {
        return text.clone();
    };
    let mut next = 0;
    let mut written = Template::default();
    for piece in text.pieces() {
        match piece {
            Piece::Hole(_) => written.push(piece.clone()),
            Piece::Known(fragment) => {
                write_fragment(fragment, &parameters, &mut next, &mut written);
            }
        }
    }
    written
}

/// psycopg takes one list, tuple or dict; asyncpg takes the values themselves.
fn parameters(given: &[Value]) -> Option<Parameters> {
    match given {
        [] | [Value::None] => None,
        [Value::Dict(_)] => Some(Parameters::Named(sqlalchemy::dict_row(&given[0]))),
        [one @ (Value::List(_) | Value::Tuple(_))] => {
            let items = reading::items(one)?;
            match items.first() {
                // `executemany`: the first row stands for all.
                Some(row @ (Value::Tuple(_) | Value::List(_))) => {
                    reading::items(row).map(Parameters::Positional)
                }
                Some(row @ Value::Dict(_)) => Some(Parameters::Named(sqlalchemy::dict_row(row))),
                _ => Some(Parameters::Positional(items)),
            }
        }
        several => Some(Parameters::Positional(several.to_vec())),
    }
}

fn write_fragment(
    fragment: &Fragment,
    parameters: &Parameters,
    next: &mut usize,
    written: &mut Template,
) {
    let text = fragment.text.as_str();
    let place = |at: usize| {
        fragment
            .origin
            .as_ref()
            .map(|origin| origin.after(&text[..at]))
    };
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['%', '$']) {
        let start = at + found;
        let Some((length, value)) = placeholder(&text[start..], parameters, next) else {
            at = start + 1;
            continue;
        };
        push(written, &text[done..start], place(done));
        match value {
            Some(value) => written.append(&sqlalchemy::literal_text(&value)),
            None => push(written, "%", place(start)),
        }
        done = start + length;
        at = done;
    }
    push(written, &text[done..], place(done));
}

fn push(written: &mut Template, text: &str, origin: Option<Place>) {
    written.push(Piece::known(text.to_owned(), origin));
}

/// A placeholder's length and value; no value: a doubled percent sign.
fn placeholder(
    rest: &str,
    parameters: &Parameters,
    next: &mut usize,
) -> Option<(usize, Option<Value>)> {
    if rest.starts_with("%%") {
        return Some((2, None));
    }
    match parameters {
        Parameters::Positional(values) => {
            if rest.starts_with("%s") {
                *next += 1;
                return Some((2, Some(values.get(*next - 1)?.clone())));
            }
            let digits = rest.strip_prefix('$')?;
            let end = digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len());
            let number: usize = digits[..end].parse().ok()?;
            Some((end + 1, Some(values.get(number.checked_sub(1)?)?.clone())))
        }
        Parameters::Named(row) => {
            let named = rest.strip_prefix("%(")?;
            let name = &named[..named.find(")s")?];
            let (_, value) = row.iter().rev().find(|(known, _)| known == name)?;
            Some((name.len() + 4, Some(value.clone())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, given: &[Value]) -> String {
        with_parameters(&Template::from_text(text), given).display()
    }

    #[test]
    fn positional_named_and_numbered_values_are_written_in() {
        let two = Value::tuple(vec![Value::text("it's"), Value::Integer(2)]);
        assert_eq!(
            written("a = %s AND b = %s", &[two]),
            "a = 'it''s' AND b = 2"
        );
        let named = Value::dict(vec![(Value::text("x"), Value::None)]);
        assert_eq!(written("a = %(x)s", &[named]), "a = NULL");
        assert_eq!(
            written("a = $2", &[Value::Integer(1), Value::Integer(7)]),
            "a = 7"
        );
    }

    #[test]
    fn percent_signs_count_only_where_values_are_given() {
        assert_eq!(written("a LIKE 'x%%'", &[]), "a LIKE 'x%%'");
        let one = Value::list(vec![Value::Integer(1)]);
        assert_eq!(
            written("a LIKE 'x%%' AND b = %s", &[one]),
            "a LIKE 'x%' AND b = 1"
        );
    }
}
