//! Programs that a script runs: psql, Alembic, Django's and Flask's commands, other scripts.

use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Outside, Template};

use crate::shell::EmbeddedPython;

use super::frame::Frame;
use super::http::{self, Answers};
use super::request;

/// The effects of a command line; of one of which nothing is known, that it is there.
pub(super) fn subprocess(call: &SinkCall, frame: &Frame<'_>, answers: Answers<'_>) -> Vec<Effect> {
    let Some(payload) = call.payload() else {
        return vec![frame.opaque(call, "nothing is known of the command")];
    };
    let mut found = Vec::new();
    for value in payload.alternatives() {
        match command_words(call, value) {
            Some(words) => {
                for command in commands(&words) {
                    let request = request::of_words(&command);
                    found.extend(http::of_requests(request.as_slice(), frame, answers));
                    found.extend(of_command(command, call, frame));
                }
            }
            None if matches!(value, Value::Unknown(_) | Value::External(_)) => {
                found.push(frame.opaque(call, "the command is not known"));
            }
            None => {}
        }
    }
    found
}

/// The code of `python -c CODE`: another Python, which is read as a script is.
pub(super) fn python_code(call: &SinkCall, frame: &Frame<'_>) -> Vec<EmbeddedPython> {
    let values = call.payload().into_iter().flat_map(Value::alternatives);
    let lines = values.filter_map(|value| command_words(call, value));
    let commands = lines.flat_map(|words| commands(&words));
    let codes = commands.filter_map(|words| {
        let python = words
            .iter()
            .position(|word| base_name(word).starts_with("python"))?;
        let mut options = words[python + 1..].iter();
        options.find(|word| word.display() == "-c")?;
        options.next().cloned()
    });
    codes.map(|code| frame.embedded(code)).collect()
}

/// Is it nothing that is known to have no database? Programs of which nothing is known count.
pub(super) fn is_about_a_database(call: &SinkCall, answers: Answers<'_>) -> bool {
    let Some(payload) = call.payload() else {
        return true;
    };
    payload
        .alternatives()
        .iter()
        .any(|value| match command_words(call, value) {
            Some(words) => commands(&words).iter().any(|words| {
                let has = |known: &[&str]| {
                    words
                        .iter()
                        .any(|word| known.contains(&word.display().as_str()))
                };
                let request = request::of_words(words);
                !http::are_quiet(request.as_slice(), answers)
                    || has(&["psql"]) && has(&["-f", "--file"])
                    || has(&["alembic"]) && has(&["upgrade", "downgrade", "stamp"])
            }),
            None => matches!(value, Value::Unknown(_) | Value::External(_)),
        })
}

/// The command line as far as known.
pub(super) fn line(call: &SinkCall) -> String {
    let words = call
        .payload()
        .and_then(|value| command_words(call, value))
        .unwrap_or_default();
    words
        .iter()
        .map(Template::display)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The words of the command: a list as it is, a string split at spaces outside quotes.
fn command_words(call: &SinkCall, value: &Value) -> Option<Vec<Template>> {
    match value {
        Value::List(elements) => Some(elements.borrow().iter().map(word).collect()),
        Value::Tuple(elements) => Some(elements.iter().map(word).collect()),
        Value::Text(template) => {
            let mut words = shell_words(template);
            // `create_subprocess_exec("psql", "-f", ...)`: the words are arguments of their own.
            words.extend(call.arguments.positional.iter().skip(1).map(word));
            Some(words)
        }
        _ => None,
    }
}

fn word(value: &Value) -> Template {
    match value {
        Value::Text(template) => (**template).clone(),
        Value::Maybe(maybe) => word(&maybe.value),
        Value::External(external) if external.path.as_ref() == "sys.executable" => {
            Template::from_text("python")
        }
        Value::External(external) if external.is_call_of("pathlib.Path") => external
            .arguments
            .as_ref()
            .and_then(|arguments| arguments.positional.first())
            .map_or_else(Template::default, word),
        Value::Unknown(unknown) => match &unknown.default {
            Some(default @ Value::Text(_)) => word(default),
            _ => Template::hole(
                unknown.text.as_ref(),
                unknown.reason.as_ref(),
                Some(unknown.place.clone()),
            ),
        },
        Value::OneOf(alternatives) => alternatives
            .values
            .first()
            .map_or_else(Template::default, word),
        Value::Integer(integer) => Template::from_text(integer.to_string()),
        _ => Template::hole("argument", "not known", None),
    }
}

/// Splits at white space; quotes keep words together and go away.
fn shell_words(template: &Template) -> Vec<Template> {
    let text = template.display();
    let mut words: Vec<Template> = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    let mut started = false;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), other) => current.push(other),
            (None, '"' | '\'') => {
                quote = Some(character);
                started = true;
            }
            (None, '|' | ';' | '&') => {
                if started || !current.is_empty() {
                    words.push(Template::from_text(std::mem::take(&mut current)));
                }
                words.push(Template::from_text(character.to_string()));
                started = false;
            }
            (None, space) if space.is_whitespace() => {
                if started || !current.is_empty() {
                    words.push(Template::from_text(std::mem::take(&mut current)));
                }
                started = false;
            }
            (None, other) => current.push(other),
        }
    }
    if started || !current.is_empty() {
        words.push(Template::from_text(current));
    }
    words
}

