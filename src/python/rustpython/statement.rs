//! Statements.

use rustpython_parser::ast::{self, Stmt};

use super::{Walk, range_of};
use crate::python::tree::{
    BinaryOperator, ExceptHandler, Expression, ImportedName, MatchCase, Statement, StatementKind,
    WithItem,
};

impl Walk<'_, '_> {
    pub(super) fn statements(&mut self, body: Vec<Stmt>) -> Vec<Statement> {
        body.into_iter().map(|stmt| self.statement(stmt)).collect()
    }

    fn statement(&mut self, stmt: Stmt) -> Statement {
        let range = range_of(&stmt);
        if !self.lowering.enter(range.start) {
            return self.lowering.broken_statement(range);
        }
        let start = match &stmt {
            Stmt::FunctionDef(def) => self.definition_start(range.start, &def.decorator_list),
            Stmt::AsyncFunctionDef(def) => self.definition_start(range.start, &def.decorator_list),
            Stmt::ClassDef(def) => self.definition_start(range.start, &def.decorator_list),
            _ => range.start,
        };
        let kind = self.statement_kind(start, stmt);
        self.lowering.leave();
        self.lowering.statement(start..range.end, kind)
    }

    fn definition_start(&self, start: usize, decorators: &[ast::Expr]) -> usize {
        let decorators_end = decorators.last().map(|last| range_of(last).end);
        self.lowering.definition_start(start, decorators_end)
    }

    fn statement_kind(&mut self, start: usize, stmt: Stmt) -> StatementKind {
        match stmt {
            Stmt::FunctionDef(def) => self.function(start, false, def.into()),
            Stmt::AsyncFunctionDef(def) => self.function(start, true, def.into()),
            Stmt::ClassDef(def) => self.class(start, def),
            Stmt::Return(node) => StatementKind::Return(self.optional(node.value)),
            Stmt::Delete(node) => StatementKind::Delete(self.expressions(node.targets)),
            Stmt::Assign(node) => StatementKind::Assign {
                targets: self.expressions(node.targets),
                value: self.expression(*node.value),
            },
            Stmt::TypeAlias(node) => StatementKind::Assign {
                targets: vec![self.expression(*node.name)],
                value: self.expression(*node.value),
            },
            Stmt::AugAssign(node) => StatementKind::AugmentedAssign {
                target: self.expression(*node.target),
                operator: operator(node.op),
                value: self.expression(*node.value),
            },
            Stmt::AnnAssign(node) => StatementKind::AnnotatedAssign {
                target: self.expression(*node.target),
                annotation: self.expression(*node.annotation),
                value: self.optional(node.value),
            },
            Stmt::For(node) => self.for_loop(*node.target, *node.iter, node.body, node.orelse),
            Stmt::AsyncFor(node) => self.for_loop(*node.target, *node.iter, node.body, node.orelse),
            Stmt::While(node) => StatementKind::While {
                test: self.expression(*node.test),
                body: self.statements(node.body),
                orelse: self.statements(node.orelse),
            },
            Stmt::If(node) => StatementKind::If {
                test: self.expression(*node.test),
                body: self.statements(node.body),
                orelse: self.statements(node.orelse),
            },
            Stmt::With(node) => self.with(node.items, node.body),
            Stmt::AsyncWith(node) => self.with(node.items, node.body),
            Stmt::Match(node) => StatementKind::Match {
                subject: self.expression(*node.subject),
                cases: node.cases.into_iter().map(|case| self.case(case)).collect(),
            },
            Stmt::Raise(node) => StatementKind::Raise {
                exception: self.optional(node.exc),
                cause: self.optional(node.cause),
            },
            Stmt::Try(node) => {
                self.try_statement(node.body, node.handlers, node.orelse, node.finalbody)
            }
            Stmt::TryStar(node) => {
                self.try_statement(node.body, node.handlers, node.orelse, node.finalbody)
            }
            Stmt::Assert(node) => StatementKind::Assert {
                test: self.expression(*node.test),
                message: self.optional(node.msg),
            },
            Stmt::Import(node) => StatementKind::Import(imported_names(node.names)),
            Stmt::ImportFrom(node) => StatementKind::ImportFrom {
                module: node.module.map(String::from).unwrap_or_default(),
                names: imported_names(node.names),
                level: node.level.map_or(0, |level| level.to_u32()),
            },
            Stmt::Global(node) => StatementKind::Global(names(node.names)),
            Stmt::Nonlocal(node) => StatementKind::Nonlocal(names(node.names)),
            Stmt::Expr(node) => StatementKind::Expression(self.expression(*node.value)),
            Stmt::Pass(_) => StatementKind::Pass,
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
        }
    }

