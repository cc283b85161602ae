//! A Python script, run as a program on the modelled server.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::effects::sqlalchemy::NamingConvention;
use crate::eval::{Interpreter, Interrupt, Limits, Value};
use crate::model::Place;
use crate::replay::script::{Exit, Program, ScriptReplay};

use super::connections::Connections;
use super::host::{RunHost, Task};
use super::state::{Shared, State};

/// Runs the script.
pub(crate) fn script(program: &Program<'_>) -> ScriptReplay {
    let Program {
        ground,
        chain,
        start,
        file,
        words,
        ..
    } = program;
    let mut state = State::new(*chain, NamingConvention::default(), start.clone());
    state.connections = Some(Connections::on(&state.session));
    let state: Shared = Rc::new(RefCell::new(state));
    let mut host = RunHost {
        state: state.clone(),
        estate: ground.estate,
        registry: ground.registry,
        task: Task::Script(program),
    };
    let mut interpreter =
        Interpreter::new(ground.estate, ground.registry, &mut host, Limits::REPLAY);
    let place = Place::new(*file, 1, 1);
    interpreter.set_command_line(file, words, &place);
    let exit = match interpreter.run_file(file, "__main__") {
        None => Exit::Unknown("the script cannot be read".to_owned()),
        Some((_, flow)) => exit(flow.err()),
    };
    drop(interpreter);
    let mut state = state.borrow_mut();
    state.close_all();
    ScriptReplay {
        exit,
        end: Arc::new(state.session.catalog.clone()),
        rows: state.session.rows_known(),
        versions: state.versions().into_iter().collect(),
        runs: std::mem::take(&mut state.runs),
        undecided: std::mem::take(&mut state.undecided),
    }
}

/// What the process ends with.
fn exit(interrupt: Option<Interrupt>) -> Exit {
    match interrupt {
        Some(Interrupt::Raise(exception)) => Exit::Raised {
            exception: exception.class.to_string(),
            message: exception.message.clone().unwrap_or_default(),
            place: exception.place.clone(),
        },
        Some(Interrupt::Exit(code)) => exit_code(&code),
        Some(Interrupt::Stop) => Exit::Unknown("the script is longer than is followed".to_owned()),
        None
        | Some(
            Interrupt::Return(_) | Interrupt::Break | Interrupt::Continue | Interrupt::Skip(_),
        ) => Exit::Code(0),
    }
}

/// `sys.exit(code)`: nothing is success, a text is failure.
fn exit_code(code: &Value) -> Exit {
    match code {
        Value::None | Value::Bool(false) => Exit::Code(0),
        Value::Bool(true) | Value::Text(_) => Exit::Code(1),
        Value::Integer(code) => Exit::Code((code & 0xff) as i32),
        _ => Exit::Unknown("the exit code is not known".to_owned()),
    }
}
