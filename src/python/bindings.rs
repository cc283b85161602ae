//! Which names a module binds anywhere, so that one bound nowhere can be told for undefined.

use std::collections::BTreeSet;

use super::tree::{
    Expression, ExpressionKind, FunctionDefinition, Module, Pattern, Statement, StatementKind,
};
use super::walk::{Visitor, walk, walk_block};

/// The names that assignments, imports, definitions, loops and patterns bind, whatever the scope.
#[derive(Debug, Default)]
pub struct Bindings {
    names: BTreeSet<String>,
    /// Star imports and the like bind names that cannot be read off the module.
    open: bool,
}

impl Bindings {
    pub fn of(module: &Module) -> Self {
        let mut bindings = Self::default();
        walk_block(&module.body, &mut bindings);
        bindings
    }

    /// Nothing in the module can have bound the name.
    pub fn lack(&self, name: &str) -> bool {
        !self.open && !name.starts_with("__") && !self.names.contains(name)
    }

    fn bind(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// All names in a target, those that it only looks up too.
    fn target(&mut self, target: &Expression) {
        let mut names = Names(&mut self.names);
        walk(target, &mut names);
    }

    fn function(&mut self, definition: &FunctionDefinition) {
        self.bind(&definition.name);
        let parameters = &definition.parameters;
        let named = parameters.positional.iter().chain(&parameters.keyword_only);
        for parameter in named {
            self.bind(&parameter.name);
        }
        for star in [&parameters.star, &parameters.double_star]
            .into_iter()
            .flatten()
        {
            self.bind(star);
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Value(_) => {}
            Pattern::Capture(name) => name.iter().for_each(|name| self.bind(name)),
            Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
                patterns.iter().for_each(|pattern| self.pattern(pattern));
            }
            Pattern::Named(pattern, name) => {
                self.pattern(pattern);
                self.bind(name);
            }
            Pattern::Other(names) => names.iter().for_each(|name| self.bind(name)),
        }
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Assign { targets, .. } => {
                targets.iter().for_each(|target| self.target(target));
            }
            StatementKind::AnnotatedAssign { target, .. }
            | StatementKind::AugmentedAssign { target, .. }
            | StatementKind::For { target, .. } => self.target(target),
            StatementKind::With { items, .. } => {
                let targets = items.iter().filter_map(|item| item.target.as_ref());
                targets.for_each(|target| self.target(target));
            }
            StatementKind::Try { handlers, .. } => {
                let names = handlers.iter().filter_map(|handler| handler.name.as_ref());
                names.for_each(|name| self.bind(name));
            }
            StatementKind::Function(definition) => self.function(definition),
            StatementKind::Class(definition) => self.bind(&definition.name),
            StatementKind::Import(names) | StatementKind::ImportFrom { names, .. } => {
                for imported in names {
                    self.open |= imported.name == "*";
                    let first = imported.name.split('.').next().unwrap_or_default();
                    self.bind(imported.alias.as_deref().unwrap_or(first));
                }
            }
            StatementKind::Match { cases, .. } => {
                cases.iter().for_each(|case| self.pattern(&case.pattern));
            }
            StatementKind::Global(names) | StatementKind::Nonlocal(names) => {
                names.iter().for_each(|name| self.bind(name));
            }
            StatementKind::Broken { .. } => self.open = true,
            StatementKind::Expression(_)
            | StatementKind::Delete(_)
            | StatementKind::If { .. }
            | StatementKind::While { .. }
            | StatementKind::Return(_)
            | StatementKind::Raise { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Pass
            | StatementKind::Break
            | StatementKind::Continue => {}
        }
    }
}

/// Functions that can bind any name.
const BINDERS: &[&str] = &["exec", "eval", "globals", "locals", "vars", "setattr"];

impl<'t> Visitor<'t> for Bindings {
    fn enter(&mut self, statement: &'t Statement) -> bool {
        self.statement(&statement.kind);
        true
    }

    fn expression(&mut self, expression: &'t Expression) {
        match &expression.kind {
            ExpressionKind::NamedAssign { target, .. } => self.bind(target),
            ExpressionKind::Lambda(definition) => self.function(definition),
            ExpressionKind::Comprehension(comprehension) => {
                for clause in &comprehension.clauses {
                    self.target(&clause.target);
                }
            }
            ExpressionKind::Name(name) if BINDERS.contains(&name.as_str()) => self.open = true,
            ExpressionKind::Broken => self.open = true,
            _ => {}
        }
    }
}

struct Names<'a>(&'a mut BTreeSet<String>);

impl<'t> Visitor<'t> for Names<'_> {
    fn expression(&mut self, expression: &'t Expression) {
        if let ExpressionKind::Name(name) = &expression.kind {
            self.0.insert(name.clone());
        }
    }
}
