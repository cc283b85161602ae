//! What one module says of routes: routers and applications, functions that answer, and which router
//! is hung into which. FastAPI, Starlette, Flask and Quart; Django's lists are in `django`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::python::tree::{
    Argument, BinaryOperator, Expression, ExpressionKind, FunctionDefinition, Module, Statement,
    StatementKind, StringPart,
};
use crate::python::walk::{Visitor, walk_block};
use crate::source::pattern;

use super::Handler;
use super::imports::{Imports, dotted};
use super::path::HOLE;

/// Routers are known by the name that they are bound to.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub imports: Imports,
    pub owners: BTreeMap<String, Owner>,
    pub routes: Vec<Route>,
    pub mounts: Vec<Mount>,
    /// Functions and classes of the module itself.
    pub handlers: BTreeMap<String, Handler>,
    constants: BTreeMap<String, String>,
    /// Names bound to a list that is written out: its rows.
    lists: BTreeMap<String, Vec<Vec<Expression>>>,
    /// The names that a loop over such a list binds, each with its value of every turn.
    turns: BTreeMap<String, Vec<Expression>>,
}

/// An application, or a router that is hung into one.
#[derive(Debug)]
pub(super) struct Owner {
    pub prefix: String,
    pub is_application: bool,
}

#[derive(Debug)]
pub(super) struct Route {
    pub owner: String,
    /// Upper case; empty: all of them.
    pub methods: Vec<String>,
    pub path: String,
    pub target: Target,
}

#[derive(Debug)]
pub(super) enum Target {
    Here(Handler),
    /// A name to be looked up.
    Named(String),
}

#[derive(Debug)]
pub(super) struct Mount {
    pub parent: String,
    pub child: Child,
    pub prefix: String,
    /// Flask: the prefix stands in for the router's own.
    pub replaces: bool,
}

#[derive(Debug)]
pub(super) enum Child {
    Named(String),
    /// A module's list of routes, by the module's name.
    Module(String),
    Unknown,
}

/// Text without any of these declares no route.
static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"APIRouter|FastAPI\(|Starlette\(|Flask\(|Quart\(|Blueprint\(|include_router\(",
        r"|register_blueprint\(|add_url_rule\(|add_api_route\(|urlpatterns|\.route\(",
        r"|@app\.|@router\.|@api\.|@bp\."
    ))
});

/// A function without any of these hangs up no router and declares no route: those of
/// `create_app` do.
static MARKS_IN_FUNCTIONS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "@|FastAPI|Starlette|Flask|Quart|Blueprint|Router|include_router|register|add_url_rule",
        r"|add_api_route|add_route|mount\(|urlpatterns"
    ))
});

/// Can the text of a module declare routes?
pub(super) fn may_declare(text: &str) -> bool {
    MARKS.is_match(text)
}

impl Declared {
    pub(super) fn of(module: &Module) -> Self {
        let mut declared = Self::default();
        walk_block(&module.body, &mut declared);
        declared
    }

    pub(super) fn has_application(&self) -> bool {
        self.owners.values().any(|owner| owner.is_application)
    }

    fn assignment(&mut self, target: &Expression, value: &Expression) {
        let Some(name) = dotted(target) else {
            return;
        };
        if let Some(rows) = rows_of(value) {
            self.lists.entry(name.clone()).or_insert(rows);
        }
        if let Some(text) = self.text(value) {
            self.constants.entry(name).or_insert(text);
        } else if name == "urlpatterns" {
            self.url_patterns(value);
        } else if let Some((class, arguments)) = called(value) {
            let prefix = ["prefix", "url_prefix"];
            let prefix = prefix.iter().find_map(|each| keyword(arguments, each));
            let prefix = prefix.map(|prefix| self.text_or_hole(prefix));
            let is_application = matches!(class, "FastAPI" | "Starlette" | "Flask" | "Quart");
            let is_router = matches!(
                class,
                "APIRouter" | "Blueprint" | "DefaultRouter" | "SimpleRouter" | "Router"
            );
            if is_application || is_router {
                let owner = Owner {
                    prefix: prefix.filter(|_| is_router).unwrap_or_default(),
                    is_application,
                };
                self.owners.insert(name, owner);
            }
        }
    }

    fn definition(&mut self, statement: &Statement) {
        let (name, place, decorators) = match &statement.kind {
            StatementKind::Function(function) => {
                (&function.name, &function.place, &function.decorators)
            }
            StatementKind::Class(class) => (&class.name, &class.place, &class.decorators),
            _ => return,
        };
        let handler = Handler {
            place: place.clone(),
            end_line: statement.end_line,
            name: name.as_str().into(),
        };
        for decorator in decorators {
            if let Some(route) = self.decorated(decorator, &handler) {
                self.routes.push(route);
            }
        }
        self.handlers.entry(name.clone()).or_insert(handler);
    }

