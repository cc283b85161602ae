//! Knowledge as data: which calls of which libraries reach a database, what they take, what they
//! give, and where answers come from.

mod data;
mod sink;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crate::model::{QuickMap, QuickSet};
pub use data::{AnswerKind, Context, ExitEffect};
use data::{Probes, TransactionSinks, Types};
use sink::SinkGroup;
pub use sink::{Sink, SinkArgument, SinkKind};

/// The knowledge, indexed.
#[derive(Debug)]
pub struct Registry {
    sinks: QuickMap<String, Arc<Sink>>,
    methods: QuickMap<String, Arc<Sink>>,
    /// Last words of the paths of sinks that send or change something.
    names: QuickSet<String>,
    types: Types,
    /// Every path that is a type: what `returns` gives, bases and owners of sinks.
    known_types: QuickSet<String>,
    answers: QuickMap<String, AnswerKind>,
    /// The first words of the paths in `answers`.
    answering_roots: QuickSet<String>,
    catalog_words: Vec<String>,
    fetches: QuickSet<String>,
    transaction: TransactionSinks,
}

/// What the house itself knows; users' wrappers are added by [`Registry::with_wrapper`].
pub fn standard() -> &'static Registry {
    static STANDARD: LazyLock<Registry> = LazyLock::new(Registry::builtin);
    &STANDARD
}

impl Registry {
    /// The data that ships with the program. It is part of the program: a test reads it.
    fn builtin() -> Self {
        let groups: Vec<SinkGroup> =
            crate::yaml::read(include_str!("sinks.yaml")).unwrap_or_default();
        let probes: Probes = crate::yaml::read(include_str!("probes.yaml")).unwrap_or_default();
        let types: Types = crate::yaml::read(include_str!("types.yaml")).unwrap_or_default();
        let transaction: TransactionSinks =
            crate::yaml::read(include_str!("transactions.yaml")).unwrap_or_default();
        let sinks: QuickMap<String, Arc<Sink>> = groups.iter().flat_map(SinkGroup::sinks).collect();
        let mut known_types: QuickSet<String> = types.returns.values().cloned().collect();
        known_types.extend(types.bases.keys().cloned());
        known_types.extend(types.bases.values().cloned());
        known_types.extend(
            sinks
                .keys()
                .filter_map(|path| Some(path.rsplit_once('.')?.0.to_owned())),
        );
        let names = sinks
            .iter()
            .filter(|(_, sink)| !sink.kind.is_transaction_mark())
            .filter_map(|(path, _)| path.rsplit_once('.'))
            // What a value is made of says that it is a sink, never the method's name: `append`.
            .filter(|(of, _)| !of.ends_with("()"))
            .map(|(_, name)| name.to_owned())
            .collect();
        let answers = data::answers_by_prefix(&probes);
        Self {
            names,
            methods: data::method_sinks(&probes),
            answering_roots: answers.keys().map(|path| root(path).to_owned()).collect(),
            answers,
            catalog_words: probes.catalog_words,
            fetches: probes.fetches.into_iter().collect(),
            sinks,
            types,
            known_types,
            transaction,
        }
    }

    /// Adds a function or method of the estate's own that sends SQL.
    pub fn with_wrapper(mut self, path: impl Into<String>, sink: Sink) -> Self {
        self.sinks.insert(path.into(), Arc::new(sink));
        self
    }

    /// The sink under a canonical path; a type has the sinks of its bases.
    pub fn sink(&self, path: &str) -> Option<&Arc<Sink>> {
        self.inherited(path, |path| self.sinks.get(path))
    }

