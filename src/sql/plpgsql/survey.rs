//! The effects of a block over all its paths, each with the guards of the path.

use crate::model::{Action, Certainty, Dialect, Guard, GuardKind, Opaque, Piece, Place, Template};
use crate::sql::expression::Expression;
use crate::sql::lower::sequences_set;
use crate::sql::query::Query;
use crate::sql::reader::read;
use crate::sql::reading::{Nature, ReadEffect, ReadStatement};

use super::calls::Functions;
use super::condition::describe;
use super::decide::{decide, substituted};
use super::fold::{fold, value};
use super::tree::{Block, Branch, Handler, RaiseLevel, Statement, StatementKind};
use super::variables::{Known, Variables, merge};

/// Statements visited in one block, loops unrolled.
const MOST_STEPS: u32 = 5_000;

/// What a DO block would do.
pub(crate) fn survey(block: &Block, functions: &Functions) -> Vec<ReadEffect> {
    let mut survey = Survey::new(functions);
    survey.block(block);
    survey.effects
}

/// What the functions that a query calls would do, as far as the text defines them.
pub(crate) fn survey_query(
    query: &Query,
    functions: &Functions,
    place: Option<&Place>,
) -> Vec<ReadEffect> {
    let mut survey = Survey::new(functions);
    survey.calls_in_query(query, place);
    survey.effects
}

/// What `CALL` does, given as the call that it is.
pub(crate) fn survey_expression(
    expression: &Expression,
    functions: &Functions,
    place: Option<&Place>,
) -> Vec<ReadEffect> {
    let mut survey = Survey::new(functions);
    survey.calls_in(expression, place);
    survey.effects
}

/// What the statements do that a query makes as text, for psql to run them cell by cell.
pub(crate) fn survey_cells(query: &Query, place: Option<&Place>) -> Vec<ReadEffect> {
    let functions = Functions::new();
    let mut survey = Survey::new(&functions);
    survey.cells(query, place);
    survey.effects
}

/// How long a guard that was left behind holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    /// Within the branch.
    Branch,
    /// To the end of the loop: behind `IF ... THEN CONTINUE`.
    Loop,
    /// To the end of the block that catches errors: behind `IF ... THEN RAISE EXCEPTION`.
    Block,
    /// To the end: behind `IF ... THEN RETURN`.
    Always,
}

/// How a list of statements ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    GoesOn,
    Leaves(Leaving),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    Loop,
    Block,
    All,
}

pub(super) struct Survey<'f> {
    pub(super) functions: &'f Functions,
    pub(super) variables: Variables,
    pub(super) guards: Vec<(Guard, Holds)>,
    pub(super) effects: Vec<ReadEffect>,
    /// Inside an unrolled loop: one of a known set.
    pub(super) floor: Certainty,
    pub(super) depth: u32,
    steps: u32,
}

impl<'f> Survey<'f> {
    fn new(functions: &'f Functions) -> Self {
        Self {
            functions,
            variables: Variables::new(),
            guards: Vec::new(),
            effects: Vec::new(),
            floor: Certainty::Exact,
            depth: 0,
            steps: 0,
        }
    }

    pub(super) fn block(&mut self, block: &Block) -> Flow {
        for declaration in &block.declarations {
            let known = match &declaration.default {
                Some(default) => self.known(default),
                None => Known::Unknown(format!("variable {} is not set yet", declaration.name)),
            };
            self.variables.insert(declaration.name.to_string(), known);
        }
        if block.handlers.is_empty() {
            return self.list(&block.body);
        }
        let before = self.variables.clone();
        let mark = self.guards.len();
        self.guard(handler_guard(&block.handlers), Holds::Branch);
        let flow = self.list(&block.body);
        self.release(mark, Holds::Block);
        let mut ends = vec![self.variables.clone()];
        for handler in &block.handlers {
            self.variables = before.clone();
            let mark = self.guards.len();
            let text = format!("after {}", handler.conditions.join(" or "));
            let guard = Guard::new(GuardKind::InHandler, text, handler.place.clone());
            self.guard(guard, Holds::Branch);
            self.list(&handler.body);
            self.release(mark, Holds::Block);
            ends.push(self.variables.clone());
        }
        self.variables = merge(&before, &ends);
        match flow {
            Flow::Leaves(Leaving::Block) => Flow::GoesOn,
            other => other,
        }
    }

    pub(super) fn guard(&mut self, guard: Guard, holds: impl Into<HoldsFor>) {
        let HoldsFor(holds) = holds.into();
        if !self
            .guards
            .iter()
            .any(|(known, _)| known.text == guard.text)
        {
            self.guards.push((guard, holds));
        }
    }

    pub(super) fn mark(&self) -> usize {
        self.guards.len()
    }

    /// Drops the guards since `mark` that hold no longer than `ended`.
    fn release(&mut self, mark: usize, ended: Holds) {
        let mut index = 0;
        self.guards.retain(|(_, holds)| {
            index += 1;
            index <= mark || *holds > ended
        });
    }

    pub(super) fn release_loop(&mut self, mark: usize) {
        self.release(mark, Holds::Loop);
    }

