//! Conditions: what they come to, and what they are to a person who reads them.

use super::run::Interpreter;
use super::state::{State, Value};
use super::tree::{AssignedValue, Command, CommandKind, Parameter, Part, Word};
use crate::model::{Guard, GuardKind, Hole, Template};

/// Said of a value that somebody types.
pub(super) const TYPED: &str = "typed at the prompt";
const GIVEN: &str = "given on the command line";

impl Interpreter<'_> {
    /// `[[ ... ]]`, and `[ ... ]` without its brackets. What rests on a default is not known: whoever
    /// runs the script may say otherwise, but something it is.
    pub(super) fn test_words(&mut self, words: &[Word], state: &mut State) -> Option<bool> {
        (self.widest, self.rests_on) = (1, None);
        let mut texts = Vec::new();
        for word in words {
            texts.push(self.text(word, state));
        }
        let texts: Option<Vec<String>> = texts.iter().map(Template::known_text).collect();
        let texts = texts.filter(|_| self.widest == 1)?;
        self.test_texts(&texts)
    }

    pub(super) fn test_texts(&mut self, texts: &[String]) -> Option<bool> {
        let asks_presence = matches!(texts, [test, _] if test == "-z" || test == "-n");
        match self.rests_on.take() {
            Some(_) if !asks_presence => None,
            _ => test(texts),
        }
    }

    /// The condition as a guard of what happens if it is `wanted`.
    pub(super) fn guard(
        &self,
        condition: &[Command],
        wanted: bool,
        state: &State,
    ) -> Option<Guard> {
        let last = condition.last()?;
        let text = match wanted {
            true => last.text.to_string(),
            false => format!("not: {}", last.text),
        };
        let kind = self.guard_kind(condition, state)?;
        Some(Guard::new(kind, text, last.place.clone()))
    }

    /// A guard of everything after a branch that leaves. That something is there which the script
    /// needs (a variable, a program, a file) is no condition worth telling.
    pub(super) fn guard_of_rest(
        &self,
        condition: &[Command],
        wanted: bool,
        state: &State,
    ) -> Option<Guard> {
        let guard = self.guard(condition, wanted, state)?;
        let is_need = [
            " -z ",
            " -n ",
            " -f ",
            " -e ",
            " -d ",
            " -x ",
            "command -v",
            "which ",
            "$#",
        ]
        .iter()
        .any(|need| guard.text.contains(need));
        let is_plain = guard.kind == GuardKind::Condition && !guard.text.contains('[');
        (guard.kind == GuardKind::ConfirmationPrompt || !is_need && !is_plain).then_some(guard)
    }

    /// `None`: a command that does something, and merely may fail.
    fn guard_kind(&self, condition: &[Command], state: &State) -> Option<GuardKind> {
        let mut names = Vec::new();
        let mut facts = Facts::default();
        for command in condition {
            look(command, &mut names, &mut facts);
        }
        for name in facts.called.clone() {
            if let Some(body) = state.functions.get(&name) {
                look(body, &mut names, &mut facts);
                facts.is_test = true;
            }
        }
        let says = |reason: &str| names.iter().any(|name| is_unknown(name, reason, state));
        let default = names.iter().find_map(|name| state.defaulted.get(*name));
        Some(if says(TYPED) {
            GuardKind::ConfirmationPrompt
        } else if facts.asks_catalog {
            GuardKind::CatalogProbe
        } else if facts.asks_database {
            GuardKind::RowProbe
        } else if !facts.is_test {
            return None;
        } else if says(GIVEN) || names.iter().any(|name| is_argument(name)) {
            GuardKind::CommandLineFlag
        } else if let Some(kind) = default {
            *kind
        } else if names
            .iter()
            .any(|name| state.variable(name).is_none() && is_upper(name))
        {
            GuardKind::EnvironmentVariable
        } else {
            GuardKind::Condition
        })
    }

    /// `default`: who could have given another value than that.
    pub(super) fn case_guard(
        &self,
        subject: &Word,
        value: &Template,
        patterns: &[String],
        default: Option<GuardKind>,
    ) -> Guard {
        let mut names = Vec::new();
        word_names(subject, &mut names, &mut Facts::default());
        if let (Some(kind), Some(name)) = (default, names.first()) {
            let text = format!("${name} is {}", patterns.join(" or "));
            return Guard::new(kind, text, subject.place.clone());
        }
        let reason = |reason: &str| value.holes().any(|hole| hole.reason == reason);
        let kind = if reason(TYPED) {
            GuardKind::ConfirmationPrompt
        } else if reason(GIVEN) || names.iter().any(|name| is_argument(name)) {
            GuardKind::CommandLineFlag
        } else {
            GuardKind::Condition
        };
        let text = format!("{} is {}", value.display(), patterns.join(" or "));
        Guard::new(kind, text, subject.place.clone())
    }

    /// Whether the condition asks for something that differs between rounds or calls.
    pub(super) fn depends_on_varying(&self, condition: &[Command], state: &State) -> bool {
        let mut names = Vec::new();
        let mut facts = Facts::default();
        condition
            .iter()
            .for_each(|command| look(command, &mut names, &mut facts));
        names.iter().any(|name| state.varying.contains(*name))
    }

    pub(super) fn mentions_varying(&self, value: &AssignedValue, state: &State) -> bool {
        let mut names = Vec::new();
        let mut facts = Facts::default();
        match value {
            AssignedValue::Word(word) => word_names(word, &mut names, &mut facts),
            AssignedValue::Array(items) => {
                items
                    .iter()
                    .for_each(|(_, word)| word_names(word, &mut names, &mut facts));
            }
        }
        names.iter().any(|name| state.varying.contains(*name))
    }
}

