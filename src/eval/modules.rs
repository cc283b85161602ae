//! Imports: modules of the estate are found as Python would, and run when one of their names is
//! used; all others are libraries.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{Expression, ImportedName};

use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::join::one_of;
use super::paths::{parent_folder, within};
use super::scope::Scope;
use super::unknown::unknown;
use super::value::{Alternatives, Imported, Source, Value};

impl Interpreter<'_> {
    pub(crate) fn exec_import(
        &mut self,
        frame: &mut Frame<'_>,
        names: &[ImportedName],
        place: &Place,
    ) -> Flow {
        for imported in names {
            let importer = frame.scope.file.clone();
            match (&imported.alias, self.find_module(&imported.name, &importer)) {
                (Some(alias), Some(scope)) => self.set_name(frame, alias, Value::Module(scope)),
                (Some(alias), None) => {
                    let value = self.external_name(&imported.name, place);
                    self.set_name(frame, alias, value);
                }
                (None, found) => self.import_root(frame, &imported.name, found, place),
            }
        }
        Ok(())
    }

    /// `import a.b` binds `a`.
    fn import_root(
        &mut self,
        frame: &mut Frame<'_>,
        name: &str,
        found: Option<Rc<Scope>>,
        place: &Place,
    ) {
        let root = name.split('.').next().unwrap_or(name);
        let importer = frame.scope.file.clone();
        let value = match self.find_module(root, &importer) {
            Some(scope) => Value::Module(scope),
            None if found.is_some() => return,
            None => self.external_name(root, place),
        };
        self.set_name(frame, root, value);
    }

    pub(crate) fn exec_import_from(
        &mut self,
        frame: &mut Frame<'_>,
        module: &str,
        names: &[ImportedName],
        level: u32,
        place: &Place,
    ) -> Flow {
        let importer = frame.scope.file.clone();
        let found = if level > 0 {
            self.find_relative(module, level, &importer)
        } else {
            self.find_module(module, &importer)
        };
        for imported in names {
            if imported.name == "*" {
                self.import_all(frame, found.as_ref(), module, place)?;
                continue;
            }
            let value =
                self.imported_name(found.as_ref(), module, level, imported, place, &importer);
            let name = imported.alias.as_deref().unwrap_or(&imported.name);
            self.set_name(frame, name, value);
        }
        Ok(())
    }

    fn imported_name(
        &mut self,
        found: Option<&Rc<Scope>>,
        module: &str,
        level: u32,
        imported: &ImportedName,
        place: &Place,
        importer: &str,
    ) -> Value {
        let name = imported.name.as_str();
        let Some(scope) = found else {
            if level > 0 {
                return self
                    .find_relative(&join_dotted(module, name), level, importer)
                    .map_or_else(
                        || {
                            unknown(
                                name.into(),
                                "an import that leads nowhere",
                                Source::Other,
                                place.clone(),
                            )
                        },
                        Value::Module,
                    );
            }
            if let Some(submodule) = self.find_module(&join_dotted(module, name), importer) {
                return Value::Module(submodule);
            }
            return self.external_name(&join_dotted(module, name), place);
        };
        if let Some(value) = scope.get(name) {
            return value;
        }
        if let Some(submodule) = self.submodule(scope, name) {
            return Value::Module(submodule);
        }
        Value::Imported(Rc::new(Imported {
            module: scope.clone(),
            name: Rc::from(name),
            place: place.clone(),
        }))
    }

    fn import_all(
        &mut self,
        frame: &mut Frame<'_>,
        found: Option<&Rc<Scope>>,
        module: &str,
        place: &Place,
    ) -> Flow {
        let Some(scope) = found else {
            for name in self.registry.star_names(module) {
                let value = self.external_name(&join_dotted(module, &name), place);
                self.set_name(frame, &name, value);
            }
            return Ok(());
        };
        self.enter_module(scope)?;
        for (name, value) in scope.all() {
            if !name.starts_with('_') {
                self.set_name(frame, &name, value);
            }
        }
        Ok(())
    }

    /// The value behind an imported name: runs the module if nothing has yet. Two modules that import
    /// the name from each other define it nowhere.
    pub(crate) fn resolve_import(&mut self, imported: &Rc<Imported>) -> Value {
        let asked = (Rc::as_ptr(&imported.module) as usize, imported.name.clone());
        if self.enter_module(&imported.module).is_err() || self.resolving.contains(&asked) {
            return self.unresolved(imported);
        }
        self.resolving.push(asked);
        let value = self.defined_name(imported);
        self.resolving.pop();
        value
    }

    fn defined_name(&mut self, imported: &Rc<Imported>) -> Value {
        match imported.module.get(&imported.name) {
            Some(Value::Imported(next)) if !Rc::ptr_eq(&next, imported) => self
                .deeper(
                    |interpreter| Ok(interpreter.resolve_import(&next)),
                    |interpreter| Ok(interpreter.unresolved(imported)),
                )
                .unwrap_or(Value::None),
            Some(Value::Imported(_)) | None => {
                match self.submodule(&imported.module, &imported.name) {
                    Some(submodule) => Value::Module(submodule),
                    None => self.unresolved(imported),
                }
            }
            Some(Value::OneOf(alternatives)) => self.each_defined(&alternatives),
            Some(value) => value,
        }
    }

    /// A name that one branch imports and another sets.
    fn each_defined(&mut self, alternatives: &Rc<Alternatives>) -> Value {
        let is_import = |value: &Value| matches!(value, Value::Imported(_));
        if !alternatives.values.iter().any(is_import) {
            return Value::OneOf(alternatives.clone());
        }
        let mut values = Vec::new();
        for value in &alternatives.values {
            values.push(match value {
                Value::Imported(imported) => self.resolve_import(imported),
                value => value.clone(),
            });
        }
        one_of(
            values,
            alternatives.source.clone(),
            self.limits.alternatives,
        )
    }

    /// A class that its module does not define (any more, or because something fills the module when
    /// it runs) stays a class of that name, like one of a module that is not in the repository.
    fn unresolved(&mut self, imported: &Imported) -> Value {
        if super::duck::is_named_like_mapped_class(&imported.name) {
            let path = join_dotted(&imported.module.module_name, &imported.name);
            return self.external_name(&path, &imported.place);
        }
        let reason = format!("`{}` does not define it", imported.module.file);
        unknown(
            imported.name.as_ref().into(),
            reason,
            Source::Other,
            imported.place.clone(),
        )
    }

    pub(crate) fn module_attribute(
        &mut self,
        scope: &Rc<Scope>,
        name: &str,
        expression: &Expression,
    ) -> Evaluated {
        if scope.get(name).is_none()
            && let Some(submodule) = self.submodule(scope, name)
        {
            return Ok(Value::Module(submodule));
        }
        self.enter_module(scope)?;
        Ok(match scope.get(name) {
            Some(Value::Imported(imported)) => self.resolve_import(&imported),
            Some(value) => value,
            None => self.opaque(expression),
        })
    }

    /// Runs the module's body if it has not been run. What it raises ends the module only: a script
    /// that could not import a module would not be in the repository.
    pub(crate) fn enter_module(&mut self, scope: &Rc<Scope>) -> Result<(), Interrupt> {
        if scope.entered.replace(true) {
            return Ok(());
        }
        let Some(module) = self.estate.module(&scope.file) else {
            return Ok(());
        };
        let guards = std::mem::take(&mut self.guards);
        let journal = std::mem::take(&mut self.journal);
        let choices = std::mem::take(&mut self.choices);
        let told_there = u32::from(self.estate.is_script(&scope.file));
        self.importing += told_there;
        let flow = self.deeper(
            |interpreter| interpreter.run_module(&module, scope),
            |_| Ok(()),
        );
        self.importing -= told_there;
        self.guards = guards;
        self.journal = journal;
        self.choices = choices;
        match flow {
            Err(Interrupt::Stop) => Err(Interrupt::Stop),
            Err(Interrupt::Raise(exception)) if self.host.is_concrete() => {
                Err(Interrupt::Raise(exception))
            }
            _ => Ok(()),
        }
    }

    fn submodule(&mut self, scope: &Rc<Scope>, name: &str) -> Option<Rc<Scope>> {
        let folder = scope.file.strip_suffix("/__init__.py").or_else(|| {
            (scope.file.as_ref() == "__init__.py")
                .then_some("")
                .or_else(|| scope.file.strip_suffix("/<package>"))
        })?;
        let dotted = join_dotted(&scope.module_name, name);
        self.module_in(folder, name, &dotted)
    }

    /// `from ..a import b`: `level` counts the dots.
    fn find_relative(&mut self, module: &str, level: u32, importer: &str) -> Option<Rc<Scope>> {
        let mut folder = parent_folder(importer);
        for _ in 1..level {
            folder = parent_folder(folder);
        }
        if module.is_empty() {
            return self.package_scope(folder, folder.rsplit('/').next().unwrap_or(folder));
        }
        self.module_in(folder, module, module)
    }

    /// The module of the estate with this dotted name, seen from a file.
    pub(crate) fn find_module(&mut self, dotted: &str, importer: &str) -> Option<Rc<Scope>> {
        let first = dotted.split('.').next().unwrap_or(dotted);
        for folder in self.import_roots(first, importer) {
            if let Some(found) = self.module_in(&folder, dotted, dotted) {
                return Some(found);
            }
        }
        None
    }

    /// The folders that may hold a top-level name: what the script put on its path, its own folder
    /// and those above it, then any of the estate that has the name.
    fn import_roots(&self, first: &str, importer: &str) -> Vec<Arc<str>> {
        if self.registry.is_library(first) {
            return Vec::new();
        }
        let holders = self.estate.folders_with(first);
        if holders.len() < 2 {
            return holders;
        }
        let mut ranked: Vec<(usize, Arc<str>)> = holders
            .into_iter()
            .map(|folder| (self.rank(&folder, importer), folder))
            .collect();
        ranked.sort();
        ranked.into_iter().map(|(_, folder)| folder).collect()
    }

    fn rank(&self, folder: &str, importer: &str) -> usize {
        if let Some(at) = self.search_path.iter().position(|known| known == folder) {
            return at;
        }
        let mut above = parent_folder(importer);
        let mut distance = 100;
        loop {
            if above == folder {
                return distance;
            }
            if above.is_empty() {
                break;
            }
            above = parent_folder(above);
            distance += 1;
        }
        1_000 + folder.matches('/').count()
    }

    /// `folder/a/b/__init__.py`, `folder/a/b.py` or the bare folder `folder/a/b`, in the order in which
    /// Python looks for them.
    fn module_in(&mut self, folder: &str, dotted: &str, name: &str) -> Option<Rc<Scope>> {
        let path = within(folder, &dotted.replace('.', "/"));
        let file = format!("{path}.py");
        if self.estate.is_file(&file) && !self.estate.is_file(&within(&path, "__init__.py")) {
            return self.module_scope(&file, name);
        }
        self.package_scope(&path, name)
    }

    fn package_scope(&mut self, folder: &str, name: &str) -> Option<Rc<Scope>> {
        let file = within(folder, "__init__.py");
        if self.estate.is_file(&file) {
            return self.module_scope(&file, name);
        }
        if !self.estate.is_folder(folder) {
            return None;
        }
        // A namespace package: nothing to run, only submodules.
        let file = within(folder, "<package>");
        let scope = self
            .modules
            .entry(Arc::from(file.as_str()))
            .or_insert_with(|| Scope::module(Arc::from(file.as_str()), name));
        scope.entered.set(true);
        Some(scope.clone())
    }

    pub(crate) fn module_scope(&mut self, file: &str, name: &str) -> Option<Rc<Scope>> {
        if let Some(known) = self.modules.get(file) {
            return Some(known.clone());
        }
        let file: Arc<str> = Arc::from(file);
        let scope = Scope::module(file.clone(), name);
        self.modules.insert(file, scope.clone());
        Some(scope)
    }
}

fn join_dotted(left: &str, right: &str) -> String {
    if left.is_empty() {
        right.to_owned()
    } else {
        [left, ".", right].concat()
    }
}