    pub(super) fn list(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Flow::GoesOn;
            }
            let flow = self.statement(statement);
            if flow != Flow::GoesOn {
                return flow;
            }
        }
        Flow::GoesOn
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        let place = statement.place.as_ref();
        match &statement.kind {
            StatementKind::Block(block) => return self.block(block),
            StatementKind::If {
                branches,
                otherwise,
            } => return self.branches(branches, Some(otherwise), place),
            StatementKind::Case {
                branches,
                otherwise,
            } => return self.branches(branches, otherwise.as_deref(), place),
            StatementKind::Loop { body, .. } => self.once(body),
            StatementKind::While {
                condition, body, ..
            } => self.while_loop(condition, body, place),
            StatementKind::ForRange {
                variable,
                reverse,
                lower,
                upper,
                body,
                ..
            } => self.range_loop(variable, *reverse, lower, upper, body),
            StatementKind::ForQuery {
                variables,
                query,
                body,
                ..
            } => self.query_loop(variables, query, body, place),
            StatementKind::ForExecute {
                variables,
                expression,
                body,
                ..
            } => self.execute_loop(variables, expression, body, place),
            StatementKind::Foreach {
                variables,
                array,
                body,
                ..
            } => self.foreach(variables, array, body),
            StatementKind::Return(value) => {
                if let Some(value) = value {
                    self.calls_in(value, place);
                }
                return Flow::Leaves(Leaving::All);
            }
            StatementKind::Exit { condition, .. } | StatementKind::Continue { condition, .. } => {
                return self.leave_loop(condition.as_ref(), place);
            }
            StatementKind::Raise {
                level: RaiseLevel::Exception,
                ..
            } => return Flow::Leaves(Leaving::Block),
            other => self.simple(other, place),
        }
        Flow::GoesOn
    }

    fn leave_loop(&mut self, condition: Option<&Expression>, place: Option<&Place>) -> Flow {
        let Some(condition) = condition else {
            return Flow::Leaves(Leaving::Loop);
        };
        let condition = substituted(condition, &self.variables);
        match decide(&condition) {
            Some(true) => return Flow::Leaves(Leaving::Loop),
            Some(false) => return Flow::GoesOn,
            None => {}
        }
        let left = describe(&condition, &self.variables, false);
        self.guard(
            Guard::new(left.kind, left.text, place.cloned()),
            HoldsFor(Holds::Loop),
        );
        Flow::GoesOn
    }

    fn simple(&mut self, kind: &StatementKind, place: Option<&Place>) {
        match kind {
            StatementKind::Execute {
                expression,
                into,
                using,
                text_place,
                ..
            } => {
                self.calls_in(expression, place);
                self.execute(expression, using, text_place.as_ref(), place);
                self.forget(into, "read by a statement that is built at run time");
            }
            StatementKind::Sql {
                statement, into, ..
            } => self.sql(statement, into),
            StatementKind::Perform(query) | StatementKind::ReturnQuery(query) => {
                for action in sequences_set(query) {
                    self.push(ReadEffect::new(action, Certainty::Exact, None), place);
                }
                self.calls_in_query(query, place);
                self.found(query);
            }
            StatementKind::Assign { target, expression } => {
                self.calls_in(expression, place);
                let known = self.known(expression);
                self.variables.insert(target.clone(), known);
            }
            StatementKind::ReturnExecute { expression, using } => {
                self.execute(expression, using, None, place);
            }
            StatementKind::GetDiagnostics(items) => {
                let names: Vec<_> = items.iter().map(|(variable, _)| variable.clone()).collect();
                self.forget(&names, "what the server reports");
            }
            _ => {}
        }
    }

    pub(super) fn known(&self, expression: &Expression) -> Known {
        value(expression, &self.variables)
            .unwrap_or_else(|| Known::Text(fold(expression, &self.variables)))
    }

    fn forget(&mut self, names: &[String], reason: &str) {
        for name in names {
            self.variables
                .insert(name.clone(), Known::Unknown(reason.to_owned()));
        }
    }

    /// `FOUND` after a query.
    fn found(&mut self, query: &Query) {
        self.variables
            .insert("found".to_owned(), Known::Query(Box::new(query.clone())));
    }

    fn sql(&mut self, statement: &ReadStatement, into: &[String]) {
        for effect in &statement.effects {
            self.push(effect.clone(), statement.place.as_ref());
        }
        match &statement.nature {
            Nature::Query(query) => {
                self.calls_in_query(query, statement.place.as_ref());
                self.found(query);
                if let [only] = into {
                    self.variables
                        .insert(only.clone(), Known::Query(query.clone()));
                } else {
                    self.forget(into, &format!("read by {}", query.text));
                }
            }
            _ => self.forget(into, "returned by a statement"),
        }
    }

    pub(super) fn push(&mut self, mut effect: ReadEffect, place: Option<&Place>) {
        let guards = self.guards.iter().map(|(guard, _)| guard.clone());
        effect.guards.splice(0..0, guards);
        effect.certainty = effect.certainty.max(self.floor);
        if effect.place.is_none() {
            effect.place = place.cloned();
        }
        self.effects.push(effect);
    }

    pub(super) fn execute(
        &mut self,
        expression: &Expression,
        using: &[Expression],
        text_place: Option<&Place>,
        place: Option<&Place>,
    ) {
        let text = located(&fold(expression, &self.variables), text_place);
        self.send(&text, place);
        for value in using {
            self.calls_in(value, place);
        }
    }

    /// What a text does that is handed to the server.
    pub(super) fn send(&mut self, text: &Template, place: Option<&Place>) {
        let nothing_known = text.pieces().iter().all(|piece| match piece {
            Piece::Known(fragment) => fragment.text.trim().is_empty(),
            Piece::Hole(_) => true,
        });
        if nothing_known {
            let reason = text.holes().next().map(|hole| hole.reason.clone());
            let action = Action::Opaque(Opaque {
                text: text.display(),
                reason: reason.unwrap_or_else(|| "the text is empty".to_owned()),
            });
            self.push(ReadEffect::new(action, Certainty::Opaque, None), place);
            return;
        }
        let statements = read(text, Dialect::Postgres).statements;
        // A lone statement stands where it is sent from; of several each where it is written.
        let alone = statements.len() == 1;
        for statement in statements {
            for mut effect in statement.effects {
                if alone {
                    effect.place = None;
                }
                self.push(effect, place);
            }
            if let Nature::Query(query) = &statement.nature {
                self.calls_in_query(query, place);
            }
        }
    }

    fn branches(
        &mut self,
        branches: &[Branch],
        otherwise: Option<&[Statement]>,
        place: Option<&Place>,
    ) -> Flow {
        let before = self.variables.clone();
        let start = self.mark();
        let mut ends = Vec::new();
        let mut flows = Vec::new();
        let mut left_behind = Vec::new();
        let mut decided = None;
        for branch in branches {
            self.calls_in(&branch.condition, place);
            let condition = substituted(&branch.condition, &before);
            match decide(&condition) {
                Some(false) => continue,
                Some(true) => {
                    decided = Some(branch.body.as_slice());
                    break;
                }
                None => {}
            }
            let taken = describe(&condition, &before, true);
            let passed = describe(&condition, &before, false);
            let mark = self.mark();
            self.guard(
                Guard::new(taken.kind, taken.text, place.cloned()),
                HoldsFor(Holds::Branch),
            );
            let flow = self.list(&branch.body);
            self.release(mark, Holds::Branch);
            let passed = Guard::new(passed.kind, passed.text, place.cloned());
            match flow {
                Flow::GoesOn => ends.push(self.variables.clone()),
                Flow::Leaves(leaving) => left_behind.push((passed.clone(), leaving)),
            }
            flows.push(flow);
            self.variables = before.clone();
            self.guard(passed, HoldsFor(Holds::Branch));
        }
        match decided.or(otherwise) {
            Some(body) => {
                let flow = self.list(body);
                if flow == Flow::GoesOn {
                    ends.push(self.variables.clone());
                }
                flows.push(flow);
            }
            None => flows.push(Flow::Leaves(Leaving::Block)),
        }
        self.release(start, Holds::Branch);
        self.variables = merge(&before, &ends);
        for (guard, leaving) in left_behind {
            self.guard(guard, leaving);
        }
        // Where every branch leaves, what follows is never reached.
        let leaves = flows.iter().all(|flow| *flow != Flow::GoesOn);
        match flows.first() {
            Some(flow) if leaves => *flow,
            _ => Flow::GoesOn,
        }
    }
}