fn is_argument(name: &str) -> bool {
    matches!(name, "@" | "*" | "#") || name.bytes().all(|byte| byte.is_ascii_digit()) && name != "0"
}

fn is_upper(name: &str) -> bool {
    name.len() > 1 && !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// May the variable hold something unknown for this reason?
fn is_unknown(name: &str, reason: &str, state: &State) -> bool {
    let is_so = |hole: &Hole| hole.reason == reason;
    match state.variable(name) {
        Some(Value::Text(texts)) => texts.iter().any(|text| text.holes().any(is_so)),
        _ => false,
    }
}

#[derive(Default)]
struct Facts {
    is_test: bool,
    asks_database: bool,
    asks_catalog: bool,
    called: Vec<String>,
}

/// The variables that a command reads, and what else it does.
fn look<'c>(command: &'c Command, names: &mut Vec<&'c str>, facts: &mut Facts) {
    match &command.kind {
        CommandKind::Simple(simple) => {
            let first = simple.words.first().and_then(plain);
            match first.as_deref() {
                Some("[" | "test") => facts.is_test = true,
                Some("psql") => {
                    facts.asks_database = true;
                    let text = command.text.to_ascii_lowercase();
                    facts.asks_catalog |=
                        ["information_schema", "pg_catalog", "pg_", "to_regclass"]
                            .iter()
                            .any(|word| text.contains(word));
                }
                Some(name) => facts.called.push(name.to_owned()),
                None => {}
            }
            simple
                .words
                .iter()
                .for_each(|word| word_names(word, names, facts));
            for assignment in &simple.assignments {
                if let AssignedValue::Word(word) = &assignment.value {
                    word_names(word, names, facts);
                }
            }
        }
        CommandKind::Test(words) => {
            facts.is_test = true;
            words.iter().for_each(|word| word_names(word, names, facts));
        }
        CommandKind::Arithmetic(_) => facts.is_test = true,
        CommandKind::Pipeline { commands, .. } | CommandKind::Group { body: commands, .. } => {
            commands.iter().for_each(|each| look(each, names, facts));
        }
        CommandKind::And(left, right) | CommandKind::Or(left, right) => {
            look(left, names, facts);
            look(right, names, facts);
        }
        CommandKind::If { branches, .. } => {
            for (condition, body) in branches {
                condition
                    .iter()
                    .chain(body)
                    .for_each(|each| look(each, names, facts));
            }
        }
        CommandKind::For { body, .. } | CommandKind::Loop { body, .. } => {
            body.iter().for_each(|each| look(each, names, facts));
        }
        CommandKind::Case { subject, .. } => word_names(subject, names, facts),
        CommandKind::Function { .. } => {}
    }
}

fn plain(word: &Word) -> Option<String> {
    match &word.parts[..] {
        [Part::Bare(text) | Part::Quoted(text)] => text.known_text(),
        _ => None,
    }
}

fn word_names<'w>(word: &'w Word, names: &mut Vec<&'w str>, facts: &mut Facts) {
    part_names(&word.parts, names, facts);
}

fn part_names<'p>(parts: &'p [Part], names: &mut Vec<&'p str>, facts: &mut Facts) {
    for part in parts {
        match part {
            Part::Parameter(parameter) => names.push(name_of(parameter)),
            Part::DoubleQuoted(parts) => part_names(parts, names, facts),
            Part::CommandOutput(commands, _) => {
                commands.iter().for_each(|each| look(each, names, facts));
            }
            Part::Bare(_) | Part::Quoted(_) | Part::Arithmetic(..) | Part::Process(_) => {}
        }
    }
}

fn name_of(parameter: &Parameter) -> &str {
    &parameter.name
}

/// Longer tests are not decided.
const MOST_WORDS: usize = 60;

/// A test of known texts.
fn test(texts: &[String]) -> Option<bool> {
    if texts.len() > MOST_WORDS {
        return None;
    }
    if let Some(at) = texts.iter().position(|text| text == "||" || text == "-o") {
        return match (test(&texts[..at]), test(&texts[at + 1..])) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }
    if let Some(at) = texts.iter().position(|text| text == "&&" || text == "-a") {
        return match (test(&texts[..at]), test(&texts[at + 1..])) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    match &texts[..] {
        ["!", rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|&text| text.to_owned()).collect();
            test(&rest).map(|success| !success)
        }
        ["(", inside @ .., ")"] => {
            let inside: Vec<String> = inside.iter().map(|&text| text.to_owned()).collect();
            test(&inside)
        }
        [] => Some(false),
        [text] => Some(!text.is_empty()),
        ["-z", text] => Some(text.is_empty()),
        ["-n", text] => Some(!text.is_empty()),
        [left, "=" | "==", right] => Some(crate::model::matches_wildcards(right, left)),
        [left, "!=", right] => Some(!crate::model::matches_wildcards(right, left)),
        [
            left,
            operator @ ("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"),
            right,
        ] => {
            let (left, right) = (left.parse().ok()?, right.parse().ok()?);
            Some(super::arithmetic::compare(operator, left, right))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tests_are_decided() {
        for (words, expected) in [
            ("-z", Some(true)),
            ("a = a", Some(true)),
            ("a == b*", Some(false)),
            ("ab == a*", Some(true)),
            ("! a = b", Some(true)),
            ("1 -lt 2", Some(true)),
            ("a = a && b = c", Some(false)),
            ("a = a || -f x", Some(true)),
            ("-f x", None),
        ] {
            let mut texts: Vec<String> = words.split(' ').map(str::to_owned).collect();
            if words == "-z" {
                texts.push(String::new());
            }
            assert_eq!(test(&texts), expected, "{words}");
        }
    }
}
