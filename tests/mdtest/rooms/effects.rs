//! `effects`: the SQL that Alembic sends for a revision's operations, or what the call raises. `sa`,
//! `op` and `postgresql` are imported; `NAMING` is the naming convention of the metadata.
//! `tests/oracle/alembic_sql.py` compares the expectations with the real Alembic's.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use fixfold::effects::alembic::{Batch, Operations, Sent};
use fixfold::effects::sqlalchemy::{NamingConvention, NoCaller, Raised};
use fixfold::eval::{Arguments, External, Value};
use fixfold::model::{Place, Template};
use fixfold::python;
use fixfold::python::tree::{
    Argument, BinaryOperator, CompareOperator, Expression, ExpressionKind, Statement,
    StatementKind, StringPart,
};

use crate::document::Case;

pub fn run(case: &Case) -> String {
    let file: Arc<str> = case.files[0].name.as_str().into();
    let module = python::parse(&case.files[0].text, &file).module;
    let mut names = Names::default();
    for (name, path) in [
        ("sa", "sqlalchemy"),
        ("op", "alembic.op"),
        ("postgresql", "sqlalchemy.dialects.postgresql"),
    ] {
        names.0.insert(name.to_owned(), external(path, None, None));
    }
    names.run(&module.body)
}

/// Names and their values: enough Python for straight-line revisions.
#[derive(Default)]
struct Names(BTreeMap<String, Value>);

impl Names {
    fn run(&mut self, body: &[Statement]) -> String {
        let mut made_types = BTreeSet::new();
        let mut written = String::new();
        self.statements(body, None, &mut made_types, &mut written);
        written
    }

    fn statements(
        &mut self,
        body: &[Statement],
        batch: Option<&Batch>,
        made: &mut BTreeSet<String>,
        written: &mut String,
    ) {
        for statement in body {
            match &statement.kind {
                StatementKind::Assign { targets, value } => {
                    if let ExpressionKind::Name(name) = &targets[0].kind {
                        let value = self.value(value);
                        if value
                            .as_external()
                            .is_some_and(|call| call.path.starts_with("alembic.op."))
                        {
                            written.push_str(&self.sent(&value, batch, made));
                        }
                        self.0.insert(name.clone(), value);
                    }
                }
                StatementKind::Expression(call) => {
                    let call = self.value(call);
                    written.push_str(&self.sent(&call, batch, made));
                }
                StatementKind::With { items, body } => {
                    let context = self.value(&items[0].context);
                    if let Some(ExpressionKind::Name(name)) =
                        items[0].target.as_ref().map(|t| &t.kind)
                    {
                        self.0.insert(name.clone(), context.clone());
                    }
                    let batch = batch_of(&context);
                    self.statements(body, batch.as_ref(), made, written);
                }
                _ => {}
            }
        }
    }

    fn sent(&self, call: &Value, batch: Option<&Batch>, made: &mut BTreeSet<String>) -> String {
        let naming = self
            .0
            .get("NAMING")
            .map_or_else(NamingConvention::default, NamingConvention::read);
        let mut operations = Operations::new(&NoCaller, &naming, made);
        let Value::External(call) = call else {
            return String::new();
        };
        let arguments = call.arguments.clone().unwrap_or_default();
        let sent = match (call.name(), &call.receiver) {
            (method @ ("create" | "drop"), Some(object)) => {
                let first = arguments.keyword("checkfirst");
                let checkfirst = !matches!(first, Some(Value::Bool(false)));
                operations
                    .schema_object(object, method, checkfirst)
                    .map(Option::unwrap_or_default)
            }
            (name, _) => operations.operation(name, &arguments, batch),
        };
        shown(sent)
    }

