//! Ways through a Python tree: every statement, every expression, and what a call is called.

use crate::python::tree::{
    Argument, Comprehension, Expression, ExpressionKind, FunctionDefinition, Module, Statement,
    StatementKind, StringPart,
};

/// The function of that name at the file's top level.
pub(super) fn function<'a>(module: &'a Module, name: &str) -> Option<&'a FunctionDefinition> {
    module
        .body
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Function(function) if function.name == name => Some(&**function),
            _ => None,
        })
}

/// Calls `visit` on every statement, outer ones first.
pub(super) fn statements<'a>(body: &'a [Statement], visit: &mut dyn FnMut(&'a Statement)) {
    for statement in body {
        visit(statement);
        for inner in bodies(statement) {
            statements(inner, visit);
        }
    }
}

/// The blocks of a compound statement.
fn bodies(statement: &Statement) -> Vec<&[Statement]> {
    match &statement.kind {
        StatementKind::If { body, orelse, .. }
        | StatementKind::For { body, orelse, .. }
        | StatementKind::While { body, orelse, .. } => vec![body, orelse],
        StatementKind::With { body, .. } => vec![body],
        StatementKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            let handlers = handlers.iter().map(|handler| &*handler.body);
            let mut all: Vec<&[Statement]> = vec![body];
            all.extend(handlers);
            all.extend([&**orelse, &**finally]);
            all
        }
        StatementKind::Function(function) => vec![&function.body],
        StatementKind::Class(class) => vec![&class.body],
        StatementKind::Match { cases, .. } => cases.iter().map(|case| &*case.body).collect(),
        _ => Vec::new(),
    }
}

/// Every call in a body, wherever it stands.
pub(super) fn calls<'a>(body: &'a [Statement], visit: &mut dyn FnMut(&'a Expression)) {
    statements(body, &mut |statement| calls_of(statement, visit));
}

/// The calls of a statement itself, not those of its blocks.
fn calls_of<'a>(statement: &'a Statement, visit: &mut dyn FnMut(&'a Expression)) {
    for expression in own_expressions(statement) {
        expressions(expression, &mut |expression| {
            if let ExpressionKind::Call { .. } = expression.kind {
                visit(expression);
            }
        });
    }
}

/// The expressions of a statement itself, not those of its blocks.
fn own_expressions(statement: &Statement) -> Vec<&Expression> {
    match &statement.kind {
        StatementKind::Expression(value)
        | StatementKind::If { test: value, .. }
        | StatementKind::While { test: value, .. }
        | StatementKind::For {
            iterable: value, ..
        }
        | StatementKind::Match { subject: value, .. }
        | StatementKind::Assign { value, .. }
        | StatementKind::AugmentedAssign { value, .. } => vec![value],
        StatementKind::AnnotatedAssign { value, .. } | StatementKind::Return(value) => {
            value.iter().collect()
        }
        StatementKind::With { items, .. } => items.iter().map(|item| &item.context).collect(),
        StatementKind::Raise { exception, cause } => exception.iter().chain(cause).collect(),
        StatementKind::Assert { test, message } => std::iter::once(test).chain(message).collect(),
        StatementKind::Delete(values) => values.iter().collect(),
        _ => Vec::new(),
    }
}

fn expressions<'a>(expression: &'a Expression, visit: &mut dyn FnMut(&'a Expression)) {
    visit(expression);
    for part in parts(expression) {
        expressions(part, visit);
    }
}

