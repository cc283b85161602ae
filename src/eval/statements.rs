//! Statements, one by one. Branches, loops, `try` and `with` have files of their own.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{Expression, ExpressionKind, Module, Statement, StatementKind};

use super::flow::{Exception, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::scope::Scope;
use super::unknown::unknown;
use super::value::{Source, Value};

impl Interpreter<'_> {
    /// Runs a module's body in its scope.
    pub(crate) fn run_module(&mut self, module: &Arc<Module>, scope: &Rc<Scope>) -> Flow {
        scope.entered.set(true);
        scope.set("__name__", Value::text(scope.module_name.as_ref()));
        scope.set("__file__", super::paths::file_value(&module.file));
        let package = scope.module_name.rsplit_once('.');
        scope.set(
            "__package__",
            Value::text(package.map_or("", |(package, _)| package)),
        );
        let place = Place::new(Arc::clone(&module.file), 1, 1);
        let reason = "how the module was found";
        let specification = unknown("__spec__".into(), reason, Source::Other, place);
        scope.set("__spec__", specification);
        if let Some(docstring) = &module.docstring {
            scope.set("__doc__", Value::text(docstring.as_str()));
        }
        let mut frame = Frame::new(scope.clone());
        let guards = self.guards.len();
        let flow = self.exec_block(&mut frame, &module.body);
        self.guards.truncate(guards);
        flow
    }

    pub(crate) fn exec_block(&mut self, frame: &mut Frame<'_>, body: &[Statement]) -> Flow {
        for (index, statement) in body.iter().enumerate() {
            match self.exec(frame, statement) {
                Ok(()) => {}
                Err(Interrupt::Skip(filter)) => {
                    self.explore_excluded(frame, &body[index + 1..], &filter);
                    return Err(Interrupt::Skip(filter));
                }
                Err(interrupt) => return Err(interrupt),
            }
        }
        Ok(())
    }

    pub(crate) fn exec(&mut self, frame: &mut Frame<'_>, statement: &Statement) -> Flow {
        self.step(&statement.place)?;
        self.deeper(
            |interpreter| interpreter.exec_kind(frame, statement),
            |interpreter| interpreter.stop(&statement.place, "the code is nested too deeply"),
        )
    }

    fn exec_kind(&mut self, frame: &mut Frame<'_>, statement: &Statement) -> Flow {
        match &statement.kind {
            StatementKind::Expression(expression) => self.eval(frame, expression).map(drop),
            StatementKind::Assign { targets, value } => self.exec_assign(frame, targets, value),
            StatementKind::AnnotatedAssign {
                target,
                annotation,
                value,
            } => self.exec_annotated(frame, target, annotation, value.as_ref()),
            StatementKind::AugmentedAssign {
                target,
                operator,
                value,
            } => self.exec_augmented(frame, target, *operator, value),
            StatementKind::Delete(targets) => {
                for target in targets {
                    self.delete(frame, target)?;
                }
                Ok(())
            }
            StatementKind::If { test, body, orelse } => self.exec_if(frame, test, body, orelse),
            StatementKind::For {
                target,
                iterable,
                body,
                orelse,
            } => self.exec_for(frame, target, iterable, body, orelse),
            StatementKind::While { test, body, orelse } => {
                self.exec_while(frame, test, body, orelse)
            }
            StatementKind::With { items, body } => self.exec_with(frame, items, body),
            StatementKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } => self.exec_try(frame, body, handlers, orelse, finally),
            StatementKind::Function(definition) => self.define_function(frame, definition),
            StatementKind::Class(definition) => self.define_class(frame, definition),
            StatementKind::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(frame, value)?,
                    None => Value::None,
                };
                Err(Interrupt::Return(value))
            }
            StatementKind::Raise { exception, .. } => {
                self.exec_raise(frame, exception.as_ref(), statement)
            }
            StatementKind::Import(names) => self.exec_import(frame, names, &statement.place),
            StatementKind::ImportFrom {
                module,
                names,
                level,
            } => self.exec_import_from(frame, module, names, *level, &statement.place),
            StatementKind::Match { subject, cases } => self.exec_match(frame, subject, cases),
            StatementKind::Assert { test, .. } => self.eval(frame, test).map(drop),
            StatementKind::Global(names) => {
                names
                    .iter()
                    .for_each(|name| frame.scope.declare_global(name));
                Ok(())
            }
            StatementKind::Nonlocal(names) => {
                names
                    .iter()
                    .for_each(|name| frame.scope.declare_nonlocal(name));
                Ok(())
            }
            StatementKind::Break => Err(Interrupt::Break),
            StatementKind::Continue => Err(Interrupt::Continue),
            StatementKind::Pass | StatementKind::Broken { .. } => Ok(()),
        }
    }

    fn exec_assign(
        &mut self,
        frame: &mut Frame<'_>,
        targets: &[Expression],
        value: &Expression,
    ) -> Flow {
        let value = self.eval(frame, value)?;
        for target in targets {
            self.assign(frame, target, value.clone())?;
        }
        Ok(())
    }

    fn exec_annotated(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        annotation: &Expression,
        value: Option<&Expression>,
    ) -> Flow {
        match value {
            Some(value) => {
                let value = self.eval(frame, value)?;
                let value = self.typed_by(frame, value, annotation);
                self.assign(frame, target, value)
            }
            None => Ok(()),
        }
    }

    fn exec_augmented(
        &mut self,
        frame: &mut Frame<'_>,
        target: &Expression,
        operator: crate::python::tree::BinaryOperator,
        value: &Expression,
    ) -> Flow {
        let old = self.eval(frame, target)?;
        let new = self.eval(frame, value)?;
        if let (Value::List(elements), crate::python::tree::BinaryOperator::Add) = (&old, operator)
        {
            return self.extend_list(elements, &new, target);
        }
        let result = self.binary(operator, &old, &new, target)?;
        self.assign(frame, target, result)
    }

    fn exec_raise(
        &mut self,
        frame: &mut Frame<'_>,
        exception: Option<&Expression>,
        statement: &Statement,
    ) -> Flow {
        let Some(expression) = exception else {
            let again = frame.handling.clone().unwrap_or_else(|| {
                Rc::new(Exception {
                    class: Rc::from("builtins.Exception"),
                    value: Value::None,
                    message: None,
                    place: statement.place.clone(),
                })
            });
            return Err(Interrupt::Raise(again));
        };
        let value = self.eval(frame, expression)?;
        Err(self.raised(value, expression))
    }

    /// The interrupt that raising the value causes.
    fn raised(&mut self, value: Value, expression: &Expression) -> Interrupt {
        let class = super::exceptions::class_of(&value);
        if class.as_ref() == "builtins.SystemExit" {
            let code = super::exceptions::first_argument(&value);
            return Interrupt::Exit(code.unwrap_or(Value::None));
        }
        Interrupt::Raise(Rc::new(Exception {
            message: super::exceptions::message_of(&value),
            class,
            value,
            place: expression.place.clone(),
        }))
    }

    fn delete(&mut self, frame: &mut Frame<'_>, target: &Expression) -> Flow {
        match &target.kind {
            ExpressionKind::Name(name) => {
                let scope = frame.scope.binding_scope(name);
                self.journal.note_name(&scope, name);
                scope.remove(name);
            }
            ExpressionKind::Subscript { value, index } => {
                let container = self.eval(frame, value)?;
                let index = self.eval(frame, index)?;
                self.delete_item(&container, &index);
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                for target in targets {
                    self.delete(frame, target)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An unknown value for an expression that evaluation has no meaning for.
    pub(crate) fn opaque(&self, expression: &Expression) -> Value {
        self.unknown(expression, "not evaluated", Source::Other)
    }
}