    fn value(&self, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Name(name) => self.0.get(name).cloned().unwrap_or(Value::None),
            ExpressionKind::True => Value::Bool(true),
            ExpressionKind::False => Value::Bool(false),
            ExpressionKind::Integer(number) => Value::Integer(number.unwrap_or_default()),
            ExpressionKind::Float(number) => Value::Float(*number),
            ExpressionKind::String(parts) => Value::template(literal(parts)),
            ExpressionKind::Tuple(items) => Value::tuple(self.values(items)),
            ExpressionKind::List(items) => Value::list(self.values(items)),
            ExpressionKind::Dict(entries) => Value::dict(
                entries
                    .iter()
                    .filter_map(|(key, value)| Some((self.value(key.as_ref()?), self.value(value))))
                    .collect(),
            ),
            ExpressionKind::Attribute { value, name } => attribute(self.value(value), name),
            ExpressionKind::Subscript { value, index } => {
                operator("getitem", vec![self.value(value), self.value(index)])
            }
            ExpressionKind::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            ExpressionKind::Negative(value) => match self.value(value) {
                Value::Integer(number) => Value::Integer(-number),
                other => operator("neg", vec![other]),
            },
            ExpressionKind::Invert(value) => operator("invert", vec![self.value(value)]),
            ExpressionKind::Binary {
                left,
                operator: sign,
                right,
            } => operator(
                binary_name(*sign),
                vec![self.value(left), self.value(right)],
            ),
            ExpressionKind::Compare { left, comparisons } => {
                let (sign, right) = &comparisons[0];
                operator(
                    comparison_name(*sign),
                    vec![self.value(left), self.value(right)],
                )
            }
            _ => Value::None,
        }
    }

    fn values(&self, expressions: &[Expression]) -> Vec<Value> {
        expressions
            .iter()
            .map(|expression| self.value(expression))
            .collect()
    }

    fn call(&self, function: &Expression, arguments: &[Argument]) -> Value {
        let Value::External(function) = self.value(function) else {
            return Value::None;
        };
        let mut given = Arguments::default();
        for argument in arguments {
            match argument {
                Argument::Positional(value) => given.positional.push(self.value(value)),
                Argument::Keyword(name, value) => {
                    given
                        .keywords
                        .push((name.as_str().into(), self.value(value)));
                }
                Argument::Star(_) | Argument::DoubleStar(_) => given.open = true,
            }
        }
        external(&function.path, function.receiver.clone(), Some(given))
    }
}

fn external(path: &str, receiver: Option<Value>, arguments: Option<Arguments>) -> Value {
    Value::External(Rc::new(External {
        path: path.into(),
        type_path: None,
        receiver,
        arguments,
        attributes: Default::default(),
        place: Place::new("case.py", 1, 1),
    }))
}

fn attribute(value: Value, name: &str) -> Value {
    let Value::External(object) = &value else {
        return Value::None;
    };
    let is_object = object.arguments.is_some() || object.receiver.is_some();
    let call = if object.arguments.is_some() { "()" } else { "" };
    let path = format!("{}{call}.{name}", object.path);
    external(&path, is_object.then(|| value.clone()), None)
}

fn operator(name: &str, operands: Vec<Value>) -> Value {
    external(
        &format!("operator.{name}"),
        None,
        Some(Arguments::positional(operands)),
    )
}

fn binary_name(sign: BinaryOperator) -> &'static str {
    match sign {
        BinaryOperator::Add => "add",
        BinaryOperator::Subtract => "sub",
        BinaryOperator::Multiply => "mul",
        BinaryOperator::Divide => "truediv",
        BinaryOperator::Modulo => "mod",
        BinaryOperator::BitAnd => "and_",
        BinaryOperator::BitOr => "or_",
        _ => "unknown",
    }
}

fn comparison_name(sign: CompareOperator) -> &'static str {
    match sign {
        CompareOperator::Equal => "eq",
        CompareOperator::NotEqual => "ne",
        CompareOperator::Less => "lt",
        CompareOperator::LessOrEqual => "le",
        CompareOperator::Greater => "gt",
        CompareOperator::GreaterOrEqual => "ge",
        _ => "unknown",
    }
}

fn literal(parts: &[StringPart]) -> Template {
    let known = parts.iter().filter_map(|part| match part {
        StringPart::Literal(fragment) => Some(fragment.text.as_str()),
        StringPart::Field { .. } => None,
    });
    Template::from_text(known.collect::<String>())
}

fn batch_of(context: &Value) -> Option<Batch> {
    let Value::External(call) = context else {
        return None;
    };
    let arguments = call.arguments.as_ref()?;
    Some(Batch {
        table: arguments.get(0, "table_name")?.clone(),
        schema: arguments.get(1, "schema").cloned(),
    })
}

fn shown(sent: Result<Vec<Sent>, Raised>) -> String {
    match sent {
        Ok(sent) => sent.iter().flat_map(texts).collect(),
        Err(raised) => format!("raises {raised}\n"),
    }
}

fn texts(sent: &Sent) -> Vec<String> {
    let line = |condition: &str, text: &Template| {
        format!(
            "{condition}{};\n",
            text.display().trim().replace('\t', "    ")
        )
    };
    match sent {
        Sent::Statement(text) => vec![line("", text)],
        Sent::IfTypeMissing { statement, .. } => {
            vec![line("-- if the type is missing\n", statement)]
        }
        Sent::IfTypeThere { statement, .. } => vec![line("-- if the type is there\n", statement)],
        Sent::IfTableMissing { statements, .. } => statements
            .iter()
            .map(|text| line("-- if the table is missing\n", text))
            .collect(),
        Sent::IfTableThere { statement, .. } => vec![line("-- if the table is there\n", statement)],
    }
}
