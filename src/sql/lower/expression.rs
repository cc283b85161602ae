//! Expressions.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, LitKind};

use crate::model::{Identifier, ObjectName};
use crate::sql::expression::{Call, Collection, Expression, Literal, When};

use super::Lowering;

impl Lowering<'_> {
    pub(crate) fn expression(&self, expression: &ast::Expr) -> Expression {
        match expression {
            ast::Expr::Literal(literal) => self.literal(literal),
            ast::Expr::NameRef(name) => self.name(name.syntax()),
            ast::Expr::FieldExpr(field) => self.field(field),
            ast::Expr::ParenExpr(paren) => self.parenthesized(paren),
            ast::Expr::BinExpr(binary) => self.binary(binary),
            ast::Expr::PrefixExpr(prefix) => self.prefix(prefix),
            ast::Expr::PostfixExpr(postfix) => self.postfix(postfix),
            ast::Expr::CallExpr(call) => self.call_expression(call),
            ast::Expr::CastExpr(cast) => self.cast(cast),
            ast::Expr::CaseExpr(case) => self.case(case),
            ast::Expr::BetweenExpr(between) => self.between(between),
            ast::Expr::ArrayExpr(array) => match array.select_variant() {
                Some(query) => Expression::ArrayQuery(Box::new(self.select(&query))),
                None => Expression::Array(self.expressions(array.exprs())),
            },
            ast::Expr::TupleExpr(tuple) => Expression::Row(self.expressions(tuple.exprs())),
            ast::Expr::IndexExpr(index) => match (index.base(), index.index()) {
                (Some(base), Some(at)) => Expression::Subscript {
                    base: Box::new(self.expression(&base)),
                    index: Box::new(self.expression(&at)),
                },
                _ => self.unread(index),
            },
            ast::Expr::Collate(collate) => match collate.expr() {
                Some(operand) => Expression::Collate {
                    operand: Box::new(self.expression(&operand)),
                    collation: self.optional_name(collate.collation_ref()),
                },
                None => self.unread(collate),
            },
            ast::Expr::SliceExpr(slice) => self.unread(slice),
        }
    }

    fn unread(&self, node: &impl AstNode) -> Expression {
        Expression::Unread(self.text(node))
    }

    pub(super) fn expressions(&self, list: impl Iterator<Item = ast::Expr>) -> Vec<Expression> {
        list.map(|expression| self.expression(&expression))
            .collect()
    }

    fn optional(&self, expression: Option<ast::Expr>) -> Expression {
        match expression {
            Some(expression) => self.expression(&expression),
            None => Expression::Unread(String::new()),
        }
    }

    fn literal(&self, literal: &ast::Literal) -> Expression {
        let raw = self.raw(literal.syntax());
        Expression::Literal(match literal.kind() {
            Some(LitKind::Null(_)) => Literal::Null,
            Some(LitKind::True(_)) => Literal::Boolean(true),
            Some(LitKind::False(_)) => Literal::Boolean(false),
            Some(LitKind::IntNumber(_) | LitKind::NumericNumber(_)) => {
                Literal::Number(raw.to_owned())
            }
            Some(LitKind::BitString(_) | LitKind::ByteString(_)) => Literal::Bits(raw.to_owned()),
            Some(LitKind::PositionalParam(_)) => return Expression::Parameter(raw.to_owned()),
            Some(
                LitKind::String(_)
                | LitKind::EscString(_)
                | LitKind::DollarQuotedString(_)
                | LitKind::NationalString(_)
                | LitKind::UnicodeEscString(_),
            ) => return self.string(literal),
            Some(LitKind::Default(_) | LitKind::On(_) | LitKind::Off(_)) | None => {
                return self.unread(literal);
            }
        })
    }

    /// A string; one that is nothing but a placeholder's marker is the placeholder.
    fn string(&self, literal: &ast::Literal) -> Expression {
        let markers = &self.passage.source.markers;
        let value = literal.string_value().unwrap_or_default();
        match markers.alone(&value) {
            Some(index) if markers.reason(index).is_none() => {
                Expression::Parameter(markers.shown(index).to_owned())
            }
            _ => Expression::text(markers.restore(&value)),
        }
    }

    fn name(&self, node: &SyntaxNode) -> Expression {
        let markers = &self.passage.source.markers;
        if let Some(index) = markers.alone(self.raw(node)) {
            let shown = markers.shown(index).to_owned();
            return match markers.reason(index) {
                Some(_) => Expression::Hole(shown),
                None => Expression::Parameter(shown),
            };
        }
        let raw = self.raw(node);
        if is_value_keyword(raw) {
            return Expression::Call(Call::named(ObjectName::new(Identifier::exact(
                raw.to_ascii_lowercase(),
            ))));
        }
        Expression::Name {
            qualifier: Vec::new(),
            name: self.identifier_of(node),
        }
    }

    fn field(&self, field: &ast::FieldExpr) -> Expression {
        let star = field.star_token().is_some();
        let simple = field.base().is_some_and(|base| is_path(&base));
        if simple {
            let mut parts = self.parts(self.raw(field.syntax()));
            if star {
                return Expression::Star { qualifier: parts };
            }
            let name = parts.pop().unwrap_or_default();
            return Expression::Name {
                qualifier: parts,
                name,
            };
        }
        match (field.base(), field.field()) {
            (Some(base), Some(name)) if !star => Expression::Field {
                base: Box::new(self.expression(&base)),
                name: self.identifier(&name),
            },
            _ => self.unread(field),
        }
    }

    fn parenthesized(&self, paren: &ast::ParenExpr) -> Expression {
        if let Some(expression) = paren.expr() {
            return self.expression(&expression);
        }
        match paren.syntax().children().find_map(ast::SelectVariant::cast) {
            Some(query) => Expression::Subquery(Box::new(self.select(&query))),
            None => self.unread(paren),
        }
    }

    fn binary(&self, binary: &ast::BinExpr) -> Expression {
        let (Some(left), Some(right)) = (binary.lhs(), binary.rhs()) else {
            return self.unread(binary);
        };
        match binary.op() {
            Some(BinOp::In(_)) => self.membership(&left, &right, false),
            Some(BinOp::NotIn(_)) => self.membership(&left, &right, true),
            Some(BinOp::Is(_)) => self.is(&left, &right, false),
            Some(BinOp::IsNot(_)) => self.is(&left, &right, true),
            Some(BinOp::IsDistinctFrom(_)) => self.distinct(&left, &right, false),
            Some(BinOp::IsNotDistinctFrom(_)) => self.distinct(&left, &right, true),
            Some(BinOp::ColonColon(_)) => self.unread(binary),
            Some(operator) => {
                let operator = operator_text(self, binary, &operator);
                self.quantified(&left, &operator, &right)
                    .unwrap_or_else(|| Expression::Binary {
                        left: Box::new(self.expression(&left)),
                        right: Box::new(self.expression(&right)),
                        operator,
                    })
            }
            None => self.unread(binary),
        }
    }

    fn distinct(&self, left: &ast::Expr, right: &ast::Expr, negated: bool) -> Expression {
        Expression::IsDistinct {
            left: Box::new(self.expression(left)),
            right: Box::new(self.expression(right)),
            negated,
        }
    }

    fn membership(&self, left: &ast::Expr, right: &ast::Expr, negated: bool) -> Expression {
        let collection = match self.expression(right) {
            Expression::Subquery(query) => Collection::Query(query),
            Expression::Row(list) => Collection::List(list),
            one => Collection::List(vec![one]),
        };
        Expression::In {
            operand: Box::new(self.expression(left)),
            collection,
            negated,
        }
    }

    fn is(&self, left: &ast::Expr, right: &ast::Expr, negated: bool) -> Expression {
        let operand = Box::new(self.expression(left));
        let word = self.raw(right.syntax()).to_ascii_lowercase();
        let value = match word.as_str() {
            "null" => return Expression::IsNull { operand, negated },
            "true" => Some(true),
            "false" => Some(false),
            "unknown" => None,
            _ => {
                return Expression::Unread(format!(
                    "{} IS {}{}",
                    self.text(left),
                    if negated { "NOT " } else { "" },
                    self.text(right)
                ));
            }
        };
        Expression::IsBoolean {
            operand,
            value,
            negated,
        }
    }

    /// `left operator ANY|SOME|ALL (collection)`.
    fn quantified(
        &self,
        left: &ast::Expr,
        operator: &str,
        right: &ast::Expr,
    ) -> Option<Expression> {
        let ast::Expr::CallExpr(call) = right else {
            return None;
        };
        let (all, query, array) = if let Some(any) = call.any_fn() {
            (false, any.select_variant(), any.expr())
        } else if let Some(some) = call.some_fn() {
            (false, some.select_variant(), some.expr())
        } else {
            let every = call.all_fn()?;
            (true, every.select_variant(), every.expr())
        };
        let collection = match (query, array) {
            (Some(query), _) => Collection::Query(Box::new(self.select(&query))),
            (None, Some(array)) => match self.expression(&array) {
                Expression::Subquery(query) => Collection::Query(query),
                array => Collection::Array(Box::new(array)),
            },
            (None, None) => return None,
        };
        Some(Expression::Quantified {
            left: Box::new(self.expression(left)),
            operator: operator.to_owned(),
            all,
            collection,
        })
    }

    fn prefix(&self, prefix: &ast::PrefixExpr) -> Expression {
        let operator = prefix.syntax().first_child_or_token().map(|element| {
            let range = element.text_range();
            let text = self
                .passage
                .text
                .get(usize::from(range.start())..usize::from(range.end()));
            text.unwrap_or_default().to_ascii_uppercase()
        });
        let operand = prefix.syntax().children().find_map(ast::Expr::cast);
        match (operator, operand) {
            (Some(operator), Some(operand)) => Expression::Unary {
                operator,
                operand: Box::new(self.expression(&operand)),
            },
            _ => self.unread(prefix),
        }
    }

    fn postfix(&self, postfix: &ast::PostfixExpr) -> Expression {
        let Some(operand) = postfix.syntax().children().find_map(ast::Expr::cast) else {
            return self.unread(postfix);
        };
        let negated = match postfix.op() {
            Some(ast::PostfixOp::IsNull(_)) => false,
            Some(ast::PostfixOp::NotNull(_)) => true,
            _ => return self.unread(postfix),
        };
        Expression::IsNull {
            operand: Box::new(self.expression(&operand)),
            negated,
        }
    }

    pub(super) fn call_expression(&self, call: &ast::CallExpr) -> Expression {
        if let Some(exists) = call.exists_fn() {
            return match exists.select_variant() {
                Some(query) => Expression::Exists(Box::new(self.select(&query))),
                None => self.unread(call),
            };
        }
        match (call.expr(), call.arg_list()) {
            (Some(function), Some(arguments)) => {
                Expression::Call(self.plain_call(call, &function, &arguments))
            }
            _ => self.special_call(call),
        }
    }

    fn plain_call(&self, call: &ast::CallExpr, function: &ast::Expr, list: &ast::ArgList) -> Call {
        let arguments = list.args().map(|argument| match argument.func_arg_expr() {
            Some(ast::FuncArgExpr::Expr(value)) => (None, self.expression(&value)),
            Some(ast::FuncArgExpr::NamedArg(named)) => (
                named.name().map(|name| self.identifier(&name)),
                self.optional(named.expr()),
            ),
            None => (None, Expression::Unread(self.text(&argument))),
        });
        let order_by = list
            .args()
            .filter_map(|argument| argument.order_by_clause());
        Call {
            function: self.object_name(function),
            arguments: arguments.collect(),
            star: list.star_token().is_some(),
            distinct: matches!(
                list.all_or_distinct(),
                Some(ast::AllOrDistinct::Distinct(_))
            ),
            order_by: order_by
                .flat_map(|clause| self.order_by(Some(clause)))
                .collect(),
            filter: call
                .filter_clause()
                .and_then(|clause| clause.expr())
                .map(|expression| Box::new(self.expression(&expression))),
            window: call.over_clause().is_some(),
        }
    }

    /// Functions with words of their own between their arguments: the arguments in order.
    fn special_call(&self, call: &ast::CallExpr) -> Expression {
        let Some(inner) = call.syntax().first_child() else {
            return self.unread(call);
        };
        let first = inner
            .first_token()
            .map(|token| token.text().to_ascii_lowercase());
        let Some(name) = first else {
            return self.unread(call);
        };
        let known = ["substring", "trim", "position", "overlay", "extract"];
        if !known.contains(&name.as_str()) {
            return self.unread(call);
        }
        let mut arguments = Vec::new();
        if let Some(field) = inner.children().find_map(ast::ExtractField::cast) {
            let text = self.text(&field).trim_matches('\'').to_ascii_lowercase();
            arguments.push((None, Expression::text(text)));
        }
        for node in inner.descendants().skip(1) {
            let nested = node.ancestors().skip(1).take_while(|above| *above != inner);
            if ast::Expr::can_cast(node.kind())
                && !nested
                    .into_iter()
                    .any(|above| ast::Expr::can_cast(above.kind()))
                && let Some(value) = ast::Expr::cast(node)
            {
                arguments.push((None, self.expression(&value)));
            }
        }
        let mut call = Call::named(ObjectName::new(Identifier::exact(name)));
        call.arguments = arguments;
        Expression::Call(call)
    }

    fn cast(&self, cast: &ast::CastExpr) -> Expression {
        let operand = match (cast.expr(), cast.literal()) {
            (Some(expression), _) => self.expression(&expression),
            (None, Some(literal)) => self.literal(&literal),
            (None, None) => return self.unread(cast),
        };
        let Some(data_type) = cast.ty() else {
            return self.unread(cast);
        };
        Expression::Cast {
            operand: Box::new(operand),
            data_type: self.data_type(&data_type),
        }
    }

    fn case(&self, case: &ast::CaseExpr) -> Expression {
        let list = case.when_clause_list().into_iter();
        let whens = list.flat_map(|list| list.when_clauses()).map(|when| When {
            condition: self.optional(when.condition()),
            result: self.optional(when.then()),
        });
        Expression::Case {
            operand: case
                .expr()
                .map(|operand| Box::new(self.expression(&operand))),
            whens: whens.collect(),
            otherwise: case
                .else_clause()
                .and_then(|clause| clause.expr())
                .map(|otherwise| Box::new(self.expression(&otherwise))),
        }
    }

    fn between(&self, between: &ast::BetweenExpr) -> Expression {
        Expression::Between {
            operand: Box::new(self.optional(between.target())),
            low: Box::new(self.optional(between.start())),
            high: Box::new(self.optional(between.end())),
            negated: between.not_token().is_some(),
        }
    }
}