    /// Looks a path up, then the same name on the bases of its type.
    fn inherited<'r, T: ?Sized>(
        &'r self,
        path: &str,
        look_up: impl Fn(&str) -> Option<&'r T>,
    ) -> Option<&'r T> {
        if let Some(found) = look_up(path) {
            return Some(found);
        }
        let (mut owner, name) = owner_and_name(path)?;
        for _ in 0..8 {
            owner = self.types.bases.get(owner)?;
            if let Some(found) = look_up(&[owner, ".", name].concat()) {
                return Some(found);
            }
        }
        None
    }

    /// The sink that a method's name stands for where the receiver is unknown.
    pub fn sink_by_method(&self, method: &str) -> Option<&Arc<Sink>> {
        self.methods.get(method)
    }

    /// Every method name that can be a sink: what a walk over the source looks for.
    pub fn is_sink_method(&self, method: &str) -> bool {
        self.methods.contains_key(method)
    }

    /// Is a call of a function or method of this name perhaps a sink?
    pub fn is_sink_name(&self, name: &str) -> bool {
        self.methods.contains_key(name) || self.names.contains(name)
    }

    /// The path as the library documents it.
    pub fn canonical<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let mut path = Cow::Borrowed(path);
        for _ in 0..3 {
            match self.rewritten(&path) {
                Some(next) => path = Cow::Owned(next),
                None => break,
            }
        }
        path
    }

    fn rewritten(&self, path: &str) -> Option<String> {
        let root = root(path);
        if !self.types.rewritten_roots.contains(root) {
            return None;
        }
        let mut end = path.len();
        loop {
            let prefix = &path[..end];
            if let Some(target) = self.types.canonical.get(prefix) {
                let next = format!("{target}{}", &path[end..]);
                return (next != path).then_some(next);
            }
            end = last_dot(prefix)?;
        }
    }

    /// The type of what a call of the path, or the path as an attribute, gives.
    pub fn returns(&self, path: &str) -> Option<&str> {
        self.inherited(path, |path| {
            self.types.returns.get(path).map(String::as_str)
        })
    }

    /// The type of an attribute that is not called: names of classes are themselves no instances.
    pub fn type_of_name(&self, path: &str) -> Option<&str> {
        let name = last_name(path);
        let returned = self.returns(path)?;
        // Attributes that are objects are listed beside calls; a function's name is not its result.
        self.types.objects.contains(name).then_some(returned)
    }

    pub fn item_type(&self, owner: &str) -> Option<&str> {
        self.types.items.get(owner).map(String::as_str)
    }

    /// Is it a test's stand-in for an object, or something of one?
    pub fn is_stand_in(&self, path: &str) -> bool {
        let mut makers = self.types.stand_ins.iter();
        makers.any(|maker| {
            let rest = path.strip_prefix(maker.as_str());
            rest.is_some_and(|rest| rest.starts_with('.'))
        })
    }

    pub fn is_type(&self, path: &str) -> bool {
        self.known_types.contains(path)
    }

    pub fn is_connection(&self, path: &str) -> bool {
        self.types.connections.contains(path)
            || self
                .types
                .bases
                .get(path)
                .is_some_and(|base| self.types.connections.contains(base))
    }

    /// Is the top-level name a library, whatever folders the estate has?
    pub fn is_library(&self, root: &str) -> bool {
        self.types.libraries.contains(root)
    }

    pub fn wants_values(&self, path: &str) -> bool {
        let root = root(path);
        self.types.wants_values.contains(root)
    }

    /// What the end of a `with` block does: by the path of the call, or by the object's type.
    pub fn context(&self, path: &str, type_path: &str) -> Option<&Context> {
        self.inherited(path, |path| self.types.contexts.get(path))
            .or_else(|| {
                let mut owner = type_path;
                loop {
                    if let Some(found) = self.types.contexts.get(owner) {
                        return Some(found);
                    }
                    owner = self.types.bases.get(owner)?;
                }
            })
    }

    /// All base classes of a library's exception, nearest first.
    pub fn exception_bases(&self, class: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut waiting = vec![class.to_owned()];
        while let Some(class) = waiting.pop() {
            for base in self.types.exceptions.get(&class).into_iter().flatten() {
                if !found.contains(base) {
                    found.push(base.clone());
                    waiting.push(base.clone());
                }
            }
        }
        found
    }

    /// Where the answer of a call comes from.
    pub fn answers(&self, path: &str) -> Option<AnswerKind> {
        if !self.answering_roots.contains(root(path)) {
            return None;
        }
        let mut end = path.len();
        loop {
            let prefix = &path[..end];
            if let Some(kind) = self.answers.get(prefix) {
                return Some(*kind);
            }
            end = last_dot(prefix)?;
        }
    }

    pub fn is_fetch(&self, method: &str) -> bool {
        self.fetches.contains(method)
    }

    /// Does the query ask about the schema rather than about rows?
    pub fn asks_catalog(&self, query: &str) -> bool {
        let query = query.to_ascii_lowercase();
        self.catalog_words.iter().any(|word| query.contains(word))
    }

    /// The sink for `begin`, `commit`, `rollback` or `close` of a block.
    pub fn transaction_sink(&self, word: &str) -> Option<&Arc<Sink>> {
        self.transaction.by_word(word)
    }

    pub fn row_attribute_sink(&self) -> Option<Arc<Sink>> {
        self.transaction.row_attribute.clone()
    }

    /// The sink that setting an attribute is: `*.autocommit`.
    pub fn attribute_sink(&self, path: &str) -> Option<&Arc<Sink>> {
        let name = last_name(path);
        self.transaction.attributes.get(&format!("*.{name}"))
    }

    /// The names that a star import of a library brings: those that the knowledge speaks of.
    pub fn star_names(&self, module: &str) -> Vec<String> {
        let prefix = format!("{module}.");
        let paths = self
            .sinks
            .keys()
            .chain(self.types.returns.keys())
            .chain(&self.known_types);
        let mut names: Vec<String> = paths
            .filter_map(|path| path.strip_prefix(&prefix))
            .filter_map(|rest| rest.split('.').next())
            .map(str::to_owned)
            .collect();
        names.extend(
            self.types
                .star_names
                .get(module)
                .into_iter()
                .flatten()
                .cloned(),
        );
        names.sort();
        names.dedup();
        names
    }
}

