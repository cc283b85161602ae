//! Attributes and items of values.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Guard, GuardKind, Place};
use crate::python::tree::{Expression, ExpressionKind};

use super::call::bind;
use super::external::{Arguments, External};
use super::flow::{Evaluated, Frame};
use super::guards::kind_of;
use super::interpreter::Interpreter;
use super::join::{maybe, one_of};
use super::object::{Class, FunctionKind, Instance};
use super::text;
use super::unknown::{reason_of, source_of, unknown};
use super::value::{BuiltinMethod, Source, Value};

/// An expression that is only a place and a text.
pub(crate) fn site(place: &Place, text: &Arc<str>) -> Expression {
    Expression {
        place: place.clone(),
        text: text.clone(),
        kind: ExpressionKind::Ellipsis,
    }
}

impl Interpreter<'_> {
    pub(crate) fn get_attribute(&mut self, value: &Value, name: &str, place: &Place) -> Evaluated {
        let text: Arc<str> = Arc::from(name);
        self.get_attribute_as(value, name, &site(place, &text))
    }

    /// The attribute; what is unknown is called what the expression says.
    pub(crate) fn get_attribute_as(
        &mut self,
        value: &Value,
        name: &str,
        expression: &Expression,
    ) -> Evaluated {
        match value {
            Value::Instance(instance) => self.instance_attribute(instance, name, expression),
            Value::Class(class) => self.class_attribute(class, name, expression),
            Value::Module(scope) => self.module_attribute(scope, name, expression),
            Value::External(external) => {
                Ok(self.external_attribute(external, name, &expression.place))
            }
            Value::Imported(imported) => {
                let value = self.resolve_import(imported);
                self.get_attribute_as(&value, name, expression)
            }
            Value::OneOf(alternatives) => {
                let mut values = Vec::new();
                for value in alternatives
                    .values
                    .iter()
                    .filter(|value| !matches!(value, Value::None))
                {
                    values.push(self.get_attribute_as(value, name, expression)?);
                }
                Ok(one_of(
                    values,
                    alternatives.source.clone(),
                    self.limits.alternatives,
                ))
            }
            Value::Unknown(_) => Ok(self.unknown_attribute(value, name, expression)),
            Value::Function(function) => Ok(match name {
                "__name__" | "__qualname__" => Value::text(function.definition.name.as_str()),
                "__doc__" => match function.definition.docstring() {
                    Some(docstring) => Value::text(docstring),
                    None => Value::None,
                },
                _ => Value::BuiltinMethod(Rc::new(BuiltinMethod {
                    receiver: value.clone(),
                    name: Rc::from(name),
                })),
            }),
            _ => Ok(Value::BuiltinMethod(Rc::new(BuiltinMethod {
                receiver: value.clone(),
                name: Rc::from(name),
            }))),
        }
    }

    fn unknown_attribute(&mut self, value: &Value, name: &str, expression: &Expression) -> Value {
        let Value::Unknown(known) = value else {
            return self.opaque(expression);
        };
        let root = known.type_path.as_deref().unwrap_or("?");
        Value::External(Rc::new(External {
            path: Rc::from([root, ".", name].concat()),
            type_path: None,
            receiver: Some(value.clone()),
            arguments: None,
            attributes: Default::default(),
            place: expression.place.clone(),
        }))
    }

    fn instance_attribute(
        &mut self,
        instance: &Rc<Instance>,
        name: &str,
        expression: &Expression,
    ) -> Evaluated {
        if let Some(value) = instance.attributes.get(name) {
            return Ok(value);
        }
        let receiver = Value::Instance(instance.clone());
        if let Some(value) = instance.class.lookup(name) {
            return match &value {
                Value::Function(function) if function.kind == FunctionKind::Property => self
                    .call_function(
                        function,
                        Some(receiver),
                        Arguments::default(),
                        &expression.place,
                        &expression.text,
                    ),
                Value::Function(function) => {
                    let class = Value::Class(instance.class.clone());
                    Ok(bind(function, &receiver, Some(class)))
                }
                Value::Imported(imported) => Ok(self.resolve_import(imported)),
                _ => {
                    let rows = self.related_rows(&receiver, name, &expression.place);
                    Ok(rows.unwrap_or(value))
                }
            };
        }
        match name {
            "__class__" => return Ok(Value::Class(instance.class.clone())),
            "__dict__" => {
                let entries = instance
                    .attributes
                    .all()
                    .into_iter()
                    .map(|(name, value)| (Value::text(name.as_ref()), value))
                    .collect();
                return Ok(Value::dict(entries));
            }
            _ => {}
        }
        if let Some(base) = instance.class.external_bases().first() {
            return Ok(self.inherited_attribute(base, &receiver, name, &expression.place));
        }
        let found = self.opaque_attribute(instance, name, expression);
        instance.attributes.set(&Rc::from(name), found.clone());
        Ok(found)
    }

    /// An attribute that nothing has set: one unknown value, the same at each use.
    fn opaque_attribute(
        &self,
        instance: &Rc<Instance>,
        name: &str,
        expression: &Expression,
    ) -> Value {
        let reason = format!(
            "`{name}` of `{}` is not set where it is read",
            instance.class.name()
        );
        unknown(
            expression.text.clone(),
            reason,
            super::value::Source::Other,
            expression.place.clone(),
        )
    }

    /// What an object of the estate has from a library's base class.
    pub(crate) fn inherited_attribute(
        &mut self,
        base: &Value,
        receiver: &Value,
        name: &str,
        place: &Place,
    ) -> Value {
        let path = match base {
            Value::External(external) => external.attribute_path(name),
            _ => ["?.", name].concat(),
        };
        let path = self.registry.canonical(&path);
        Value::External(Rc::new(External {
            type_path: self.registry.returns(&path).map(Rc::from),
            path: Rc::from(path.as_ref()),
            receiver: Some(receiver.clone()),
            arguments: None,
            attributes: Default::default(),
            place: place.clone(),
        }))
    }

    fn class_attribute(
        &mut self,
        class: &Rc<Class>,
        name: &str,
        expression: &Expression,
    ) -> Evaluated {
        let receiver = Value::Class(class.clone());
        if let Some(value) = class.lookup(name) {
            return match &value {
                Value::Function(function) if function.kind == FunctionKind::ClassMethod => {
                    Ok(bind(function, &receiver, None))
                }
                Value::Imported(imported) => Ok(self.resolve_import(imported)),
                _ => Ok(value),
            };
        }
        match name {
            "__name__" | "__qualname__" => return Ok(Value::text(class.name())),
            "__table__" => {
                if let Some(table) = super::metadata::table_of(class, &expression.place) {
                    return Ok(table);
                }
            }
            "__members__" => {
                let members = super::enums::members(class)
                    .into_iter()
                    .map(|member| (super::enums::member_name(&member), member))
                    .collect();
                return Ok(Value::dict(members));
            }
            _ => {}
        }
        match class.external_bases().first() {
            Some(base) => Ok(self.inherited_attribute(base, &receiver, name, &expression.place)),
            None => Ok(self.opaque(expression)),
        }
    }

    pub(crate) fn external_attribute(
        &mut self,
        external: &Rc<External>,
        name: &str,
        place: &Place,
    ) -> Value {
        if let Some(value) = external.attributes.borrow().get(name) {
            return value.clone();
        }
        if let Some(value) = super::externals::attribute(external, name) {
            return value;
        }
        if super::metadata::gives_row(external) {
            let row = Value::External(external.clone());
            if let Some(rows) = self.related_rows(&row, name, place) {
                return rows;
            }
        }
        let path = external.attribute_path(name);
        let is_plain = external.arguments.is_none()
            && external.receiver.is_none()
            && external.type_path.is_none();
        if is_plain {
            return self.external_name(&path, place);
        }
        let path = self.registry.canonical(&path);
        if let Some(value) = super::library::constant(&path) {
            return value;
        }
        Value::External(Rc::new(External {
            type_path: self.registry.type_of_name(&path).map(Rc::from),
            path: Rc::from(path.as_ref()),
            receiver: Some(Value::External(external.clone())),
            arguments: None,
            attributes: Default::default(),
            place: place.clone(),
        }))
    }

    /// An index or slice, evaluated; a slice is a call of `builtins.slice`.
    pub(crate) fn eval_index(&mut self, frame: &mut Frame<'_>, index: &Expression) -> Evaluated {
        let ExpressionKind::Slice { lower, upper, step } = &index.kind else {
            return self.eval(frame, index);
        };
        let mut bounds = Vec::with_capacity(3);
        for bound in [lower, upper, step] {
            bounds.push(match bound {
                Some(bound) => self.eval(frame, bound)?,
                None => Value::None,
            });
        }
        Ok(Value::External(Rc::new(External {
            path: Rc::from("builtins.slice"),
            type_path: None,
            receiver: None,
            arguments: Some(Arguments::positional(bounds)),
            attributes: Default::default(),
            place: index.place.clone(),
        })))
    }

    pub(crate) fn get_item(
        &mut self,
        container: &Value,
        index: &Value,
        expression: &Expression,
    ) -> Evaluated {
        if let Some(bounds) = slice_bounds(index) {
            return self.get_slice(container, &bounds, expression);
        }
        match container {
            Value::Dict(entries) => self.entry(&entries.clone(), index, expression, None),
            Value::List(elements) => {
                let elements = elements.snapshot();
                Ok(match elements.iter().any(Value::is_excluded) {
                    true => self.element(&super::join::present(&elements), index, expression),
                    false => self.element(&elements, index, expression),
                })
            }
            Value::Tuple(elements) => Ok(self.element(elements, index, expression)),
            Value::Text(template) => Ok(match index {
                Value::Integer(at) => {
                    let end = if *at == -1 { None } else { Some(at + 1) };
                    text::slice_characters(template, Some(*at), end)
                        .map_or_else(|| self.about(container, expression), Value::template)
                }
                _ => self.about(container, expression),
            }),
            Value::External(external) => {
                Ok(self.external_item(external, index.clone(), expression))
            }
            Value::Class(class) if super::enums::is_enum(class) => {
                let name = index.known_text().unwrap_or_default();
                Ok(class
                    .lookup(&name)
                    .unwrap_or_else(|| self.opaque(expression)))
            }
            Value::Class(_) | Value::Function(_) => Ok(container.clone()),
            Value::Instance(instance) if self.has_method(instance, "__getitem__") => {
                let arguments = Arguments::positional(vec![index.clone()]);
                let text = &expression.text;
                self.call_method(container, "__getitem__", arguments, &expression.place, text)
            }
            Value::Instance(instance) => {
                let fields = super::classes::named_tuple_values(instance);
                Ok(match fields {
                    Some(fields) => self.element(&fields, index, expression),
                    None => self.about(container, expression),
                })
            }
            Value::OneOf(alternatives) => {
                let mut values = Vec::new();
                for value in alternatives
                    .values
                    .iter()
                    .filter(|value| !matches!(value, Value::None))
                {
                    values.push(self.get_item(value, index, expression)?);
                }
                Ok(one_of(
                    values,
                    alternatives.source.clone(),
                    self.limits.alternatives,
                ))
            }
            Value::Imported(imported) => {
                let value = self.resolve_import(imported);
                self.get_item(&value, index, expression)
            }
            other => Ok(self.about(other, expression)),
        }
    }

    fn element(&mut self, elements: &[Value], index: &Value, expression: &Expression) -> Value {
        let uncertain = elements
            .iter()
            .any(|element| matches!(element, Value::Maybe(_)));
        match index {
            Value::Integer(at) if !uncertain => {
                let length = elements.len() as i64;
                let at = if *at < 0 { length + at } else { *at };
                match usize::try_from(at).ok().and_then(|at| elements.get(at)) {
                    Some(element) => element.clone(),
                    None => self.opaque(expression),
                }
            }
            _ if elements.is_empty() || elements.len() > self.limits.choices => {
                self.about(index, expression)
            }
            _ => {
                let values = elements.iter().cloned().map(super::expressions::bare);
                one_of(values, source_of(index), self.limits.choices)
            }
        }
    }

    fn get_slice(
        &mut self,
        container: &Value,
        bounds: &[Value],
        expression: &Expression,
    ) -> Evaluated {
        let (Some(start), Some(end), step) = (bound(bounds, 0), bound(bounds, 1), bound(bounds, 2))
        else {
            return Ok(self.unknown_slice(container, bounds, expression));
        };
        if let (Some(Some(step)), Value::List(elements)) = (step, container)
            && step == -1
        {
            return Ok(Value::list(
                elements.borrow().iter().rev().cloned().collect(),
            ));
        }
        Ok(match container {
            Value::Text(template) => text::slice_characters(template, start, end)
                .map_or_else(|| self.about(container, expression), Value::template),
            Value::List(elements) => Value::list(part(&elements.borrow(), start, end)),
            Value::Tuple(elements) => Value::tuple(part(elements, start, end)),
            Value::OneOf(alternatives) => {
                let mut values = Vec::new();
                for value in &alternatives.values {
                    values.push(self.get_slice(value, bounds, expression)?);
                }
                one_of(
                    values,
                    alternatives.source.clone(),
                    self.limits.alternatives,
                )
            }
            Value::External(external) => {
                let index = Value::tuple(bounds.to_vec());
                self.external_item(external, index, expression)
            }
            other => unknown(
                expression.text.clone(),
                reason_of(other),
                source_of(other),
                expression.place.clone(),
            ),
        })
    }

    /// `jobs[:limit]` with a limit that nobody knows: each element may be among them. Of a list that
    /// nothing known was put into, nothing is known.
    fn unknown_slice(
        &mut self,
        container: &Value,
        bounds: &[Value],
        expression: &Expression,
    ) -> Value {
        let some_of = |elements: &[Value]| -> Vec<Value> {
            if elements.iter().any(stands_for_many) {
                return elements.to_vec();
            }
            let unclear = bounds
                .iter()
                .find(|bound| !matches!(bound, Value::Integer(_) | Value::None));
            let guard = Guard::new(
                kind_of(&unclear.map_or(Source::Other, source_of)),
                expression.text.as_ref(),
                Some(expression.place.clone()),
            );
            let guards = std::slice::from_ref(&guard);
            elements
                .iter()
                .map(|element| maybe(element.clone(), guards))
                .collect()
        };
        match container {
            Value::List(elements) if elements.borrow().iter().any(says_something) => {
                Value::list(some_of(&elements.borrow()))
            }
            Value::Tuple(elements) if elements.iter().any(says_something) => {
                Value::tuple(some_of(elements))
            }
            Value::External(external) => {
                self.external_item(external, Value::tuple(bounds.to_vec()), expression)
            }
            container => self.about(container, expression),
        }
    }

    /// An item of a library's value: symbolic, or a typed name (`List[str]`).
    pub(crate) fn external_item(
        &mut self,
        external: &Rc<External>,
        index: Value,
        expression: &Expression,
    ) -> Value {
        if let Some(value) = self.known_external_item(external, &index, expression) {
            return value;
        }
        Value::External(Rc::new(External {
            type_path: self
                .registry
                .returns(&format!("{}.__getitem__", self.kind_of(external)))
                .map(Rc::from),
            path: Rc::from(format!("{}[]", external.path)),
            receiver: Some(Value::External(external.clone())),
            arguments: Some(Arguments::positional(vec![index])),
            attributes: Default::default(),
            place: expression.place.clone(),
        }))
    }
}

