//! Dynamic SQL of which the model knows a part: the text with holes where it hangs on what only a run
//! knows, such as the day.

use crate::model::{SqlError, SqlState, Template};
use crate::replay::query::{Datum, formatted};
use crate::sql::expression::Expression;

use super::Interpreter;

/// Stands around the number of a hole; no SQL has it.
const MARK: char = '\u{e000}';

/// What the expression gives, as far as that is known.
pub(super) fn template(interpreter: &Interpreter<'_>, expression: &Expression) -> Template {
    let mut n_holes = 0;
    let text = marked(interpreter, expression, &mut n_holes);
    let mut template = Template::default();
    for (index, part) in text.split(MARK).enumerate() {
        let piece = match index % 2 {
            0 => Template::from_text(part),
            _ => Template::hole(part, "known only when it runs", None),
        };
        template.append(&piece);
    }
    template
}

/// The text with marks where a value is not known.
fn marked(interpreter: &Interpreter<'_>, expression: &Expression, n_holes: &mut usize) -> String {
    let known = match expression {
        Expression::Binary {
            operator,
            left,
            right,
        } if operator == "||" => {
            let left = marked(interpreter, left, n_holes);
            Some(left + &marked(interpreter, right, n_holes))
        }
        Expression::Call(call) if call.function.name.as_str() == "format" => {
            let arguments = call.arguments.iter();
            let arguments =
                arguments.map(|(_, argument)| Datum::text(marked(interpreter, argument, n_holes)));
            let arguments: Vec<Datum> = arguments.collect();
            formatted(&arguments)
                .known_text()
                .map(|text| text.to_string())
        }
        _ => {
            let value = interpreter.value(expression);
            value.known_text().map(|text| text.to_string())
        }
    };
    known.unwrap_or_else(|| {
        *n_holes += 1;
        format!("{MARK}{n_holes}{MARK}")
    })
}

/// Whether it is about something that the known part names, and not about what may be there already.
pub(super) fn is_certain(error: &SqlError) -> bool {
    let states = [
        SqlState::UNDEFINED_TABLE,
        SqlState::WRONG_OBJECT_TYPE,
        SqlState::INVALID_OBJECT_DEFINITION,
    ];
    states.contains(&error.state) && !error.message.contains(['{', MARK])
}
