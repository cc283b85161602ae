//! What the shell and its everyday programs do, as far as it matters: print, read, change folder.

use super::conditions::TYPED;
use super::run::{Flow, Interpreter, Outcome};
use super::state::{State, Value, contents_of, unknown};
use super::tree::{AssignedValue, Command, Simple};
use crate::model::{Fragment, Guard, GuardKind, Piece, Template};

impl Interpreter<'_> {
    /// `None`: no builtin of this name.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> Option<Outcome> {
        let arguments = &words[1..];
        let outcome = match name {
            ":" | "true" => Outcome::known(true),
            "false" => Outcome::known(false),
            "exit" => Outcome::leaving(Flow::Exit),
            "return" => Outcome::leaving(Flow::Return),
            "break" | "continue" => Outcome::leaving(Flow::LeaveRound),
            "echo" => self.echo(arguments),
            "printf" => self.printf(arguments),
            "cat" | "zcat" | "gunzip" | "bzcat" | "xzcat" => self.cat(command, arguments),
            "sed" | "awk" | "grep" | "head" | "tail" | "tr" | "envsubst" | "sort" | "uniq"
            | "pv" | "cut" => self.filter(name, command, arguments),
            "tee" => self.tee(command, arguments, state),
            "cd" | "pushd" => self.change_folder(arguments, state),
            "pwd" => self.say(&state.folder.clone().unwrap_or_else(|| ".".to_owned())),
            "dirname" => self.of_path(arguments, super::paths::parent),
            "basename" => self.of_path(arguments, super::paths::name),
            "realpath" | "readlink" => self.of_path(arguments, |path| path),
            "shift" => shift(state),
            "set" | "trap" | "ulimit" | "umask" | "hash" | "alias" | "shopt" | "wait" | "sleep"
            | "chmod" | "chown" | "mkdir" | "rm" | "cp" | "mv" | "touch" | "date" => {
                Outcome::UNKNOWN
            }
            "unset" => unset(arguments, state),
            "eval" => {
                let text = joined(arguments);
                self.run_text(&text, state)
            }
            "source" | "." => self.source_words(command, arguments, state),
            "[" | "test" => self.bracket(arguments),
            "mapfile" | "readarray" => read_lines(command, arguments, state),
            _ => return None,
        };
        Some(outcome)
    }

    fn bracket(&mut self, arguments: &[Template]) -> Outcome {
        let known: Option<Vec<String>> = arguments.iter().map(Template::known_text).collect();
        let Some(mut texts) = known else {
            return Outcome::UNKNOWN;
        };
        if texts.last().is_some_and(|text| text == "]") {
            texts.pop();
        }
        Outcome {
            success: self.test_texts(&texts),
            flow: Flow::Next,
        }
    }

    fn say(&mut self, text: &str) -> Outcome {
        self.print(&Template::from_text(text));
        Outcome::UNKNOWN
    }

    fn echo(&mut self, arguments: &[Template]) -> Outcome {
        let is_flag = |word: &Template| {
            word.known_text()
                .is_some_and(|word| matches!(word.as_str(), "-e" | "-n" | "-en" | "-ne"))
        };
        let n_flags = arguments.iter().take_while(|word| is_flag(word)).count();
        let mut text = joined(&arguments[n_flags..]);
        text.append(&Template::from_text("\n"));
        self.print(&text);
        Outcome::known(true)
    }

    /// `%s` takes the next argument; everything else stays.
    fn printf(&mut self, arguments: &[Template]) -> Outcome {
        let Some((format, values)) = arguments.split_first() else {
            return Outcome::known(true);
        };
        let mut values = values.iter();
        let mut text = Template::default();
        for piece in format.pieces() {
            match piece {
                Piece::Known(fragment) => printf_fragment(fragment, &mut values, &mut text),
                Piece::Hole(_) => text.push(piece.clone()),
            }
        }
        self.print(&text);
        Outcome::known(true)
    }

    fn cat(&mut self, command: &Command, arguments: &[Template]) -> Outcome {
        let files: Vec<&Template> = arguments
            .iter()
            .filter(|word| !word.display().starts_with('-'))
            .collect();
        if files.is_empty()
            && let Some(input) = self.input.clone()
        {
            self.print(&input);
        }
        for file in files {
            self.print(&contents_of(file, command.place.as_ref()));
        }
        Outcome::UNKNOWN
    }

    /// Programs that change a text on its way: a file stays that file, a known text is no longer.
    fn filter(&mut self, name: &str, command: &Command, arguments: &[Template]) -> Outcome {
        let place = command.place.as_ref();
        let file = arguments.iter().rev().find(|word| {
            let word = word.display();
            word.ends_with(".sql") || word.ends_with(".gz") || word.ends_with(".dump")
        });
        match (file, self.input.clone()) {
            (Some(file), _) => self.print(&contents_of(file, place)),
            (None, Some(input)) if input.has_holes() || name == "envsubst" => self.print(&input),
            (None, Some(_)) => {
                let text = unknown(&command.text, "a text that a program has changed", place);
                self.print(&text);
            }
            (None, None) => {}
        }
        Outcome::UNKNOWN
    }

    fn tee(&mut self, command: &Command, arguments: &[Template], state: &mut State) -> Outcome {
        if let Some(input) = self.input.clone() {
            for file in arguments
                .iter()
                .filter(|word| !word.display().starts_with('-'))
            {
                self.write_file(file, &input, command, state);
            }
            self.print(&input);
        }
        Outcome::UNKNOWN
    }

    fn change_folder(&mut self, arguments: &[Template], state: &mut State) -> Outcome {
        if let Some(path) = arguments.first().and_then(Template::known_text) {
            let base = match path.starts_with('/') {
                true => String::new(),
                false => state.folder.clone().unwrap_or_default(),
            };
            state.folder = Some(super::paths::clean(&super::paths::join(&base, &path)));
        }
        Outcome::UNKNOWN
    }

    fn of_path(&mut self, arguments: &[Template], change: fn(&str) -> &str) -> Outcome {
        let path = arguments
            .iter()
            .rev()
            .find(|word| !word.display().starts_with('-'));
        if let Some(path) = path {
            match path.known_text() {
                Some(known) => self.print(&Template::from_text(change(&known))),
                None => self.print(path),
            }
        }
        Outcome::UNKNOWN
    }

    fn source_words(
        &mut self,
        command: &Command,
        arguments: &[Template],
        state: &mut State,
    ) -> Outcome {
        match arguments.first() {
            Some(path) => self.source_file(&path.display(), command, state),
            None => Outcome::UNKNOWN,
        }
    }

    /// `read`: from the prompt, or the fields of a known line.
    pub(super) fn read_variables(
        &mut self,
        command: &Command,
        simple: &Simple,
        words: &[Template],
        state: &mut State,
    ) -> Outcome {
        let separator = simple.assignments.iter().find(|each| each.name == "IFS");
        let separator = separator.and_then(|each| match &each.value {
            AssignedValue::Word(word) => self.text(word, state).known_text(),
            AssignedValue::Array(_) => None,
        });
        let (names, prompt) = read_arguments(&words[1..]);
        let line = self.input.take();
        match line {
            Some(line) if !line.has_holes() => {
                let is_separator = |letter: char| match &separator {
                    Some(letters) if !letters.is_empty() => {
                        letters.contains(letter) || letter == '\n'
                    }
                    Some(_) => letter == '\n',
                    None => letter.is_whitespace(),
                };
                let fields = super::split::split(&line, is_separator, names.len().max(1));
                let mut fields = fields.into_iter();
                for name in &names {
                    state.note_varying(name);
                    state.set(name, Value::text(fields.next().unwrap_or_default()));
                }
                return Outcome::UNKNOWN;
            }
            Some(line) => {
                let reason = match super::state::files_in(&line).first() {
                    Some(file) => format!("read from `{file}`"),
                    None => "read from a command".to_owned(),
                };
                self.set_unknown(&names, &reason, command, state);
            }
            None => {
                self.set_unknown(&names, TYPED, command, state);
                let text = prompt.unwrap_or_else(|| "somebody presses a key".to_owned());
                let guard = Guard::new(GuardKind::ConfirmationPrompt, text, command.place.clone());
                state.add_guards([guard]);
            }
        }
        Outcome::UNKNOWN
    }

    fn set_unknown(&self, names: &[String], reason: &str, command: &Command, state: &mut State) {
        for name in names {
            let value = unknown(name, reason, command.place.as_ref());
            state.set(name, Value::text(value));
        }
    }
}

