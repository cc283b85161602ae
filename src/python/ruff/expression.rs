//! Expressions.

use ruff_python_ast::{self as ast, Expr, ExprContext};

use super::statement::operator;
use super::{Walk, range_of};
use crate::python::tree::{
    Argument, CompareOperator, Comprehension, ComprehensionClause, ComprehensionKind, Expression,
    ExpressionKind,
};

impl Walk<'_, '_> {
    pub(super) fn expression(&mut self, expr: &Expr) -> Expression {
        let range = range_of(expr);
        let kind = if self.lowering.enter(range.start) {
            let kind = self.expression_kind(expr);
            self.lowering.leave();
            kind
        } else {
            ExpressionKind::Broken
        };
        self.lowering.expression(range, kind)
    }

    pub(super) fn expressions(&mut self, exprs: &[Expr]) -> Vec<Expression> {
        exprs.iter().map(|expr| self.expression(expr)).collect()
    }

    fn boxed(&mut self, expr: &Expr) -> Box<Expression> {
        Box::new(self.expression(expr))
    }

    fn optional_box(&mut self, expr: Option<&Expr>) -> Option<Box<Expression>> {
        expr.map(|expr| self.boxed(expr))
    }

    fn expression_kind(&mut self, expr: &Expr) -> ExpressionKind {
        match expr {
            Expr::BoolOp(node) => match node.op {
                ast::BoolOp::And => ExpressionKind::And(self.expressions(&node.values)),
                ast::BoolOp::Or => ExpressionKind::Or(self.expressions(&node.values)),
            },
            Expr::Named(node) => ExpressionKind::NamedAssign {
                target: target_name(&node.target),
                value: self.boxed(&node.value),
            },
            Expr::BinOp(node) => ExpressionKind::Binary {
                left: self.boxed(&node.left),
                operator: operator(node.op),
                right: self.boxed(&node.right),
            },
            Expr::UnaryOp(node) => {
                let operand = self.boxed(&node.operand);
                match node.op {
                    ast::UnaryOp::Invert => ExpressionKind::Invert(operand),
                    ast::UnaryOp::Not => ExpressionKind::Not(operand),
                    ast::UnaryOp::UAdd => ExpressionKind::Positive(operand),
                    ast::UnaryOp::USub => ExpressionKind::Negative(operand),
                }
            }
            Expr::Lambda(node) => self.lambda(range_of(node).start, node),
            Expr::If(node) => ExpressionKind::Conditional {
                test: self.boxed(&node.test),
                body: self.boxed(&node.body),
                orelse: self.boxed(&node.orelse),
            },
            Expr::Dict(node) => self.dict(node),
            Expr::Set(node) => ExpressionKind::Set(self.expressions(&node.elts)),
            Expr::ListComp(node) => {
                self.comprehension(ComprehensionKind::List, &node.elt, None, &node.generators)
            }
            Expr::SetComp(node) => {
                self.comprehension(ComprehensionKind::Set, &node.elt, None, &node.generators)
            }
            Expr::DictComp(node) => self.dict_comprehension(node),
            Expr::Generator(node) => self.comprehension(
                ComprehensionKind::Generator,
                &node.elt,
                None,
                &node.generators,
            ),
            Expr::Await(node) => ExpressionKind::Await(self.boxed(&node.value)),
            Expr::Yield(node) => {
                self.lowering.has_yield = true;
                ExpressionKind::Yield(self.optional_box(node.value.as_deref()))
            }
            Expr::YieldFrom(node) => {
                self.lowering.has_yield = true;
                ExpressionKind::YieldFrom(self.boxed(&node.value))
            }
            Expr::Compare(node) => self.compare(node),
            Expr::Call(node) => self.call(node),
            Expr::FString(node) => ExpressionKind::String(self.formatted_string(node)),
            Expr::TString(node) => ExpressionKind::String(self.template_string(node)),
            Expr::StringLiteral(node) => ExpressionKind::String(self.plain_string(node)),
            Expr::BytesLiteral(node) => {
                let bytes = node
                    .value
                    .iter()
                    .flat_map(|part| part.value.iter().copied());
                ExpressionKind::Bytes(bytes.collect())
            }
            Expr::NumberLiteral(node) => number(&node.value),
            Expr::BooleanLiteral(node) if node.value => ExpressionKind::True,
            Expr::BooleanLiteral(_) => ExpressionKind::False,
            Expr::NoneLiteral(_) => ExpressionKind::None,
            Expr::EllipsisLiteral(_) => ExpressionKind::Ellipsis,
            Expr::Attribute(node) => ExpressionKind::Attribute {
                value: self.boxed(&node.value),
                name: node.attr.to_string(),
            },
            Expr::Subscript(node) => ExpressionKind::Subscript {
                value: self.boxed(&node.value),
                index: self.boxed(&node.slice),
            },
            Expr::Starred(node) => ExpressionKind::Starred(self.boxed(&node.value)),
            Expr::Name(node) if node.ctx == ExprContext::Invalid => ExpressionKind::Broken,
            Expr::Name(node) => ExpressionKind::Name(node.id.to_string()),
            Expr::List(node) => ExpressionKind::List(self.expressions(&node.elts)),
            Expr::Tuple(node) => ExpressionKind::Tuple(self.expressions(&node.elts)),
            Expr::Slice(node) => ExpressionKind::Slice {
                lower: self.optional_box(node.lower.as_deref()),
                upper: self.optional_box(node.upper.as_deref()),
                step: self.optional_box(node.step.as_deref()),
            },
            Expr::IpyEscapeCommand(_) => ExpressionKind::Broken,
        }
    }

