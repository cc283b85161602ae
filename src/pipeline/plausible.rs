//! Statements of which a part is known only when they run, with values that could stand there.

/// The statement, each hole of which (`{datetime.now()}`) is a value of what its text speaks of.
pub(super) fn plausible(statement: &str) -> String {
    let mut text = String::with_capacity(statement.len());
    let mut rest = statement;
    while let Some((before, hole, after)) = next_hole(rest) {
        text.push_str(before);
        // JSON has braces, too.
        if hole.is_empty() || hole.contains(['"', '\n']) {
            text.push('{');
            rest = &rest[before.len() + 1..];
            continue;
        }
        let is_quoted = text.matches('\'').count() % 2 == 1;
        text.push_str(value(hole, is_quoted));
        rest = after;
    }
    text + rest
}

/// What is before the first hole, the hole's words, and what is after it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (hole, after) = rest.split_once('}')?;
    Some((before, hole, after))
}

fn value(hole: &str, is_quoted: bool) -> &'static str {
    let hole = hole.to_lowercase();
    let speaks_of = |words: &[&str]| words.iter().any(|word| hole.contains(word));
    // What Python has written as a text.
    if !is_quoted && speaks_of(&["strftime", "isoformat"]) {
        return "'2000-01-01'";
    }
    match (speaks_of(&["date", "time", "now"]), speaks_of(&["uuid"])) {
        (true, _) if is_quoted => "2000-01-01",
        (true, _) => "now()",
        (_, true) if is_quoted => "00000000-0000-4000-8000-000000000001",
        (_, true) => "gen_random_uuid()",
        _ if is_quoted => "0",
        _ => "NULL",
    }
}

#[cfg(test)]
mod tests {
    use super::plausible;

    #[test]
    fn holes_get_values_of_what_they_speak_of() {
        let statement = "INSERT INTO a VALUES ({datetime.date().isoformat}, {datetime.now()}, '{uuid.uuid4()}', {secret}, '{\"a\": 1}')";
        assert_eq!(
            plausible(statement),
            "INSERT INTO a VALUES ('2000-01-01', now(), '00000000-0000-4000-8000-000000000001', NULL, '{\"a\": 1}')"
        );
    }
}
