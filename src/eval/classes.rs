//! `class`, and what calling a class gives.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;
use crate::python::tree::{ClassDefinition, Expression, ExpressionKind, Statement, StatementKind};

use super::external::{Arguments, External};
use super::flow::{Evaluated, Flow, Frame, Interrupt};
use super::interpreter::Interpreter;
use super::object::{Attributes, Class, Function, FunctionKind, Instance};
use super::scope::{Scope, ScopeKind};
use super::unknown::unknown;
use super::value::{Source, Value};

impl Interpreter<'_> {
    pub(crate) fn define_class(
        &mut self,
        frame: &mut Frame<'_>,
        definition: &Arc<ClassDefinition>,
    ) -> Flow {
        for name in &definition.type_parameters {
            let parameter = self.external_name("typing.TypeVar", &definition.place);
            self.set_name(frame, name, parameter);
        }
        let mut bases = Vec::with_capacity(definition.bases.len());
        for base in &definition.bases {
            bases.push(self.eval(frame, base)?);
        }
        let mut keywords = Vec::new();
        for (name, value) in &definition.keywords {
            keywords.push((Rc::from(name.as_str()), self.eval(frame, value)?));
        }
        let mut decorators = Vec::new();
        for decorator in &definition.decorators {
            decorators.push(self.eval(frame, decorator)?);
        }
        if super::metadata::is_made_base(&decorators) {
            bases.push(self.external_name("sqlalchemy.orm.DeclarativeBase", &definition.place));
        }
        let scope = Scope::inside(&frame.scope, ScopeKind::Class);
        let mut body_frame = Frame::new(scope.clone());
        self.exec_block(&mut body_frame, &definition.body)?;
        let class = Rc::new(Class {
            definition: definition.clone(),
            scope: frame.scope.clone(),
            bases,
            keywords,
            attributes: Attributes::default(),
            annotated: RefCell::default(),
            decorators,
        });
        self.circles.note_scope(&frame.scope);
        self.circles.note_class(&class);
        fill(&class, &scope, &definition.body);
        self.note_annotations(&class, &mut body_frame, &definition.body)?;
        super::enums::make_members(&class, &definition.place);
        self.declare_class(&class)?;
        self.set_name(frame, &definition.name, Value::Class(class));
        Ok(())
    }

    /// Keeps the annotations in order: fields of a dataclass, columns of a mapped class.
    fn note_annotations(
        &mut self,
        class: &Rc<Class>,
        frame: &mut Frame<'_>,
        body: &[Statement],
    ) -> Flow {
        let wanted = is_mapped(class);
        for statement in body {
            let StatementKind::AnnotatedAssign {
                target, annotation, ..
            } = &statement.kind
            else {
                continue;
            };
            let ExpressionKind::Name(name) = &target.kind else {
                continue;
            };
            let value = if wanted {
                self.eval(frame, annotation)?
            } else {
                Value::None
            };
            class
                .annotated
                .borrow_mut()
                .push((Rc::from(name.as_str()), value));
        }
        Ok(())
    }

    pub(crate) fn instantiate(
        &mut self,
        class: &Rc<Class>,
        arguments: Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Evaluated {
        if super::enums::is_enum(class) {
            return Ok(self.enum_member(class, &arguments, place, text));
        }
        if let Some((Value::Function(metaclass_new), _)) = class.lookup_with_owner("__new__")
            && metaclass_new.kind == FunctionKind::Plain
        {
            self.entered.insert(Arc::as_ptr(&metaclass_new.definition));
        }
        let instance = Rc::new(Instance {
            class: class.clone(),
            attributes: Attributes::default(),
            arguments: arguments.clone(),
            initialised: Cell::new(true),
            place: place.clone(),
        });
        let value = Value::Instance(instance.clone());
        match class.lookup("__init__") {
            Some(Value::Function(initialiser)) => {
                self.call_function(&initialiser, Some(value.clone()), arguments, place, text)?;
            }
            _ => self.set_fields(&instance, &arguments, place, text)?,
        }
        Ok(value)
    }

    /// What a generated constructor does: fields from arguments, then defaults.
    fn set_fields(
        &mut self,
        instance: &Rc<Instance>,
        arguments: &Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Flow {
        let class = &instance.class;
        let fields = field_names(class);
        for (field, value) in fields.iter().zip(&arguments.positional) {
            instance.attributes.set(field, value.clone());
        }
        for (name, value) in &arguments.keywords {
            instance.attributes.set(name, value.clone());
        }
        for field in &fields {
            if instance.attributes.get(field).is_none()
                && let Some(default) = class.lookup(field)
                && let Some(value) = self.field_default(&default, place, text)?
            {
                let value = self.setting(class, field, value, place);
                instance.attributes.set(field, value);
            }
        }
        if let Some(Value::Function(after)) = class.lookup("__post_init__") {
            let receiver = Some(Value::Instance(instance.clone()));
            self.call_function(&after, receiver, Arguments::default(), place, text)?;
        }
        Ok(())
    }

    /// `field(default=...)`, `field(default_factory=...)`, or the value itself.
    fn field_default(
        &mut self,
        default: &Value,
        place: &Place,
        text: &Arc<str>,
    ) -> Result<Option<Value>, Interrupt> {
        let Some((path, arguments)) = default.as_external().and_then(|external| external.call())
        else {
            return Ok(Some(default.clone()));
        };
        if !matches!(
            path,
            "dataclasses.field" | "pydantic.Field" | "attr.ib" | "attrs.field"
        ) {
            return Ok(None);
        }
        if let Some(factory) = arguments
            .keyword("default_factory")
            .or(arguments.keyword("factory"))
        {
            let factory = factory.clone();
            return self
                .call_value(&factory, Arguments::default(), place, text)
                .map(Some);
        }
        Ok(arguments.get(0, "default").cloned())
    }

    /// What an annotation tells of a value that is not known otherwise.
    pub(crate) fn typed_by(
        &mut self,
        frame: &mut Frame<'_>,
        value: Value,
        annotation: &Expression,
    ) -> Value {
        let Value::Unknown(known) = &value else {
            return value;
        };
        if known.type_path.is_some() {
            return value;
        }
        let Some(annotated) = self.annotated_type(frame, annotation, 4) else {
            return value;
        };
        match annotated {
            Value::Class(class) if super::enums::is_enum(&class) => value,
            Value::Class(class) => Value::Instance(Rc::new(Instance {
                class,
                attributes: Attributes::default(),
                arguments: Arguments {
                    open: true,
                    ..Arguments::default()
                },
                initialised: Cell::new(false),
                place: known.place.clone(),
            })),
            Value::External(external) if self.registry.is_type(&external.path) => {
                Value::External(Rc::new(External {
                    path: external.path.clone(),
                    type_path: external.type_path.clone(),
                    receiver: None,
                    arguments: Some(Arguments {
                        open: true,
                        ..Arguments::default()
                    }),
                    attributes: Default::default(),
                    place: known.place.clone(),
                }))
            }
            Value::External(external) => {
                let mut typed = (**known).clone();
                typed.type_path = Some(external.path.clone());
                Value::Unknown(Rc::new(typed))
            }
            _ => value,
        }
    }

    /// The class that an annotation names: through `Optional`, `Annotated`, unions and quotes.
    fn annotated_type(
        &mut self,
        frame: &mut Frame<'_>,
        annotation: &Expression,
        depth: u8,
    ) -> Option<Value> {
        if depth == 0 {
            return None;
        }
        match &annotation.kind {
            ExpressionKind::Name(_) | ExpressionKind::Attribute { .. } => {
                match self.eval(frame, annotation).ok()? {
                    found @ (Value::Class(_) | Value::External(_)) => Some(found),
                    _ => None,
                }
            }
            ExpressionKind::String(_) => {
                let name = self.eval(frame, annotation).ok()?.known_text()?;
                match frame.scope.lookup(&name)? {
                    Value::Imported(imported) => Some(self.resolve_import(&imported)),
                    found @ (Value::Class(_) | Value::External(_)) => Some(found),
                    _ => None,
                }
            }
            ExpressionKind::Subscript { value, index } => {
                let outer = value.text.rsplit('.').next().unwrap_or_default();
                if !matches!(
                    outer,
                    "Optional" | "Annotated" | "Union" | "AsyncGenerator" | "Generator"
                ) {
                    return None;
                }
                let first = match &index.kind {
                    ExpressionKind::Tuple(parts) => parts.first()?,
                    _ => index,
                };
                self.annotated_type(frame, first, depth - 1)
            }
            ExpressionKind::Binary { left, right, .. } => self
                .annotated_type(frame, left, depth - 1)
                .or_else(|| self.annotated_type(frame, right, depth - 1)),
            _ => None,
        }
    }
}

/// Moves the names of a class body to the class, in the order of the body.
fn fill(class: &Rc<Class>, scope: &Rc<Scope>, body: &[Statement]) {
    for name in bound_names(body) {
        if let Some(value) = scope.get(name) {
            class.attributes.set(&Rc::from(name), value);
        }
    }
    for (name, value) in scope.all() {
        if class.attributes.get(&name).is_none() {
            class.attributes.set(&name, value);
        }
    }
    for (_, value) in class.attributes.all() {
        if let Value::Function(function) = value {
            own(&function, class);
        }
    }
}

fn own(function: &Rc<Function>, class: &Rc<Class>) {
    let mut owner = function.owner.borrow_mut();
    if owner.is_none() {
        *owner = Some(class.clone());
    }
}

/// The names that the statements bind at their own level, in order.
fn bound_names(body: &[Statement]) -> Vec<&str> {
    let mut names = Vec::new();
    for statement in body {
        match &statement.kind {
            StatementKind::Assign { targets, .. } => {
                names.extend(targets.iter().filter_map(target_name));
            }
            StatementKind::AnnotatedAssign { target, .. } => names.extend(target_name(target)),
            StatementKind::Function(definition) => names.push(definition.name.as_str()),
            StatementKind::Class(definition) => names.push(definition.name.as_str()),
            _ => {}
        }
    }
    names
}

fn target_name(target: &Expression) -> Option<&str> {
    match &target.kind {
        ExpressionKind::Name(name) => Some(name),
        _ => None,
    }
}

/// Does a library turn the class's annotations into columns or fields that matter?
fn is_mapped(class: &Rc<Class>) -> bool {
    class.external_bases().iter().any(|base| match base {
        Value::External(external) => {
            external.path.starts_with("sqlalchemy") || external.path.starts_with("sqlmodel")
        }
        _ => false,
    })
}

/// The annotated fields of the lineage, base classes first.
fn field_names(class: &Rc<Class>) -> Vec<Rc<str>> {
    let mut names: Vec<Rc<str>> = Vec::new();
    for class in class.lineage().iter().rev() {
        for (name, _) in class.annotated.borrow().iter() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

fn has_external_base(class: &Rc<Class>, paths: &[&str]) -> bool {
    class.external_bases().iter().any(|base| match base {
        Value::External(external) => paths.contains(&external.path.as_ref()),
        _ => false,
    })
}

/// The fields in order, if the class is a named tuple.
pub(crate) fn named_tuple_values(instance: &Rc<Instance>) -> Option<Vec<Value>> {
    if !has_external_base(
        &instance.class,
        &["typing.NamedTuple", "collections.namedtuple"],
    ) {
        return None;
    }
    let fields = field_names(&instance.class);
    Some(
        fields
            .iter()
            .filter_map(|field| instance.attributes.get(field))
            .collect(),
    )
}

/// Methods that libraries give to plain data classes.
pub(crate) fn synthetic_method(
    instance: &Rc<Instance>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let is_data = matches!(name, "dict" | "model_dump" | "_asdict" | "to_dict")
        && arguments.positional.is_empty()
        && instance.class.lookup(name).is_none();
    is_data.then(|| {
        let entries = instance
            .attributes
            .all()
            .into_iter()
            .map(|(name, value)| (Value::text(name.as_ref()), value))
            .collect();
        Value::dict(entries)
    })
}

/// A stand-in for an object that a framework makes.
pub(crate) fn bare_instance(class: &Rc<Class>, place: &Place) -> Rc<Instance> {
    Rc::new(Instance {
        class: class.clone(),
        attributes: Attributes::default(),
        arguments: Arguments {
            open: true,
            ..Arguments::default()
        },
        initialised: Cell::new(false),
        place: place.clone(),
    })
}

impl Interpreter<'_> {
    /// `Color("red")`.
    fn enum_member(
        &mut self,
        class: &Rc<Class>,
        arguments: &Arguments,
        place: &Place,
        text: &Arc<str>,
    ) -> Value {
        let Some(wanted) = arguments.positional.first() else {
            return Value::Class(class.clone());
        };
        for member in super::enums::members(class) {
            let value = match &member {
                Value::Instance(instance) => instance.attributes.get("value"),
                _ => None,
            };
            if let Some(value) = value
                && self.equal(&value, wanted) == Some(true)
            {
                return member;
            }
        }
        unknown(
            text.clone(),
            format!("a member of `{}`", class.name()),
            Source::Other,
            place.clone(),
        )
    }
}