fn joined(words: &[Template]) -> Template {
    let mut text = Template::default();
    for (idx, word) in words.iter().enumerate() {
        if idx > 0 {
            text.append(&Template::from_text(" "));
        }
        text.append(word);
    }
    text
}

/// The variables, and the prompt of `-p`.
fn read_arguments(arguments: &[Template]) -> (Vec<String>, Option<String>) {
    let mut names = Vec::new();
    let mut prompt = None;
    let mut words = arguments.iter().map(Template::display);
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            Some(flags) if flags.ends_with('p') => prompt = words.next(),
            Some(flags) if flags.ends_with(['d', 'n', 'N', 't', 'u', 'i']) => {
                words.next();
            }
            Some(_) => {}
            None => names.push(word),
        }
    }
    (
        names,
        prompt.map(|text| text.trim().trim_end_matches(':').to_owned()),
    )
}

fn shift(state: &mut State) -> Outcome {
    if let Some(arguments) = &mut state.arguments
        && !arguments.is_empty()
    {
        arguments.remove(0);
    }
    Outcome::known(true)
}

fn unset(arguments: &[Template], state: &mut State) -> Outcome {
    for name in arguments.iter().filter_map(Template::known_text) {
        state.unset(&name);
    }
    Outcome::known(true)
}

fn read_lines(command: &Command, arguments: &[Template], state: &mut State) -> Outcome {
    if let Some(name) = arguments.last().and_then(Template::known_text) {
        let value = unknown(&name, "read from a command", command.place.as_ref());
        state.set(&name, Value::List(vec![value]));
    }
    Outcome::UNKNOWN
}

fn printf_fragment<'v>(
    fragment: &Fragment,
    values: &mut impl Iterator<Item = &'v Template>,
    text: &mut Template,
) {
    let source = &fragment.text;
    let mut start = 0;
    let add = |from: usize, to: usize, text: &mut Template| {
        text.push(Piece::known(
            source[from..to].to_owned(),
            fragment
                .origin
                .as_ref()
                .map(|origin| origin.after(&source[..from])),
        ));
    };
    for (at, _) in source.match_indices(['%', '\\']) {
        if at < start {
            continue;
        }
        let replaced = match source[at + 1..].chars().next() {
            Some('s' | 'd' | 'b' | 'q') if source[at..].starts_with('%') => {
                values.next().cloned().unwrap_or_default()
            }
            Some('n') if source[at..].starts_with('\\') => Template::from_text("\n"),
            Some('t') if source[at..].starts_with('\\') => Template::from_text("\t"),
            _ => continue,
        };
        add(start, at, text);
        text.append(&replaced);
        start = at + 2;
    }
    add(start, source.len(), text);
}
