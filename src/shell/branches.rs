//! Both ways of a condition that is not known; the one way of one that is.

use super::run::{Flow, Interpreter, Outcome};
use super::state::State;
use super::tree::{Command, Part, Word};
use crate::model::InertReason;

impl Interpreter<'_> {
    /// `left && right`, `left || right`.
    pub(super) fn both(
        &mut self,
        left: &Command,
        right: &Command,
        wanted: bool,
        state: &mut State,
    ) -> Outcome {
        let first = self.command(left, state);
        if first.flow != Flow::Next {
            return first;
        }
        match first.success {
            Some(success) if success == wanted => self.command(right, state),
            Some(_) => first,
            None => {
                let condition = std::slice::from_ref(left);
                let guard = self.guard(condition, wanted, state);
                let mut inner = state.clone();
                inner.add_guards(guard);
                let second = self.command(right, &mut inner);
                inner.guards.clone_from(&state.guards);
                if second.flow != Flow::Next {
                    // Whoever goes on did not go there.
                    let rest = self.guard_of_rest(condition, !wanted, state);
                    state.add_guards(rest);
                    return Outcome::UNKNOWN;
                }
                *state = inner.join(state.clone());
                Outcome::UNKNOWN
            }
        }
    }

    pub(super) fn branches(
        &mut self,
        branches: &[(Vec<Command>, Vec<Command>)],
        orelse: &[Command],
        state: &mut State,
    ) -> Outcome {
        let Some(((condition, body), rest)) = branches.split_first() else {
            return self.block(orelse, state);
        };
        let success = self.block(condition, state).success;
        if let Some(success) = success {
            let is_varying = self.depends_on_varying(condition, state);
            let dead = |this: &mut Self, run: &dyn Fn(&mut Self, &mut State)| {
                let mut inner = state.clone();
                inner.dead.get_or_insert(always(condition, success));
                run(this, &mut inner);
            };
            if success && !is_varying {
                dead(self, &|this, inner| {
                    this.branches(rest, orelse, inner);
                });
            }
            if !success && !is_varying {
                dead(self, &|this, inner| {
                    this.block(body, inner);
                });
            }
            return match success {
                true => self.block(body, state),
                false => self.branches(rest, orelse, state),
            };
        }
        self.either(
            condition,
            state,
            |this, inner| this.block(body, inner),
            |this, inner| this.branches(rest, orelse, inner),
        )
    }

    /// Both ways of a condition that is not known.
    pub(super) fn either(
        &mut self,
        condition: &[Command],
        state: &mut State,
        yes: impl FnOnce(&mut Self, &mut State) -> Outcome,
        no: impl FnOnce(&mut Self, &mut State) -> Outcome,
    ) -> Outcome {
        let guards = state.guards.clone();
        let mut then = state.clone();
        then.add_guards(self.guard(condition, true, state));
        let first = yes(self, &mut then);
        let mut other = state.clone();
        other.add_guards(self.guard(condition, false, state));
        let second = no(self, &mut other);
        let outcome = |flow| Outcome {
            success: None,
            flow,
        };
        match (first.flow, second.flow) {
            (Flow::Next, Flow::Next) => {
                *state = then.join(other);
                state.guards = guards;
                outcome(Flow::Next)
            }
            (Flow::Next, _) => {
                *state = then;
                state.guards = guards;
                let rest = self.guard_of_rest(condition, true, state);
                state.add_guards(rest);
                outcome(Flow::Next)
            }
            (_, Flow::Next) => {
                *state = other;
                state.guards = guards;
                let rest = self.guard_of_rest(condition, false, state);
                state.add_guards(rest);
                outcome(Flow::Next)
            }
            (one, _) => {
                *state = then.join(other);
                state.guards = guards;
                outcome(one)
            }
        }
    }

    pub(super) fn case(
        &mut self,
        subject: &Word,
        arms: &[(Vec<Word>, Vec<Command>)],
        state: &mut State,
    ) -> Outcome {
        (self.widest, self.rests_on) = (1, None);
        let value = self.text(subject, state);
        let default = self.rests_on.take();
        let is_certain = self.widest == 1 && default.is_none();
        let known = value.known_text().filter(|_| is_certain);
        let mut reached = None;
        let mut joined: Option<State> = None;
        let mut leaving = Vec::new();
        for (patterns, body) in arms {
            let patterns: Vec<String> = patterns
                .iter()
                .map(|word| self.text(word, state).display())
                .collect();
            if let Some(known) = &known {
                let is_match = patterns
                    .iter()
                    .any(|pattern| crate::model::matches_wildcards(pattern, known));
                if is_match && reached.is_none() {
                    reached = Some(body);
                }
                continue;
            }
            let mut inner = state.clone();
            inner.add_guards([self.case_guard(subject, &value, &patterns, default)]);
            let outcome = self.block(body, &mut inner);
            inner.guards.clone_from(&state.guards);
            match outcome.flow {
                Flow::Exit | Flow::Return => leaving.push(outcome.flow),
                _ => {
                    joined = Some(match joined {
                        Some(joined) => joined.join(inner),
                        None => inner,
                    })
                }
            }
        }
        if known.is_some() {
            return reached.map_or(Outcome::known(true), |body| self.block(body, state));
        }
        match joined {
            Some(joined) => *state = joined.join(state.clone()),
            None if !leaving.is_empty() && leaving.len() == arms.len() && covers_all(arms) => {
                return Outcome::leaving(leaving[0]);
            }
            None => {}
        }
        Outcome::UNKNOWN
    }
}

/// Why the other branch is never taken.
fn always(condition: &[Command], success: bool) -> InertReason {
    let texts: Vec<&str> = condition.iter().map(|command| &*command.text).collect();
    let text = texts.join("; ");
    match text.to_ascii_lowercase().contains("dry") {
        true => InertReason::DryRun,
        false => InertReason::Other(format!("`{text}` is always {success}")),
    }
}

/// The last arm takes whatever there is.
fn covers_all(arms: &[(Vec<Word>, Vec<Command>)]) -> bool {
    arms.last().is_some_and(|(patterns, _)| {
        patterns
            .iter()
            .any(|word| matches!(&word.parts[..], [Part::Bare(text)] if text.display() == "*"))
    })
}