/// The commands of a line: between `&&`, `||`, `;` and pipes, without assignments before them; a
/// shell that is given its command as an argument is opened.
fn commands(words: &[Template]) -> Vec<Vec<Template>> {
    let mut found = Vec::new();
    let is_separator = |word: &Template| matches!(word.display().as_str(), "|" | ";" | "&");
    for part in words.split(is_separator) {
        let mut part: Vec<Template> = part.to_vec();
        while part.first().is_some_and(is_prefix) {
            part.remove(0);
        }
        let Some(first) = part.first().map(base_name) else {
            continue;
        };
        if matches!(first.as_str(), "sh" | "bash")
            && let Some(at) = part
                .iter()
                .position(|word| matches!(word.display().as_str(), "-c" | "-lc"))
            && let Some(inner) = part.get(at + 1)
        {
            found.extend(commands(&shell_words(inner)));
            continue;
        }
        found.push(part);
    }
    found
}

/// `PGPASSWORD=...`, `sudo`, `env`, `poetry run`, `docker compose exec db` stand before a command.
fn is_prefix(word: &Template) -> bool {
    let text = word.display();
    matches!(
        text.as_str(),
        "sudo" | "env" | "poetry" | "pipenv" | "run" | "uv" | "time" | "nohup" | "exec"
    ) || text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.chars().all(|character| {
                character.is_ascii_uppercase() || character == '_' || character.is_ascii_digit()
            })
    })
}

fn base_name(word: &Template) -> String {
    let text = word.display();
    text.rsplit('/').next().unwrap_or(&text).to_owned()
}

fn of_command(words: Vec<Template>, call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(program) = words.first().map(base_name) else {
        return Vec::new();
    };
    let texts: Vec<String> = words.iter().map(Template::display).collect();
    if let Some(at) = texts
        .iter()
        .position(|word| word == "psql" || word.ends_with("/psql"))
    {
        return psql(&words[at + 1..], call, frame);
    }
    if let Some(at) = texts
        .iter()
        .position(|word| word == "alembic" || word.ends_with("/alembic"))
    {
        return alembic(&texts[at + 1..], frame).into_iter().collect();
    }
    if program == "flask" && texts.get(1).is_some_and(|word| word == "db") {
        return alembic(&texts[2..], frame).into_iter().collect();
    }
    if program.starts_with("python") || program.ends_with(".py") {
        return python(&texts, program.ends_with(".py"), frame);
    }
    if program.ends_with(".sh") || matches!(program.as_str(), "bash" | "sh") {
        let script = texts.iter().find(|word| word.ends_with(".sh"));
        return script
            .map(|script| run_script(script, &texts, frame))
            .into_iter()
            .collect();
    }
    Vec::new()
}

/// `python script.py ...`, `python manage.py migrate`, `python -m alembic ...`.
fn python(texts: &[String], is_script_itself: bool, frame: &Frame<'_>) -> Vec<Effect> {
    let rest = if is_script_itself {
        texts
    } else {
        texts.get(1..).unwrap_or_default()
    };
    if let Some(module) = module_run(rest) {
        return module
            .map(|script| run_script(&script, rest, frame))
            .into_iter()
            .collect();
    }
    let Some(script) = rest.iter().find(|word| word.ends_with(".py")) else {
        return Vec::new();
    };
    let at = rest.iter().position(|word| word == script).unwrap_or(0);
    let arguments = rest.get(at + 1..).unwrap_or_default();
    if script.ends_with("manage.py") {
        return django(arguments, frame).into_iter().collect();
    }
    vec![run_script(
        script,
        rest.get(at..).unwrap_or_default(),
        frame,
    )]
}

