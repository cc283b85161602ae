//! Statements.

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::{Walk, range_of};
use crate::python::tree::{
    BinaryOperator, ExceptHandler, Expression, ExpressionKind, ImportedName, MatchCase, Statement,
    StatementKind, WithItem,
};

impl Walk<'_, '_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) -> Vec<Statement> {
        body.iter().map(|stmt| self.statement(stmt)).collect()
    }

    fn statement(&mut self, stmt: &Stmt) -> Statement {
        let range = range_of(stmt);
        if !self.lowering.enter(range.start) {
            return self.lowering.broken_statement(range);
        }
        let start = match stmt {
            Stmt::FunctionDef(def) => self.definition_start(range.start, &def.decorator_list),
            Stmt::ClassDef(def) => self.definition_start(range.start, &def.decorator_list),
            _ => range.start,
        };
        let kind = self.statement_kind(start, stmt);
        self.lowering.leave();
        match kind {
            StatementKind::Expression(Expression {
                kind: ExpressionKind::Broken,
                ..
            }) => self.lowering.broken_statement(range),
            kind => self.lowering.statement(start..range.end, kind),
        }
    }

    fn definition_start(&self, start: usize, decorators: &[ast::Decorator]) -> usize {
        let decorators_end = decorators.last().map(|last| range_of(last).end);
        self.lowering.definition_start(start, decorators_end)
    }

    fn statement_kind(&mut self, start: usize, stmt: &Stmt) -> StatementKind {
        match stmt {
            Stmt::FunctionDef(def) => self.function(start, def),
            Stmt::ClassDef(def) => self.class(start, def),
            Stmt::Return(node) => StatementKind::Return(self.optional(node.value.as_deref())),
            Stmt::Delete(node) => StatementKind::Delete(self.expressions(&node.targets)),
            Stmt::Assign(node) => StatementKind::Assign {
                targets: self.expressions(&node.targets),
                value: self.expression(&node.value),
            },
            Stmt::TypeAlias(node) => StatementKind::Assign {
                targets: vec![self.expression(&node.name)],
                value: self.expression(&node.value),
            },
            Stmt::AugAssign(node) => StatementKind::AugmentedAssign {
                target: self.expression(&node.target),
                operator: operator(node.op),
                value: self.expression(&node.value),
            },
            Stmt::AnnAssign(node) => StatementKind::AnnotatedAssign {
                target: self.expression(&node.target),
                annotation: self.expression(&node.annotation),
                value: self.optional(node.value.as_deref()),
            },
            Stmt::For(node) => StatementKind::For {
                target: self.expression(&node.target),
                iterable: self.expression(&node.iter),
                body: self.statements(&node.body),
                orelse: self.statements(&node.orelse),
            },
            Stmt::While(node) => StatementKind::While {
                test: self.expression(&node.test),
                body: self.statements(&node.body),
                orelse: self.statements(&node.orelse),
            },
            Stmt::If(node) => StatementKind::If {
                test: self.expression(&node.test),
                body: self.statements(&node.body),
                orelse: self.clauses(&node.elif_else_clauses),
            },
            Stmt::With(node) => self.with(node),
            Stmt::Match(node) => StatementKind::Match {
                subject: self.expression(&node.subject),
                cases: node.cases.iter().map(|case| self.case(case)).collect(),
            },
            Stmt::Raise(node) => StatementKind::Raise {
                exception: self.optional(node.exc.as_deref()),
                cause: self.optional(node.cause.as_deref()),
            },
            Stmt::Try(node) => self.try_statement(node),
            Stmt::Assert(node) => StatementKind::Assert {
                test: self.expression(&node.test),
                message: self.optional(node.msg.as_deref()),
            },
            Stmt::Import(node) => StatementKind::Import(imported_names(&node.names)),
            Stmt::ImportFrom(node) => StatementKind::ImportFrom {
                module: node
                    .module
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                names: imported_names(&node.names),
                level: node.level,
            },
            Stmt::Global(node) => StatementKind::Global(names(&node.names)),
            Stmt::Nonlocal(node) => StatementKind::Nonlocal(names(&node.names)),
            Stmt::Expr(node) => StatementKind::Expression(self.expression(&node.value)),
            Stmt::Pass(_) => StatementKind::Pass,
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
            Stmt::IpyEscapeCommand(node) => StatementKind::Broken {
                text: self.lowering.excerpt(range_of(node)).to_string(),
            },
        }
    }

    /// `elif` is an `if` of its own in the `else` of the one before.
    fn clauses(&mut self, clauses: &[ast::ElifElseClause]) -> Vec<Statement> {
        let Some((first, rest)) = clauses.split_first() else {
            return Vec::new();
        };
        let Some(test) = &first.test else {
            return self.statements(&first.body);
        };
        // It ends where the last clause of the chain ends.
        let last = rest.last().unwrap_or(first);
        let range = range_of(first).start..range_of(last).end;
        if !self.lowering.enter(range.start) {
            return vec![self.lowering.broken_statement(range)];
        }
        let kind = StatementKind::If {
            test: self.expression(test),
            body: self.statements(&first.body),
            orelse: self.clauses(rest),
        };
        self.lowering.leave();
        vec![self.lowering.statement(range, kind)]
    }

    fn with(&mut self, node: &ast::StmtWith) -> StatementKind {
        let items = node.items.iter().map(|item| WithItem {
            context: self.expression(&item.context_expr),
            target: self.optional(item.optional_vars.as_deref()),
        });
        StatementKind::With {
            items: items.collect(),
            body: self.statements(&node.body),
        }
    }

    fn try_statement(&mut self, node: &ast::StmtTry) -> StatementKind {
        let body = self.statements(&node.body);
        let handlers = node.handlers.iter().map(|handler| self.handler(handler));
        StatementKind::Try {
            body,
            handlers: handlers.collect(),
            orelse: self.statements(&node.orelse),
            finally: self.statements(&node.finalbody),
        }
    }

    fn handler(&mut self, handler: &ast::ExceptHandler) -> ExceptHandler {
        let ast::ExceptHandler::ExceptHandler(node) = handler;
        ExceptHandler {
            place: self.lowering.place(range_of(node).start),
            exception: self.optional(node.type_.as_deref()),
            name: node.name.as_ref().map(ToString::to_string),
            body: self.statements(&node.body),
        }
    }

    fn case(&mut self, case: &ast::MatchCase) -> MatchCase {
        MatchCase {
            pattern: self.pattern(&case.pattern),
            guard: self.optional(case.guard.as_deref()),
            body: self.statements(&case.body),
        }
    }

    pub(super) fn optional(&mut self, expr: Option<&Expr>) -> Option<Expression> {
        expr.map(|expr| self.expression(expr))
    }
}

fn imported_names(names: &[ast::Alias]) -> Vec<ImportedName> {
    let imported = names.iter().map(|alias| ImportedName {
        name: alias.name.to_string(),
        alias: alias.asname.as_ref().map(ToString::to_string),
    });
    imported.collect()
}

fn names(names: &[ast::Identifier]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
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
