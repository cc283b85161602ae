//! Words to texts: variables, command output, splitting, patterns of file names.

use std::sync::Arc;

use super::run::Interpreter;
use super::state::{State, Value, unknown};
use super::tree::{Parameter, ParameterOperation, Part, Word};
use super::words::index_text;
use crate::model::{GuardKind, Piece, Place, Template};

/// A field while it is built.
#[derive(Default)]
struct Field {
    text: Template,
    /// Something stands there, be it empty quotes.
    exists: bool,
    /// Holds an unquoted `*` or `?`.
    is_pattern: bool,
}

impl Interpreter<'_> {
    /// The word as one text, no splitting.
    pub(super) fn text(&mut self, word: &Word, state: &mut State) -> Template {
        self.parts_text(&word.parts, state)
    }

    fn parts_text(&mut self, parts: &[Part], state: &mut State) -> Template {
        let mut text = Template::default();
        for part in parts {
            text.append(&self.part_text(part, state));
        }
        text
    }

    fn part_text(&mut self, part: &Part, state: &mut State) -> Template {
        match part {
            Part::Bare(text) | Part::Quoted(text) => text.clone(),
            Part::DoubleQuoted(parts) => self.parts_text(parts, state),
            Part::Parameter(parameter) => joined(&self.parameter(parameter, state)),
            Part::CommandOutput(commands, place) => self.output_of(commands, place.as_ref(), state),
            Part::Arithmetic(text, place) => self.arithmetic_text(text, place.as_ref(), state),
            Part::Process(commands) => {
                let mut inner = state.clone();
                let text = self.captured(|this| this.block(commands, &mut inner));
                // The program reads it as a file.
                text
            }
        }
    }

    /// What `$(...)` gives, without the line ends at its end.
    fn output_of(
        &mut self,
        commands: &[super::tree::Command],
        place: Option<&Place>,
        state: &State,
    ) -> Template {
        let mut inner = state.clone();
        let text = self.captured(|this| this.block(commands, &mut inner));
        let label = commands.first().map_or("", |command| &command.text);
        match text.is_empty() {
            true => unknown(&format!("$({label})"), "the output of a command", place),
            false => trim_end(&text),
        }
    }

    /// The fields of a list of words, as the command gets them.
    pub(super) fn fields(&mut self, words: &[Word], state: &mut State) -> Vec<Template> {
        let mut fields = Vec::new();
        for word in words {
            let mut built = vec![Field::default()];
            for part in &word.parts {
                self.add_part(part, &mut built, state);
            }
            for field in built.into_iter().filter(|field| field.exists) {
                self.push_field(field, state, &mut fields);
            }
        }
        fields
    }

    fn push_field(&mut self, field: Field, state: &State, fields: &mut Vec<Template>) {
        if field.is_pattern
            && let Some(pattern) = field.text.known_text()
        {
            let found = self.matching_files(&pattern, state);
            if !found.is_empty() {
                fields.extend(found.into_iter().map(Template::from_text));
                return;
            }
        }
        fields.push(field.text);
    }

    fn add_part(&mut self, part: &Part, fields: &mut Vec<Field>, state: &mut State) {
        match part {
            Part::Bare(text) => {
                let is_pattern = text.display().contains(['*', '?']);
                let field = last(fields);
                field.text.append(text);
                field.exists = true;
                field.is_pattern |= is_pattern;
            }
            Part::Parameter(parameter) => {
                let items = self.parameter(parameter, state);
                let split = items.iter().flat_map(split_blanks);
                add_items(split.collect(), fields);
            }
            Part::CommandOutput(..) => {
                let text = self.part_text(part, state);
                add_items(split_blanks(&text), fields);
            }
            Part::DoubleQuoted(parts) => {
                if let [Part::Parameter(parameter)] = &parts[..]
                    && is_list(parameter)
                {
                    let items = self.parameter(parameter, state);
                    add_items(items, fields);
                    return;
                }
                let text = self.parts_text(parts, state);
                let field = last(fields);
                field.text.append(&text);
                field.exists = true;
            }
            Part::Quoted(_) | Part::Arithmetic(..) | Part::Process(_) => {
                let text = self.part_text(part, state);
                let field = last(fields);
                field.text.append(&text);
                field.exists = true;
            }
        }
    }

    /// The values of `$name`: one, or those of a list.
    fn parameter(&mut self, parameter: &Parameter, state: &mut State) -> Vec<Template> {
        let place = parameter.place.as_ref();
        let index = index_text(&parameter.index);
        if let ParameterOperation::Keys = parameter.operation {
            return keys(&parameter.name, state);
        }
        if let ParameterOperation::Length = parameter.operation {
            return vec![self.length(parameter, state)];
        }
        let is_list = matches!(index.as_deref(), Some("@" | "*"));
        let items = match (parameter.index.is_some(), parameter.name.as_str()) {
            (true, name) if is_list => list(name, state),
            (_, "@" | "*") => state
                .arguments
                .clone()
                .unwrap_or_else(|| vec![unknown("$@", "given on the command line", place)]),
            (true, _) => {
                let index = parameter.index.clone().unwrap_or_default();
                let index = self.text(&index, state);
                vec![self.element(&parameter.name, &index, state, place)]
            }
            (false, name) => vec![self.scalar(name, state, place)],
        };
        let is_set = state.variable(&parameter.name).is_some();
        match &parameter.operation {
            ParameterOperation::Plain | ParameterOperation::Required => items,
            ParameterOperation::Default(default) if !is_set => {
                vec![self.default(parameter, default, state)]
            }
            ParameterOperation::Default(_) => items,
            ParameterOperation::Alternative(word) => vec![self.text(&word.clone(), state)],
            operation => {
                let changed = items
                    .iter()
                    .map(|item| self.changed(item, operation, state, place));
                changed.collect()
            }
        }
    }

    /// `${1:-apply}`: what the user gives, or that. The default is what a plain run takes.
    fn default(&mut self, parameter: &Parameter, default: &Word, state: &mut State) -> Template {
        let is_given = parameter.name.parse::<usize>().ok().and_then(|number| {
            state
                .arguments
                .as_ref()?
                .get(number.checked_sub(1)?)
                .cloned()
        });
        match is_given {
            Some(given) if !given.is_empty() => given,
            _ => {
                let text = self.text(default, state);
                match text.is_empty() {
                    true => unknown(
                        &parameter.name,
                        "set in the environment",
                        parameter.place.as_ref(),
                    ),
                    false => {
                        self.rests_on = match parameter.name.parse::<usize>() {
                            Ok(_) if state.arguments.is_some() => self.rests_on,
                            Ok(_) => Some(GuardKind::CommandLineFlag),
                            Err(_) => Some(GuardKind::EnvironmentVariable),
                        };
                        text
                    }
                }
            }
        }
    }

    fn scalar(&mut self, name: &str, state: &State, place: Option<&Place>) -> Template {
        match name {
            "0" => return Template::from_text(self.file().to_owned()),
            "BASH_SOURCE" => return Template::from_text(self.file().to_owned()),
            "PWD" => {
                return Template::from_text(state.folder.clone().unwrap_or_else(|| ".".into()));
            }
            "#" => {
                return match &state.arguments {
                    Some(arguments) => Template::from_text(arguments.len().to_string()),
                    None => unknown("$#", "given on the command line", place),
                };
            }
            "?" | "$" | "!" | "-" => {
                return unknown(&format!("${name}"), "known at run time", place);
            }
            _ => {}
        }
        self.rests_on = self.rests_on.or(state.defaulted.get(name).copied());
        if let Ok(number) = name.parse::<usize>() {
            return match &state.arguments {
                Some(arguments) => arguments.get(number - 1).cloned().unwrap_or_default(),
                None => unknown(&format!("${name}"), "given on the command line", place),
            };
        }
        self.choose(state.texts(name, place))
    }

    /// One of several values; the command is run once for each.
    fn choose(&mut self, mut texts: Vec<Template>) -> Template {
        self.widest = self.widest.max(texts.len());
        let last = texts.len().saturating_sub(1);
        if texts.is_empty() {
            return Template::default();
        }
        texts.swap_remove(self.choice.min(last))
    }

    fn element(
        &mut self,
        name: &str,
        index: &Template,
        state: &State,
        place: Option<&Place>,
    ) -> Template {
        let key = index.known_text();
        let missing = || unknown(&format!("{name}[{}]", index.display()), "not known", place);
        match (state.variable(name), key) {
            _ if name == "BASH_SOURCE" => Template::from_text(self.file().to_owned()),
            (Some(Value::Map(items)), Some(key)) => {
                let found = items.iter().find(|(known, _)| *known == key);
                found.map_or_else(missing, |(_, value)| value.clone())
            }
            (Some(Value::List(items)), Some(key)) => {
                let number = key.trim().parse::<usize>().ok();
                number
                    .and_then(|number| items.get(number).cloned())
                    .unwrap_or_else(missing)
            }
            (Some(Value::Text(texts)), Some(key)) if key == "0" => self.choose(texts.clone()),
            _ => missing(),
        }
    }

    fn length(&mut self, parameter: &Parameter, state: &mut State) -> Template {
        let is_of_list = parameter.index.is_some();
        let text = match is_of_list {
            true => Some(list(&parameter.name, state).len()),
            false => {
                let text = self.scalar(&parameter.name, state, parameter.place.as_ref());
                text.known_text().map(|text| text.chars().count())
            }
        };
        match text {
            Some(length) => Template::from_text(length.to_string()),
            None => unknown(
                &format!("#{}", parameter.name),
                "a length",
                parameter.place.as_ref(),
            ),
        }
    }

    fn changed(
        &mut self,
        item: &Template,
        operation: &ParameterOperation,
        state: &mut State,
        place: Option<&Place>,
    ) -> Template {
        let Some(text) = item.known_text() else {
            return item.clone();
        };
        let mut known = |word: &Word| self.text(word, state).known_text();
        let changed = match operation {
            ParameterOperation::TrimStart(word, longest) => {
                known(word).map(|pattern| trim_start(&text, &pattern, *longest))
            }
            ParameterOperation::TrimEnd(word, longest) => {
                known(word).map(|pattern| trim_end_pattern(&text, &pattern, *longest))
            }
            ParameterOperation::Replace(pattern, with, everywhere) => {
                match (known(pattern), known(with)) {
                    (Some(pattern), Some(with)) if *everywhere => {
                        Some(text.replace(&pattern, &with))
                    }
                    (Some(pattern), Some(with)) => Some(text.replacen(&pattern, &with, 1)),
                    _ => None,
                }
            }
            ParameterOperation::Upper => Some(text.to_uppercase()),
            ParameterOperation::Lower => Some(text.to_lowercase()),
            _ => None,
        };
        let mut template = Template::default();
        match changed {
            Some(text) => template.push(Piece::known(text, item.origin().cloned())),
            None => return unknown(&text, "changed by the shell", place),
        }
        template
    }

    fn arithmetic_text(&mut self, text: &str, place: Option<&Place>, state: &State) -> Template {
        match super::arithmetic::value(text, state) {
            Some(number) => Template::from_text(number.to_string()),
            None => unknown(&format!("$(({text}))"), "computed at run time", place),
        }
    }

    /// Files of the estate that a pattern of names means, sorted.
    fn matching_files(&self, pattern: &str, state: &State) -> Vec<String> {
        let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        if folder.contains(['*', '?']) {
            return Vec::new();
        }
        for base in self.folders(state) {
            let path = super::paths::join(&base, folder);
            let names = self.files.list(&path);
            let names = names
                .iter()
                .filter(|each| !each.ends_with('/') && !each.starts_with('.'));
            let found: Vec<String> = names
                .filter(|each| crate::model::matches_wildcards(name, each))
                .map(|each| super::paths::join(folder, each))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}

fn last(fields: &mut Vec<Field>) -> &mut Field {
    if fields.is_empty() {
        fields.push(Field::default());
    }
    let idx = fields.len() - 1;
    &mut fields[idx]
}

/// The first goes on the field that is open, each other one begins a field.
fn add_items(items: Vec<Template>, fields: &mut Vec<Field>) {
    for (idx, item) in items.into_iter().enumerate() {
        if idx > 0 {
            fields.push(Field::default());
        }
        let field = last(fields);
        field.text.append(&item);
        field.exists = true;
    }
}

fn is_list(parameter: &Parameter) -> bool {
    matches!(parameter.operation, ParameterOperation::Keys)
        || parameter.name == "@"
        || matches!(index_text(&parameter.index).as_deref(), Some("@"))
}

fn list(name: &str, state: &State) -> Vec<Template> {
    match state.variable(name) {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Map(items)) => items.iter().map(|(_, value)| value.clone()).collect(),
        Some(Value::Text(texts)) => texts.clone(),
        None => Vec::new(),
    }
}

