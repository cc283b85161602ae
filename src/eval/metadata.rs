//! Mapped classes and tables of the estate.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Place;

use super::external::{Arguments, External};
use super::flow::{Flow, Interrupt};
use super::interpreter::Interpreter;
use super::object::Class;
use super::paths::{parent_folder, within};
use super::value::Value;

/// Is the class mapped to a table by an ORM?
pub(crate) fn is_model(class: &Rc<Class>) -> bool {
    class.external_bases().iter().any(|base| match base {
        Value::External(external) => is_model_base(external),
        _ => false,
    })
}

/// `@as_declarative() class Base`: as if it had the library's base.
pub(crate) fn is_made_base(decorators: &[Value]) -> bool {
    decorators.iter().any(|decorator| match decorator {
        Value::External(external) => external.path.as_ref() == "sqlalchemy.orm.as_declarative",
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

/// A row that a query handed out: it stands in its table already.
pub(crate) fn is_row_of_query(value: &Value) -> bool {
    value.as_external().is_some_and(|external| {
        gives_row(external)
            && (model_behind(external).is_some() || super::duck::asks_class(external))
    })
}

/// A row that a session watches: what is set on it is sent by the next commit. Django's rows are sent
/// when they are saved, and only then.
pub(crate) fn is_watched_row(value: &Value) -> bool {
    let is_row = match value {
        Value::External(external) => gives_row(external) && super::duck::asks_class(external),
        _ => false,
    };
    is_row || is_loaded_row(value) && !class_of_row(value).is_some_and(|class| is_django(&class))
}

/// Is the class one of Django's models?
pub(crate) fn is_django(class: &Rc<Class>) -> bool {
    let mut bases = class.external_bases().into_iter();
    bases.any(|base| {
        base.as_external()
            .is_some_and(|base| base.path.starts_with("django."))
    })
}

/// The mapped class that a query's chain of calls is about: what it was begun with, not what it is
/// compared with on the way.
pub(crate) fn model_behind(external: &External) -> Option<Rc<Class>> {
    let mut chain = vec![external];
    let mut last = external;
    while let (Some(Value::External(receiver)), true) = (&last.receiver, chain.len() < 24) {
        chain.push(receiver);
        last = receiver;
    }
    let root = last.receiver.as_ref().and_then(class_in);
    root.or_else(|| chain.into_iter().rev().find_map(class_in_arguments))
}

fn class_in_arguments(call: &External) -> Option<Rc<Class>> {
    let arguments = call.arguments.as_ref()?;
    let keywords = arguments.keywords.iter().map(|(_, value)| value);
    let mut values = arguments.positional.iter().chain(keywords);
    values.find_map(|value| match value {
        Value::Class(_) => class_in(value),
        Value::External(inner) if !inner.path.starts_with("operator.") => model_behind(inner),
        _ => None,
    })
}

fn class_in(value: &Value) -> Option<Rc<Class>> {
    let class = match value {
        Value::Class(class) => class,
        Value::Instance(instance) => &instance.class,
        _ => return None,
    };
    is_model(class).then(|| class.clone())
}

/// The last step of the chain hands out a row, rather than a query.
pub(crate) fn gives_row(external: &External) -> bool {
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

/// The name of a mapped class's table: declared, or made as the library makes it.
pub(crate) fn table_name(class: &Rc<Class>) -> Option<String> {
    if let Some(name) = class
        .lookup("__tablename__")
        .and_then(|name| name.known_text())
    {
        return Some(name);
    }
    if let Some(name) = meta_option(class, "db_table") {
        return Some(name);
    }
    if let Some(Value::External(table)) = class.lookup("__table__") {
        return table.arguments.as_ref()?.positional.first()?.known_text();
    }
    let base = class
        .external_bases()
        .iter()
        .find_map(|base| Some(base.as_external()?.path.to_string()))?;
    if base.starts_with("django") {
        let app =
            meta_option(class, "app_label").or_else(|| django_app(&class.definition.place.file))?;
        return Some(format!("{app}_{}", class.name().to_lowercase()));
    }
    if base.starts_with("flask_sqlalchemy") {
        return Some(snake_case(class.name()));
    }
    (!base.starts_with("sqlalchemy")).then(|| class.name().to_lowercase())
}

/// An option of the inner class `Meta`.
fn meta_option(class: &Rc<Class>, name: &str) -> Option<String> {
    match class.attributes.get("Meta")? {
        Value::Class(meta) => meta.lookup(name)?.known_text(),
        _ => None,
    }
}

/// The package that holds `models.py` or `models/`.
fn django_app(file: &str) -> Option<String> {
    let folders: Vec<&str> = file.split('/').collect();
    let at = folders
        .iter()
        .position(|part| *part == "models" || *part == "models.py")?;
    Some((*folders.get(at.checked_sub(1)?)?).to_owned())
}

/// Flask-SQLAlchemy's way: `UserRole` is `user_role`.
fn snake_case(name: &str) -> String {
    let mut result = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        if character.is_uppercase() && index > 0 {
            let before = characters[index - 1];
            let after = characters.get(index + 1);
            if !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()) {
                result.push('_');
            }
        }
        result.extend(character.to_lowercase());
    }
    result
}

/// `Model.__table__`: the table with its columns, as `Table(...)` would declare it. `None` for an
/// abstract class.
pub(crate) fn table_of(class: &Rc<Class>, place: &Place) -> Option<Value> {
    let is_abstract = matches!(
        class.attributes.get("__abstract__"),
        Some(Value::Bool(true))
    );
    let name = table_name(class).filter(|_| !is_abstract)?;
    let metadata = class.lookup("metadata").unwrap_or(Value::None);
    let mut elements = vec![Value::text(name.as_str()), metadata];
    for owner in class.lineage().iter().rev() {
        for (attribute, value) in owner.attributes.all() {
            elements.extend(column_called(owner, &attribute, &value));
        }
    }
    let mut keywords = Vec::new();
    let declared = class.lookup("__table_args__");
    for argument in declared.iter().flat_map(table_arguments) {
        match argument {
            Value::Dict(options) => {
                for (key, value) in options.borrow().iter() {
                    keywords.extend(key.known_text().map(|key| (Rc::from(key), value.clone())));
                }
            }
            element => elements.push(element),
        }
    }
    let table = External {
        path: Rc::from("sqlalchemy.Table"),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments {
            positional: elements,
            keywords,
            open: false,
        }),
        attributes: Default::default(),
        place: place.clone(),
    };
    table
        .attributes
        .borrow_mut()
        .insert(Rc::from("name"), Value::text(name.as_str()));
    Some(Value::External(Rc::new(table)))
}

fn table_arguments(declared: &Value) -> Vec<Value> {
    match declared {
        Value::Tuple(elements) => elements.to_vec(),
        other => vec![other.clone()],
    }
}

/// The column under an attribute's name, its type from the annotation where it gives none.
fn column_called(class: &Rc<Class>, attribute: &Rc<str>, value: &Value) -> Option<Value> {
    let external = value.as_external()?;
    let arguments = external.arguments.as_ref()?;
    if !matches!(external.name(), "Column" | "mapped_column") {
        return None;
    }
    let mut arguments = arguments.clone();
    let is_named = matches!(arguments.positional.first(), Some(Value::Text(_)))
        || arguments.keyword("name").is_some();
    if !is_named {
        arguments
            .positional
            .insert(0, Value::text(attribute.as_ref()));
    }
    if external.name() == "mapped_column" {
        super::mapped::complete(class, attribute, &mut arguments, &external.place);
    }
    Some(Value::External(Rc::new(External {
        path: Rc::from("sqlalchemy.Column"),
        type_path: None,
        receiver: None,
        arguments: Some(arguments),
        attributes: Default::default(),
        place: external.place.clone(),
    })))
}

/// The name of a `Table(...)`.
pub(crate) fn name_of(table: &Value) -> Option<String> {
    table
        .as_external()?
        .arguments
        .as_ref()?
        .positional
        .first()?
        .known_text()
}

pub(crate) fn table_called(declared: &[Value], name: &str, place: &Place) -> Option<Value> {
    let mut called = declared.iter().filter(|value| match value {
        Value::Class(class) => table_name(class).is_some_and(|known| known == name),
        value => name_of(value).is_some_and(|known| known == name),
    });
    called.find_map(|value| match value {
        Value::Class(class) => table_of(class, place),
        Value::External(_) => Some(value.clone()),
        _ => None,
    })
}

/// `table.indexes`: those declared as such, and those of columns with `index=True`.
pub(crate) fn indexes(table: &Rc<External>) -> Vec<Value> {
    let Some(arguments) = &table.arguments else {
        return Vec::new();
    };
    let name = arguments
        .positional
        .first()
        .and_then(Value::known_text)
        .unwrap_or_default();
    let is_set = |arguments: &Arguments, flag: &str| {
        matches!(arguments.keyword(flag), Some(Value::Bool(true)))
    };
    arguments
        .positional
        .iter()
        .filter_map(|element| {
            let external = element.as_external()?;
            let call = external.arguments.as_ref()?;
            let index = match external.name() {
                "Index" => call.positional.first()?.known_text()?,
                "Column" if is_set(call, "index") => {
                    format!("ix_{name}_{}", call.positional.first()?.known_text()?)
                }
                _ => return None,
            };
            Some(Value::External(Rc::new(External {
                path: Rc::from("sqlalchemy.Index"),
                type_path: None,
                receiver: Some(Value::External(table.clone())),
                arguments: Some(Arguments::positional(vec![Value::text(index.as_str())])),
                attributes: std::collections::BTreeMap::from([(
                    Rc::from("name"),
                    Value::text(index.as_str()),
                )])
                .into(),
                place: external.place.clone(),
            })))
        })
        .collect()
}

/// The class of a row object.
pub(crate) fn class_of_row(value: &Value) -> Option<Rc<Class>> {
    match value {
        Value::Instance(instance) => Some(instance.class.clone()),
        Value::External(external) => model_behind(external),
        _ => None,
    }
}

/// A class of SQLModel is a table only where it says so itself: `class User(SQLModel, table=True)`.
fn is_without_table(class: &Rc<Class>) -> bool {
    let mut bases = class.external_bases().into_iter();
    let is_of_sqlmodel = bases.any(|base| {
        base.as_external()
            .is_some_and(|base| base.path.as_ref() == "sqlmodel.SQLModel")
    });
    let says_no = |value: &Value| matches!(value, Value::Bool(false) | Value::None);
    let mut keywords = class.keywords.iter();
    is_of_sqlmodel && !keywords.any(|(name, value)| &**name == "table" && !says_no(value))
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
    pub(crate) fn declare_class(&mut self, class: &Rc<Class>) -> Flow {
        self.name_table(class)?;
        name_columns(class);
        if is_model(class) && !is_without_table(class) {
            self.declared.push(Value::Class(class.clone()));
        }
        Ok(())
    }

    /// A base class of the estate's own may make the names of the tables: `@declared_attr def
    /// __tablename__(cls)`.
    fn name_table(&mut self, class: &Rc<Class>) -> Flow {
        let Some((Value::Function(maker), owner)) = class.lookup_with_owner("__tablename__") else {
            return Ok(());
        };
        if Rc::ptr_eq(&owner, class) || !is_model(class) {
            return Ok(());
        }
        let place = class.definition.place.clone();
        let receiver = Some(Value::Class(class.clone()));
        let text: Arc<str> = Arc::from("__tablename__");
        let name = self.call_function(&maker, receiver, Arguments::default(), &place, &text)?;
        if name.known_text().is_some() {
            class.attributes.set(&Rc::from("__tablename__"), name);
        }
        Ok(())
    }

    /// Runs the modules that were imported but not yet used, and the packages that hold those which
    /// were: their classes are registered by then.
    pub(crate) fn load_pending_modules(&mut self) -> Flow {
        for _ in 0..8 {
            self.know_packages();
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

    /// Python runs a package's `__init__.py` before any module in it.
    fn know_packages(&mut self) {
        let files: Vec<Arc<str>> = self.modules.keys().cloned().collect();
        for file in files {
            let mut folder = parent_folder(&file);
            while !folder.is_empty() {
                let package = within(folder, "__init__.py");
                if !self.estate.is_file(&package) {
                    break;
                }
                let name = folder.rsplit('/').next().unwrap_or(folder);
                self.module_scope(&package, name);
                folder = parent_folder(folder);
            }
        }
    }
}
