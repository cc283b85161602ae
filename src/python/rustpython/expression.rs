//! Expressions.

use rustpython_parser::ast::{self, Expr};

use super::statement::operator;
use super::{Walk, range_of};
use crate::python::tree::{
    Argument, CompareOperator, Comprehension, ComprehensionClause, ComprehensionKind, Expression,
    ExpressionKind,
};

impl Walk<'_, '_> {
    pub(super) fn expression(&mut self, expr: Expr) -> Expression {
        let range = range_of(&expr);
        let kind = if self.lowering.enter(range.start) {
            let kind = self.expression_kind(expr);
            self.lowering.leave();
            kind
        } else {
            ExpressionKind::Broken
        };
        self.lowering.expression(range, kind)
    }

    pub(super) fn expressions(&mut self, exprs: Vec<Expr>) -> Vec<Expression> {
        exprs
            .into_iter()
            .map(|expr| self.expression(expr))
            .collect()
    }

    pub(super) fn boxed(&mut self, expr: Box<Expr>) -> Box<Expression> {
        Box::new(self.expression(*expr))
    }

    fn expression_kind(&mut self, expr: Expr) -> ExpressionKind {
        let range = range_of(&expr);
        match expr {
            Expr::BoolOp(node) => match node.op {
                ast::BoolOp::And => ExpressionKind::And(self.expressions(node.values)),
                ast::BoolOp::Or => ExpressionKind::Or(self.expressions(node.values)),
            },
            Expr::NamedExpr(node) => ExpressionKind::NamedAssign {
                target: target_name(*node.target),
                value: self.boxed(node.value),
            },
            Expr::BinOp(node) => ExpressionKind::Binary {
                left: self.boxed(node.left),
                operator: operator(node.op),
                right: self.boxed(node.right),
            },
            Expr::UnaryOp(node) => {
                let operand = self.boxed(node.operand);
                match node.op {
                    ast::UnaryOp::Invert => ExpressionKind::Invert(operand),
                    ast::UnaryOp::Not => ExpressionKind::Not(operand),
                    ast::UnaryOp::UAdd => ExpressionKind::Positive(operand),
                    ast::UnaryOp::USub => ExpressionKind::Negative(operand),
                }
            }
            Expr::Lambda(node) => self.lambda(range.start, node),
            Expr::IfExp(node) => ExpressionKind::Conditional {
                test: self.boxed(node.test),
                body: self.boxed(node.body),
                orelse: self.boxed(node.orelse),
            },
            Expr::Dict(node) => self.dict(node),
            Expr::Set(node) => ExpressionKind::Set(self.expressions(node.elts)),
            Expr::ListComp(node) => {
                self.comprehension(ComprehensionKind::List, *node.elt, None, node.generators)
            }
            Expr::SetComp(node) => {
                self.comprehension(ComprehensionKind::Set, *node.elt, None, node.generators)
            }
            Expr::DictComp(node) => self.comprehension(
                ComprehensionKind::Dict,
                *node.key,
                Some(*node.value),
                node.generators,
            ),
            Expr::GeneratorExp(node) => self.comprehension(
                ComprehensionKind::Generator,
                *node.elt,
                None,
                node.generators,
            ),
            Expr::Await(node) => ExpressionKind::Await(self.boxed(node.value)),
            Expr::Yield(node) => {
                self.lowering.has_yield = true;
                ExpressionKind::Yield(node.value.map(|value| self.boxed(value)))
            }
            Expr::YieldFrom(node) => {
                self.lowering.has_yield = true;
                ExpressionKind::YieldFrom(self.boxed(node.value))
            }
            Expr::Compare(node) => self.compare(node),
            Expr::Call(node) => self.call(node),
            Expr::FormattedValue(node) => self.expression(*node.value).kind,
            Expr::JoinedStr(node) => {
                ExpressionKind::String(self.formatted_string(range, node.values))
            }
            Expr::Constant(node) => self.constant(range, node.value),
            Expr::Attribute(node) => ExpressionKind::Attribute {
                value: self.boxed(node.value),
                name: node.attr.into(),
            },
            Expr::Subscript(node) => ExpressionKind::Subscript {
                value: self.boxed(node.value),
                index: self.boxed(node.slice),
            },
            Expr::Starred(node) => ExpressionKind::Starred(self.boxed(node.value)),
            Expr::Name(node) => ExpressionKind::Name(node.id.into()),
            Expr::List(node) => ExpressionKind::List(self.expressions(node.elts)),
            Expr::Tuple(node) => ExpressionKind::Tuple(self.expressions(node.elts)),
            Expr::Slice(node) => ExpressionKind::Slice {
                lower: node.lower.map(|value| self.boxed(value)),
                upper: node.upper.map(|value| self.boxed(value)),
                step: node.step.map(|value| self.boxed(value)),
            },
        }
    }