    fn for_loop(
        &mut self,
        target: ast::Expr,
        iterable: ast::Expr,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    ) -> StatementKind {
        StatementKind::For {
            target: self.expression(target),
            iterable: self.expression(iterable),
            body: self.statements(body),
            orelse: self.statements(orelse),
        }
    }

    fn with(&mut self, items: Vec<ast::WithItem>, body: Vec<Stmt>) -> StatementKind {
        let items = items.into_iter().map(|item| WithItem {
            context: self.expression(item.context_expr),
            target: self.optional(item.optional_vars),
        });
        StatementKind::With {
            items: items.collect(),
            body: self.statements(body),
        }
    }

    fn try_statement(
        &mut self,
        body: Vec<Stmt>,
        handlers: Vec<ast::ExceptHandler>,
        orelse: Vec<Stmt>,
        finally: Vec<Stmt>,
    ) -> StatementKind {
        let body = self.statements(body);
        let handlers = handlers.into_iter().map(|handler| self.handler(handler));
        StatementKind::Try {
            body,
            handlers: handlers.collect(),
            orelse: self.statements(orelse),
            finally: self.statements(finally),
        }
    }

    fn handler(&mut self, handler: ast::ExceptHandler) -> ExceptHandler {
        let place = self.lowering.place(range_of(&handler).start);
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        ExceptHandler {
            place,
            exception: self.optional(handler.type_),
            name: handler.name.map(String::from),
            body: self.statements(handler.body),
        }
    }

    fn case(&mut self, case: ast::MatchCase) -> MatchCase {
        MatchCase {
            pattern: self.pattern(case.pattern),
            guard: self.optional(case.guard),
            body: self.statements(case.body),
        }
    }

    pub(super) fn optional(&mut self, expr: Option<Box<ast::Expr>>) -> Option<Expression> {
        expr.map(|expr| self.expression(*expr))
    }
}

fn imported_names(names: Vec<ast::Alias>) -> Vec<ImportedName> {
    let imported = names.into_iter().map(|alias| ImportedName {
        name: alias.name.into(),
        alias: alias.asname.map(String::from),
    });
    imported.collect()
}

fn names(names: Vec<ast::Identifier>) -> Vec<String> {
    names.into_iter().map(String::from).collect()
}

pub(super) fn operator(operator: ast::Operator) -> BinaryOperator {
    match operator {
        ast::Operator::Add => BinaryOperator::Add,
        ast::Operator::Sub => BinaryOperator::Subtract,
        ast::Operator::Mult => BinaryOperator::Multiply,
        ast::Operator::MatMult => BinaryOperator::MatrixMultiply,
        ast::Operator::Div => BinaryOperator::Divide,
        ast::Operator::Mod => BinaryOperator::Modulo,
        ast::Operator::Pow => BinaryOperator::Power,
        ast::Operator::LShift => BinaryOperator::LeftShift,
        ast::Operator::RShift => BinaryOperator::RightShift,
        ast::Operator::BitOr => BinaryOperator::BitOr,
        ast::Operator::BitXor => BinaryOperator::BitXor,
        ast::Operator::BitAnd => BinaryOperator::BitAnd,
        ast::Operator::FloorDiv => BinaryOperator::FloorDivide,
    }
}