/// Of what a library hands out only rows are worth following.
fn says_something(element: &Value) -> bool {
    match element {
        Value::Unknown(_) => false,
        Value::External(external) => {
            super::metadata::is_loaded_row(element) || super::duck::asks_class(external)
        }
        Value::Maybe(maybe) => says_something(&maybe.value),
        _ => true,
    }
}

fn slice_bounds(index: &Value) -> Option<Vec<Value>> {
    let external = index.as_external()?;
    let (path, arguments) = external.call()?;
    (path == "builtins.slice").then(|| arguments.positional.clone())
}

/// The inner `None` is an absent bound, the outer one an unknown bound.
fn bound(bounds: &[Value], index: usize) -> Option<Option<i64>> {
    match bounds.get(index) {
        None | Some(Value::None) => Some(None),
        Some(Value::Integer(integer)) => Some(Some(*integer)),
        Some(_) => None,
    }
}

/// One element for each of the rows that a query gives.
fn stands_for_many(element: &Value) -> bool {
    let Value::Maybe(maybe) = element else {
        return false;
    };
    maybe
        .guards
        .iter()
        .any(|guard| guard.kind == GuardKind::ForEachRow)
}

/// What stands between two places; of rows that nobody has counted, all of them.
fn part(elements: &[Value], start: Option<i64>, end: Option<i64>) -> Vec<Value> {
    if elements.iter().any(stands_for_many) {
        return elements.to_vec();
    }
    let length = elements.len() as i64;
    let clamp = |index: i64| (if index < 0 { length + index } else { index }).clamp(0, length);
    let from = start.map_or(0, clamp) as usize;
    let to = end.map_or(length, clamp) as usize;
    elements
        .get(from..to.max(from))
        .unwrap_or_default()
        .to_vec()
}