fn parts(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Tuple(items)
        | ExpressionKind::List(items)
        | ExpressionKind::Set(items)
        | ExpressionKind::And(items)
        | ExpressionKind::Or(items) => items.iter().collect(),
        ExpressionKind::Dict(items) => items
            .iter()
            .flat_map(|(key, value)| key.iter().chain([value]))
            .collect(),
        ExpressionKind::Attribute { value, .. }
        | ExpressionKind::Not(value)
        | ExpressionKind::Negative(value)
        | ExpressionKind::Positive(value)
        | ExpressionKind::Invert(value)
        | ExpressionKind::Await(value)
        | ExpressionKind::YieldFrom(value)
        | ExpressionKind::Starred(value)
        | ExpressionKind::NamedAssign { value, .. } => vec![value],
        ExpressionKind::Yield(value) => value.as_deref().into_iter().collect(),
        ExpressionKind::Subscript { value, index } => vec![value, index],
        ExpressionKind::Binary { left, right, .. } => vec![left, right],
        ExpressionKind::Compare { left, comparisons } => {
            let others = comparisons.iter().map(|(_, value)| value);
            std::iter::once(&**left).chain(others).collect()
        }
        ExpressionKind::Conditional { test, body, orelse } => vec![test, body, orelse],
        ExpressionKind::Call {
            function,
            arguments,
        } => std::iter::once(&**function)
            .chain(arguments.iter().map(value_of))
            .collect(),
        ExpressionKind::Comprehension(comprehension) => of_comprehension(comprehension),
        ExpressionKind::String(parts) => parts.iter().filter_map(field).collect(),
        _ => Vec::new(),
    }
}

fn value_of(argument: &Argument) -> &Expression {
    match argument {
        Argument::Positional(value)
        | Argument::Star(value)
        | Argument::Keyword(_, value)
        | Argument::DoubleStar(value) => value,
    }
}

fn of_comprehension(comprehension: &Comprehension) -> Vec<&Expression> {
    let clauses = comprehension.clauses.iter();
    let mut all = vec![&comprehension.element];
    all.extend(&comprehension.value);
    for clause in clauses {
        all.push(&clause.iterable);
        all.extend(&clause.conditions);
    }
    all
}

fn field(part: &StringPart) -> Option<&Expression> {
    match part {
        StringPart::Literal(_) => None,
        StringPart::Field { value, .. } => Some(value),
    }
}

/// The last name of what is called: `execute` of `op.get_bind().execute(...)`.
pub(super) fn called_name(call: &Expression) -> Option<&str> {
    let ExpressionKind::Call { function, .. } = &call.kind else {
        return None;
    };
    match &function.kind {
        ExpressionKind::Name(name) | ExpressionKind::Attribute { name, .. } => Some(name),
        _ => None,
    }
}

/// What stands before the dot of a method call, as written.
pub(super) fn receiver(call: &Expression) -> Option<&str> {
    let ExpressionKind::Call { function, .. } = &call.kind else {
        return None;
    };
    match &function.kind {
        ExpressionKind::Attribute { value, .. } => Some(&value.text),
        _ => None,
    }
}

/// The first positional argument.
pub(super) fn first_argument(call: &Expression) -> Option<&Expression> {
    let ExpressionKind::Call { arguments, .. } = &call.kind else {
        return None;
    };
    match arguments.first()? {
        Argument::Positional(value) => Some(value),
        Argument::Star(_) | Argument::Keyword(..) | Argument::DoubleStar(_) => None,
    }
}

/// The text of a plain string, or of the string in `text("...")`.
pub(super) fn plain_string(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::String(parts) => parts
            .iter()
            .map(|part| match part {
                StringPart::Literal(fragment) => Some(fragment.text.as_str()),
                StringPart::Field { .. } => None,
            })
            .collect(),
        ExpressionKind::Call { .. } if called_name(expression) == Some("text") => {
            plain_string(first_argument(expression)?)
        }
        _ => None,
    }
}

/// The bodies of the file and of every function in it.
pub(super) fn scopes(module: &Module) -> Vec<&[Statement]> {
    let mut scopes: Vec<&[Statement]> = vec![&module.body];
    statements(&module.body, &mut |statement| {
        if let StatementKind::Function(function) = &statement.kind {
            scopes.push(&function.body);
        }
    });
    scopes
}

/// Like `statements`, without going into functions and classes.
pub(super) fn statements_here<'a>(body: &'a [Statement], visit: &mut dyn FnMut(&'a Statement)) {
    for statement in body {
        visit(statement);
        if !is_definition(statement) {
            for inner in bodies(statement) {
                statements_here(inner, visit);
            }
        }
    }
}

fn is_definition(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Function(_) | StatementKind::Class(_)
    )
}

/// Like `calls`, without going into functions and classes.
pub(super) fn calls_here<'a>(body: &'a [Statement], visit: &mut dyn FnMut(&'a Expression)) {
    statements_here(body, &mut |statement| calls_of(statement, visit));
}
