//! `os`, `os.path`, `pathlib`, `glob` and `open`: files of the estate are read, others are unknown.

use std::rc::Rc;

use crate::model::{Place, Template, matches_wildcards};
use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::flow::{Evaluated, Interrupt};
use super::interpreter::Interpreter;
use super::join::one_of;
use super::options::environment;
use super::paths::{self, path_of, path_text, path_value};
use super::unknown::unknown;
use super::value::{Source, Value};

impl Interpreter<'_> {
    pub(crate) fn file_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        if let Some(name) = path.strip_prefix("pathlib.Path") {
            return match name.strip_prefix('.') {
                Some(method) => self.path_method(method, callee, arguments, site),
                None => Ok(self.new_path(arguments, &site.place)),
            };
        }
        if let Some(name) = path.strip_prefix("os.path.") {
            return Ok(self.os_path_call(name, arguments, site));
        }
        let first = arguments.positional.first();
        Ok(match path {
            "os.getenv" | "os.environ.get" => {
                let name = first.and_then(Value::known_text).unwrap_or_default();
                Some(self.variable(&name, arguments.get(1, "default"), site))
            }
            "os.environ.setdefault" | "os.environ.update" | "os.putenv" | "os.chdir" => {
                Some(Value::None)
            }
            "os.getcwd" | "os.getcwdb" => Some(Value::text(paths::ROOT)),
            "os._exit" | "os.abort" => {
                return Err(Interrupt::Exit(first.cloned().unwrap_or(Value::None)));
            }
            "os.listdir" => self.listed_names(first, site),
            "glob.glob" | "glob.iglob" => self.globbed(first, site),
            "open" => Some(self.open_call(arguments, site)?),
            "open.read" | "open.readlines" | "open.readline" | "open.readable" => {
                self.read_open(path, callee)
            }
            "open.close" | "open.flush" | "open.seek" => Some(Value::None),
            _ => None,
        })
    }

    /// A variable of the environment; what it is where it is not set is the default.
    pub(crate) fn variable(
        &mut self,
        name: &str,
        default: Option<&Value>,
        site: &Expression,
    ) -> Value {
        if let Some(environ) = self.externals.get("os.environ")
            && let Some(value) = environ.attributes.borrow().get(name)
        {
            return value.clone();
        }
        if self.command_line.is_some() {
            let given = super::options::given_environment(name).map(Value::text);
            return given.or_else(|| default.cloned()).unwrap_or(Value::None);
        }
        if let Some(default) = default
            && self.host.is_concrete()
            && !matches!(default, Value::None)
        {
            return default.clone();
        }
        environment(name, default, site)
    }

    fn new_path(&mut self, arguments: &Arguments, place: &Place) -> Option<Value> {
        let whole = match arguments.positional.as_slice() {
            [] => Template::from_text("."),
            [path] => path_text(path)?,
            parts => joined(parts)?,
        };
        Some(path_of(whole, place))
    }

    /// The same for each of the values that the argument at the position can be.
    fn os_path_call_of_each(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: usize,
        site: &Expression,
    ) -> Option<Value> {
        let Value::OneOf(alternatives) = &arguments.positional[at] else {
            return None;
        };
        let mut values = Vec::new();
        for value in &alternatives.values {
            let mut each = arguments.clone();
            each.positional[at] = value.clone();
            values.extend(self.os_path_call(name, &each, site));
        }
        let limit = self.limits.alternatives;
        (!values.is_empty()).then(|| one_of(values, alternatives.source.clone(), limit))
    }

    fn os_path_call(
        &mut self,
        name: &str,
        arguments: &Arguments,
        site: &Expression,
    ) -> Option<Value> {
        if let Some(at) = first_of_several(&arguments.positional) {
            return self.os_path_call_of_each(name, arguments, at, site);
        }
        let first = arguments.positional.first()?;
        if name == "join" {
            return joined(&arguments.positional).map(Value::template);
        }
        let text = path_text(first)?.known_text()?;
        Some(match name {
            "dirname" => Value::text(text.rsplit_once('/').map_or("", |(folder, _)| folder)),
            "basename" => Value::text(text.rsplit('/').next().unwrap_or_default()),
            "abspath" | "realpath" => Value::text(absolute(&text)),
            "normpath" => Value::text(paths::normalized(&text)),
            "expanduser" | "expandvars" | "normcase" => Value::text(text),
            "relpath" => Value::text(
                text.strip_prefix(paths::ROOT)
                    .unwrap_or(&text)
                    .trim_start_matches('/'),
            ),
            "splitext" => {
                let name = text.rsplit('/').next().unwrap_or_default();
                let end = name
                    .rfind('.')
                    .filter(|at| *at > 0)
                    .map_or(text.len(), |at| text.len() - name.len() + at);
                Value::tuple(vec![Value::text(&text[..end]), Value::text(&text[end..])])
            }
            "split" => {
                let (folder, name) = text.rsplit_once('/').unwrap_or(("", &text));
                Value::tuple(vec![Value::text(folder), Value::text(name)])
            }
            "isabs" => Value::Bool(text.starts_with('/')),
            "exists" | "isfile" | "isdir" | "getsize" => self.file_question(&text, site),
            _ => return None,
        })
    }

    /// What is in the estate may still be missing where the script runs, and the other way round.
    fn file_question(&mut self, text: &str, site: &Expression) -> Value {
        if self.host.is_concrete() {
            let exists = |path: &str| self.estate.is_file(path) || self.estate.is_folder(path);
            let found = self.estate_path(text, &site.place.file, &exists).is_some();
            return Value::Bool(found);
        }
        let reason = "whether a file is there";
        unknown(
            site.text.clone(),
            reason,
            Source::FileSystem,
            site.place.clone(),
        )
    }

    fn path_method(
        &mut self,
        method: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        if matches!(method, "cwd" | "home") {
            return Ok(Some(path_value(paths::ROOT, &site.place)));
        }
        let Some(receiver) = callee.receiver.as_ref() else {
            return Ok(None);
        };
        let Some(template) = path_text(receiver) else {
            return Ok(None);
        };
        let place = &site.place;
        if method == "joinpath" {
            let mut whole = template;
            for part in &arguments.positional {
                let Some(part) = path_text(part) else {
                    return Ok(None);
                };
                whole = paths::join_templates(&whole, &part);
            }
            return Ok(Some(path_of(whole, place)));
        }
        let first = arguments.positional.first();
        let Some(text) = template.known_text() else {
            return Ok(match method {
                "resolve" | "absolute" | "expanduser" => Some(receiver.clone()),
                "as_posix" | "__str__" => Some(Value::template(template)),
                "open" => return self.open_file(receiver.clone(), arguments, site).map(Some),
                _ => None,
            });
        };
        Ok(Some(match method {
            "resolve" | "absolute" => path_value(&absolute(&text), place),
            "expanduser" => receiver.clone(),
            "as_posix" | "__str__" => Value::text(text),
            "exists" | "is_file" | "is_dir" => self.file_question(&text, site),
            "read_text" => match self.estate_text(&text, place) {
                Some(template) => Value::template(template),
                None => self.unread(&text, site),
            },
            "open" => return self.open_file(receiver.clone(), arguments, site).map(Some),
            "mkdir" | "touch" | "unlink" | "rename" | "chmod" => Value::None,
            "with_suffix" => match first.and_then(Value::known_text) {
                Some(suffix) => {
                    let stem = text
                        .rsplit_once('.')
                        .map_or(text.as_str(), |(stem, _)| stem);
                    path_value(&format!("{stem}{suffix}"), place)
                }
                None => return Ok(None),
            },
            "with_name" => match first.and_then(Value::known_text) {
                Some(name) => path_value(&paths::within(paths::parent_folder(&text), &name), place),
                None => return Ok(None),
            },
            "relative_to" => path_value(
                text.strip_prefix(paths::ROOT)
                    .unwrap_or(&text)
                    .trim_start_matches('/'),
                place,
            ),
            "glob" | "rglob" | "iterdir" => return Ok(self.files_in(&text, method, first, site)),
            _ => return Ok(None),
        }))
    }

    fn unread(&self, path: &str, site: &Expression) -> Value {
        let reason = format!("the content of `{path}`, which is not in the repository");
        unknown(
            site.text.clone(),
            reason,
            Source::FileSystem,
            site.place.clone(),
        )
    }

    /// The text of a file of the estate, every piece of it at its place.
    pub(crate) fn estate_text(&mut self, path: &str, place: &Place) -> Option<Template> {
        let Some(file) = self.estate_file(path, &place.file) else {
            self.note_read(&paths::normalized(path), 0, place);
            return None;
        };
        let text = self.estate.text(&file)?;
        self.note_read(&file, text.trim().len(), place);
        Some(Template::from_source(
            text.to_string(),
            Place::new(file, 1, 1),
        ))
    }

    /// A file that is not in the estate may be there where the script runs.
    fn note_read(&mut self, file: &str, length: usize, place: &Place) {
        if self.importing > 0 {
            return;
        }
        let file = file.strip_prefix(paths::ROOT).unwrap_or(file);
        self.reads.push(super::host::FileRead {
            file: std::sync::Arc::from(file.trim_start_matches('/')),
            length,
            place: place.clone(),
            via: self.via.get(self.root_calls..).unwrap_or_default().to_vec(),
            guards: self.guards.clone(),
            reached: self.reached.clone(),
        });
    }

    /// `Path.glob` and the like for a folder of the estate; sorted, as a script should.
    fn files_in(
        &mut self,
        folder: &str,
        method: &str,
        pattern: Option<&Value>,
        site: &Expression,
    ) -> Option<Value> {
        let estate = self.estate;
        let found = self.estate_path(folder, &site.place.file, &|path| {
            path.is_empty() || estate.is_folder(path)
        })?;
        let pattern = match method {
            "iterdir" => "*".to_owned(),
            _ => pattern?.known_text()?,
        };
        let pattern = pattern.rsplit('/').next().unwrap_or(&pattern);
        let files = estate.list(&found);
        let paths = files
            .iter()
            .filter(|file| matches_wildcards(pattern, file.rsplit('/').next().unwrap_or_default()))
            .map(|file| path_value(&format!("{}/{file}", paths::ROOT), &site.place))
            .collect();
        Some(Value::list(paths))
    }

    fn globbed(&mut self, pattern: Option<&Value>, site: &Expression) -> Option<Value> {
        let pattern = path_text(pattern?)?.known_text()?;
        let (folder, name) = pattern.rsplit_once('/').unwrap_or((".", &pattern));
        let found = self.files_in(folder, "glob", Some(&Value::text(name)), site)?;
        let Value::List(elements) = &found else {
            return None;
        };
        let texts = elements
            .borrow()
            .iter()
            .filter_map(path_text)
            .map(Value::template)
            .collect();
        Some(Value::list(texts))
    }

    fn listed_names(&mut self, folder: Option<&Value>, site: &Expression) -> Option<Value> {
        let folder = folder.map_or_else(
            || Some(paths::ROOT.to_owned()),
            |folder| path_text(folder)?.known_text(),
        )?;
        let found = self.files_in(&folder, "iterdir", None, site)?;
        let Value::List(elements) = &found else {
            return None;
        };
        let names = elements
            .borrow()
            .iter()
            .filter_map(|path| path_text(path)?.known_text())
            .map(|path| Value::text(path.rsplit('/').next().unwrap_or_default()))
            .collect();
        Some(Value::list(names))
    }

    pub(crate) fn open_call(&mut self, arguments: &Arguments, site: &Expression) -> Evaluated {
        let path = arguments.get(0, "file").cloned().unwrap_or(Value::None);
        let mut rest = arguments.clone();
        if !rest.positional.is_empty() {
            rest.positional.remove(0);
        }
        self.open_file(path, &rest, site)
    }

    /// A file object: `open` called with the path and the mode.
    fn open_file(&mut self, path: Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        let mode = arguments
            .get(0, "mode")
            .cloned()
            .unwrap_or_else(|| Value::text("r"));
        Ok(Value::External(Rc::new(External {
            path: Rc::from("open"),
            type_path: Some(Rc::from("open")),
            receiver: None,
            arguments: Some(Arguments::positional(vec![path, mode])),
            attributes: Default::default(),
            place: site.place.clone(),
        })))
    }

    /// The text that an open file of the estate holds.
    pub(crate) fn opened_text(&mut self, external: &External) -> Option<Template> {
        let (_, arguments) = external.call()?;
        let mode = arguments.positional.get(1).and_then(Value::known_text)?;
        if mode.contains(['w', 'a', 'x']) {
            return None;
        }
        let path = path_text(arguments.positional.first()?)?.known_text()?;
        self.estate_text(&path, &external.place)
    }

    fn read_open(&mut self, path: &str, callee: &Rc<External>) -> Option<Value> {
        let text = self.opened_text(callee.receiver_external()?)?;
        Some(match path {
            "open.read" => Value::template(text),
            "open.readlines" => Value::list(
                super::text::split_lines(&text, true)
                    .into_iter()
                    .map(Value::template)
                    .collect(),
            ),
            _ => return None,
        })
    }
}

fn absolute(text: &str) -> String {
    paths::normalized(&paths::join(paths::ROOT, text))
}

fn first_of_several(values: &[Value]) -> Option<usize> {
    values
        .iter()
        .position(|value| matches!(value, Value::OneOf(_)))
}

/// The parts one below the other; those that are not known are holes, unless nothing is known.
fn joined(parts: &[Value]) -> Option<Template> {
    parts.iter().find_map(path_text)?;
    let mut templates = parts.iter().map(|part| match part {
        Value::Unknown(unknown) => Some(Template::hole(
            unknown.text.as_ref(),
            unknown.reason.as_ref(),
            Some(unknown.place.clone()),
        )),
        part => path_text(part),
    });
    let first = templates.next()??;
    templates.try_fold(first, |whole, part| {
        Some(paths::join_templates(&whole, &part?))
    })
}