impl Call {
    pub(crate) fn named(function: ObjectName) -> Self {
        Self {
            function,
            arguments: Vec::new(),
            star: false,
            distinct: false,
            order_by: Vec::new(),
            filter: None,
            window: false,
        }
    }
}

/// A name, or names joined by dots.
fn is_path(expression: &ast::Expr) -> bool {
    match expression {
        ast::Expr::NameRef(_) => true,
        ast::Expr::FieldExpr(field) => field.base().is_some_and(|base| is_path(&base)),
        _ => false,
    }
}

/// Functions that are called without parentheses (manual, 9.26 and 9.9.5).
fn is_value_keyword(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "localtime",
        "localtimestamp",
        "session_user",
        "user",
    ];
    WORDS.contains(&word.to_ascii_lowercase().as_str())
}

fn operator_text(lowering: &Lowering<'_>, binary: &ast::BinExpr, operator: &BinOp) -> String {
    let node = match operator {
        BinOp::CustomOp(node) => Some(node.syntax()),
        BinOp::OperatorCall(node) => Some(node.syntax()),
        BinOp::NotLike(_) => return "NOT LIKE".to_owned(),
        BinOp::NotIlike(_) => return "NOT ILIKE".to_owned(),
        BinOp::SimilarTo(_) => return "SIMILAR TO".to_owned(),
        BinOp::NotSimilarTo(_) => return "NOT SIMILAR TO".to_owned(),
        BinOp::AtTimeZone(_) => return "AT TIME ZONE".to_owned(),
        BinOp::Neq(_) | BinOp::Neqb(_) => return "<>".to_owned(),
        _ => None,
    };
    if let Some(node) = node {
        return lowering.raw(node).to_ascii_uppercase();
    }
    // A single token: what stands between the operands.
    let between = binary.lhs().zip(binary.rhs()).and_then(|(left, right)| {
        let start = usize::from(left.syntax().text_range().end());
        let end = usize::from(right.syntax().text_range().start());
        lowering.passage.text.get(start..end)
    });
    let tokens = crate::sql::scan::significant(between.unwrap_or_default());
    tokens
        .iter()
        .map(|token| token.text(between.unwrap_or_default()).to_ascii_uppercase())
        .collect()
}
