//! Library functions that have a meaning here: dispatch by the root of the path. What is not found
//! stays symbolic.

use std::rc::Rc;

use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::flow::Interrupt;
use super::interpreter::Interpreter;
use super::value::{Source, Value};

/// Library constants that scripts build text with.
pub(crate) fn constant(path: &str) -> Option<Value> {
    Some(match path {
        "os.sep" | "os.path.sep" => Value::text("/"),
        "os.linesep" => Value::text("\n"),
        "os.name" => Value::text("posix"),
        // "A special constant that is assumed to be True by 3rd party static type checkers. It is False
        // at runtime." (typing)
        "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Value::Bool(false),
        _ => return None,
    })
}

impl Interpreter<'_> {
    pub(crate) fn library_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        if let Some(receiver) = callee.receiver_external()
            && let Some(value) = super::rows::fetch(receiver, callee.name(), arguments)
        {
            return Ok(Some(value));
        }
        let root = path.split('.').next().unwrap_or(path);
        match root {
            "logging" | "loguru" | "structlog" | "warnings" | "traceback"
                if callee.receiver.is_some() || path.matches('.').count() == 1 =>
            {
                Ok(self.logging_call(path))
            }
            "os" | "pathlib" | "glob" | "open" | "shutil" | "tempfile" => {
                self.file_call(path, callee, arguments, site)
            }
            "sys" => self.sys_call(path, arguments, site),
            "re" | "json" | "textwrap" | "string" | "shlex" | "sqlparse" | "inspect" | "html" => {
                self.text_call(path, callee, arguments, site)
            }
            "argparse" => Ok(self.argparse_call(path, callee, arguments, site)),
            "functools" | "itertools" | "collections" | "copy" | "typing" | "contextlib"
            | "operator" | "builtins" | "dataclasses" => {
                self.tool_call(path, callee, arguments, site)
            }
            "asyncio" | "concurrent" | "threading" | "multiprocessing" | "anyio" | "trio"
            | "nest_asyncio" => self.concurrent_call(path, callee, arguments, site),
            "importlib" | "runpy" => self.import_call(path, callee, arguments, site),
            "django" if path == "django.contrib.auth.get_user_model" => {
                self.user_model(site).transpose()
            }
            "time" if path == "time.sleep" => Ok(Some(Value::None)),
            "dotenv" => Ok(Some(Value::Bool(true))),
            "sqlalchemy" if path.starts_with("sqlalchemy.MetaData.tables.") => {
                self.metadata_tables(callee.name(), site)
            }
            "sqlalchemy" | "databases" if callee.name() == "run_sync" => {
                self.run_sync(callee, arguments, site).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Loggers give nothing; what makes them stays symbolic.
    fn logging_call(&self, path: &str) -> Option<Value> {
        let name = path.rsplit('.').next().unwrap_or(path);
        matches!(
            name,
            "debug"
                | "info"
                | "warning"
                | "warn"
                | "error"
                | "exception"
                | "critical"
                | "log"
                | "success"
                | "basicConfig"
                | "print_exc"
                | "filterwarnings"
                | "setLevel"
                | "addHandler"
                | "trace"
        )
        .then_some(Value::None)
    }

    fn sys_call(
        &mut self,
        path: &str,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        match path {
            "sys.exit" => {
                let code = arguments.positional.first().cloned();
                Err(Interrupt::Exit(code.unwrap_or(Value::None)))
            }
            "sys.path.insert" | "sys.path.append" => {
                let folder = arguments.positional.last().cloned();
                if let Some(folder) = folder {
                    self.extend_search_path(&folder, site);
                }
                Ok(Some(Value::None))
            }
            "sys.stdout.write" | "sys.stderr.write" | "sys.stdout.flush" => Ok(Some(Value::None)),
            _ => Ok(None),
        }
    }

    fn extend_search_path(&mut self, folder: &Value, site: &Expression) {
        let text = match super::paths::path_text(folder) {
            Some(template) => template.known_text(),
            None => folder.known_text(),
        };
        let Some(text) = text else { return };
        let importer = site.place.file.clone();
        let exists = |folder: &str| folder.is_empty() || self.estate.is_folder(folder);
        if let Some(found) = self.estate_path(&text, &importer, &exists)
            && !self.search_path.contains(&found)
        {
            self.search_path.push(found);
        }
    }

    fn argparse_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Option<Value> {
        let receiver = callee.receiver.as_ref()?;
        match path.rsplit('.').next()? {
            "add_argument" => {
                self.add_option(receiver, arguments, &site.place);
                Some(Value::None)
            }
            "set_defaults" => {
                self.note_escapes(path, arguments);
                self.dispatcher = Some(receiver.clone());
                Some(Value::None)
            }
            "parse_args" => Some(self.parsed_options(receiver, &site.place)),
            "parse_known_args" => {
                let options = self.parsed_options(receiver, &site.place);
                Some(Value::tuple(vec![options, Value::list(Vec::new())]))
            }
            "print_help" | "print_usage" => Some(Value::None),
            _ => None,
        }
    }

    /// `metadata.tables.items()` and the like.
    fn metadata_tables(
        &mut self,
        method: &str,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        self.load_pending_modules()?;
        let tables = self.declared.tables(&site.place);
        let named =
            |table: &Value| Value::text(super::metadata::name_of(table).unwrap_or_default());
        Ok(match method {
            "values" => Some(Value::list(tables)),
            "keys" => Some(Value::list(tables.iter().map(named).collect())),
            "items" => {
                let pairs = tables
                    .iter()
                    .map(|table| Value::tuple(vec![named(table), table.clone()]));
                Some(Value::list(pairs.collect()))
            }
            _ => None,
        })
    }

    /// `connection.run_sync(function, ...)`: the function is called with the connection.
    fn run_sync(
        &mut self,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> super::flow::Evaluated {
        let Some((function, rest)) = arguments.positional.split_first() else {
            return Ok(self.unknown(site, "not evaluated", Source::Other));
        };
        let mut given = Arguments {
            positional: callee.receiver.iter().cloned().collect(),
            keywords: arguments.keywords.clone(),
            open: arguments.open,
        };
        given.positional.extend(rest.iter().cloned());
        self.call_value(function, given, &site.place, &site.text)
    }
}
