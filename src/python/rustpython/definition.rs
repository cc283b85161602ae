//! Functions, classes, lambdas and their parameters.

use std::sync::Arc;

use rustpython_parser::ast;

use super::{Walk, range_of};
use crate::python::lowering::docstring;
use crate::python::tree::{
    Body, ClassDefinition, ExpressionKind, FunctionDefinition, Parameter, Parameters, StatementKind,
};

/// `def` and `async def` are two node types there.
pub(super) struct Function {
    name: ast::Identifier,
    parameters: ast::Arguments,
    body: Vec<ast::Stmt>,
    decorators: Vec<ast::Expr>,
}

impl From<ast::StmtFunctionDef> for Function {
    fn from(def: ast::StmtFunctionDef) -> Self {
        Self {
            name: def.name,
            parameters: *def.args,
            body: def.body,
            decorators: def.decorator_list,
        }
    }
}

impl From<ast::StmtAsyncFunctionDef> for Function {
    fn from(def: ast::StmtAsyncFunctionDef) -> Self {
        Self {
            name: def.name,
            parameters: *def.args,
            body: def.body,
            decorators: def.decorator_list,
        }
    }
}

impl Walk<'_, '_> {
    pub(super) fn function(
        &mut self,
        start: usize,
        is_async: bool,
        def: Function,
    ) -> StatementKind {
        let decorators = self.expressions(def.decorators);
        let parameters = self.parameters(def.parameters);
        let outer_yield = std::mem::take(&mut self.lowering.has_yield);
        let body = self.body(def.body);
        let is_generator = std::mem::replace(&mut self.lowering.has_yield, outer_yield);
        StatementKind::Function(Arc::new(FunctionDefinition {
            place: self.lowering.place(start),
            name: def.name.into(),
            parameters,
            body,
            decorators,
            is_async,
            is_generator,
        }))
    }

    fn body(&mut self, body: Vec<ast::Stmt>) -> Body {
        let start = body.first().map(|first| range_of(first).start);
        let left_out = start.and_then(|start| self.lowering.left_out(start));
        left_out.unwrap_or_else(|| self.statements(body).into())
    }

    pub(super) fn class(&mut self, start: usize, def: ast::StmtClassDef) -> StatementKind {
        let decorators = self.expressions(def.decorator_list);
        let bases = self.expressions(def.bases);
        let keywords = def.keywords.into_iter().map(|keyword| {
            let name = keyword.arg.map_or_else(|| "**".to_string(), String::from);
            (name, self.expression(keyword.value))
        });
        let keywords = keywords.collect();
        let body = self.statements(def.body);
        StatementKind::Class(Arc::new(ClassDefinition {
            place: self.lowering.place(start),
            name: def.name.into(),
            type_parameters: def.type_params.into_iter().map(type_parameter).collect(),
            bases,
            keywords,
            docstring: docstring(&body),
            body,
            decorators,
        }))
    }

    pub(super) fn lambda(&mut self, start: usize, lambda: ast::ExprLambda) -> ExpressionKind {
        let parameters = self.parameters(*lambda.args);
        let outer_yield = std::mem::take(&mut self.lowering.has_yield);
        let body = self.expression(*lambda.body);
        let is_generator = std::mem::replace(&mut self.lowering.has_yield, outer_yield);
        self.lowering.lambda(start, parameters, body, is_generator)
    }

    fn parameters(&mut self, arguments: ast::Arguments) -> Parameters {
        let positional = arguments.posonlyargs.into_iter().chain(arguments.args);
        Parameters {
            positional: positional.map(|arg| self.parameter(arg)).collect(),
            star: arguments.vararg.map(|arg| arg.arg.into()),
            keyword_only: arguments
                .kwonlyargs
                .into_iter()
                .map(|arg| self.parameter(arg))
                .collect(),
            double_star: arguments.kwarg.map(|arg| arg.arg.into()),
        }
    }

    fn parameter(&mut self, argument: ast::ArgWithDefault) -> Parameter {
        Parameter {
            name: argument.def.arg.into(),
            annotation: self.optional(argument.def.annotation),
            default: self.optional(argument.default),
        }
    }
}

fn type_parameter(parameter: ast::TypeParam) -> String {
    match parameter {
        ast::TypeParam::TypeVar(parameter) => parameter.name.into(),
        ast::TypeParam::ParamSpec(parameter) => parameter.name.into(),
        ast::TypeParam::TypeVarTuple(parameter) => parameter.name.into(),
    }
}