    fn dict(&mut self, node: &ast::ExprDict) -> ExpressionKind {
        let items = node.items.iter().map(|item| {
            let key = self.optional(item.key.as_ref());
            (key, self.expression(&item.value))
        });
        ExpressionKind::Dict(items.collect())
    }

    fn compare(&mut self, node: &ast::ExprCompare) -> ExpressionKind {
        let left = self.boxed(&node.left);
        let comparisons = node.ops.iter().zip(&node.comparators);
        let comparisons = comparisons
            .map(|(&operator, right)| (compare_operator(operator), self.expression(right)));
        ExpressionKind::Compare {
            left,
            comparisons: comparisons.collect(),
        }
    }

    fn call(&mut self, node: &ast::ExprCall) -> ExpressionKind {
        let function = self.boxed(&node.func);
        let positional = node.arguments.args.iter();
        let mut arguments: Vec<Argument> = positional
            .map(|argument| match argument {
                Expr::Starred(starred) => Argument::Star(self.expression(&starred.value)),
                other => Argument::Positional(self.expression(other)),
            })
            .collect();
        for keyword in &node.arguments.keywords {
            let value = self.expression(&keyword.value);
            arguments.push(match &keyword.arg {
                Some(name) => Argument::Keyword(name.to_string(), value),
                None => Argument::DoubleStar(value),
            });
        }
        ExpressionKind::Call {
            function,
            arguments,
        }
    }

    /// `{**a for a in b}` has no key before Python 3.15; its value is then what there is.
    fn dict_comprehension(&mut self, node: &ast::ExprDictComp) -> ExpressionKind {
        let (element, value) = match &node.key {
            Some(key) => (&**key, Some(&*node.value)),
            None => (&*node.value, None),
        };
        self.comprehension(ComprehensionKind::Dict, element, value, &node.generators)
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: &Expr,
        value: Option<&Expr>,
        generators: &[ast::Comprehension],
    ) -> ExpressionKind {
        let element = self.expression(element);
        let value = self.optional(value);
        let clauses = generators.iter().map(|generator| ComprehensionClause {
            target: self.expression(&generator.target),
            iterable: self.expression(&generator.iter),
            conditions: self.expressions(&generator.ifs),
        });
        ExpressionKind::Comprehension(Box::new(Comprehension {
            kind,
            element,
            value,
            clauses: clauses.collect(),
        }))
    }
}

fn number(number: &ast::Number) -> ExpressionKind {
    match number {
        ast::Number::Int(integer) => ExpressionKind::Integer(integer.as_i64()),
        ast::Number::Float(float) => ExpressionKind::Float(*float),
        ast::Number::Complex { .. } => ExpressionKind::Integer(None),
    }
}

/// The grammar allows nothing but a name before `:=`.
fn target_name(target: &Expr) -> String {
    match target {
        Expr::Name(name) => name.id.to_string(),
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
