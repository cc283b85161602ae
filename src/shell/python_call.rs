//! `python`: scripts, modules, code inside of the shell script; Django's `manage.py`.

use super::emit::Call;
use super::run::{Interpreter, Outcome};
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Template};

impl Interpreter<'_> {
    pub(super) fn python(
        &mut self,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> Outcome {
        let mut arguments = words[1..].iter().enumerate();
        while let Some((idx, word)) = arguments.next() {
            let text = word.display();
            match text.as_str() {
                "-m" => return self.python_module(command, &words[idx + 2..], state),
                "-c" => {
                    let code = arguments.next().map(|(_, code)| code.clone());
                    self.embedded_python(command, &code.unwrap_or_default(), state);
                    return Outcome::UNKNOWN;
                }
                "-" => break,
                "-W" | "-X" => {
                    arguments.next();
                }
                flag if flag.starts_with('-') => {}
                file if file.ends_with("manage.py") => {
                    self.django(command, &words[idx + 2..], state);
                    return Outcome::UNKNOWN;
                }
                file => {
                    self.run_file(command, file, words, state);
                    return Outcome::UNKNOWN;
                }
            }
        }
        if let Some(code) = self.input.take() {
            self.embedded_python(command, &code, state);
        }
        Outcome::UNKNOWN
    }

    /// `python -m alembic upgrade head`, `python -m app.scripts.fix`.
    fn python_module(
        &mut self,
        command: &Command,
        words: &[Template],
        state: &mut State,
    ) -> Outcome {
        let Some(module) = words.first().and_then(Template::known_text) else {
            return Outcome::UNKNOWN;
        };
        if super::wrappers::is_program(&module) {
            return self.run_words(command, words, state);
        }
        if module == "django" {
            self.django(command, &words[1..], state);
            return Outcome::UNKNOWN;
        }
        let path = module.replace('.', "/");
        let files = [format!("{path}.py"), format!("{path}/__main__.py")];
        let found = files
            .iter()
            .find(|file| self.resolve(file, state).is_some());
        if let Some(file) = found {
            self.run_file(command, file, words, state);
        }
        Outcome::UNKNOWN
    }

    /// Django's commands, and those of the estate (`management/commands/`).
    pub(super) fn django(&mut self, command: &Command, words: &[Template], state: &mut State) {
        let Some(name) = words.first().map(Template::display) else {
            return;
        };
        let call = Call {
            place: command.place.clone(),
            sink: "manage.py",
            state,
        };
        let detail = &*command.text;
        let has = |flag: &str| words.iter().any(|word| word.display() == flag);
        match name.as_str() {
            "migrate" if has("--fake") => {
                self.outside(&call, &named(&words[1..], "all"), detail, Action::Stamp);
            }
            "migrate" if has("--plan") || has("--check") => {}
            "migrate" => {
                self.outside(
                    &call,
                    &named(&words[1..], "all"),
                    detail,
                    Action::RunMigrations,
                );
            }
            "loaddata" => {
                self.outside(&call, &named(&words[1..], ""), detail, Action::RunScript);
            }
            "dbshell" => {
                if let Some(input) = self.input.take() {
                    self.sql(&call, &input, crate::model::Dialect::Postgres);
                }
            }
            "shell" | "shell_plus" => self.django_shell(command, words, state),
            name => {
                if let Some(file) = self.management_command(name) {
                    let target = Template::from_text(file);
                    self.outside(&call, &target, detail, Action::RunScript);
                }
            }
        }
    }

    fn django_shell(&mut self, command: &Command, words: &[Template], state: &mut State) {
        let code = words
            .iter()
            .position(|word| matches!(word.display().as_str(), "-c" | "--command"));
        let code = code.and_then(|idx| words.get(idx + 1).cloned());
        if let Some(code) = code.or_else(|| self.input.take()) {
            self.embedded_python(command, &code, state);
        }
    }

    /// The file of a command of the estate.
    fn management_command(&self, name: &str) -> Option<String> {
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_plain {
            return None;
        }
        find_command(self.files, "", name, 0)
    }
}

/// Looks through the folders for `management/commands/<name>.py`.
fn find_command(
    files: &dyn crate::source::Files,
    folder: &str,
    name: &str,
    depth: usize,
) -> Option<String> {
    let file = super::paths::join(folder, &format!("management/commands/{name}.py"));
    if files.exists(&file) {
        return Some(file);
    }
    if depth >= 4 {
        return None;
    }
    let is_code = |each: &&String| {
        each.ends_with('/') && !each.starts_with('.') && each.as_str() != "node_modules/"
    };
    let folders = files.list(folder);
    folders.iter().filter(is_code).find_map(|each| {
        let inner = super::paths::join(folder, each.trim_end_matches('/'));
        find_command(files, &inner, name, depth + 1)
    })
}

fn named(words: &[Template], otherwise: &str) -> Template {
    let found = words.iter().find(|word| !word.display().starts_with('-'));
    found
        .cloned()
        .unwrap_or_else(|| Template::from_text(otherwise))
}