    fn constant(&mut self, range: std::ops::Range<usize>, value: ast::Constant) -> ExpressionKind {
        match value {
            ast::Constant::None => ExpressionKind::None,
            ast::Constant::Bool(true) => ExpressionKind::True,
            ast::Constant::Bool(false) => ExpressionKind::False,
            ast::Constant::Str(text) => ExpressionKind::String(self.plain_string(range, text)),
            ast::Constant::Bytes(bytes) => ExpressionKind::Bytes(bytes),
            ast::Constant::Int(number) => ExpressionKind::Integer(i64::try_from(number).ok()),
            ast::Constant::Float(number) => ExpressionKind::Float(number),
            ast::Constant::Complex { .. } => ExpressionKind::Integer(None),
            ast::Constant::Ellipsis => ExpressionKind::Ellipsis,
            ast::Constant::Tuple(_) => ExpressionKind::Broken,
        }
    }

    fn dict(&mut self, node: ast::ExprDict) -> ExpressionKind {
        let items = node.keys.into_iter().zip(node.values).map(|(key, value)| {
            let key = key.map(|key| self.expression(key));
            (key, self.expression(value))
        });
        ExpressionKind::Dict(items.collect())
    }

    fn compare(&mut self, node: ast::ExprCompare) -> ExpressionKind {
        let left = self.boxed(node.left);
        let comparisons = node.ops.into_iter().zip(node.comparators);
        let comparisons = comparisons
            .map(|(operator, right)| (compare_operator(operator), self.expression(right)));
        ExpressionKind::Compare {
            left,
            comparisons: comparisons.collect(),
        }
    }

    fn call(&mut self, node: ast::ExprCall) -> ExpressionKind {
        let function = self.boxed(node.func);
        let mut arguments = Vec::with_capacity(node.args.len() + node.keywords.len());
        for argument in node.args {
            arguments.push(match argument {
                Expr::Starred(starred) => Argument::Star(self.expression(*starred.value)),
                other => Argument::Positional(self.expression(other)),
            });
        }
        for keyword in node.keywords {
            let value = self.expression(keyword.value);
            arguments.push(match keyword.arg {
                Some(name) => Argument::Keyword(name.into(), value),
                None => Argument::DoubleStar(value),
            });
        }
        ExpressionKind::Call {
            function,
            arguments,
        }
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: Expr,
        value: Option<Expr>,
        generators: Vec<ast::Comprehension>,
    ) -> ExpressionKind {
        let element = self.expression(element);
        let value = value.map(|value| self.expression(value));
        let clauses = generators.into_iter().map(|generator| ComprehensionClause {
            target: self.expression(generator.target),
            iterable: self.expression(generator.iter),
            conditions: self.expressions(generator.ifs),
        });
        ExpressionKind::Comprehension(Box::new(Comprehension {
            kind,
            element,
            value,
            clauses: clauses.collect(),
        }))
    }
}

/// The grammar allows nothing but a name before `:=`.
fn target_name(target: Expr) -> String {
    match target {
        Expr::Name(name) => name.id.into(),
        _ => String::new(),
    }
}

fn compare_operator(operator: ast::CmpOp) -> CompareOperator {
    match operator {
        ast::CmpOp::Eq => CompareOperator::Equal,
        ast::CmpOp::NotEq => CompareOperator::NotEqual,
        ast::CmpOp::Lt => CompareOperator::Less,
        ast::CmpOp::LtE => CompareOperator::LessOrEqual,
        ast::CmpOp::Gt => CompareOperator::Greater,
        ast::CmpOp::GtE => CompareOperator::GreaterOrEqual,
        ast::CmpOp::Is => CompareOperator::Is,
        ast::CmpOp::IsNot => CompareOperator::IsNot,
        ast::CmpOp::In => CompareOperator::In,
        ast::CmpOp::NotIn => CompareOperator::NotIn,
    }
}
