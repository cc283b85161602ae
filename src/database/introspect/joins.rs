//! Puts names and comments in the place of numbers: what the server would have to plan as many joins,
//! time and again, is a look into a map here. The rows that come out are what the readers take.

use std::collections::BTreeMap;

use crate::database::client::TextRows;

/// Numbers of system catalogs; they are the same in every database.
const RELATIONS: &str = "1259";
const CONSTRAINTS: &str = "2606";
const TRIGGERS: &str = "2620";
const POLICIES: &str = "3256";

/// Places of a constraint's row: name, kind, number of its index.
const CONSTRAINT: (usize, usize, usize) = (2, 3, 18);

/// One or several values of a row to be.
enum Piece {
    /// As they are, from this place to before that.
    Values(usize, usize),
    /// Schema and name of the relation with the number there; two NULLs for none.
    Relation(usize),
    /// The constraint behind the index with the number there.
    Key(usize),
    /// The comment in that catalog on the object, and column, with the numbers there.
    Comment(&'static str, usize, Option<usize>),
}
use Piece::{Comment, Key, Relation, Values};

/// How the rows of one query are made whole.
struct Shape {
    /// The place of the relation that they are about: others than users' are left out.
    about: usize,
    /// Whether those that extensions made are left out, too.
    without_members: bool,
    pieces: &'static [Piece],
}

const fn shape(about: usize, without_members: bool, pieces: &'static [Piece]) -> Shape {
    Shape {
        about,
        without_members,
        pieces,
    }
}

/// By place of the query in `QUERIES`; the others' rows are whole already.
const SHAPES: &[(usize, Shape)] = &[
    (
        super::RELATIONS,
        shape(
            0,
            true,
            &[Relation(0), Values(1, 13), Comment(RELATIONS, 0, None)],
        ),
    ),
    (
        super::COLUMNS,
        shape(
            0,
            true,
            &[Relation(0), Values(0, 13), Comment(RELATIONS, 0, Some(1))],
        ),
    ),
    (
        super::CONSTRAINTS,
        shape(
            1,
            true,
            &[
                Relation(1),
                Values(1, 5),
                Relation(5),
                Values(5, 18),
                Relation(18),
                Values(19, 22),
                Comment(CONSTRAINTS, 0, None),
            ],
        ),
    ),
    (
        super::INDEXES,
        shape(
            1,
            true,
            &[
                Relation(0),
                Relation(1),
                Values(1, 14),
                Key(0),
                Comment(RELATIONS, 0, None),
            ],
        ),
    ),
    (
        super::SEQUENCES,
        shape(
            0,
            true,
            &[
                Relation(0),
                Values(1, 8),
                Relation(8),
                Values(9, 14),
                Comment(RELATIONS, 0, None),
            ],
        ),
    ),
    (
        super::VIEW_READS,
        shape(0, false, &[Relation(0), Relation(1), Values(2, 3)]),
    ),
    (
        super::TRIGGERS,
        shape(
            1,
            false,
            &[Relation(1), Values(2, 10), Comment(TRIGGERS, 0, None)],
        ),
    ),
    (
        super::POLICIES,
        shape(
            1,
            false,
            &[Relation(1), Values(2, 8), Comment(POLICIES, 0, None)],
        ),
    ),
];

struct Named<'a> {
    schema: &'a str,
    name: &'a str,
    is_users: bool,
    is_member: bool,
}

/// What is known of numbers.
struct Known<'a> {
    relations: BTreeMap<&'a str, Named<'a>>,
    comments: BTreeMap<[&'a str; 3], &'a str>,
    /// Names of constraints by number of their index.
    keys: BTreeMap<&'a str, &'a str>,
}

/// The rows of `QUERIES` made whole; the first two answers are the names and the comments.
pub(super) fn whole(answers: &[TextRows]) -> Vec<TextRows> {
    let [classes, comments, queries @ ..] = answers else {
        return Vec::new();
    };
    let constraints = queries
        .get(super::CONSTRAINTS)
        .map_or(&[][..], Vec::as_slice);
    let known = Known {
        relations: classes.iter().map(|row| named(row)).collect(),
        comments: comments
            .iter()
            .map(|row| ([text(row, 0), text(row, 1), text(row, 2)], text(row, 3)))
            .collect(),
        keys: constraints
            .iter()
            .filter(|row| ["p", "u", "x"].contains(&text(row, CONSTRAINT.1)))
            .map(|row| (text(row, CONSTRAINT.2), text(row, CONSTRAINT.0)))
            .collect(),
    };
    let queries = queries.iter().enumerate();
    queries
        .map(
            |(query, rows)| match SHAPES.iter().find(|(at, _)| *at == query) {
                None => rows.clone(),
                Some((_, shape)) => rows
                    .iter()
                    .filter(|row| shape.wants(row, &known))
                    .map(|row| shape.row(row, &known))
                    .collect(),
            },
        )
        .collect()
}

impl Shape {
    fn wants(&self, row: &[Option<String>], known: &Known<'_>) -> bool {
        let relation = known.relations.get(text(row, self.about));
        relation.is_some_and(|one| one.is_users && !(self.without_members && one.is_member))
    }

    fn row(&self, row: &[Option<String>], known: &Known<'_>) -> Vec<Option<String>> {
        let mut made = Vec::with_capacity(row.len() + 8);
        for piece in self.pieces {
            match piece {
                Values(from, to) => made.extend(row.get(*from..*to).unwrap_or_default().to_vec()),
                Relation(at) => {
                    let relation = known.relations.get(text(row, *at));
                    made.push(relation.map(|one| one.schema.to_owned()));
                    made.push(relation.map(|one| one.name.to_owned()));
                }
                Key(at) => made.push(known.keys.get(text(row, *at)).map(ToString::to_string)),
                Comment(catalog, object, column) => {
                    let column = column.map_or("0", |at| text(row, at));
                    let comment = known.comments.get(&[*catalog, text(row, *object), column]);
                    made.push(comment.map(ToString::to_string));
                }
            }
        }
        made
    }
}

fn named(row: &[Option<String>]) -> (&str, Named<'_>) {
    let named = Named {
        schema: text(row, 1),
        name: text(row, 2),
        is_users: text(row, 3) == "t",
        is_member: text(row, 4) == "t",
    };
    (text(row, 0), named)
}

fn text(row: &[Option<String>], at: usize) -> &str {
    row.get(at).and_then(Option::as_deref).unwrap_or_default()
}
