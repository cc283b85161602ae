//! The interpreter: its state, and the doors through which other rooms drive it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Diagnostic, Guard, Level, Place, QuickMap, QuickSet};
use crate::python::tree::{Expression, FunctionDefinition, Module};
use crate::registry::Registry;

use super::circles::Circles;
use super::declared::Declared;
use super::external::{Arguments, External};
use super::flow::{Evaluated, Frame, Interrupt};
use super::host::{ConnectionId, Estate, Host, Reached};
use super::journal::Journal;
use super::limits::{Limits, PATHS_WITHOUT_SINK};
use super::object::{Class, Function};
use super::scope::Scope;
use super::value::{Source, Value};

/// What a function has cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) steps: u64,
    pub(crate) sends: bool,
}

/// Evaluates modules of the estate. Modules, and what scripts set on libraries, live as long as the
/// interpreter.
pub struct Interpreter<'a> {
    pub(crate) estate: &'a dyn Estate,
    pub(crate) registry: &'a Registry,
    pub(crate) host: &'a mut dyn Host,
    pub(crate) limits: Limits,
    pub(crate) steps: u64,
    pub(crate) depth: u32,
    pub(crate) journal: Journal,
    /// The conditions of the path that is being walked, outermost first.
    pub(crate) guards: Vec<Guard>,
    /// The calls that led here, outermost first.
    pub(crate) via: Vec<Place>,
    /// The functions that are running.
    pub(crate) running: Vec<*const FunctionDefinition>,
    /// Modules by file.
    pub(crate) modules: BTreeMap<Arc<str>, Rc<Scope>>,
    /// Folders that the script has put on `sys.path`.
    pub(crate) search_path: Vec<String>,
    /// The imported names that are being looked up: by the module's address, and the name.
    pub(crate) resolving: Vec<(usize, Rc<str>)>,
    /// Names of libraries, one object each, so that what is set on them is seen everywhere.
    pub(crate) externals: QuickMap<Rc<str>, Rc<External>>,
    /// Those that Python knows everywhere, by the bare name.
    pub(crate) builtins: QuickMap<Rc<str>, Value>,
    /// Where the library calls stand that evaluation has come to.
    pub(crate) visited: BTreeSet<Place>,
    /// What the bodies of functions have cost so far, and whether they ever sent something.
    pub(crate) costs: QuickMap<*const FunctionDefinition, Cost>,
    /// How many calls have been told to the host.
    pub(crate) sent: u64,
    /// At which step the last call was told, or the path from outside began.
    pub(crate) last_sent: u64,
    /// The functions that were entered.
    pub(crate) entered: QuickSet<*const FunctionDefinition>,
    /// Functions handed to libraries, with the path of the call that took them.
    pub(crate) escaped: Vec<(Rc<Function>, Option<Value>, String)>,
    /// Functions defined inside functions: the first of each definition.
    pub(crate) inner: BTreeMap<*const FunctionDefinition, Rc<Function>>,
    /// What each connection was last asked.
    pub(crate) questions: BTreeMap<ConnectionId, Source>,
    pub(crate) connections: BTreeMap<usize, ConnectionId>,
    /// Keeps the objects alive whose addresses are keys of `connections`.
    pub(crate) connection_roots: Vec<Value>,
    pub(crate) reached: Reached,
    /// What is evaluated is left out by the script's own filter: the filter as written.
    pub(crate) excluded: Option<Arc<str>>,
    /// What statements that no run comes to have put into lists.
    pub(crate) left_out: Vec<(super::value::Elements, Value)>,
    /// What a parser hands to the functions that its subcommands name.
    pub(crate) dispatcher: Option<Value>,
    /// Files of the estate whose text was read.
    pub(crate) reads: Vec<super::host::FileRead>,
    /// Loops over known collections and choices around the place that is being evaluated.
    pub(crate) choices: u32,
    /// How many paths were being walked when the innermost turn began that stands for any number.
    pub(crate) open_turn: Option<usize>,
    /// Conditions to be explored both ways although they are known.
    pub(crate) forced: BTreeSet<Place>,
    /// Conditions that were known.
    pub(crate) decided: BTreeSet<Place>,
    pub(crate) declared: Declared,
    /// How many modules that are scripts of their own are being imported.
    pub(crate) importing: u32,
    /// How many of the calls in `via` are entries from outside, not calls in the source.
    pub(crate) root_calls: usize,
    /// Objects made for the methods of classes that nobody makes, by the class's address.
    pub(crate) receivers: BTreeMap<usize, Value>,
    pub(crate) receiver_classes: Vec<Rc<Class>>,
    pub(crate) circles: Circles,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) stopped: bool,
    /// The words behind the script's name; `None` where they are anybody's.
    pub(crate) command_line: Option<Vec<String>>,
    /// The names that modules bind, by file.
    pub(crate) bindings: BTreeMap<Arc<str>, Rc<crate::python::bindings::Bindings>>,
}

