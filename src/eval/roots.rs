//! Functions that nothing in a script calls: those that a framework calls, then the others.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::python::tree::{
    Expression, ExpressionKind, FunctionDefinition, Module, Statement, StatementKind,
};

use super::flow::Interrupt;
use super::host::Reached;
use super::interpreter::Interpreter;
use super::object::{Class, Function, FunctionKind};
use super::scope::Scope;
use super::survey::call_root;
use super::value::Value;
use crate::python::walk::{Visitor, walk_block};

/// A function that may have to be entered from outside.
struct Candidate {
    function: Rc<Function>,
    class: Option<Rc<Class>>,
    reached: Reached,
    /// Which of the other candidates' names the function's body uses.
    uses: BTreeSet<String>,
}

/// Enters every function of the module that has not been entered.
pub(crate) fn run_uncalled(
    interpreter: &mut Interpreter<'_>,
    module: &Arc<Module>,
    scope: &Rc<Scope>,
) {
    let escaped = std::mem::take(&mut interpreter.escaped);
    for (function, receiver, path) in escaped {
        if is_of(&function, module) && !is_entered(interpreter, &function) {
            let reached = Reached::ByFramework(path);
            if call_root(interpreter, &function, receiver, reached).is_err() {
                return;
            }
        }
    }
    let mut candidates = candidates(module, scope);
    candidates.retain(|candidate| !is_entered(interpreter, &candidate.function));
    note_uses(&mut candidates);
    while let Some(at) = next_candidate(interpreter, &candidates) {
        let candidate = candidates.remove(at);
        if enter(interpreter, &candidate).is_err() {
            return;
        }
    }
    run_inner(interpreter, module);
}

/// Enters the functions inside functions that nothing has called: a framework's handlers that another
/// function registers, and helpers that are left over.
fn run_inner(interpreter: &mut Interpreter<'_>, module: &Arc<Module>) {
    for _ in 0..interpreter.limits.recursion {
        let inner = std::mem::take(&mut interpreter.inner).into_values();
        let mut waiting: Vec<_> = inner.filter(|it| is_of(it, module)).collect();
        waiting.sort_by(|left, right| left.definition.place.cmp(&right.definition.place));
        for function in waiting {
            if enter(interpreter, &candidate(&function, None)).is_err() {
                return;
            }
        }
    }
}

fn is_of(function: &Function, module: &Module) -> bool {
    function.definition.place.file == module.file
}

fn is_entered(interpreter: &Interpreter<'_>, function: &Function) -> bool {
    interpreter
        .entered
        .contains(&Arc::as_ptr(&function.definition))
}

fn enter(interpreter: &mut Interpreter<'_>, candidate: &Candidate) -> Result<(), Interrupt> {
    if is_entered(interpreter, &candidate.function) {
        return Ok(());
    }
    let receiver = match (&candidate.class, candidate.function.kind) {
        (None, _) | (_, FunctionKind::StaticMethod) => None,
        (Some(class), FunctionKind::ClassMethod) => Some(Value::Class(class.clone())),
        (Some(class), _) => Some(object_of(interpreter, class, &candidate.reached)?),
    };
    call_root(
        interpreter,
        &candidate.function,
        receiver,
        candidate.reached.clone(),
    )
}

/// An object for the methods of a class that nobody makes: made with unknown arguments.
fn object_of(
    interpreter: &mut Interpreter<'_>,
    class: &Rc<Class>,
    reached: &Reached,
) -> Result<Value, Interrupt> {
    let key = Rc::as_ptr(class) as usize;
    if let Some(known) = interpreter.receivers.get(&key) {
        return Ok(known.clone());
    }
    let place = class.definition.place.clone();
    let bare = super::classes::bare_instance(class, &place);
    let value = Value::Instance(bare);
    interpreter.receivers.insert(key, value.clone());
    interpreter.receiver_classes.push(class.clone());
    if let Some(Value::Function(initialiser)) = class.lookup("__init__")
        && interpreter
            .estate
            .is_file(&initialiser.definition.place.file)
    {
        call_root(
            interpreter,
            &initialiser,
            Some(value.clone()),
            reached.clone(),
        )?;
    }
    Ok(value)
}

/// Framework's functions first; among the others those that no waiting one uses, so that a helper
/// is entered with the arguments of its caller.
fn next_candidate(interpreter: &Interpreter<'_>, candidates: &[Candidate]) -> Option<usize> {
    let waiting: Vec<usize> = (0..candidates.len())
        .filter(|index| !is_entered(interpreter, &candidates[*index].function))
        .collect();
    let is_framework =
        |index: &usize| matches!(candidates[*index].reached, Reached::ByFramework(_));
    let is_unused = |index: &usize| {
        let name = &candidates[*index].function.definition.name;
        !waiting
            .iter()
            .any(|other| other != index && candidates[*other].uses.contains(name))
    };
    waiting
        .iter()
        .find(|index| is_framework(index))
        .or_else(|| {
            waiting.iter().find(|index| {
                is_unused(index) && candidates[**index].function.definition.name != "__init__"
            })
        })
        .or(waiting.first())
        .copied()
}

