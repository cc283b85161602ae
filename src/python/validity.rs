//! What Python's compiler rejects after its parser has accepted the text: a script with a `return`
//! outside a function never runs a line.
//!
//! Rules: Python language reference 7.6 (return), 6.2.9 (yield), 6.4 (await), 7.9 and 7.10 (break,
//! continue).

use crate::model::Place;

use super::tree::{
    Argument, Comprehension, Expression, ExpressionKind, FunctionDefinition, Module, Statement,
    StatementKind, StringPart,
};

/// The first such error, with the message that Python gives.
pub(super) fn compile_error(module: &Module) -> Option<(Place, &'static str)> {
    let outside = Scope {
        in_function: false,
        is_async: false,
        in_loop: false,
    };
    block(&module.body, outside).err()
}

type Check = Result<(), (Place, &'static str)>;

#[derive(Clone, Copy)]
struct Scope {
    in_function: bool,
    is_async: bool,
    in_loop: bool,
}

impl Scope {
    fn in_loop(self) -> Self {
        Self {
            in_loop: true,
            ..self
        }
    }
}

fn block(body: &[Statement], scope: Scope) -> Check {
    body.iter().try_for_each(|each| statement(each, scope))
}

fn fail(place: &Place, message: &'static str) -> Check {
    Err((place.clone(), message))
}

fn statement(statement: &Statement, scope: Scope) -> Check {
    let place = &statement.place;
    match &statement.kind {
        StatementKind::Return(_) if !scope.in_function => {
            fail(place, "`return` stands outside a function")
        }
        StatementKind::Break if !scope.in_loop => fail(place, "`break` stands outside a loop"),
        StatementKind::Continue if !scope.in_loop => {
            fail(place, "`continue` stands outside a loop")
        }
        StatementKind::Expression(value) => expression(value, scope),
        StatementKind::Return(value) => optional(value.as_ref(), scope),
        StatementKind::Assign { targets, value } => {
            expressions(targets, scope)?;
            expression(value, scope)
        }
        StatementKind::AnnotatedAssign { target, value, .. } => {
            expression(target, scope)?;
            optional(value.as_ref(), scope)
        }
        StatementKind::AugmentedAssign { target, value, .. } => {
            expression(target, scope)?;
            expression(value, scope)
        }
        StatementKind::Delete(targets) => expressions(targets, scope),
        StatementKind::If { test, body, orelse } => {
            expression(test, scope)?;
            block(body, scope)?;
            block(orelse, scope)
        }
        StatementKind::For {
            target,
            iterable,
            body,
            orelse,
        } => {
            expression(target, scope)?;
            expression(iterable, scope)?;
            block(body, scope.in_loop())?;
            block(orelse, scope)
        }
        StatementKind::While { test, body, orelse } => {
            expression(test, scope)?;
            block(body, scope.in_loop())?;
            block(orelse, scope)
        }
        StatementKind::With { items, body } => {
            items
                .iter()
                .try_for_each(|item| expression(&item.context, scope))?;
            block(body, scope)
        }
        StatementKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            block(body, scope)?;
            handlers
                .iter()
                .try_for_each(|handler| block(&handler.body, scope))?;
            block(orelse, scope)?;
            block(finally, scope)
        }
        StatementKind::Function(definition) => function(definition, scope),
        StatementKind::Class(definition) => {
            expressions(&definition.decorators, scope)?;
            expressions(&definition.bases, scope)?;
            let inside = Scope {
                in_function: false,
                is_async: false,
                in_loop: false,
            };
            block(&definition.body, inside)
        }
        StatementKind::Raise { exception, cause } => {
            optional(exception.as_ref(), scope)?;
            optional(cause.as_ref(), scope)
        }
        StatementKind::Match { subject, cases } => {
            expression(subject, scope)?;
            cases.iter().try_for_each(|case| {
                optional(case.guard.as_ref(), scope)?;
                block(&case.body, scope)
            })
        }
        StatementKind::Assert { test, message } => {
            expression(test, scope)?;
            optional(message.as_ref(), scope)
        }
        StatementKind::Import(_)
        | StatementKind::ImportFrom { .. }
        | StatementKind::Global(_)
        | StatementKind::Nonlocal(_)
        | StatementKind::Pass
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Broken { .. } => Ok(()),
    }
}