/// Of `-m package.module` the module's file, where it is none that stands alone: those are tools, or
/// run tests, which have databases of their own.
fn module_run(words: &[String]) -> Option<Option<String>> {
    const LIBRARIES: &[&str] = &[
        "http",
        "json",
        "unittest",
        "xml",
        "email",
        "wsgiref",
        "importlib",
    ];
    let at = words
        .iter()
        .take_while(|word| word.starts_with('-'))
        .position(|word| word == "-m")?;
    let module = words.get(at + 1)?;
    let root = module.split('.').next().unwrap_or_default();
    let is_own = module.contains('.') && !LIBRARIES.contains(&root);
    Some(is_own.then(|| format!("{}.py", module.replace('.', "/"))))
}

fn run_script(script: &str, words: &[String], frame: &Frame<'_>) -> Effect {
    let outside = Outside {
        target: script.strip_prefix("/estate/").unwrap_or(script).to_owned(),
        detail: words.join(" "),
    };
    frame.effect(Action::RunScript(outside), Certainty::Exact)
}

/// The words after `alembic`.
pub(super) fn alembic(words: &[String], frame: &Frame<'_>) -> Option<Effect> {
    let at = words.iter().position(|word| {
        matches!(
            word.as_str(),
            "upgrade" | "downgrade" | "stamp" | "revision" | "merge" | "migrate"
        )
    })?;
    let command = words[at].as_str();
    let target = words[at + 1..]
        .iter()
        .find(|word| !word.starts_with('-') || is_relative(word));
    let outside = Outside {
        target: target.cloned().unwrap_or_else(|| "head".to_owned()),
        detail: format!("alembic {}", words.join(" ")),
    };
    let action = match command {
        "upgrade" | "downgrade" => Action::RunMigrations(outside),
        "stamp" => Action::Stamp(outside),
        _ => Action::WriteMigration(outside),
    };
    Some(frame.effect(action, Certainty::Exact))
}

fn is_relative(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|rest| rest.chars().all(|digit| digit.is_ascii_digit()))
}

/// The words after `manage.py`.
fn django(words: &[String], frame: &Frame<'_>) -> Option<Effect> {
    let command = words.first()?;
    let outside = Outside {
        target: words
            .get(1)
            .filter(|word| !word.starts_with('-'))
            .cloned()
            .unwrap_or_else(|| "head".to_owned()),
        detail: format!("manage.py {}", words.join(" ")),
    };
    let action = match command.as_str() {
        "migrate" => Action::RunMigrations(outside),
        "makemigrations" => Action::WriteMigration(outside),
        "dbshell" | "loaddata" | "flush" => Action::RunScript(outside),
        _ => return None,
    };
    Some(frame.effect(action, Certainty::Exact))
}

/// `call_command("migrate", ...)`, `execute_from_command_line(["manage.py", "migrate"])`.
pub(super) fn management(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let words = management_words(call);
    if words.is_empty() {
        return vec![frame.opaque(call, "the command is not known")];
    }
    django(&words, frame).into_iter().collect()
}

pub(super) fn management_words(call: &SinkCall) -> Vec<String> {
    match call.payload() {
        Some(Value::List(elements)) => elements
            .borrow()
            .iter()
            .skip(1)
            .map(|value| word(value).display())
            .collect(),
        Some(_) => call
            .arguments
            .positional
            .iter()
            .map(|value| word(value).display())
            .collect(),
        None => Vec::new(),
    }
}

/// `psql ... -c SQL`, `-f FILE`, with what it is fed.
fn psql(words: &[Template], call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let text = words[at].display();
        let (flag, attached) = match text.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => {
                (flag.to_owned(), Some(Template::from_text(value)))
            }
            _ => (text.clone(), None),
        };
        let value = attached.clone().or_else(|| words.get(at + 1).cloned());
        match (flag.as_str(), value) {
            ("-c" | "--command", Some(sql)) => found.extend(frame.sql(&sql, false, None)),
            ("-f" | "--file", Some(file)) => found.push(sql_file(&file, frame)),
            _ if text.starts_with("-f") && text.len() > 2 => {
                found.push(sql_file(&Template::from_text(&text[2..]), frame));
            }
            _ => {}
        }
        at += 1 + usize::from(
            attached.is_none() && matches!(flag.as_str(), "-c" | "--command" | "-f" | "--file"),
        );
    }
    if let Some(Value::Text(input)) = call.arguments.keyword("input") {
        found.extend(frame.sql(input, false, None));
    }
    found
}

/// The file as an effect of its own: what it does is said where it stands.
fn sql_file(file: &Template, frame: &Frame<'_>) -> Effect {
    let path = file.display();
    let outside = Outside {
        target: path.strip_prefix("/estate/").unwrap_or(&path).to_owned(),
        detail: "psql -f".to_owned(),
    };
    let certainty = match path.contains('{') {
        true => Certainty::Partial,
        false => Certainty::Exact,
    };
    frame.effect(Action::RunSqlFile(outside), certainty)
}
