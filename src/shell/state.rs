//! What a shell script knows at one point of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::tree::Command;
use crate::model::{Guard, GuardKind, Hole, InertReason, Piece, Place, Template};

/// More values of one variable are one unknown value.
const MOST_ALTERNATIVES: usize = 16;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// One of these; never empty.
    Text(Vec<Template>),
    List(Vec<Template>),
    Map(Vec<(String, Template)>),
}

impl Value {
    pub(super) fn text(template: Template) -> Self {
        Self::Text(vec![template])
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Text(mut ours), Self::Text(theirs)) => {
                for template in theirs {
                    push_alternative(&mut ours, template);
                }
                Self::Text(ours)
            }
            // A branch that adds to a list is as if it were always taken.
            (Self::List(ours), Self::List(theirs)) => Self::List(if theirs.len() > ours.len() {
                theirs
            } else {
                ours
            }),
            (Self::Map(mut ours), Self::Map(theirs)) => {
                for (key, template) in theirs {
                    if !ours.iter().any(|(known, _)| *known == key) {
                        ours.push((key, template));
                    }
                }
                Self::Map(ours)
            }
            (ours, _) => ours,
        }
    }
}

/// Adds a text unless it is there already, by what it says.
pub(super) fn push_alternative(texts: &mut Vec<Template>, template: Template) {
    let said = template.display();
    if texts.len() < MOST_ALTERNATIVES && !texts.iter().any(|known| known.display() == said) {
        texts.push(template);
    }
}

/// Every command starts from a copy of its state, and few change a variable: copies share.
type Variables = Rc<BTreeMap<Rc<str>, Rc<Value>>>;

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    variables: Variables,
    pub(super) functions: Rc<BTreeMap<String, Rc<Command>>>,
    /// `$1` and so on; `None`: what the user gave.
    pub(super) arguments: Option<Vec<Template>>,
    /// What the script has written into files, by the path as it was named.
    pub(super) written: Rc<BTreeMap<String, Template>>,
    /// Under which conditions this point is reached.
    pub(super) guards: Rc<Vec<Guard>>,
    /// Where commands run, relative to the estate's root, if the script says.
    pub(super) folder: Option<String>,
    /// Inside of a loop over several known things.
    pub(super) is_enumerated: bool,
    /// Variables that differ from one round of a loop, or one call of a function, to the next.
    pub(super) varying: Rc<BTreeSet<String>>,
    /// Variables whose value is what the script takes where nobody gives another, and who can give one.
    pub(super) defaulted: Rc<BTreeMap<String, GuardKind>>,
    /// Why this point is never reached.
    pub(super) dead: Option<InertReason>,
}

impl State {
    /// After two ways that meet again. Guards are the caller's affair.
    pub(super) fn join(mut self, other: State) -> State {
        self.join_variables(&other.variables);
        if !Rc::ptr_eq(&self.functions, &other.functions) {
            let theirs = other.functions.iter();
            let theirs = theirs.map(|(name, body)| (name.clone(), Rc::clone(body)));
            Rc::make_mut(&mut self.functions).extend(theirs);
        }
        if !Rc::ptr_eq(&self.written, &other.written) {
            let theirs = other.written.iter();
            let theirs = theirs.map(|(path, text)| (path.clone(), text.clone()));
            Rc::make_mut(&mut self.written).extend(theirs);
        }
        if !Rc::ptr_eq(&self.varying, &other.varying) {
            Rc::make_mut(&mut self.varying).extend(other.varying.iter().cloned());
        }
        if !Rc::ptr_eq(&self.defaulted, &other.defaulted) {
            let theirs = other.defaulted.iter();
            let theirs = theirs.map(|(name, kind)| (name.clone(), *kind));
            Rc::make_mut(&mut self.defaulted).extend(theirs);
        }
        if self.folder != other.folder {
            self.folder = None;
        }
        self
    }

