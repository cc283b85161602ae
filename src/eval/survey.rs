//! Survey: reads all paths of a script and gathers the calls that leave Python.
//!
//! After the script's own run come the functions that nothing in it calls, then the branches that
//! its own constants shut, then whatever is left: no call that looks like a sink stays silent.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Diagnostic, Place, Template};
use crate::python::tree::{Expression, ExpressionKind, Module, Statement, StatementKind};
use crate::registry::Registry;

use super::circles::{Circles, Heap};
use super::external::{Arguments, External};
use super::flow::{Frame, Interrupt};
use super::host::{Answer, Estate, FileRead, Host, Reached, SinkCall};
use super::interpreter::Interpreter;
use super::limits::Limits;
use super::roots;
use super::scope::{Scope, ScopeKind};
use super::value::Value;
use crate::python::walk::{Visitor, called_name, walk_block};

/// What a script can do, as calls.
#[derive(Debug, Default)]
pub struct Survey {
    /// In the order in which evaluation came to them.
    pub calls: Vec<SinkCall>,
    pub reads: Vec<FileRead>,
    pub diagnostics: Vec<Diagnostic>,
    /// What the values in the calls live on.
    heap: Heap,
}

/// The text that a library's construct compiles itself to.
pub type TextOf<'t> = &'t dyn Fn(&Rc<External>) -> Option<Template>;

/// Records, and knows nothing.
struct Recorder<'t> {
    calls: Vec<SinkCall>,
    text_of: TextOf<'t>,
}

/// More calls than this are those of a generator of data, not of a fix.
const MOST_CALLS: usize = 20_000;

impl Host for Recorder<'_> {
    fn sink(&mut self, call: &SinkCall) -> Answer {
        if self.calls.len() < MOST_CALLS && !call.told_by_module {
            self.calls.push(call.clone());
        }
        Answer::Unknown
    }

    fn text_of(&mut self, external: &Rc<External>) -> Option<Template> {
        (self.text_of)(external)
    }
}

/// Surveys one script. The caller's stack must bear [`super::limits::STACK_BYTES`].
pub fn survey(estate: &dyn Estate, registry: &Registry, file: &str, text_of: TextOf<'_>) -> Survey {
    let Some(module) = estate.module(file) else {
        return Survey::default();
    };
    let mut heap = Heap::default();
    let first = pass(estate, registry, &module, BTreeSet::new(), text_of);
    heap.keep(first.circles);
    let mut found = Survey {
        calls: first.calls,
        reads: first.reads,
        diagnostics: first.diagnostics,
        heap,
    };
    let mut visited = first.visited;
    let mut is_cut = first.is_cut;
    let forced = shut_branches(&module, registry, &visited, &first.decided);
    if !forced.is_empty() {
        let second = pass(estate, registry, &module, forced.clone(), text_of);
        found.heap.keep(second.circles);
        let new = second
            .calls
            .into_iter()
            .filter(|call| !visited.contains(&call.place));
        found
            .calls
            .extend(new.map(|call| behind_shut_branch(call, &forced)));
        visited.extend(second.visited);
        is_cut |= second.is_cut;
    }
    let reached = match is_cut {
        true => Reached::BeyondLimit,
        false => Reached::NotEvaluated("no path of the script leads here".to_owned()),
    };
    left_over(
        estate, registry, &module, &visited, reached, text_of, &mut found,
    );
    found
}

struct Pass {
    calls: Vec<SinkCall>,
    reads: Vec<FileRead>,
    diagnostics: Vec<Diagnostic>,
    visited: BTreeSet<Place>,
    decided: BTreeSet<Place>,
    circles: Circles,
    /// A limit ended it.
    is_cut: bool,
}

fn pass(
    estate: &dyn Estate,
    registry: &Registry,
    module: &Arc<Module>,
    forced: BTreeSet<Place>,
    text_of: TextOf<'_>,
) -> Pass {
    let mut recorder = Recorder {
        calls: Vec::new(),
        text_of,
    };
    let mut interpreter = Interpreter::new(estate, registry, &mut recorder, Limits::SURVEY);
    interpreter.forced = forced;
    if let Some((scope, _)) = interpreter.run_file(&module.file, "__main__")
        && !interpreter.is_spent()
    {
        roots::run_uncalled(&mut interpreter, module, &scope);
    }
    let visited = std::mem::take(&mut interpreter.visited);
    let decided = std::mem::take(&mut interpreter.decided);
    let diagnostics = interpreter.take_diagnostics();
    let circles = std::mem::take(&mut interpreter.circles);
    let reads = std::mem::take(&mut interpreter.reads);
    let is_cut = interpreter.stopped;
    Pass {
        circles,
        reads,
        calls: recorder.calls,
        diagnostics,
        visited,
        decided,
        is_cut,
    }
}

/// Calls by the names of sinks that no path has come to.
struct Unvisited<'v, 't> {
    registry: &'v Registry,
    visited: &'v BTreeSet<Place>,
    /// The `if`s around the place of the walk.
    around: Vec<&'t Expression>,
    /// What stands before the place of the walk in each function around it, and only names things.
    before: Vec<Vec<&'t Statement>>,
    calls: Vec<LeftOver<'t>>,
    tests: Vec<&'t Expression>,
}

/// A call that no path has come to, with the imports and assignments of its function before it.
struct LeftOver<'t> {
    call: &'t Expression,
    before: Vec<&'t Statement>,
}