fn candidates(module: &Module, scope: &Rc<Scope>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (_, value) in scope.all() {
        collect(&value, module, &mut found);
    }
    found.sort_by(|left, right| {
        left.function
            .definition
            .place
            .cmp(&right.function.definition.place)
    });
    found
        .dedup_by(|left, right| Arc::ptr_eq(&left.function.definition, &right.function.definition));
    found
}

fn collect(value: &Value, module: &Module, found: &mut Vec<Candidate>) {
    match value {
        Value::Function(function) if is_of(function, module) => {
            found.push(candidate(function, None));
        }
        Value::Class(class) if class.definition.place.file == module.file => {
            for (_, value) in class.attributes.all() {
                if let Value::Function(function) = value
                    && is_of(&function, module)
                {
                    found.push(candidate(&function, Some(class)));
                }
            }
        }
        Value::BoundMethod(bound) if is_of(&bound.function, module) => {
            found.push(candidate(&bound.function, None));
        }
        _ => {}
    }
}

fn candidate(function: &Rc<Function>, class: Option<&Rc<Class>>) -> Candidate {
    let definition = &function.definition;
    let reached = match framework(function, class) {
        Some(what) => Reached::ByFramework(what),
        None => Reached::NeverCalled(match class {
            Some(class) => format!("{}.{}", class.name(), definition.name),
            None => definition.name.clone(),
        }),
    };
    Candidate {
        function: function.clone(),
        class: class.cloned(),
        reached,
        uses: BTreeSet::new(),
    }
}

/// Decorators that change a function without anybody calling it.
const PASSIVE_DECORATORS: &[&str] = &[
    "functools.",
    "contextlib.",
    "builtins.",
    "abc.",
    "typing.",
    "dataclasses.",
    "tenacity.",
    "retrying.",
    "retry.",
    "backoff.",
    "atexit.unregister",
    "asyncio.coroutine",
    "numba.",
];

/// What calls the function from outside: its decorator, its class's base, or its name.
fn framework(function: &Function, class: Option<&Rc<Class>>) -> Option<String> {
    let by_decorator = function
        .decorators
        .iter()
        .find_map(|decorator| match decorator {
            Value::External(external) => {
                let path = external.path.as_ref();
                let passive = PASSIVE_DECORATORS
                    .iter()
                    .any(|prefix| path.starts_with(prefix));
                (!passive).then(|| format!("@{path}"))
            }
            Value::Unknown(unknown) => Some(format!("@{}", unknown.text)),
            _ => None,
        });
    by_decorator
        .or_else(|| class.and_then(by_class))
        .or_else(|| by_name(function))
}

/// A class with a library's base is used by that library, unless the base is a plain one.
fn by_class(class: &Rc<Class>) -> Option<String> {
    class.external_bases().iter().find_map(|base| {
        let path = base.as_external()?.path.clone();
        let plain = [
            "builtins.",
            "abc.",
            "typing.",
            "enum.",
            "dataclasses.",
            "pydantic.",
            "sqlalchemy.",
        ]
        .iter()
        .any(|prefix| path.starts_with(prefix));
        (!plain).then(|| format!("class of {path}"))
    })
}

fn by_name(function: &Function) -> Option<String> {
    let name = function.definition.name.as_str();
    let is_known = name.starts_with("test_")
        || matches!(
            name,
            "upgrade" | "downgrade" | "lambda_handler" | "handler" | "setup_module"
        )
        || name.starts_with("pytest_");
    is_known.then(|| format!("def {name}"))
}

/// Says of each which of the others it uses.
fn note_uses(candidates: &mut [Candidate]) {
    let definitions: Vec<Arc<FunctionDefinition>> = candidates
        .iter()
        .map(|candidate| candidate.function.definition.clone())
        .collect();
    let names = definitions
        .iter()
        .map(|definition| definition.name.as_str());
    let wanted: BTreeSet<&str> = names.collect();
    for (candidate, definition) in candidates.iter_mut().zip(&definitions) {
        let mut names = Names {
            wanted: &wanted,
            found: BTreeSet::new(),
        };
        walk_block(&definition.body, &mut names);
        candidate.uses = names.found;
    }
}

struct Names<'n> {
    wanted: &'n BTreeSet<&'n str>,
    found: BTreeSet<String>,
}

impl<'t> Visitor<'t> for Names<'_> {
    fn expression(&mut self, expression: &'t Expression) {
        match &expression.kind {
            ExpressionKind::Name(name) | ExpressionKind::Attribute { name, .. }
                if self.wanted.contains(name.as_str()) && !self.found.contains(name) =>
            {
                self.found.insert(name.clone());
            }
            _ => {}
        }
    }

    fn enter(&mut self, statement: &'t Statement) -> bool {
        !matches!(statement.kind, StatementKind::Import(_))
    }
}
