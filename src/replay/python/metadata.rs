//! `MetaData.create_all`, `Table.create`, `Enum(...).create` and their drops.

use crate::effects::sqlalchemy::reading;
use crate::eval::{Answer, SinkCall, Value};

use super::host::RunHost;

impl RunHost<'_> {
    pub(super) fn metadata(&mut self, call: &SinkCall) -> Answer {
        let method = call.path.rsplit('.').next().unwrap_or_default();
        let (verb, all) = match method {
            "create_all" => ("create", true),
            "drop_all" => ("drop", true),
            "drop" => ("drop", false),
            _ => ("create", false),
        };
        match all {
            true => self.all_objects(call, verb),
            false => self.one_object(call, verb),
        }
    }

    fn one_object(&mut self, call: &SinkCall, verb: &str) -> Answer {
        let Some(object) = call.receiver.clone() else {
            return Answer::Unknown;
        };
        let checkfirst = match call.arguments.get(1, "checkfirst") {
            Some(given) => reading::truth(given).unwrap_or(true),
            // Indexes and sequences look nothing up unless they are told to.
            None => !call.path.contains("Index.") && !call.path.contains("generic_enum"),
        };
        let sent = self.with_operations(&call.place, |operations| {
            operations.schema_object(&object, verb, checkfirst)
        });
        let sent = match sent {
            Ok(Some(sent)) => Ok(sent),
            Ok(None) => {
                self.note(&call.place, "the schema object is not known");
                return Answer::Value(Value::None);
            }
            Err(raised) => Err(raised),
        };
        match self.send_all(sent, call) {
            Ok(()) => Answer::Value(Value::None),
            Err(answer) => answer,
        }
    }

    /// All tables that the estate declares, those referred to first.
    fn all_objects(&mut self, call: &SinkCall, verb: &str) -> Answer {
        let wanted = call.arguments.keyword("tables").and_then(reading::items);
        let objects = wanted.unwrap_or_else(|| call.declared.clone());
        let checkfirst = call
            .arguments
            .get(2, "checkfirst")
            .and_then(reading::truth)
            .unwrap_or(true);
        let sent = self.with_operations(&call.place, |operations| {
            operations.all_tables(&objects, verb, checkfirst)
        });
        match self.send_all(sent, call) {
            Ok(()) => Answer::Value(Value::None),
            Err(answer) => answer,
        }
    }
}
