//! Turns of phrase that several rules share.

use crate::graph::{ActorKind, Conflict, Counterpart, Difference, ObjectKey};

/// `column `users.email``.
pub(super) fn object(key: &ObjectKey) -> String {
    format!("{} `{}`", key.kind.as_str(), key.name)
}

/// `1 difference`, `3 differences`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `` `a`, `b` and 3 more ``.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) if names.len() <= SHOWN => format!("{} and {last}", others.join(", ")),
        Some(_) => {
            let (shown, rest) = names.split_at(SHOWN - 1);
            format!("{} and {} more", shown.join(", "), rest.len())
        }
    }
}

/// `` revision `003` `` or `` `scripts/fix.py` ``.
pub(super) fn other_side(other: &Counterpart) -> String {
    match other.actor.kind {
        ActorKind::Revision => format!("revision `{}`", other.actor.name),
        ActorKind::Script => format!("`{}`", other.actor.name),
    }
}

/// Who made the object that the chain has: the revision, or the chain where no single one is known.
pub(super) fn maker(conflict: &Conflict) -> String {
    conflict
        .counterpart
        .as_ref()
        .map_or_else(|| "the chain".to_owned(), other_side)
}

/// The differences that mean something; spellings of one default do not.
pub(super) fn telling(conflict: &Conflict) -> Vec<Difference> {
    let differences = conflict.differences.iter();
    differences
        .filter(|difference| !difference.is_only_spelling())
        .cloned()
        .collect()
}

/// One side of a difference in a sentence; `none` where the side does not have it.
fn side(text: &str) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        format!("`{text}`")
    }
}

/// `` type of scope is `text`, not `featureflagscope` ``, and how many differences follow.
pub(super) fn first_difference(differences: &[Difference]) -> String {
    let Some((first, rest)) = differences.split_first() else {
        return "the shapes differ".to_owned();
    };
    let aspect = &first.aspect;
    let clause = match aspect.as_str() {
        "statement" => first.ours.clone(),
        "columns" if first.ours.is_empty() => format!("it lacks {}", listed(&first.theirs)),
        "columns" if first.theirs.is_empty() => format!("it has {} besides", listed(&first.ours)),
        "columns" => format!(
            "it has {} instead of {}",
            listed(&first.ours),
            listed(&first.theirs)
        ),
        _ => {
            let are = matches!(&**aspect, "labels" | "keys" | "roles");
            let (ours, theirs) = (side(&first.ours), side(&first.theirs));
            format!(
                "{aspect} {} {ours}, not {theirs}",
                if are { "are" } else { "is" }
            )
        }
    };
    match rest.len() {
        0 => clause,
        more => format!("{clause}, and {} more", count(more, "difference")),
    }
}

/// A list joined by `, ` as `names` shows it.
fn listed(joined: &str) -> String {
    names(joined.split(", "))
}

/// All aspects of one side, for the label at its place.
pub(super) fn shape(differences: &[Difference], pick: fn(&Difference) -> &str) -> String {
    let aspects =
        differences.iter().map(
            |difference| match (difference.aspect.as_str(), pick(difference)) {
                ("statement", text) => text.to_owned(),
                ("columns", "") => "no other columns".to_owned(),
                (aspect, "") => format!("{aspect}: none"),
                (aspect, text) => format!("{aspect}: {text}"),
            },
        );
    aspects
        .filter(|aspect| !aspect.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// Text on one line, its spaces run together, cut where it grows too long for a message.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 160;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches([';', ' ']);
    match words.char_indices().nth(LONGEST) {
        None => words.to_owned(),
        Some((cut, _)) => format!("{} ...", &words[..cut]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(names(["a"]), "`a`");
        assert_eq!(names(["a", "b"]), "`a` and `b`");
        assert_eq!(names(["a", "b", "c", "d"]), "`a`, `b`, `c` and `d`");
        assert_eq!(names(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
        assert_eq!(names([]), "");
    }

    #[test]
    fn statements_become_one_line() {
        assert_eq!(one_line("SELECT\n  1 ;\n"), "SELECT 1");
        assert_eq!(one_line(&"é".repeat(200)).chars().count(), 164);
    }
}
