//! Calls of routines that the text itself defines: their effects are those of the caller.

use std::collections::BTreeMap;

use crate::model::{Identifier, ObjectName, Place};
use crate::sql::expression::{Call, Expression};
use crate::sql::query::Query;
use crate::sql::reading::{Nature, ReadStatement};
use crate::sql::walk::{self, Visited};

use super::survey::Survey;
use super::tree::Block;
use super::variables::{Known, Variables};

/// A routine that the text itself defines.
#[derive(Debug, Clone)]
pub(crate) struct StoredFunction {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: FunctionBody,
}

/// An input argument.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: Option<Identifier>,
    pub(crate) default: Option<Expression>,
}

#[derive(Debug, Clone)]
pub(crate) enum FunctionBody {
    Plpgsql(Box<Block>),
    Sql(Vec<ReadStatement>),
}

pub(crate) type Functions = BTreeMap<ObjectName, StoredFunction>;

/// Calls within calls are followed so far.
const DEEPEST_CALL: u32 = 8;

impl<'f> Survey<'f> {
    pub(super) fn calls_in(&mut self, expression: &Expression, place: Option<&Place>) {
        if self.functions.is_empty() {
            return;
        }
        let mut calls = Vec::new();
        walk::expression(expression, &mut |visited| {
            if let Visited::Expression(Expression::Call(call)) = visited {
                calls.push(call.clone());
            }
        });
        self.follow(calls, place);
    }

    pub(super) fn calls_in_query(&mut self, query: &Query, place: Option<&Place>) {
        if self.functions.is_empty() {
            return;
        }
        let mut calls = Vec::new();
        walk::query(query, &mut |visited| {
            if let Visited::Expression(Expression::Call(call)) = visited {
                calls.push(call.clone());
            }
        });
        self.follow(calls, place);
    }

    fn follow(&mut self, calls: Vec<Call>, place: Option<&Place>) {
        for call in calls {
            let Some(function) = self.functions.get(&call.function) else {
                continue;
            };
            let arguments = call
                .arguments
                .iter()
                .map(|(name, value)| (name, self.known(value)));
            let mut scope = Variables::new();
            for (index, parameter) in function.parameters.iter().enumerate() {
                let known = match &parameter.default {
                    Some(default) => self.known(default),
                    None => Known::Unknown("an argument that is not given".to_owned()),
                };
                scope.insert(format!("${}", index + 1), known.clone());
                scope.extend(
                    parameter
                        .name
                        .as_ref()
                        .map(|name| (name.to_string(), known)),
                );
            }
            for (index, (name, known)) in arguments.enumerate() {
                let parameter = match name {
                    Some(name) => Some(name),
                    None => function
                        .parameters
                        .get(index)
                        .and_then(|known| known.name.as_ref()),
                };
                scope.insert(format!("${}", index + 1), known.clone());
                scope.extend(parameter.map(|name| (name.to_string(), known)));
            }
            self.enter(function, scope, place);
        }
    }

    fn enter(&mut self, function: &'f StoredFunction, scope: Variables, place: Option<&Place>) {
        if self.depth >= DEEPEST_CALL {
            return;
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.variables, scope);
        let guards = self.guards.clone();
        match &function.body {
            FunctionBody::Plpgsql(block) => {
                self.block(block);
            }
            FunctionBody::Sql(statements) => {
                for statement in statements {
                    for effect in &statement.effects {
                        self.push(effect.clone(), place);
                    }
                    if let Nature::Query(query) = &statement.nature {
                        self.calls_in_query(query, place);
                    }
                }
            }
        }
        self.guards = guards;
        self.variables = outer;
        self.depth -= 1;
    }
}
