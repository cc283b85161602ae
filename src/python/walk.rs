//! Walks over the tree without evaluating it: which calls, functions and branches it holds.

use super::tree::{
    Argument, Expression, ExpressionKind, FunctionDefinition, Statement, StatementKind, StringPart,
};

/// Is told of everything that a walk meets.
pub trait Visitor<'t> {
    fn expression(&mut self, expression: &'t Expression);

    /// Before the statement's parts. What lies inside is left out if this says so.
    fn enter(&mut self, statement: &'t Statement) -> bool {
        let _ = statement;
        true
    }

    /// Whether the walk is to go through the body of a function that it has entered.
    fn goes_through(&mut self, definition: &'t FunctionDefinition) -> bool {
        let _ = definition;
        true
    }

    fn leave(&mut self, statement: &'t Statement) {
        let _ = statement;
    }
}

pub fn walk_block<'t>(block: &'t [Statement], visitor: &mut dyn Visitor<'t>) {
    for statement in block {
        if visitor.enter(statement) {
            walk_statement(statement, visitor);
            visitor.leave(statement);
        }
    }
}

fn walk_statement<'t>(statement: &'t Statement, visitor: &mut dyn Visitor<'t>) {
    match &statement.kind {
        StatementKind::Expression(value) => walk(value, visitor),
        StatementKind::Assign { targets, value } => {
            targets.iter().for_each(|target| walk(target, visitor));
            walk(value, visitor);
        }
        StatementKind::AnnotatedAssign { target, value, .. } => {
            walk(target, visitor);
            walk_option(value.as_ref(), visitor);
        }
        StatementKind::AugmentedAssign { target, value, .. } => {
            walk(target, visitor);
            walk(value, visitor);
        }
        StatementKind::Delete(targets) => targets.iter().for_each(|target| walk(target, visitor)),
        StatementKind::If { test, body, orelse } | StatementKind::While { test, body, orelse } => {
            walk(test, visitor);
            walk_block(body, visitor);
            walk_block(orelse, visitor);
        }
        StatementKind::For {
            target,
            iterable,
            body,
            orelse,
        } => {
            walk(target, visitor);
            walk(iterable, visitor);
            walk_block(body, visitor);
            walk_block(orelse, visitor);
        }
        StatementKind::With { items, body } => {
            for item in items {
                walk(&item.context, visitor);
                walk_option(item.target.as_ref(), visitor);
            }
            walk_block(body, visitor);
        }
        StatementKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            walk_block(body, visitor);
            for handler in handlers {
                walk_option(handler.exception.as_ref(), visitor);
                walk_block(&handler.body, visitor);
            }
            walk_block(orelse, visitor);
            walk_block(finally, visitor);
        }
        StatementKind::Function(definition) => {
            definition
                .decorators
                .iter()
                .for_each(|decorator| walk(decorator, visitor));
            let parameters = &definition.parameters;
            for parameter in parameters.positional.iter().chain(&parameters.keyword_only) {
                walk_option(parameter.default.as_ref(), visitor);
            }
            if visitor.goes_through(definition) {
                walk_block(&definition.body, visitor);
            }
        }
        StatementKind::Class(definition) => {
            definition
                .decorators
                .iter()
                .for_each(|decorator| walk(decorator, visitor));
            definition.bases.iter().for_each(|base| walk(base, visitor));
            definition
                .keywords
                .iter()
                .for_each(|(_, value)| walk(value, visitor));
            walk_block(&definition.body, visitor);
        }
        StatementKind::Return(value) => walk_option(value.as_ref(), visitor),
        StatementKind::Raise { exception, cause } => {
            walk_option(exception.as_ref(), visitor);
            walk_option(cause.as_ref(), visitor);
        }
        StatementKind::Match { subject, cases } => {
            walk(subject, visitor);
            for case in cases {
                walk_option(case.guard.as_ref(), visitor);
                walk_block(&case.body, visitor);
            }
        }
        StatementKind::Assert { test, message } => {
            walk(test, visitor);
            walk_option(message.as_ref(), visitor);
        }
        StatementKind::Import(_)
        | StatementKind::ImportFrom { .. }
        | StatementKind::Global(_)
        | StatementKind::Nonlocal(_)
        | StatementKind::Pass
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Broken { .. } => {}
    }
}

