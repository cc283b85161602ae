//! What squawk's grammar takes and PostgreSQL 15 does not: newer syntax, and a few forms that no
//! release takes.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::lower::range;
use super::parse::{ParseError, near};

/// The first error that PostgreSQL 15 would report for a tree that squawk took.
pub(crate) fn refusal(text: &str, statement: &ast::Stmt) -> Option<ParseError> {
    if let ast::Stmt::AlterTable(alter) = statement
        && let Some(error) = lone_action(text, alter)
    {
        return Some(error);
    }
    statement
        .syntax()
        .descendants()
        .find_map(|node| refused(text, &node))
}

fn at(text: &str, offset: usize) -> ParseError {
    ParseError {
        offset,
        message: near(text, offset),
    }
}

fn at_node(text: &str, node: &SyntaxNode) -> ParseError {
    at(text, range(node).start)
}

/// At the first of the node's own tokens that is this keyword.
fn at_word(text: &str, node: &SyntaxNode, word: &str) -> ParseError {
    let mut tokens = node
        .children_with_tokens()
        .filter_map(|element| element.into_token());
    let token = tokens.find(|token| token.text().eq_ignore_ascii_case(word));
    let start = token.map(|token| usize::from(token.text_range().start()));
    at(text, start.unwrap_or_else(|| range(node).start))
}

/// `RENAME`, `SET SCHEMA` and partitions stand alone in an ALTER TABLE (gram.y, `AlterTableStmt`).
fn lone_action(text: &str, alter: &ast::AlterTable) -> Option<ParseError> {
    let actions: Vec<_> = alter.actions().collect();
    if actions.len() < 2 {
        return None;
    }
    let index = actions.iter().position(|action| {
        matches!(
            action,
            ast::AlterTableAction::RenameColumn(_)
                | ast::AlterTableAction::RenameConstraint(_)
                | ast::AlterTableAction::TableRenameTo(_)
                | ast::AlterTableAction::SetSchema(_)
                | ast::AlterTableAction::AttachPartition(_)
                | ast::AlterTableAction::DetachPartition(_)
        )
    })?;
    let action = actions.get(index)?;
    let place = range(action.syntax());
    if index == 0 {
        return Some(at(text, place.end));
    }
    let is_schema = matches!(action, ast::AlterTableAction::SetSchema(_));
    let skipped = if is_schema { "set".len() } else { 0 };
    Some(at(text, place.start + skipped))
}

fn refused(text: &str, node: &SyntaxNode) -> Option<ParseError> {
    use SyntaxKind as K;
    match node.kind() {
        // PostgreSQL 16 and later, each an error at its first word.
        K::JSON_TABLE
        | K::GRAPH_TABLE_FN
        | K::JSON_FORMAT_CLAUSE
        | K::JSON_RETURNING_CLAUSE
        | K::JSON_PASSING_CLAUSE
        | K::JSON_ABSENT_ON_NULL
        | K::JSON_NULL_ON_NULL
        | K::JSON_ON_ERROR_CLAUSE
        | K::JSON_ON_EMPTY_CLAUSE
        | K::JSON_KEY_VALUE
        | K::FOR_PORTION_OF
        | K::VIRTUAL
        | K::WITHOUT_OVERLAPS
        | K::PERIOD_COLUMN
        | K::RETURNING_OPTION_LIST
        | K::CONFLICT_DO_SELECT
        | K::AT_LOCAL
        | K::IS_JSON
        | K::IS_NOT_JSON
        | K::NOT_ENFORCED
        | K::ENFORCED
        | K::SET_EXPRESSION
        | K::CHECKPOINT_OPTION_LIST
        | K::REPACK
        | K::MERGE_PARTITIONS
        | K::SPLIT_PARTITION
        | K::OPTION_CONNECTION
        | K::OPTION_NO_CONNECTION
        | K::EXCEPT_TABLE_CLAUSE => Some(at_node(text, node)),
        K::CREATE_PROPERTY_GRAPH | K::ALTER_PROPERTY_GRAPH | K::DROP_PROPERTY_GRAPH => {
            let word = node
                .children_with_tokens()
                .filter_map(|element| element.into_token());
            let second = word.filter(|token| !token.kind().is_trivia()).nth(1)?;
            Some(at(text, usize::from(second.text_range().start())))
        }
        K::GRANT_ROLE_OPTION_LIST => {
            let words = text
                .get(range(node))?
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            (!words.eq_ignore_ascii_case("admin option")).then(|| at_node(text, node))
        }
        K::MERGE_WHEN_NOT_MATCHED_SOURCE => Some(at_word(text, node, "by")),
        K::STORAGE if node.parent()?.kind() == K::COLUMN => Some(at_node(text, node)),
        // PostgreSQL 18: NOT NULL as a constraint of the table.
        K::NOT_NULL_CONSTRAINT => {
            let named = node
                .children()
                .any(|child| child.kind() == K::COLUMN_NAME_REF);
            let of_table = node.parent()?.kind() == K::TABLE_ARG_LIST;
            (named || of_table).then(|| at_word(text, node, "not"))
        }
        K::RETURNING_CLAUSE if node.parent()?.kind() == K::MERGE => Some(at_node(text, node)),
        K::PAREN_FROM_ITEM => nameless_subquery(node),
        K::INDEX_EXPR | K::SLICE_EXPR | K::FIELD_EXPR => subscripted(text, node),
        K::CREATE_STATISTICS => nameless_statistics(text, node),
        _ => None,
    }
}

/// Before PostgreSQL 16 a subquery in FROM has an alias.
fn nameless_subquery(node: &SyntaxNode) -> Option<ParseError> {
    let item = ast::ParenFromItem::cast(node.clone())?;
    if item.alias().is_some() {
        return None;
    }
    let inner = item.paren_expr().map(|paren| paren.syntax().clone());
    let select = item.paren_select().map(|select| select.syntax().clone());
    let mut node = select.or(inner)?;
    while let Some(deeper) = node.children().find(|child| {
        matches!(
            child.kind(),
            SyntaxKind::PAREN_EXPR | SyntaxKind::PAREN_SELECT
        )
    }) {
        node = deeper;
    }
    let query = node.children().find_map(ast::SelectVariant::cast);
    let is_query = query.is_some() || ast::SelectVariant::can_cast(node.kind());
    let is_values = matches!(query, Some(ast::SelectVariant::Values(_)));
    let what = if is_values { "VALUES" } else { "subquery" };
    is_query.then(|| ParseError {
        offset: range(item.syntax()).start,
        message: format!("{what} in FROM must have an alias"),
    })
}

/// Subscripts and fields follow names, parameters and parentheses only (gram.y, `c_expr`).
fn subscripted(text: &str, node: &SyntaxNode) -> Option<ParseError> {
    let base = node.children().find_map(ast::Expr::cast)?;
    let allowed = match &base {
        ast::Expr::NameRef(_)
        | ast::Expr::FieldExpr(_)
        | ast::Expr::IndexExpr(_)
        | ast::Expr::SliceExpr(_)
        | ast::Expr::ParenExpr(_) => true,
        ast::Expr::Literal(literal) => literal.positional_param_index().is_some(),
        _ => false,
    };
    (!allowed).then(|| at(text, range(base.syntax()).end))
}

fn nameless_statistics(text: &str, node: &SyntaxNode) -> Option<ParseError> {
    let create = ast::CreateStatistics::cast(node.clone())?;
    if create.statistics().is_some() {
        return None;
    }
    let clause = create.statistics_on_clause()?;
    Some(at_node(text, clause.syntax()))
}