impl<'t> Visitor<'t> for Unvisited<'_, 't> {
    fn expression(&mut self, expression: &'t Expression) {
        let is_sink = called_name(expression).is_some_and(|name| self.registry.is_sink_name(name));
        if is_sink && !self.visited.contains(&expression.place) {
            self.calls.push(LeftOver {
                call: expression,
                before: self.before.concat(),
            });
            self.tests.extend(self.around.iter().copied());
        }
    }

    fn enter(&mut self, statement: &'t Statement) -> bool {
        match &statement.kind {
            StatementKind::If { test, .. } => self.around.push(test),
            StatementKind::Function(_) => self.before.push(Vec::new()),
            _ => {}
        }
        true
    }

    fn leave(&mut self, statement: &'t Statement) {
        match &statement.kind {
            StatementKind::If { .. } => drop(self.around.pop()),
            StatementKind::Function(_) => drop(self.before.pop()),
            _ if names_things(statement) => {
                self.before
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|before| before.push(statement));
            }
            _ => {}
        }
    }
}

/// An import, or an assignment that calls at most what wraps a text.
fn names_things(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Import(_) | StatementKind::ImportFrom { .. } => true,
        StatementKind::Assign { value, .. } => match &value.kind {
            ExpressionKind::Call {
                function,
                arguments,
            } => {
                matches!(&function.kind, ExpressionKind::Name(name) if name == "text")
                    && arguments.len() == 1
            }
            kind => matches!(kind, ExpressionKind::String(_) | ExpressionKind::List(_)),
        },
        _ => false,
    }
}

fn unvisited<'t>(
    module: &'t Module,
    registry: &Registry,
    visited: &BTreeSet<Place>,
) -> (Vec<LeftOver<'t>>, Vec<&'t Expression>) {
    let mut visitor = Unvisited {
        registry,
        visited,
        around: Vec::new(),
        before: Vec::new(),
        calls: Vec::new(),
        tests: Vec::new(),
    };
    walk_block(&module.body, &mut visitor);
    (visitor.calls, visitor.tests)
}

/// The conditions that were known and shut the way to a call.
fn shut_branches(
    module: &Module,
    registry: &Registry,
    visited: &BTreeSet<Place>,
    decided: &BTreeSet<Place>,
) -> BTreeSet<Place> {
    let (_, tests) = unvisited(module, registry, visited);
    tests
        .into_iter()
        .map(|test| test.place.clone())
        .filter(|place| decided.contains(place))
        .collect()
}

fn behind_shut_branch(mut call: SinkCall, forced: &BTreeSet<Place>) -> SinkCall {
    let is_forced =
        |place: &Option<Place>| place.as_ref().is_some_and(|place| forced.contains(place));
    if let Some(at) = call.guards.iter().position(|guard| is_forced(&guard.place)) {
        let guard = call.guards.remove(at);
        if call.reached == Reached::FromTop {
            call.reached = Reached::DeadBranch(guard.text);
        }
    }
    call
}

/// Calls that no path came to, evaluated where they stand with what the module knows.
fn left_over(
    estate: &dyn Estate,
    registry: &Registry,
    module: &Arc<Module>,
    visited: &BTreeSet<Place>,
    reached: Reached,
    text_of: TextOf<'_>,
    found: &mut Survey,
) {
    let (calls, _) = unvisited(module, registry, visited);
    if calls.is_empty() {
        return;
    }
    let places: BTreeSet<Place> = calls.iter().map(|it| it.call.place.clone()).collect();
    let mut recorder = Recorder {
        calls: Vec::new(),
        text_of,
    };
    let mut interpreter = Interpreter::new(estate, registry, &mut recorder, Limits::SURVEY);
    let Some((scope, _)) = interpreter.run_file(&module.file, "<module>") else {
        return;
    };
    interpreter.reached = reached.clone();
    for LeftOver { call, before } in calls {
        let inner = Scope::inside(&scope, ScopeKind::Function);
        let mut frame = Frame::new(inner);
        for statement in before {
            // What it raises says nothing of the call.
            let _ = interpreter.exec_block(&mut frame, std::slice::from_ref(statement));
        }
        if let ExpressionKind::Call { .. } = call.kind
            && matches!(interpreter.eval(&mut frame, call), Err(Interrupt::Stop))
        {
            break;
        }
    }
    let circles = std::mem::take(&mut interpreter.circles);
    found.heap.keep(circles);
    found.calls.extend(
        recorder
            .calls
            .into_iter()
            .filter(|call| places.contains(&call.place) && call.reached == reached),
    );
}

/// Calls a function that nobody has called, with whatever its parameters can be.
pub(super) fn call_root(
    interpreter: &mut Interpreter<'_>,
    function: &Rc<super::object::Function>,
    receiver: Option<Value>,
    reached: Reached,
) -> Result<(), Interrupt> {
    interpreter.reached = reached;
    interpreter.root_calls = 1;
    interpreter.last_sent = interpreter.steps;
    let place = function.definition.place.clone();
    let text: Arc<str> = Arc::from(function.definition.name.as_str());
    let arguments = match (&interpreter.reached, interpreter.dispatcher.clone()) {
        (Reached::ByFramework(by), Some(parser)) if by.ends_with(".set_defaults") => {
            Arguments::positional(vec![interpreter.parsed_options(&parser, &place)])
        }
        _ => Arguments::default(),
    };
    let result = interpreter.call_function(function, receiver, arguments, &place, &text);
    let result = match result {
        Ok(value @ Value::Generator(_)) => interpreter.first_yield(&value, &place).map(drop),
        other => other.map(drop),
    };
    interpreter.root_calls = 0;
    interpreter.reached = Reached::FromTop;
    match result {
        Err(Interrupt::Stop) if interpreter.is_spent() => Err(Interrupt::Stop),
        _ => Ok(()),
    }
}