/// How long a guard holds; made from what was left, too.
pub(super) struct HoldsFor(Holds);

impl HoldsFor {
    /// Within a loop's body.
    pub(super) const LOOP: HoldsFor = HoldsFor(Holds::Loop);
}

impl From<Holds> for HoldsFor {
    fn from(holds: Holds) -> Self {
        Self(holds)
    }
}

impl From<Leaving> for HoldsFor {
    fn from(leaving: Leaving) -> Self {
        Self(match leaving {
            Leaving::Loop => Holds::Loop,
            Leaving::Block => Holds::Block,
            Leaving::All => Holds::Always,
        })
    }
}

fn handler_guard(handlers: &[Handler]) -> Guard {
    let conditions: Vec<_> = handlers
        .iter()
        .flat_map(|handler| handler.conditions.clone())
        .collect();
    let place = handlers.first().and_then(|handler| handler.place.clone());
    let text = format!("EXCEPTION WHEN {}", conditions.join(" OR "));
    Guard::new(GuardKind::ExceptionHandler, text, place)
}

/// Puts the first known piece where its literal stands.
fn located(text: &Template, place: Option<&Place>) -> Template {
    let mut located = Template::default();
    let mut first = place.cloned();
    for piece in text.pieces() {
        match piece {
            Piece::Known(fragment) => {
                let origin = fragment.origin.clone().or_else(|| first.take());
                located.push(Piece::known(&fragment.text, origin));
            }
            Piece::Hole(_) => located.push(piece.clone()),
        }
    }
    located
}