    /// `@router.post("/path")`, `@app.route("/path", methods=["POST"])`.
    fn decorated(&self, decorator: &Expression, handler: &Handler) -> Option<Route> {
        let (owner, method, arguments) = called_method(decorator)?;
        let methods = match method {
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options" => {
                vec![method.to_ascii_uppercase()]
            }
            "route" | "api_route" => self.methods(arguments),
            _ => return None,
        };
        let path = argument(arguments, 0, &["path", "rule"])?;
        let path = self.text_or_hole(path);
        let is_path = path.is_empty() || path.starts_with(['/', HOLE]);
        is_path.then(|| Route {
            owner,
            methods,
            path,
            target: Target::Here(handler.clone()),
        })
    }

    /// Flask and Starlette answer GET alone where none is named.
    fn methods(&self, arguments: &[Argument]) -> Vec<String> {
        let Some(named) = keyword(arguments, "methods") else {
            return vec!["GET".to_owned()];
        };
        match &named.kind {
            ExpressionKind::List(items)
            | ExpressionKind::Tuple(items)
            | ExpressionKind::Set(items) => {
                let texts = items.iter().filter_map(|item| self.text(item));
                texts.map(|text| text.to_ascii_uppercase()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn call(&mut self, expression: &Expression) {
        let Some((owner, method, arguments)) = called_method(expression) else {
            return;
        };
        match method {
            "include_router" => self.mount(owner, arguments, &["router"], "prefix", false),
            "register_blueprint" => {
                self.mount(owner, arguments, &["blueprint"], "url_prefix", true);
            }
            "add_api_route" | "add_url_rule" | "add_route" => self.added(owner, arguments),
            "register" if self.owners.contains_key(&owner) => self.registered(owner, arguments),
            "mount" => self.mounted(owner, arguments),
            _ => {}
        }
    }

    fn mount(
        &mut self,
        parent: String,
        arguments: &[Argument],
        child: &[&str],
        prefix: &str,
        replaces: bool,
    ) {
        let Some(child) = argument(arguments, 0, child) else {
            return;
        };
        let prefix = keyword(arguments, prefix);
        let turns = self
            .turns_of(child)
            .max(prefix.map_or(1, |it| self.turns_of(it)));
        for turn in 0..turns {
            let child = dotted(self.in_turn(child, turn)).map_or(Child::Unknown, Child::Named);
            let prefix = prefix.map(|prefix| self.text_or_hole(self.in_turn(prefix, turn)));
            self.mounts.push(Mount {
                parent: parent.clone(),
                child,
                replaces: replaces && prefix.is_some(),
                prefix: prefix.unwrap_or_default(),
            });
        }
    }

    /// `for router, prefix in ROUTERS:` over a list that is written out.
    fn walk_list(&mut self, target: &Expression, iterable: &Expression) {
        let named = || self.lists.get(&dotted(iterable)?).cloned();
        let Some(rows) = rows_of(iterable).or_else(named) else {
            return;
        };
        let names = match &target.kind {
            ExpressionKind::Tuple(names) | ExpressionKind::List(names) => names.as_slice(),
            _ => std::slice::from_ref(target),
        };
        for (column, name) in names.iter().enumerate() {
            let values: Vec<Expression> = rows
                .iter()
                .filter_map(|row| row.get(column).cloned())
                .collect();
            if let Some(name) = dotted(name).filter(|_| values.len() == rows.len()) {
                self.turns.insert(name, values);
            }
        }
    }

    /// How many values the loop around gives to what is written so; one where none does.
    fn turns_of(&self, expression: &Expression) -> usize {
        let name = dotted(expression);
        let turns = name.and_then(|name| self.turns.get(&name));
        turns.map_or(1, Vec::len)
    }

    fn in_turn<'a>(&'a self, expression: &'a Expression, turn: usize) -> &'a Expression {
        let name = dotted(expression);
        let values = name.and_then(|name| self.turns.get(&name));
        values
            .and_then(|values| values.get(turn))
            .unwrap_or(expression)
    }

    /// `app.mount("/sub", other)`.
    fn mounted(&mut self, parent: String, arguments: &[Argument]) {
        let (Some(prefix), Some(child)) = (
            argument(arguments, 0, &["path"]),
            argument(arguments, 1, &["app"]),
        ) else {
            return;
        };
        if let Some(child) = dotted(child) {
            let prefix = self.text_or_hole(prefix);
            self.mounts.push(Mount {
                parent,
                child: Child::Named(child),
                prefix,
                replaces: false,
            });
        }
    }

    /// `app.add_url_rule("/path", view_func=f)`, `router.add_api_route("/path", f)`.
    fn added(&mut self, owner: String, arguments: &[Argument]) {
        let path = argument(arguments, 0, &["rule", "path"]).map(|path| self.text_or_hole(path));
        let target = ["view_func", "endpoint"]
            .iter()
            .filter_map(|each| keyword(arguments, each))
            .chain(argument(arguments, 2, &[]))
            .chain(argument(arguments, 1, &[]))
            .find_map(target_name);
        if let (Some(path), Some(target)) = (path, target) {
            let methods = self.methods(arguments);
            self.routes.push(Route {
                owner,
                methods,
                path,
                target: Target::Named(target),
            });
        }
    }

    /// The text of an expression, as far as it is known; `None` if it is none.
    pub(super) fn text(&self, expression: &Expression) -> Option<String> {
        match &expression.kind {
            ExpressionKind::String(parts) => {
                let parts = parts.iter().map(|part| match part {
                    StringPart::Literal(fragment) => fragment.text.to_string(),
                    StringPart::Field { value, .. } => self.text_or_hole(value),
                });
                Some(parts.collect())
            }
            ExpressionKind::Name(name) => self.constants.get(name).cloned(),
            ExpressionKind::Binary {
                left,
                operator: BinaryOperator::Add,
                right,
            } if self.text(left).is_some() || self.text(right).is_some() => {
                Some(self.text_or_hole(left) + &self.text_or_hole(right))
            }
            _ => None,
        }
    }

    pub(super) fn text_or_hole(&self, expression: &Expression) -> String {
        self.text(expression).unwrap_or_else(|| String::from(HOLE))
    }
}

impl<'t> Visitor<'t> for Declared {
    fn expression(&mut self, expression: &'t Expression) {
        self.call(expression);
    }

    fn goes_through(&mut self, definition: &'t FunctionDefinition) -> bool {
        definition.body.may_hold(&MARKS_IN_FUNCTIONS)
    }

    fn enter(&mut self, statement: &'t Statement) -> bool {
        self.imports.add(statement);
        match &statement.kind {
            StatementKind::Assign { targets, value } => {
                targets
                    .iter()
                    .for_each(|target| self.assignment(target, value));
            }
            StatementKind::AnnotatedAssign {
                target,
                value: Some(value),
                ..
            } => self.assignment(target, value),
            StatementKind::AugmentedAssign { target, value, .. }
                if dotted(target).as_deref() == Some("urlpatterns") =>
            {
                self.url_patterns(value);
            }
            StatementKind::For {
                target, iterable, ..
            } => self.walk_list(target, iterable),
            _ => self.definition(statement),
        }
        true
    }
}

/// The rows of a list that is written out: `[(gates.router, "/gates"), notes.router]`.
fn rows_of(expression: &Expression) -> Option<Vec<Vec<Expression>>> {
    let (ExpressionKind::List(rows) | ExpressionKind::Tuple(rows)) = &expression.kind else {
        return None;
    };
    let cells = |row: &'_ Expression| -> Vec<Expression> { cells_of(row).to_vec() };
    let names_a_router = |row: &Expression| {
        let mut cells = cells_of(row).iter();
        cells.any(|cell| dotted(cell).is_some())
    };
    let is_table = !rows.is_empty() && rows.iter().all(names_a_router);
    is_table.then(|| rows.iter().map(cells).collect())
}

fn cells_of(row: &Expression) -> &[Expression] {
    match &row.kind {
        ExpressionKind::Tuple(cells) | ExpressionKind::List(cells) => cells,
        _ => std::slice::from_ref(row),
    }
}

/// The function called, by its last word.
pub(super) fn called(expression: &Expression) -> Option<(&str, &[Argument])> {
    let ExpressionKind::Call {
        function,
        arguments,
    } = &expression.kind
    else {
        return None;
    };
    match &function.kind {
        ExpressionKind::Name(name) | ExpressionKind::Attribute { name, .. } => {
            Some((name, arguments))
        }
        _ => None,
    }
}

fn called_method(expression: &Expression) -> Option<(String, &str, &[Argument])> {
    let (name, arguments) = called(expression)?;
    let ExpressionKind::Call { function, .. } = &expression.kind else {
        return None;
    };
    let ExpressionKind::Attribute { value, .. } = &function.kind else {
        return None;
    };
    Some((dotted(value)?, name, arguments))
}

/// A function's name; of `View.as_view()` the class's.
pub(super) fn target_name(expression: &Expression) -> Option<String> {
    if let Some((receiver, "as_view", _)) = called_method(expression) {
        return Some(receiver);
    }
    dotted(expression)
}

fn keyword<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Expression> {
    arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(keyword, value) if keyword == name => Some(value),
        _ => None,
    })
}

pub(super) fn argument<'a>(
    arguments: &'a [Argument],
    position: usize,
    names: &[&str],
) -> Option<&'a Expression> {
    let named = names.iter().find_map(|name| keyword(arguments, name));
    named.or_else(|| match arguments.get(position) {
        Some(Argument::Positional(value)) => Some(value),
        _ => None,
    })
}