fn walk_option<'t>(expression: Option<&'t Expression>, visitor: &mut dyn Visitor<'t>) {
    if let Some(expression) = expression {
        walk(expression, visitor);
    }
}

pub fn walk<'t>(expression: &'t Expression, visitor: &mut dyn Visitor<'t>) {
    visitor.expression(expression);
    match &expression.kind {
        ExpressionKind::Name(_)
        | ExpressionKind::None
        | ExpressionKind::True
        | ExpressionKind::False
        | ExpressionKind::Ellipsis
        | ExpressionKind::Integer(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::Bytes(_)
        | ExpressionKind::Broken => {}
        ExpressionKind::String(parts) => walk_string(parts, visitor),
        ExpressionKind::Tuple(parts)
        | ExpressionKind::List(parts)
        | ExpressionKind::Set(parts)
        | ExpressionKind::And(parts)
        | ExpressionKind::Or(parts) => parts.iter().for_each(|part| walk(part, visitor)),
        ExpressionKind::Dict(entries) => {
            for (key, value) in entries {
                walk_option(key.as_ref(), visitor);
                walk(value, visitor);
            }
        }
        ExpressionKind::Attribute { value, .. } => walk(value, visitor),
        ExpressionKind::Subscript { value, index } => {
            walk(value, visitor);
            walk(index, visitor);
        }
        ExpressionKind::Slice { lower, upper, step } => {
            for bound in [lower, upper, step].into_iter().flatten() {
                walk(bound, visitor);
            }
        }
        ExpressionKind::Call {
            function,
            arguments,
        } => {
            walk(function, visitor);
            for argument in arguments {
                match argument {
                    Argument::Positional(value)
                    | Argument::Star(value)
                    | Argument::Keyword(_, value)
                    | Argument::DoubleStar(value) => walk(value, visitor),
                }
            }
        }
        ExpressionKind::Binary { left, right, .. } => {
            walk(left, visitor);
            walk(right, visitor);
        }
        ExpressionKind::Not(inner)
        | ExpressionKind::Negative(inner)
        | ExpressionKind::Positive(inner)
        | ExpressionKind::Invert(inner)
        | ExpressionKind::Await(inner)
        | ExpressionKind::YieldFrom(inner)
        | ExpressionKind::Starred(inner)
        | ExpressionKind::NamedAssign { value: inner, .. } => walk(inner, visitor),
        ExpressionKind::Compare { left, comparisons } => {
            walk(left, visitor);
            comparisons
                .iter()
                .for_each(|(_, right)| walk(right, visitor));
        }
        ExpressionKind::Conditional { test, body, orelse } => {
            walk(test, visitor);
            walk(body, visitor);
            walk(orelse, visitor);
        }
        ExpressionKind::Lambda(definition) => walk_block(&definition.body, visitor),
        ExpressionKind::Comprehension(comprehension) => {
            for clause in &comprehension.clauses {
                walk(&clause.iterable, visitor);
                clause
                    .conditions
                    .iter()
                    .for_each(|test| walk(test, visitor));
            }
            walk(&comprehension.element, visitor);
            walk_option(comprehension.value.as_ref(), visitor);
        }
        ExpressionKind::Yield(value) => walk_option(value.as_deref(), visitor),
    }
}

fn walk_string<'t>(parts: &'t [StringPart], visitor: &mut dyn Visitor<'t>) {
    for part in parts {
        if let StringPart::Field {
            value, format_spec, ..
        } = part
        {
            walk(value, visitor);
            walk_string(format_spec, visitor);
        }
    }
}

/// The name that a call is by: of the function, or of the method.
pub fn called_name(call: &Expression) -> Option<&str> {
    let ExpressionKind::Call { function, .. } = &call.kind else {
        return None;
    };
    match &function.kind {
        ExpressionKind::Name(name) | ExpressionKind::Attribute { name, .. } => Some(name),
        _ => None,
    }
}