fn function(definition: &FunctionDefinition, outside: Scope) -> Check {
    expressions(&definition.decorators, outside)?;
    let parameters = &definition.parameters;
    for parameter in parameters.positional.iter().chain(&parameters.keyword_only) {
        optional(parameter.default.as_ref(), outside)?;
    }
    let inside = Scope {
        in_function: true,
        is_async: definition.is_async,
        in_loop: false,
    };
    block(&definition.body, inside)
}

fn expressions(values: &[Expression], scope: Scope) -> Check {
    values.iter().try_for_each(|value| expression(value, scope))
}

fn optional(value: Option<&Expression>, scope: Scope) -> Check {
    value.map_or(Ok(()), |value| expression(value, scope))
}

fn optional_box(value: &Option<Box<Expression>>, scope: Scope) -> Check {
    optional(value.as_deref(), scope)
}

fn expression(value: &Expression, scope: Scope) -> Check {
    match &value.kind {
        ExpressionKind::Await(_) if !scope.in_function => {
            fail(&value.place, "`await` stands outside a function")
        }
        ExpressionKind::Await(_) if !scope.is_async => fail(
            &value.place,
            "`await` stands in a function that is not `async`",
        ),
        ExpressionKind::Yield(_) | ExpressionKind::YieldFrom(_) if !scope.in_function => {
            fail(&value.place, "`yield` stands outside a function")
        }
        ExpressionKind::Name(_)
        | ExpressionKind::None
        | ExpressionKind::True
        | ExpressionKind::False
        | ExpressionKind::Ellipsis
        | ExpressionKind::Integer(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::Bytes(_)
        | ExpressionKind::Broken => Ok(()),
        ExpressionKind::String(parts) => string(parts, scope),
        ExpressionKind::Tuple(values)
        | ExpressionKind::List(values)
        | ExpressionKind::Set(values)
        | ExpressionKind::And(values)
        | ExpressionKind::Or(values) => expressions(values, scope),
        ExpressionKind::Dict(items) => items.iter().try_for_each(|(key, value)| {
            optional(key.as_ref(), scope)?;
            expression(value, scope)
        }),
        ExpressionKind::Attribute { value, .. }
        | ExpressionKind::NamedAssign { value, .. }
        | ExpressionKind::Not(value)
        | ExpressionKind::Negative(value)
        | ExpressionKind::Positive(value)
        | ExpressionKind::Invert(value)
        | ExpressionKind::Await(value)
        | ExpressionKind::YieldFrom(value)
        | ExpressionKind::Starred(value) => expression(value, scope),
        ExpressionKind::Yield(value) => optional_box(value, scope),
        ExpressionKind::Subscript { value, index } => {
            expression(value, scope)?;
            expression(index, scope)
        }
        ExpressionKind::Slice { lower, upper, step } => {
            optional_box(lower, scope)?;
            optional_box(upper, scope)?;
            optional_box(step, scope)
        }
        ExpressionKind::Call {
            function,
            arguments,
        } => {
            expression(function, scope)?;
            arguments.iter().try_for_each(|each| argument(each, scope))
        }
        ExpressionKind::Binary { left, right, .. } => {
            expression(left, scope)?;
            expression(right, scope)
        }
        ExpressionKind::Compare { left, comparisons } => {
            expression(left, scope)?;
            comparisons
                .iter()
                .try_for_each(|(_, right)| expression(right, scope))
        }
        ExpressionKind::Conditional { test, body, orelse } => {
            expression(test, scope)?;
            expression(body, scope)?;
            expression(orelse, scope)
        }
        ExpressionKind::Lambda(definition) => function(definition, scope),
        ExpressionKind::Comprehension(each) => comprehension(each, scope),
    }
}

fn argument(argument: &Argument, scope: Scope) -> Check {
    match argument {
        Argument::Positional(value)
        | Argument::Star(value)
        | Argument::Keyword(_, value)
        | Argument::DoubleStar(value) => expression(value, scope),
    }
}

fn string(parts: &[StringPart], scope: Scope) -> Check {
    parts.iter().try_for_each(|part| match part {
        StringPart::Literal(_) => Ok(()),
        StringPart::Field {
            value, format_spec, ..
        } => {
            expression(value, scope)?;
            string(format_spec, scope)
        }
    })
}

/// A generator expression may hold an `await` anywhere; it becomes an asynchronous one. Only its
/// first iterable is evaluated outside of it.
fn comprehension(each: &Comprehension, scope: Scope) -> Check {
    if let Some(first) = each.clauses.first() {
        expression(&first.iterable, scope)?;
    }
    Ok(())
}
