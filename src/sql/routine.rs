//! Bodies of routines: PostgreSQL checks them when they are created, and a text that calls what it
//! has defined has their effects.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{Action, Identifier, ObjectName};

use super::lower::{Lowered, Lowering};
use super::parse::ParseError;
use super::passage::Passage;
use super::plpgsql::{FunctionBody, Parameter, StoredFunction, read_block};
use super::reader::body_statements;

/// Reads the body of a routine that a statement creates: keeps it, or says why the server would
/// refuse it.
pub(crate) fn with_body(
    passage: &Passage<'_>,
    statement: &ast::Stmt,
    mut lowered: Lowered,
) -> Lowered {
    let Some((name, language)) = created(&lowered) else {
        return lowered;
    };
    let options = match statement {
        ast::Stmt::CreateFunction(create) => create.option_list(),
        ast::Stmt::CreateProcedure(create) => create.option_list(),
        _ => None,
    };
    let Some(body) = options
        .as_ref()
        .and_then(|options| body_passage(passage, options))
    else {
        return lowered;
    };
    match language.as_str() {
        "plpgsql" => {
            let read = read_block(&body, &known_names(passage, statement, &name));
            if let Some(error) = read.error {
                return rejected(lowered, &error);
            }
            lowered.defines = Some((
                name,
                StoredFunction {
                    parameters: parameters(passage, statement),
                    body: FunctionBody::Plpgsql(Box::new(read.block)),
                },
            ));
        }
        "sql" => {
            lowered.defines = Some((
                name,
                StoredFunction {
                    parameters: parameters(passage, statement),
                    body: FunctionBody::Sql(body_statements(&body)),
                },
            ));
        }
        _ => {}
    }
    lowered
}

/// What the body may assign to beside what it declares: arguments, the function's own name as
/// their qualifier, and what triggers are given.
fn known_names(passage: &Passage<'_>, statement: &ast::Stmt, name: &ObjectName) -> Vec<Identifier> {
    let mut names = all_parameters(passage, statement);
    names.push(name.name.clone());
    names.extend(["new", "old"].map(Identifier::from));
    names
}

fn created(lowered: &Lowered) -> Option<(ObjectName, String)> {
    let Action::CreateFunction {
        name, definition, ..
    } = &lowered.effects.first()?.action
    else {
        return None;
    };
    Some((name.clone(), definition.language.clone()))
}

/// The input arguments in order, with their defaults.
fn parameters(passage: &Passage<'_>, statement: &ast::Stmt) -> Vec<Parameter> {
    let lowering = Lowering { passage };
    let list = statement.syntax().children().find_map(ast::ParamList::cast);
    let inputs = list
        .into_iter()
        .flat_map(|list| list.params())
        .filter(|parameter| !matches!(parameter.mode(), Some(ast::ParamMode::ParamOut(_))));
    inputs
        .map(|parameter| Parameter {
            name: parameter.name().map(|name| lowering.identifier(&name)),
            default: parameter
                .param_default()
                .and_then(|default| default.expr())
                .map(|default| lowering.expression(&default)),
        })
        .collect()
}

fn rejected(lowered: Lowered, error: &ParseError) -> Lowered {
    super::repair::inert(lowered.effects, &error.to_sql_error(""))
}

fn body_passage<'s>(passage: &Passage<'s>, options: &ast::FuncOptionList) -> Option<Passage<'s>> {
    let target = options.options().find_map(|option| match option {
        ast::FuncOption::AsFuncOption(option) => option.as_func_target(),
        _ => None,
    })?;
    match target {
        ast::AsFuncTarget::AsDefinition(definition) => passage.body(&definition.literal()?),
        ast::AsFuncTarget::AsObjFile(_) => None,
    }
}

/// Names of all arguments, and of the columns of RETURNS TABLE.
fn all_parameters(passage: &Passage<'_>, statement: &ast::Stmt) -> Vec<Identifier> {
    let lowering = Lowering { passage };
    let list = statement.syntax().children().find_map(ast::ParamList::cast);
    let parameters = list.into_iter().flat_map(|list| list.params());
    let mut names: Vec<_> = parameters
        .filter_map(|parameter| parameter.name())
        .map(|name| lowering.identifier(&name))
        .collect();
    let returned = statement.syntax().children().find_map(ast::RetType::cast);
    let columns = returned.into_iter().flat_map(|returned| {
        returned
            .syntax()
            .descendants()
            .filter_map(ast::ReturnTableColumn::cast)
    });
    names.extend(
        columns
            .filter_map(|column| column.name())
            .map(|name| lowering.identifier(&name)),
    );
    names
}
