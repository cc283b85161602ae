//! `def`, `lambda` and what decorators make of them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{Expression, ExpressionKind, FunctionDefinition};

use super::external::Arguments;
use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::object::{Function, FunctionKind};
use super::scope::{Scope, ScopeKind};
use super::value::Value;

impl Interpreter<'_> {
    pub(crate) fn define_function(
        &mut self,
        frame: &mut Frame<'_>,
        definition: &Arc<FunctionDefinition>,
    ) -> Flow {
        let mut decorators = Vec::new();
        for decorator in &definition.decorators {
            decorators.push((self.eval(frame, decorator)?, decorator));
        }
        self.circles.note_scope(&frame.scope);
        let function = Rc::new(Function {
            definition: definition.clone(),
            scope: visible_scope(&frame.scope),
            defaults: self.defaults(frame, definition)?,
            owner: RefCell::new(None),
            kind: kind_of(&decorators),
            decorators: decorators
                .iter()
                .map(|(value, _)| value.clone())
                .filter(|value| matches!(value, Value::External(_) | Value::Unknown(_)))
                .collect(),
        });
        if frame.function.is_some() && !self.host.is_concrete() {
            let pointer = Arc::as_ptr(definition);
            self.inner
                .entry(pointer)
                .or_insert_with(|| function.clone());
        }
        let name = setter_name(&definition.name, &decorators);
        let mut value = Value::Function(function);
        for (decorator, expression) in decorators.iter().rev() {
            value = self.decorate(decorator, value, expression)?;
        }
        self.set_name(frame, &name, value);
        Ok(())
    }

    /// Decorators of the estate are called; those of libraries leave the function as it is.
    fn decorate(
        &mut self,
        decorator: &Value,
        function: Value,
        expression: &Expression,
    ) -> Evaluated {
        match decorator {
            Value::Function(_) | Value::BoundMethod(_) | Value::Class(_) | Value::Instance(_) => {
                let arguments = Arguments::positional(vec![function.clone()]);
                let decorated =
                    self.call_value(decorator, arguments, &expression.place, &expression.text)?;
                Ok(match decorated {
                    Value::None | Value::Unknown(_) => function,
                    decorated => decorated,
                })
            }
            Value::Imported(imported) => {
                let decorator = self.resolve_import(imported);
                self.decorate(&decorator, function, expression)
            }
            _ => Ok(function),
        }
    }

    pub(crate) fn lambda(
        &mut self,
        frame: &mut Frame<'_>,
        definition: &Arc<FunctionDefinition>,
    ) -> Evaluated {
        self.circles.note_scope(&frame.scope);
        Ok(Value::Function(Rc::new(Function {
            definition: definition.clone(),
            scope: visible_scope(&frame.scope),
            defaults: self.defaults(frame, definition)?,
            owner: RefCell::new(None),
            kind: FunctionKind::Plain,
            decorators: Vec::new(),
        })))
    }

    fn defaults(
        &mut self,
        frame: &mut Frame<'_>,
        definition: &FunctionDefinition,
    ) -> Result<Vec<(Rc<str>, Value)>, Interrupt> {
        let parameters = &definition.parameters;
        let mut defaults = Vec::new();
        for parameter in parameters.positional.iter().chain(&parameters.keyword_only) {
            if let Some(default) = &parameter.default {
                let value = self.eval(frame, default)?;
                defaults.push((Rc::from(parameter.name.as_str()), value));
            }
        }
        Ok(defaults)
    }

    /// What a generator yields first; the rest of its body is run too.
    pub(crate) fn first_yield(
        &mut self,
        generator: &Value,
        place: &Place,
    ) -> Result<Option<Value>, Interrupt> {
        let expression = Expression {
            place: place.clone(),
            text: Arc::from("dependency"),
            kind: ExpressionKind::Ellipsis,
        };
        let mut first = None;
        self.run_generator(generator, &expression, &mut |_, value| {
            first.get_or_insert(value);
            Ok(Value::None)
        })?;
        Ok(first)
    }
}

/// Functions see the scopes around a class, not the class body itself; `Scope::lookup` skips it.
fn visible_scope(scope: &Rc<Scope>) -> Rc<Scope> {
    match (&scope.kind, &scope.parent) {
        (ScopeKind::Class, Some(parent)) => parent.clone(),
        _ => scope.clone(),
    }
}

fn kind_of(decorators: &[(Value, &Expression)]) -> FunctionKind {
    for (value, expression) in decorators {
        let path = match value {
            Value::External(external) => external.path.as_ref(),
            _ => continue,
        };
        let kind = match path {
            "builtins.staticmethod" => FunctionKind::StaticMethod,
            "builtins.classmethod" => FunctionKind::ClassMethod,
            "builtins.property"
            | "functools.cached_property"
            | "abc.abstractproperty"
            | "django.utils.functional.cached_property"
            | "sqlalchemy.ext.hybrid.hybrid_property" => FunctionKind::Property,
            "sqlalchemy.orm.declared_attr" | "sqlalchemy.orm.declared_attr.directive" => {
                FunctionKind::Property
            }
            "contextlib.contextmanager" | "contextlib.asynccontextmanager" => {
                FunctionKind::ContextManager
            }
            _ => continue,
        };
        let _ = expression;
        return kind;
    }
    FunctionKind::Plain
}

/// `@name.setter` must not take the property's place.
fn setter_name(name: &str, decorators: &[(Value, &Expression)]) -> String {
    let is_setter = decorators
        .iter()
        .any(|(_, expression)| match &expression.kind {
            ExpressionKind::Attribute { name, .. } => name == "setter" || name == "deleter",
            _ => false,
        });
    if is_setter {
        format!("{name}.setter")
    } else {
        name.to_owned()
    }
}
