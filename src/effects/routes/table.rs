//! All routes of an estate with their whole paths: those of routers that are hung into others, up to
//! an application.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::Estate;

use super::Handler;
use super::declared::{Child, Declared, Mount, Route, Target, may_declare};
use super::django::URL_PATTERNS;
use super::imports::{Global, module_file};
use super::path::{HOLE, Pattern};

#[derive(Debug, Default)]
pub(super) struct Table(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    methods: Vec<String>,
    path: Pattern,
    handler: Handler,
}

impl Table {
    pub(super) fn read(estate: &dyn Estate) -> Self {
        let mut modules = BTreeMap::new();
        for file in estate.python_files() {
            let text = estate.text(&file).filter(|_| !is_of_tests(&file));
            if text.is_some_and(|text| may_declare(&text))
                && let Some(module) = estate.module(&file)
            {
                modules.insert(file, Declared::of(&module));
            }
        }
        Hanging::of(estate, &modules).table()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn handlers(&self, method: Option<&str>, url: &str) -> Vec<&Handler> {
        let request = Pattern::of_request(url);
        let takes = |entry: &&Entry| {
            let any = entry.methods.is_empty() || method.is_none();
            any || method.is_some_and(|method| entry.methods.iter().any(|each| each == method))
        };
        let meeting = |entry: &'_ Entry| entry.path.meets(&request);
        let best = self.0.iter().filter(takes).filter_map(meeting).max();
        let Some(best) = best.filter(|best| *best > 0) else {
            return Vec::new();
        };
        let entries = self.0.iter().filter(takes);
        let mut found: Vec<&Handler> = entries
            .filter(|entry| meeting(entry) == Some(best))
            .map(|entry| &entry.handler)
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Which router is hung into which.
struct Hanging<'m> {
    estate: &'m dyn Estate,
    modules: &'m BTreeMap<Arc<str>, Declared>,
    /// By the router that is hung: the module and the call that hangs it.
    above: BTreeMap<Global, Vec<(&'m Arc<str>, &'m Mount)>>,
    /// Some call hangs what could not be told, or the application is not in the estate: any router
    /// may be in it.
    is_open: bool,
}

/// Routers in routers in routers: deeper than this is a circle.
const DEEPEST: u32 = 8;

impl<'m> Hanging<'m> {
    fn of(estate: &'m dyn Estate, modules: &'m BTreeMap<Arc<str>, Declared>) -> Self {
        let mut hanging = Self {
            estate,
            modules,
            above: BTreeMap::new(),
            is_open: !modules.values().any(Declared::has_application),
        };
        for (file, declared) in modules {
            for mount in &declared.mounts {
                match hanging.child(file, mount) {
                    Some(child) => {
                        let above = hanging.above.entry(child).or_default();
                        above.push((file, mount));
                    }
                    None => hanging.is_open = true,
                }
            }
        }
        hanging
    }

    fn child(&self, file: &str, mount: &Mount) -> Option<Global> {
        match &mount.child {
            Child::Named(name) => self.owner(file, name, 0),
            Child::Module(module) => {
                let file = module_file(self.estate, file, 0, module, "")?;
                Some((file, URL_PATTERNS.to_owned()))
            }
            Child::Unknown => None,
        }
    }

    /// The router that a name of a module means.
    fn owner(&self, file: &str, name: &str, depth: u32) -> Option<Global> {
        let (file, declared) = self.modules.get_key_value(file)?;
        if declared.owners.contains_key(name) {
            return Some((Arc::clone(file), name.to_owned()));
        }
        if depth == DEEPEST {
            return None;
        }
        let leads = declared.imports.leads_to(self.estate, file, name);
        let mut found = leads
            .iter()
            .filter_map(|(file, name)| self.owner(file, name, depth + 1));
        found.next()
    }

    fn table(&self) -> Table {
        let mut entries = Vec::new();
        for (file, declared) in self.modules {
            for route in &declared.routes {
                let Some(handler) = self.handler(file, route) else {
                    continue;
                };
                for prefix in self.prefixes_of(file, route) {
                    entries.push(Entry {
                        methods: route.methods.clone(),
                        path: Pattern::of_route(&format!("{prefix}/{}", route.path)),
                        handler: handler.clone(),
                    });
                }
            }
        }
        Table(entries)
    }

    fn handler(&self, file: &str, route: &Route) -> Option<Handler> {
        match &route.target {
            Target::Here(handler) => Some(handler.clone()),
            Target::Named(name) => self.named_handler(file, name, 0),
        }
    }

    fn named_handler(&self, file: &str, name: &str, depth: u32) -> Option<Handler> {
        let read;
        let declared = match self.modules.get(file) {
            Some(declared) => declared,
            None => {
                read = Declared::of(&*self.estate.module(file)?);
                &read
            }
        };
        if let Some(handler) = declared.handlers.get(name) {
            return Some(handler.clone());
        }
        if depth == DEEPEST {
            return None;
        }
        let leads = declared.imports.leads_to(self.estate, file, name);
        let mut found = leads
            .iter()
            .filter_map(|(file, name)| self.named_handler(file, name, depth + 1));
        found.next()
    }

    /// What stands before a route's path, once for each way in which its router hangs in an
    /// application.
    fn prefixes_of(&self, file: &Arc<str>, route: &Route) -> Vec<String> {
        if route.owner == URL_PATTERNS {
            let list = (Arc::clone(file), URL_PATTERNS.to_owned());
            return self.prefixes(&list, 0);
        }
        match self.owner(file, &route.owner, 0) {
            Some(owner) => self.prefixes(&owner, 0),
            // The application is handed to a function: it is one nevertheless.
            None => vec![String::from(HOLE)],
        }
    }

    fn prefixes(&self, owner: &Global, depth: u32) -> Vec<String> {
        let known = self
            .modules
            .get(&owner.0)
            .and_then(|declared| declared.owners.get(&owner.1));
        let own = known.map_or("", |owner| owner.prefix.as_str());
        let above = self.above.get(owner).map_or(&[][..], Vec::as_slice);
        let is_root = known.is_some_and(|owner| owner.is_application)
            || owner.1 == URL_PATTERNS && above.is_empty();
        let mut found = Vec::new();
        if is_root {
            found.push(own.to_owned());
        } else if above.is_empty() && self.is_open {
            found.push(format!("{HOLE}/{own}"));
        }
        if depth < DEEPEST {
            for (file, mount) in above {
                let own = if mount.replaces { "" } else { own };
                for prefix in self.prefixes_of_parent(file, &mount.parent, depth) {
                    found.push(format!("{prefix}/{}/{own}", mount.prefix));
                }
            }
        }
        found
    }

    fn prefixes_of_parent(&self, file: &Arc<str>, parent: &str, depth: u32) -> Vec<String> {
        if parent == URL_PATTERNS {
            let list = (Arc::clone(file), URL_PATTERNS.to_owned());
            return self.prefixes(&list, depth + 1);
        }
        match self.owner(file, parent, 0) {
            Some(owner) => self.prefixes(&owner, depth + 1),
            None => vec![String::from(HOLE)],
        }
    }
}

/// A test's application answers nobody.
fn is_of_tests(file: &str) -> bool {
    let mut parts = file.split('/');
    let name = parts.next_back().unwrap_or_default();
    name == "conftest.py" || parts.any(|folder| matches!(folder, "test" | "tests" | "testing"))
}
