//! Connections, transactions and sessions as context managers.

use std::rc::Rc;

use crate::python::tree::Expression;
use crate::registry::ExitEffect;

use super::external::{Arguments, External};
use super::flow::{Evaluated, Flow, Interrupt};
use super::interpreter::Interpreter;
use super::value::Value;

impl Interpreter<'_> {
    /// What `with context as name` binds; a transaction that begins is told.
    pub(crate) fn enter_external(
        &mut self,
        context: &Rc<External>,
        expression: &Expression,
    ) -> Evaluated {
        let value = Value::External(context.clone());
        if matches!(
            context.path.as_ref(),
            "contextlib.closing" | "contextlib.nullcontext"
        ) {
            let inner = context
                .arguments
                .as_ref()
                .and_then(|call| call.positional.first().cloned());
            return Ok(inner.unwrap_or(Value::None));
        }
        let Some(known) = self.registry.context(&context.path, self.kind_of(context)) else {
            return Ok(value);
        };
        if known.on_exit == ExitEffect::Commit {
            self.tell_transaction("begin", context, expression)?;
        }
        let Some(enters) = known.enters.clone() else {
            return Ok(value);
        };
        Ok(Value::External(Rc::new(External {
            path: context.path.clone(),
            type_path: Some(Rc::from(enters)),
            receiver: Some(value),
            arguments: Some(Arguments::default()),
            attributes: Default::default(),
            place: expression.place.clone(),
        })))
    }

    /// The end of the block: committed if it was reached, rolled back if an exception left it.
    pub(crate) fn leave_external(
        &mut self,
        context: &Rc<External>,
        expression: &Expression,
        interrupt: Option<&Interrupt>,
    ) -> Flow {
        let Some(known) = self.registry.context(&context.path, self.kind_of(context)) else {
            return Ok(());
        };
        let failed = matches!(interrupt, Some(Interrupt::Raise(_) | Interrupt::Exit(_)));
        let word = match known.on_exit {
            ExitEffect::Commit if failed => "rollback",
            ExitEffect::Commit => "commit",
            ExitEffect::Close => "close",
            ExitEffect::Nothing => return Ok(()),
        };
        self.tell_transaction(word, context, expression)
    }

    fn tell_transaction(
        &mut self,
        word: &str,
        context: &Rc<External>,
        expression: &Expression,
    ) -> Flow {
        let Some(sink) = self.registry.transaction_sink(word) else {
            return Ok(());
        };
        let path = context.path.clone();
        let receiver = Some(Value::External(context.clone()));
        let call = self.sink_call(
            sink.clone(),
            &path,
            receiver,
            Arguments::default(),
            &expression.place,
            &expression.text,
        )?;
        self.host.sink(&call);
        Ok(())
    }
}
