//! `functools`, `itertools`, `collections`, `asyncio`, `threading`, `importlib`: calls that pass
//! values on, or call what they are given.

use std::rc::Rc;

use crate::python::tree::Expression;

use super::external::{Arguments, External};
use super::flow::{Evaluated, Interrupt};
use super::interpreter::Interpreter;
use super::scope::Scope;
use super::value::Value;

impl Interpreter<'_> {
    pub(crate) fn tool_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let first = arguments.positional.first().cloned();
        Ok(match (path, first) {
            ("typing.cast", _) => arguments.positional.get(1).cloned(),
            ("copy.copy" | "copy.deepcopy", Some(value)) => Some(copied(&value)),
            ("functools.partial.__call__", _) => {
                return self.call_partial(callee, arguments, site).map(Some);
            }
            ("functools.reduce", Some(function)) => {
                return self.reduce(&function, arguments, site).map(Some);
            }
            ("itertools.chain", _) => self.chained(&arguments.positional, site)?,
            ("itertools.chain.from_iterable", Some(value)) => match self.collect(&value, site)? {
                Some(items) => self.chained(&items, site)?,
                None => None,
            },
            ("itertools.product", _) => self.product(&arguments.positional, site)?,
            ("collections.OrderedDict" | "builtins.dict.fromkeys", first) => {
                self.ordered(path, first, arguments, site)?
            }
            ("collections.defaultdict" | "collections.Counter", _) => Some(Value::dict(Vec::new())),
            ("collections.deque", Some(value)) => self.collect(&value, site)?.map(Value::list),
            ("dataclasses.asdict", Some(Value::Instance(instance))) => {
                super::classes::synthetic_method(&instance, "dict", &Arguments::default())
            }
            ("dataclasses.replace", Some(value)) => Some(value),
            (
                "contextlib.ExitStack.enter_context"
                | "contextlib.AsyncExitStack.enter_async_context",
                Some(value),
            ) => Some(match &value {
                Value::External(external) => self.enter_external(external, site)?,
                Value::Generator(_) => self
                    .first_yield(&value, &site.place)?
                    .unwrap_or(Value::None),
                _ => value,
            }),
            ("builtins.str.join", Some(Value::Text(separator))) => {
                let rest = Arguments::positional(arguments.positional[1..].to_vec());
                Some(self.text_method(&separator, "join", &rest, site)?)
            }
            _ => None,
        })
    }

    fn call_partial(
        &mut self,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Evaluated {
        let Some(bound) = &callee.arguments else {
            return Ok(self.opaque(site));
        };
        let Some((function, given)) = bound.positional.split_first() else {
            return Ok(self.opaque(site));
        };
        let mut all = Arguments {
            positional: given.to_vec(),
            keywords: bound.keywords.clone(),
            open: bound.open || arguments.open,
        };
        all.positional.extend(arguments.positional.iter().cloned());
        for (name, value) in &arguments.keywords {
            all.keywords.retain(|(known, _)| known != name);
            all.keywords.push((name.clone(), value.clone()));
        }
        self.call_value(function, all, &site.place, &site.text)
    }

    fn reduce(&mut self, function: &Value, arguments: &Arguments, site: &Expression) -> Evaluated {
        let Some(iterable) = arguments.positional.get(1) else {
            return Ok(self.opaque(site));
        };
        let Some(items) = self.collect(iterable, site)? else {
            return Ok(self.about(iterable, site));
        };
        let mut items = items.into_iter().map(super::expressions::bare);
        let Some(mut result) = arguments
            .positional
            .get(2)
            .cloned()
            .or_else(|| items.next())
        else {
            return Ok(self.opaque(site));
        };
        for item in items {
            let given = Arguments::positional(vec![result, item]);
            result = self.call_value(function, given, &site.place, &site.text)?;
        }
        Ok(result)
    }

    fn chained(&mut self, parts: &[Value], site: &Expression) -> Result<Option<Value>, Interrupt> {
        let mut all = Vec::new();
        for part in parts {
            match self.collect(part, site)? {
                Some(items) => all.extend(items),
                None => return Ok(None),
            }
        }
        Ok(Some(Value::list(all)))
    }

    fn product(&mut self, parts: &[Value], site: &Expression) -> Result<Option<Value>, Interrupt> {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for part in parts {
            let Some(items) = self.collect(part, site)? else {
                return Ok(None);
            };
            let mut longer = Vec::new();
            for row in &rows {
                for item in &items {
                    if longer.len() < self.limits.turns {
                        let mut row = row.clone();
                        row.push(super::expressions::bare(item.clone()));
                        longer.push(row);
                    }
                }
            }
            rows = longer;
        }
        Ok(Some(Value::list(
            rows.into_iter().map(Value::tuple).collect(),
        )))
    }

    fn ordered(
        &mut self,
        path: &str,
        first: Option<Value>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        if path == "builtins.dict.fromkeys" {
            let Some(keys) = first else { return Ok(None) };
            let Some(items) = self.collect(&keys, site)? else {
                return Ok(None);
            };
            let value = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            let mut entries = Vec::new();
            for key in items {
                super::containers::put(&mut entries, super::expressions::bare(key), value.clone());
            }
            return Ok(Some(Value::dict(entries)));
        }
        self.builtin_call("dict", arguments, site)
    }

    pub(crate) fn concurrent_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let name = callee.name();
        let first = arguments.positional.first().cloned();
        Ok(match (name, first) {
            (
                "run" | "run_until_complete" | "create_task" | "ensure_future" | "wait_for"
                | "shield",
                Some(value),
            ) => {
                Some(match &value {
                    // anyio and trio are given the function, asyncio its coroutine.
                    Value::Function(_) | Value::BoundMethod(_) => {
                        self.call_rest(arguments, 0, site)?
                    }
                    _ => value,
                })
            }
            ("gather", _) => Some(Value::list(arguments.positional.clone())),
            (
                "to_thread"
                | "submit"
                | "call_soon"
                | "apply"
                | "apply_async"
                | "run_coroutine_threadsafe",
                Some(_),
            ) => Some(self.call_rest(arguments, 0, site)?),
            ("run_in_executor", Some(_)) => Some(self.call_rest(arguments, 1, site)?),
            ("Thread" | "Process", _)
                if path.starts_with("threading") || path.starts_with("multiprocessing") =>
            {
                self.start_thread(arguments, site)?
            }
            ("map", Some(function)) => Some(
                self.builtin_call("map", arguments, site)?
                    .unwrap_or(function),
            ),
            ("sleep", _) if path == "asyncio.sleep" => Some(Value::None),
            ("result", _) => callee.receiver.clone(),
            _ => None,
        })
    }

    /// Calls the argument at `at` with those after it.
    fn call_rest(&mut self, arguments: &Arguments, at: usize, site: &Expression) -> Evaluated {
        let Some(function) = arguments.positional.get(at).cloned() else {
            return Ok(self.opaque(site));
        };
        let given = Arguments {
            positional: arguments
                .positional
                .get(at + 1..)
                .unwrap_or_default()
                .to_vec(),
            keywords: arguments.keywords.clone(),
            open: arguments.open,
        };
        match &function {
            Value::Function(_)
            | Value::BoundMethod(_)
            | Value::External(_)
            | Value::Imported(_) => self.call_value(&function, given, &site.place, &site.text),
            // A coroutine that has been evaluated already.
            _ => Ok(function),
        }
    }

    fn start_thread(
        &mut self,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let Some(target) = arguments.keyword("target").cloned() else {
            return Ok(None);
        };
        let positional = match arguments.keyword("args") {
            Some(args) => self.collect(args, site)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let given = Arguments::positional(positional);
        self.call_value(&target, given, &site.place, &site.text)?;
        Ok(None)
    }

    pub(crate) fn import_call(
        &mut self,
        path: &str,
        callee: &Rc<External>,
        arguments: &Arguments,
        site: &Expression,
    ) -> Result<Option<Value>, Interrupt> {
        let first = arguments.positional.first().cloned();
        Ok(match (path, first) {
            ("importlib.import_module", Some(name)) => Some(self.import_by_name(&name, site)),
            ("importlib.util.module_from_spec", Some(Value::External(spec))) => {
                let location = spec
                    .arguments
                    .as_ref()
                    .and_then(|call| call.get(1, "location"))
                    .cloned();
                location
                    .and_then(|location| self.module_at(&location, site))
                    .map(Value::Module)
            }
            ("runpy.run_path", Some(location)) => {
                if let Some(scope) = self.module_at(&location, site) {
                    self.enter_module(&scope)?;
                }
                Some(Value::dict(Vec::new()))
            }
            _ if callee.name() == "exec_module" => {
                if let Some(Value::Module(scope)) = arguments.positional.first() {
                    self.enter_module(scope)?;
                }
                Some(Value::None)
            }
            _ => None,
        })
    }

    pub(crate) fn import_by_name(&mut self, name: &Value, site: &Expression) -> Value {
        let Some(name) = name.known_text() else {
            return self.about(name, site);
        };
        match self.find_module(&name, &site.place.file.clone()) {
            Some(scope) => Value::Module(scope),
            None => self.external_name(&name, &site.place),
        }
    }

    fn module_at(&mut self, location: &Value, site: &Expression) -> Option<Rc<Scope>> {
        let path = super::paths::path_text(location)?.known_text()?;
        let file = self.estate_file(&path, &site.place.file)?;
        let stem = file.rsplit('/').next()?.trim_end_matches(".py").to_owned();
        self.estate.module(&file)?;
        self.module_scope(&file, &stem)
    }

    /// `exec(open("other.py").read())`: the file is run as a module of its own.
    pub(crate) fn exec_text(&mut self, value: &Value, site: &Expression) -> Evaluated {
        let origin = match value {
            Value::Text(template) => template.origin().cloned(),
            _ => None,
        };
        if let Some(origin) = origin
            && origin.line == 1
            && origin.file.ends_with(".py")
            && let Some(scope) = self.module_at(&super::paths::file_value(&origin.file), site)
        {
            self.enter_module(&scope)?;
        }
        Ok(Value::None)
    }
}

fn copied(value: &Value) -> Value {
    match value {
        Value::List(elements) => Value::list(elements.borrow().iter().map(copied).collect()),
        Value::Set(elements) => Value::set(elements.borrow().clone()),
        Value::Dict(entries) => Value::dict(
            entries
                .borrow()
                .iter()
                .map(|(key, value)| (key.clone(), copied(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}