    fn join_variables(&mut self, theirs: &Variables) {
        if Rc::ptr_eq(&self.variables, theirs) {
            return;
        }
        let ours = Rc::make_mut(&mut self.variables);
        for (name, theirs) in theirs.iter() {
            match ours.get_mut(name) {
                Some(known) if Rc::ptr_eq(known, theirs) => {}
                Some(known) => {
                    *known = Rc::new(Value::clone(known).join(Value::clone(theirs)));
                }
                None => {
                    ours.insert(Rc::clone(name), Rc::clone(theirs));
                }
            }
        }
    }

    /// From here on this point is reached under these conditions too.
    pub(super) fn add_guards(&mut self, guards: impl IntoIterator<Item = Guard>) {
        let mut guards = guards.into_iter().peekable();
        if guards.peek().is_some() {
            Rc::make_mut(&mut self.guards).extend(guards);
        }
    }

    pub(super) fn note_varying(&mut self, name: &str) {
        if !self.varying.contains(name) {
            Rc::make_mut(&mut self.varying).insert(name.to_owned());
        }
    }

    /// `kind`: who can give the variable another value than the one that is taken; `None`: nobody.
    pub(super) fn set_defaulted(&mut self, name: &str, kind: Option<GuardKind>) {
        if self.defaulted.get(name).copied() != kind {
            let defaulted = Rc::make_mut(&mut self.defaulted);
            match kind {
                Some(kind) => defaulted.insert(name.to_owned(), kind),
                None => defaulted.remove(name),
            };
        }
    }

    /// A function's start: what stands outside of it is known to it.
    pub(super) fn for_function(&self, dead: Option<InertReason>) -> State {
        State {
            dead,
            functions: Rc::clone(&self.functions),
            variables: Rc::clone(&self.variables),
            written: Rc::clone(&self.written),
            defaulted: self.defaulted.clone(),
            ..State::default()
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name).map(Rc::as_ref)
    }

    pub(super) fn variable_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.variables.get(name)?;
        let value = Rc::make_mut(&mut self.variables).get_mut(name)?;
        Some(Rc::make_mut(value))
    }

    pub(super) fn variable_or_insert(
        &mut self,
        name: &str,
        value: impl FnOnce() -> Value,
    ) -> &mut Value {
        let variables = Rc::make_mut(&mut self.variables);
        let found = variables.entry(name.into());
        Rc::make_mut(found.or_insert_with(|| Rc::new(value())))
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        Rc::make_mut(&mut self.variables).insert(name.into(), Rc::new(value));
    }

    pub(super) fn unset(&mut self, name: &str) {
        if self.variables.contains_key(name) {
            Rc::make_mut(&mut self.variables).remove(name);
        }
    }

    /// What a variable may hold.
    pub(super) fn texts(&self, name: &str, place: Option<&Place>) -> Vec<Template> {
        match self.variable(name) {
            Some(Value::Text(texts)) => texts.clone(),
            Some(Value::List(items)) => vec![items.first().cloned().unwrap_or_default()],
            Some(Value::Map(_)) => vec![Template::default()],
            None => vec![unknown(name, "set in the environment", place)],
        }
    }
}

pub(super) fn unknown(label: &str, reason: &str, place: Option<&Place>) -> Template {
    Template::hole(label, reason, place.cloned())
}

/// Stands for what is in a file.
const CONTENTS: &str = "the contents of `";

pub(super) fn contents_of(file: &Template, place: Option<&Place>) -> Template {
    let path = file.display();
    unknown(&path, &format!("{CONTENTS}{path}`"), place)
}

/// The files whose contents a text holds.
pub(super) fn files_in(template: &Template) -> Vec<String> {
    let files = template.holes().filter_map(file_of);
    files.map(str::to_owned).collect()
}

pub(super) fn file_of(hole: &Hole) -> Option<&str> {
    hole.reason.strip_prefix(CONTENTS)?.strip_suffix('`')
}

/// The text without the holes that stand for files.
pub(super) fn without_files(template: &Template) -> Template {
    let mut rest = Template::default();
    for piece in template.pieces() {
        match piece {
            Piece::Hole(hole) if file_of(hole).is_some() => {}
            _ => rest.push(piece.clone()),
        }
    }
    rest
}
