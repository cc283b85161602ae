//! The text of a here document stands after the line that names it: a reference keeps its seat
//! until it is read.

use super::tree::{
    AssignedValue, Command, CommandKind, Parameter, ParameterOperation, Part, Redirection, Word,
};

/// No variable can be called so.
const NAME: &str = "<<";

pub(super) fn reference(number: usize) -> Word {
    Word {
        place: None,
        parts: vec![Part::Parameter(Box::new(Parameter {
            place: None,
            name: format!("{NAME}{number}"),
            index: None,
            operation: ParameterOperation::Plain,
        }))],
    }
}

/// Puts the texts where the references are.
pub(super) fn fill(commands: &mut [Command], texts: &[Word]) {
    for command in commands {
        for redirection in &mut command.redirections {
            redirect(redirection, texts);
        }
        kind(&mut command.kind, texts);
    }
}

fn redirect(redirection: &mut Redirection, texts: &[Word]) {
    if let [Part::Parameter(parameter)] = &redirection.target.parts[..]
        && let Some(number) = parameter.name.strip_prefix(NAME)
        && let Some(text) = number
            .parse()
            .ok()
            .and_then(|number: usize| texts.get(number))
    {
        redirection.target = text.clone();
        return;
    }
    word(&mut redirection.target, texts);
}

fn kind(kind: &mut CommandKind, texts: &[Word]) {
    match kind {
        CommandKind::Simple(simple) => {
            for assignment in &mut simple.assignments {
                assigned(&mut assignment.value, texts);
            }
            simple.words.iter_mut().for_each(|each| word(each, texts));
        }
        CommandKind::Pipeline { commands, .. } => fill(commands, texts),
        CommandKind::And(left, right) | CommandKind::Or(left, right) => {
            fill(std::slice::from_mut(&mut **left), texts);
            fill(std::slice::from_mut(&mut **right), texts);
        }
        CommandKind::Group { body, .. } => fill(body, texts),
        CommandKind::If { branches, orelse } => {
            for (condition, body) in branches {
                fill(condition, texts);
                fill(body, texts);
            }
            fill(orelse, texts);
        }
        CommandKind::For { words, body, .. } => {
            words
                .iter_mut()
                .flatten()
                .for_each(|each| word(each, texts));
            fill(body, texts);
        }
        CommandKind::Loop {
            condition, body, ..
        } => {
            fill(condition, texts);
            fill(body, texts);
        }
        CommandKind::Case { arms, .. } => arms.iter_mut().for_each(|(_, body)| fill(body, texts)),
        CommandKind::Function { body, .. } => {
            if let Some(body) = std::rc::Rc::get_mut(body) {
                fill(std::slice::from_mut(body), texts);
            }
        }
        CommandKind::Test(words) => words.iter_mut().for_each(|each| word(each, texts)),
        CommandKind::Arithmetic(_) => {}
    }
}

fn assigned(value: &mut AssignedValue, texts: &[Word]) {
    match value {
        AssignedValue::Word(value) => word(value, texts),
        AssignedValue::Array(items) => items.iter_mut().for_each(|(_, item)| word(item, texts)),
    }
}

/// A command's output may be made from a here document: `x=$(cat <<EOF ...)`.
fn word(value: &mut Word, texts: &[Word]) {
    parts(&mut value.parts, texts);
}

pub(super) fn parts(values: &mut [Part], texts: &[Word]) {
    for part in values {
        match part {
            Part::DoubleQuoted(inside) => parts(inside, texts),
            Part::CommandOutput(commands, _) | Part::Process(commands) => fill(commands, texts),
            Part::Bare(_) | Part::Quoted(_) | Part::Parameter(_) | Part::Arithmetic(..) => {}
        }
    }
}