impl<'a> Interpreter<'a> {
    pub fn new(
        estate: &'a dyn Estate,
        registry: &'a Registry,
        host: &'a mut dyn Host,
        limits: Limits,
    ) -> Self {
        Self {
            estate,
            registry,
            host,
            limits,
            steps: 0,
            depth: 0,
            journal: Journal::default(),
            guards: Vec::new(),
            via: Vec::new(),
            importing: 0,
            running: Vec::new(),
            modules: BTreeMap::new(),
            search_path: Vec::new(),
            resolving: Vec::new(),
            externals: QuickMap::default(),
            builtins: QuickMap::default(),
            visited: BTreeSet::new(),
            costs: QuickMap::default(),
            sent: 0,
            last_sent: 0,
            entered: QuickSet::default(),
            escaped: Vec::new(),
            inner: BTreeMap::new(),
            questions: BTreeMap::new(),
            connections: BTreeMap::new(),
            connection_roots: Vec::new(),
            reached: Reached::FromTop,
            excluded: None,
            left_out: Vec::new(),
            dispatcher: None,
            reads: Vec::new(),
            choices: 0,
            open_turn: None,
            forced: BTreeSet::new(),
            decided: BTreeSet::new(),
            declared: Declared::default(),
            root_calls: 0,
            receivers: BTreeMap::new(),
            receiver_classes: Vec::new(),
            circles: Circles::default(),
            diagnostics: Vec::new(),
            stopped: false,
            command_line: None,
            bindings: BTreeMap::new(),
        }
    }

    /// Runs a file of the estate as a module called `name` (`__main__` for a script) and gives its
    /// scope. What it raises is given back with the names that it had set until then.
    pub fn run_file(
        &mut self,
        file: &str,
        name: &str,
    ) -> Option<(Rc<Scope>, Result<(), Interrupt>)> {
        let module = self.estate.module(file)?;
        let scope = Scope::module(module.file.clone(), name);
        self.modules.insert(module.file.clone(), scope.clone());
        let flow = self.run_module(&module, &scope);
        Some((scope, flow))
    }

    /// Runs a part of a file in a scope of its own; what it raises ends the part.
    pub fn run_part(&mut self, part: &Arc<Module>, name: &str) -> Rc<Scope> {
        let scope = Scope::module(part.file.clone(), name);
        // Nothing stands behind what it could not come to.
        let _ = self.run_module(part, &scope);
        scope
    }

    /// The value, where it is a name from another file that nothing has used yet.
    pub fn settled(&mut self, value: &Value) -> Value {
        match value {
            Value::Imported(imported) => self.resolve_import(imported),
            other => other.clone(),
        }
    }

    /// Calls a value from outside, as a migration tool calls `upgrade`.
    pub fn call(&mut self, callee: &Value, arguments: Arguments, place: &Place) -> Evaluated {
        let text: Arc<str> = Arc::from("");
        self.call_value(callee, arguments, place, &text)
    }

    /// The attribute of a value, as `getattr` gives it.
    pub fn attribute(&mut self, value: &Value, name: &str, place: &Place) -> Evaluated {
        self.get_attribute(value, name, place)
    }

    /// What reading could not do, so far.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }

    /// The modules that were run or imported, by file.
    pub fn loaded_modules(&self) -> &BTreeMap<Arc<str>, Rc<Scope>> {
        &self.modules
    }

    /// Counts one unit of work.
    pub(crate) fn step(&mut self, place: &Place) -> Result<(), Interrupt> {
        self.steps += 1;
        if self.is_spent() {
            return self.stop(place, "it needs more steps than the limit allows");
        }
        if self.steps - self.last_sent > self.limits.steps_between_sinks {
            return self.stop(place, "it goes on for long without sending anything");
        }
        Ok(())
    }

    /// No step is left for any path.
    pub(crate) fn is_spent(&self) -> bool {
        let most = match self.sent {
            0 => PATHS_WITHOUT_SINK.saturating_mul(self.limits.steps_between_sinks),
            _ => self.limits.steps,
        };
        self.steps > most.min(self.limits.steps)
    }

    pub(crate) fn stop(&mut self, place: &Place, why: &str) -> Result<(), Interrupt> {
        if !self.stopped {
            self.stopped = true;
            let message = format!("the script is followed no further from here: {why}");
            self.diagnostics.push(Diagnostic::new(
                "evaluation-limit",
                Level::Warning,
                Some(place.clone()),
                message,
            ));
        }
        Err(Interrupt::Stop)
    }

    /// Runs something one level deeper; deeper than the limit it is not run.
    pub(crate) fn deeper<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Interrupt>,
        otherwise: impl FnOnce(&mut Self) -> Result<T, Interrupt>,
    ) -> Result<T, Interrupt> {
        if self.depth >= self.limits.depth {
            return otherwise(self);
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    pub(crate) fn set_name(&mut self, frame: &Frame<'_>, name: &str, value: Value) {
        let scope = frame.scope.binding_scope(name);
        self.journal.note_name(&scope, name);
        scope.set(name, value);
    }

    /// The library's name as a value: the same object each time.
    pub(crate) fn external_name(&mut self, path: &str, place: &Place) -> Value {
        // Most names are asked for again, by the path that they have already.
        if let Some(known) = self.externals.get(path) {
            return Value::External(known.clone());
        }
        let path = self.registry.canonical(path);
        if let Some(known) = self.externals.get(path.as_ref()) {
            return Value::External(known.clone());
        }
        if let Some(value) = super::library::constant(path.as_ref()) {
            return value;
        }
        let path: Rc<str> = Rc::from(path.as_ref());
        let external = Rc::new(External {
            type_path: self.registry.type_of_name(&path).map(Rc::from),
            path: path.clone(),
            receiver: None,
            arguments: None,
            attributes: Default::default(),
            place: place.clone(),
        });
        self.externals.insert(path, external.clone());
        Value::External(external)
    }

    pub(crate) fn unknown(
        &self,
        expression: &Expression,
        reason: impl Into<Rc<str>>,
        source: Source,
    ) -> Value {
        super::unknown::unknown(
            expression.text.clone(),
            reason,
            source,
            expression.place.clone(),
        )
    }
}
