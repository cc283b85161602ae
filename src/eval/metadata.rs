//! Mapped classes and tables of the estate.

use std::rc::Rc;

use crate::model::Place;

use super::external::{Arguments, External};
use super::flow::{Flow, Interrupt};
use super::interpreter::Interpreter;
use super::object::{Class, Instance};
use super::value::Value;

/// Is the class mapped to a table by an ORM?
pub(crate) fn is_model(class: &Rc<Class>) -> bool {
    class.external_bases().iter().any(|base| match base {
        Value::External(external) => is_model_base(external),
        _ => false,
    })
}

fn is_model_base(external: &External) -> bool {
    let kind = external.type_path.as_deref().unwrap_or(&external.path);
    matches!(
        kind,
        "sqlalchemy.orm.DeclarativeBase"
            | "sqlalchemy.orm.declarative_base"
            | "sqlmodel.SQLModel"
            | "django.db.models.Model"
            | "peewee.Model"
            | "tortoise.models.Model"
    ) || kind.ends_with("SQLAlchemy.Model")
        || kind.ends_with("SQLAlchemy().Model")
        || kind.ends_with(".AbstractUser")
        || kind.ends_with(".AbstractBaseUser")
}

/// An object that came out of a query on a mapped class, or that a function was given.
pub(crate) fn is_loaded_row(value: &Value) -> bool {
    match value {
        Value::Instance(instance) => !instance.initialised.get() && is_model(&instance.class),
        Value::External(external) => model_behind(external).is_some() && gives_row(external),
        _ => false,
    }
}

/// The mapped class that a query's chain of calls is about.
pub(crate) fn model_behind(external: &External) -> Option<Rc<Class>> {
    let mut current = external;
    for _ in 0..24 {
        if let Some(arguments) = &current.arguments {
            let values = arguments
                .positional
                .iter()
                .chain(arguments.keywords.iter().map(|(_, value)| value));
            for value in values {
                match value {
                    Value::Class(class) if is_model(class) => return Some(class.clone()),
                    Value::External(inner) if !inner.path.starts_with("operator.") => {
                        if let Some(found) = model_behind(inner) {
                            return Some(found);
                        }
                    }
                    _ => {}
                }
            }
        }
        match &current.receiver {
            Some(Value::External(receiver)) => current = receiver,
            Some(Value::Class(class)) if is_model(class) => return Some(class.clone()),
            Some(Value::Instance(instance)) if is_model(&instance.class) => {
                return Some(instance.class.clone());
            }
            _ => return None,
        }
    }
    None
}

/// The last step of the chain hands out a row, rather than a query.
fn gives_row(external: &External) -> bool {
    let name = external.name();
    matches!(
        name,
        "first"
            | "one"
            | "one_or_none"
            | "scalar"
            | "scalar_one"
            | "scalar_one_or_none"
            | "get"
            | "get_or_404"
            | "first_or_404"
            | "last"
            | "latest"
            | "earliest"
            | "merge"
            | "aget"
            | "afirst"
            | "get_object_or_404"
    ) || name.ends_with("[]")
}

/// `Model.__table__`, or an entry of `metadata.tables`.
pub(crate) fn table_of(class: &Rc<Class>, place: &Place) -> Value {
    let name = class.lookup("__tablename__").unwrap_or(Value::None);
    let table = External {
        path: Rc::from("sqlalchemy.Table"),
        type_path: None,
        receiver: Some(Value::Class(class.clone())),
        arguments: Some(Arguments::positional(vec![name.clone()])),
        attributes: Default::default(),
        place: place.clone(),
    };
    table.attributes.borrow_mut().insert(Rc::from("name"), name);
    Value::External(Rc::new(table))
}

/// The tables that have been declared so far, in order.
pub(crate) fn tables(declared: &[Value], place: &Place) -> Vec<Value> {
    declared
        .iter()
        .filter_map(|value| match value {
            Value::Class(class) if class.lookup("__tablename__").is_some() => {
                Some(table_of(class, place))
            }
            Value::External(_) => Some(value.clone()),
            _ => None,
        })
        .collect()
}

pub(crate) fn table_called(declared: &[Value], name: &str, place: &Place) -> Option<Value> {
    tables(declared, place).into_iter().find(|table| {
        table
            .as_external()
            .and_then(|external| {
                external
                    .arguments
                    .as_ref()?
                    .positional
                    .first()?
                    .known_text()
            })
            .is_some_and(|known| known == name)
    })
}

/// The class of a row object.
pub(crate) fn class_of_row(value: &Value) -> Option<Rc<Class>> {
    match value {
        Value::Instance(instance) => Some(instance.class.clone()),
        Value::External(external) => model_behind(external),
        _ => None,
    }
}

/// Is this the very instance that a script made?
pub(crate) fn is_new(instance: &Instance) -> bool {
    instance.initialised.get()
}

/// Columns take their name from the attribute and their table from the class.
fn name_columns(class: &Rc<Class>) {
    let table = class.lookup("__tablename__").filter(|_| is_model(class));
    for (name, value) in class.attributes.all() {
        let Value::External(column) = &value else {
            continue;
        };
        if !matches!(column.name(), "Column" | "mapped_column") {
            continue;
        }
        let given = column.arguments.as_ref().and_then(|arguments| {
            let first = arguments
                .positional
                .first()
                .filter(|first| first.known_text().is_some());
            first.or_else(|| arguments.keyword("name")).cloned()
        });
        let mut attributes = column.attributes.borrow_mut();
        attributes
            .entry(Rc::from("name"))
            .or_insert_with(|| given.unwrap_or(Value::text(&*name)));
        if let Some(table) = &table {
            attributes
                .entry(Rc::from("table"))
                .or_insert_with(|| table.clone());
        }
    }
}

impl Interpreter<'_> {
    /// Remembers mapped classes: `create_all` makes a table of each.
    pub(crate) fn declare_class(&mut self, class: &Rc<Class>) {
        name_columns(class);
        if is_model(class) {
            self.declared.push(Value::Class(class.clone()));
        }
    }

    /// Runs the modules that were imported but not yet used: their classes are registered by then.
    pub(crate) fn load_pending_modules(&mut self) -> Flow {
        for _ in 0..8 {
            let pending: Vec<_> = self
                .modules
                .values()
                .filter(|scope| !scope.entered.get())
                .cloned()
                .collect();
            if pending.is_empty() {
                return Ok(());
            }
            for scope in pending {
                match self.enter_module(&scope) {
                    Err(Interrupt::Stop) => return Err(Interrupt::Stop),
                    _ => continue,
                }
            }
        }
        Ok(())
    }
}
