//! Relationships of mapped classes: what a row's attribute leads to is a row, or rows, of another class.

use std::rc::Rc;

use crate::model::Place;

use super::external::{Arguments, External};
use super::interpreter::Interpreter;
use super::metadata::{class_of_row, is_django, is_loaded_row};
use super::object::Class;
use super::value::{Source, Value};

/// What stands for the rows: as if they had been asked for by their class.
const RELATED: &str = "sqlalchemy.orm.relationship.get";

/// The argument of a relationship that names the table between both sides.
const BETWEEN: &str = "secondary";

/// What Django has in its place.
const MODEL: &str = "django.db.models.Model";
const MANAGER: &str = "django.db.models.QuerySet";

impl Interpreter<'_> {
    /// `order.owner`, `order.lines` of a row that was loaded; `None` for anything but a relationship.
    pub(crate) fn related_rows(&mut self, row: &Value, name: &str, place: &Place) -> Option<Value> {
        if !is_loaded_row(row) {
            return None;
        }
        let class = class_of_row(row)?;
        let (target, declared, is_many) = match class.lookup(name) {
            Some(declared) => {
                let is_many = relationship(&declared)?.name() == "ManyToManyField";
                let target = self.target_of(&class, name, &declared)?;
                (target, declared, is_many)
            }
            None => {
                let (origin, declared) = self.origin_of(&class, name)?;
                (origin, declared, true)
            }
        };
        let between = self.table_between(&declared);
        let rows = External {
            path: Rc::from(RELATED),
            type_path: is_django(&class).then(|| Rc::from(if is_many { MANAGER } else { MODEL })),
            receiver: None,
            arguments: Some(Arguments {
                keywords: between
                    .map(|it| (Rc::from(BETWEEN), it))
                    .into_iter()
                    .collect(),
                ..Arguments::positional(vec![target])
            }),
            attributes: Default::default(),
            place: place.clone(),
        };
        rows.attributes.answers(Source::Rows(Rc::from(name)));
        Some(Value::External(Rc::new(rows)))
    }

    /// `relationship(secondary=user_roles)`: the table whose rows tie both sides together.
    fn table_between(&mut self, declared: &Value) -> Option<Value> {
        let arguments = relationship(declared)?.arguments.as_ref()?;
        match arguments.keyword(BETWEEN).cloned()? {
            Value::Imported(imported) => Some(self.resolve_import(&imported)),
            table => Some(table),
        }
    }

    /// `relationship("User")`, `ForeignKey(User)` of Django, `owner: Mapped["User"] = relationship()`.
    fn target_of(&mut self, class: &Rc<Class>, name: &str, declared: &Value) -> Option<Value> {
        let call = relationship(declared)?;
        let arguments = call.arguments.as_ref()?;
        let named = arguments
            .get(0, "argument")
            .or_else(|| arguments.keyword("to"))
            .cloned();
        let annotated = || {
            let annotated = class.annotated.borrow();
            let (_, annotation) = annotated.iter().find(|(known, _)| **known == *name)?;
            named_in(annotation, 4)
        };
        match named.or_else(annotated)? {
            Value::Text(text) if text.known_text()? == "self" => Some(Value::Class(class.clone())),
            Value::Text(text) => Some(self.class_called(class, &text.known_text()?, &call.place)),
            Value::Imported(imported) => Some(self.resolve_import(&imported)),
            target => Some(target),
        }
    }

    /// `backref="order"`, `related_name="orders"` of a relationship that leads here, and Django's
    /// `order_set` where it gives none.
    fn origin_of(&mut self, class: &Rc<Class>, name: &str) -> Option<(Value, Value)> {
        let leads_here = |origin: &Class, declared: &Value| {
            let arguments = relationship(declared)?.arguments.as_ref()?;
            let back = arguments
                .keyword("backref")
                .or_else(|| arguments.keyword("related_name"))
                .map_or_else(
                    || Some(format!("{}_set", origin.name().to_lowercase())),
                    back_name,
                );
            let target = arguments
                .get(0, "argument")
                .or_else(|| arguments.keyword("to"))?;
            let is_class = match target {
                Value::Class(target) => Rc::ptr_eq(target, class),
                target => last_name(&target.known_text()?) == class.name(),
            };
            (is_class && back? == name).then_some(())
        };
        let classes = self
            .declared
            .values()
            .iter()
            .filter_map(|declared| match declared {
                Value::Class(other) => Some(other),
                _ => None,
            });
        let mut origins = classes.filter_map(|other| {
            let mut attributes = other.attributes.all().into_iter();
            let (_, declared) = attributes.find(|(_, it)| leads_here(other, it).is_some())?;
            Some((Value::Class(other.clone()), declared))
        });
        origins.next()
    }

    /// The mapped class of this name, from the module of `class` if it knows it; else one that no file
    /// declares.
    fn class_called(&mut self, class: &Rc<Class>, name: &str, place: &Place) -> Value {
        let name = last_name(name);
        let seen = match class.scope.lookup(name) {
            Some(Value::Imported(imported)) => Some(self.resolve_import(&imported)),
            seen => seen,
        };
        if let Some(Value::Class(found)) = seen {
            return Value::Class(found);
        }
        let mut declared = self.declared.values().iter();
        let found = declared.find(|declared| match declared {
            Value::Class(declared) => declared.name() == name,
            _ => false,
        });
        match found {
            Some(found) => found.clone(),
            None => self.external_name(name, place),
        }
    }
}

fn relationship(declared: &Value) -> Option<&Rc<External>> {
    let call = declared
        .as_external()
        .filter(|call| call.arguments.is_some())?;
    let is_field = matches!(
        call.name(),
        "ForeignKey" | "OneToOneField" | "ManyToManyField"
    );
    let is_relationship = matches!(
        call.name(),
        "relationship" | "dynamic_loader" | "Relationship"
    );
    (is_relationship || is_field && call.path.starts_with("django.")).then_some(call)
}

/// `"order"`, `backref("order", lazy="dynamic")`.
fn back_name(back: &Value) -> Option<String> {
    match back {
        Value::External(call) => call.arguments.as_ref()?.positional.first()?.known_text(),
        back => back.known_text(),
    }
}

/// The class in `Mapped[list["Line"]]`.
fn named_in(annotation: &Value, depth: u8) -> Option<Value> {
    match annotation {
        Value::Text(_) | Value::Class(_) | Value::Imported(_) => Some(annotation.clone()),
        Value::External(external) if depth > 0 => {
            let inner = external.arguments.as_ref()?.positional.first()?;
            named_in(inner, depth - 1)
        }
        _ => None,
    }
}

/// `app.models.Line`: `Line`.
fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