fn keys(name: &str, state: &State) -> Vec<Template> {
    match state.variable(name) {
        Some(Value::Map(items)) => items
            .iter()
            .map(|(key, _)| Template::from_text(key.as_str()))
            .collect(),
        Some(Value::List(items)) => (0..items.len())
            .map(|number| Template::from_text(number.to_string()))
            .collect(),
        _ => Vec::new(),
    }
}

fn joined(items: &[Template]) -> Template {
    let mut text = Template::default();
    for (idx, item) in items.iter().enumerate() {
        if idx > 0 {
            text.append(&Template::from_text(" "));
        }
        text.append(item);
    }
    text
}

/// The words of a text; a text with holes stays whole.
fn split_blanks(text: &Template) -> Vec<Template> {
    if text.has_holes() {
        return vec![text.clone()];
    }
    super::split::split(text, |letter| letter.is_whitespace(), usize::MAX)
}

/// Without the line ends at its end.
fn trim_end(text: &Template) -> Template {
    let mut pieces = text.pieces().to_vec();
    while let Some(Piece::Known(fragment)) = pieces.last_mut() {
        let kept = fragment.text.trim_end_matches(['\n', '\r']).len();
        if kept < fragment.text.len() {
            Arc::make_mut(fragment).text.truncate(kept);
        }
        if kept > 0 {
            break;
        }
        pieces.pop();
    }
    let mut template = Template::default();
    pieces.into_iter().for_each(|piece| template.push(piece));
    template
}

fn trim_start(text: &str, pattern: &str, is_longest: bool) -> String {
    let mut ends: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    if is_longest {
        ends.reverse();
    }
    let found = ends
        .into_iter()
        .find(|&end| crate::model::matches_wildcards(pattern, &text[..end]));
    text[found.unwrap_or(0)..].to_owned()
}

fn trim_end_pattern(text: &str, pattern: &str, is_longest: bool) -> String {
    let mut starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    if !is_longest {
        starts.reverse();
    }
    let found = starts
        .into_iter()
        .find(|&start| crate::model::matches_wildcards(pattern, &text[start..]));
    text[..found.unwrap_or(text.len())].to_owned()
}
