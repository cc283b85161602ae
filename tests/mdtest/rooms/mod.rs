//! Which room answers which folder of cases. A room is one file and one line.

mod discover;
mod effects;
mod graph;
mod scripts;
mod shell;
mod source;
mod sql;

use crate::document::Case;

/// Makes a text of a case's files: what its `expect` block must say.
pub type Room = fn(&Case) -> String;

const ROOMS: &[(&str, Room)] = &[
    ("discover", discover::run),
    ("effects", effects::run),
    ("graph", graph::run),
    ("scripts", scripts::run),
    ("shell", shell::run),
    ("source", source::run),
    ("sql", sql::run),
];

pub fn find(folder: &str) -> Option<Room> {
    ROOMS
        .iter()
        .find(|(name, _)| *name == folder)
        .map(|(_, room)| *room)
}
