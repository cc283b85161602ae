//! Functions, classes, lambdas and their parameters.

use std::sync::Arc;

use ruff_python_ast as ast;

use super::Walk;
use crate::python::lowering::docstring;
use crate::python::tree::{
    ClassDefinition, ExpressionKind, FunctionDefinition, Parameter, Parameters, StatementKind,
};

impl Walk<'_, '_> {
    pub(super) fn function(&mut self, start: usize, def: &ast::StmtFunctionDef) -> StatementKind {
        let decorators = def.decorator_list.iter();
        let decorators = decorators.map(|decorator| self.expression(&decorator.expression));
        let decorators = decorators.collect();
        let parameters = self.parameters(&def.parameters);
        let outer_yield = std::mem::take(&mut self.lowering.has_yield);
        let body = self.statements(&def.body);
        let is_generator = std::mem::replace(&mut self.lowering.has_yield, outer_yield);
        StatementKind::Function(Arc::new(FunctionDefinition {
            place: self.lowering.place(start),
            name: def.name.to_string(),
            parameters,
            body: body.into(),
            decorators,
            is_async: def.is_async,
            is_generator,
        }))
    }

    pub(super) fn class(&mut self, start: usize, def: &ast::StmtClassDef) -> StatementKind {
        let decorators = def.decorator_list.iter();
        let decorators = decorators.map(|decorator| self.expression(&decorator.expression));
        let decorators = decorators.collect();
        let (bases, keywords) = match &def.arguments {
            Some(arguments) => (
                self.expressions(&arguments.args),
                self.class_keywords(&arguments.keywords),
            ),
            None => Default::default(),
        };
        let body = self.statements(&def.body);
        StatementKind::Class(Arc::new(ClassDefinition {
            place: self.lowering.place(start),
            name: def.name.to_string(),
            type_parameters: type_parameters(def.type_params.as_deref()),
            bases,
            keywords,
            docstring: docstring(&body),
            body,
            decorators,
        }))
    }

    fn class_keywords(
        &mut self,
        keywords: &[ast::Keyword],
    ) -> Vec<(String, crate::python::tree::Expression)> {
        let lowered = keywords.iter().map(|keyword| {
            let name = keyword.arg.as_ref();
            let name = name.map_or_else(|| "**".to_string(), ToString::to_string);
            (name, self.expression(&keyword.value))
        });
        lowered.collect()
    }

    pub(super) fn lambda(&mut self, start: usize, lambda: &ast::ExprLambda) -> ExpressionKind {
        let parameters = match &lambda.parameters {
            Some(parameters) => self.parameters(parameters),
            None => Parameters::default(),
        };
        let outer_yield = std::mem::take(&mut self.lowering.has_yield);
        let body = self.expression(&lambda.body);
        let is_generator = std::mem::replace(&mut self.lowering.has_yield, outer_yield);
        self.lowering.lambda(start, parameters, body, is_generator)
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Parameters {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        Parameters {
            positional: positional
                .map(|parameter| self.parameter(parameter))
                .collect(),
            star: parameters
                .vararg
                .as_ref()
                .map(|parameter| parameter.name.to_string()),
            keyword_only: parameters
                .kwonlyargs
                .iter()
                .map(|parameter| self.parameter(parameter))
                .collect(),
            double_star: parameters
                .kwarg
                .as_ref()
                .map(|parameter| parameter.name.to_string()),
        }
    }

    fn parameter(&mut self, node: &ast::ParameterWithDefault) -> Parameter {
        Parameter {
            name: node.parameter.name.to_string(),
            annotation: self.optional(node.parameter.annotation.as_deref()),
            default: self.optional(node.default.as_deref()),
        }
    }
}

fn type_parameters(parameters: Option<&ast::TypeParams>) -> Vec<String> {
    let parameters = parameters.map_or(&[][..], |found| &found.type_params);
    let name = |parameter: &ast::TypeParam| match parameter {
        ast::TypeParam::TypeVar(parameter) => parameter.name.to_string(),
        ast::TypeParam::ParamSpec(parameter) => parameter.name.to_string(),
        ast::TypeParam::TypeVarTuple(parameter) => parameter.name.to_string(),
    };
    parameters.iter().map(name).collect()
}