fn last_dot(path: &str) -> Option<usize> {
    memchr::memrchr(b'.', path.as_bytes())
}

fn owner_and_name(path: &str) -> Option<(&str, &str)> {
    last_dot(path).map(|dot| (&path[..dot], &path[dot + 1..]))
}

fn last_name(path: &str) -> &str {
    owner_and_name(path).map_or(path, |(_, name)| name)
}

/// Up to the first dot.
pub(crate) fn root(path: &str) -> &str {
    let dot = memchr::memchr(b'.', path.as_bytes());
    dot.map_or(path, |dot| &path[..dot])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_reads() {
        crate::yaml::read::<Vec<SinkGroup>>(include_str!("sinks.yaml")).expect("sinks.yaml");
        crate::yaml::read::<Probes>(include_str!("probes.yaml")).expect("probes.yaml");
        crate::yaml::read::<Types>(include_str!("types.yaml")).expect("types.yaml");
        crate::yaml::read::<TransactionSinks>(include_str!("transactions.yaml"))
            .expect("transactions.yaml");
    }

    #[test]
    fn types_inherit_sinks_and_results() {
        let registry = standard();
        let path = "sqlalchemy.ext.asyncio.AsyncSession.execute";
        assert_eq!(
            registry.sink(path).map(|sink| sink.name.as_str()),
            Some("sqlalchemy.session.execute")
        );
        assert_eq!(
            registry.returns("psycopg2.extras.RealDictConnection.cursor"),
            Some("psycopg2.extensions.cursor")
        );
    }

    #[test]
    fn other_spellings_are_one_path() {
        let registry = standard();
        assert_eq!(
            registry.canonical("sqlalchemy.sql.expression.text"),
            "sqlalchemy.text"
        );
        assert_eq!(
            registry.canonical("sqlalchemy.types.String"),
            "sqlalchemy.String"
        );
        assert_eq!(registry.canonical("builtins.open"), "open");
        assert_eq!(registry.canonical("acme.thing"), "acme.thing");
    }
}
