//! Data types: what a type object is called in PostgreSQL's DDL (`PGTypeCompiler`).

use std::rc::Rc;

use crate::eval::{Arguments, Class, External, Source, Unknown, Value};
use crate::model::Template;

use super::Compiler;
use super::enumeration::{self, NamedType};
use super::path;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, describe, integer, text, truth, unknown, verbatim};
use super::text::{join, sql};
use super::type_names::{Shape, TypeName, find, find_foreign};

/// How SQLAlchemy treats a type's values, as far as DDL and literals depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Affinity {
    SmallInteger,
    Integer,
    BigInteger,
    Numeric,
    Text,
    Json,
    Array,
    /// `NullType`: compiled nowhere.
    Null,
    Other,
}

impl Affinity {
    pub(crate) fn is_integer(self) -> bool {
        matches!(self, Self::SmallInteger | Self::Integer | Self::BigInteger)
    }
}

/// A type as a column or a cast uses it.
#[derive(Debug, Clone)]
pub(crate) struct SqlType {
    pub(crate) text: Result<Template, Raised>,
    pub(crate) affinity: Affinity,
    /// The enum or domain that `CREATE TABLE` makes first.
    pub(crate) named: Option<NamedType>,
    /// The condition of the CHECK that the type brings along, about the column called `{}`.
    pub(crate) check: Option<enumeration::TypeCheck>,
}

impl SqlType {
    pub(crate) fn plain(written: impl Into<String>, affinity: Affinity) -> Self {
        Self::written(Template::from_text(written), affinity)
    }

    pub(crate) fn written(text: Template, affinity: Affinity) -> Self {
        Self {
            text: Ok(text),
            affinity,
            named: None,
            check: None,
        }
    }

    /// A column without a type, or with `NullType`.
    pub(crate) fn null() -> Self {
        Self::raising(Raised::compile_error(
            "Can't generate DDL for NullType(); did you forget to specify a type on this Column?",
        ))
    }

    pub(crate) fn raising(raised: Raised) -> Self {
        Self {
            text: Err(raised),
            affinity: Affinity::Null,
            named: None,
            check: None,
        }
    }
}

impl Compiler<'_> {
    /// The type that a type class, a type object or a type variable stands for.
    pub(crate) fn data_type(&self, value: &Value) -> SqlType {
        match value {
            Value::External(external) => self.external_type(external),
            Value::Class(_) | Value::Instance(_) => self.estate_type(value),
            Value::None => SqlType::null(),
            other => SqlType::written(unknown(other), Affinity::Other),
        }
    }

    fn external_type(&self, external: &External) -> SqlType {
        let none = Arguments::default();
        let arguments = external.arguments.as_ref().unwrap_or(&none);
        if external.path.ends_with(".with_variant") {
            return self.variant(external, arguments);
        }
        match path::construct(external) {
            Some("Enum" | "ENUM") => enumeration::enum_type(self, external, arguments),
            Some("DOMAIN") => enumeration::domain_type(self, arguments),
            Some("ARRAY") => self.array_type(arguments),
            Some("Interval" | "INTERVAL") => interval_type(external, arguments),
            Some("BIT") => bit_type(arguments),
            Some("Boolean") => boolean_type(arguments),
            Some("NullType" | "NULLTYPE") => SqlType::null(),
            Some(name) => self.named_type(name, external, arguments),
            None => SqlType::written(unknown(&external_value(external)), Affinity::Other),
        }
    }

    fn named_type(&self, name: &str, external: &External, arguments: &Arguments) -> SqlType {
        if let Some(raised) = foreign_dialect_type(name, external) {
            return SqlType::raising(raised);
        }
        let wrapped = ["type_", "impl"]
            .iter()
            .find_map(|name| arguments.keyword(name));
        let package = external.path.split('.').next().unwrap_or_default();
        match find_foreign(package, name).or_else(|| find(name)) {
            Some(known) => self.shaped_type(known, external, arguments),
            None => match wrapped {
                Some(wrapped) => self.data_type(wrapped),
                None => SqlType::written(unknown(&external_value(external)), Affinity::Other),
            },
        }
    }

    fn shaped_type(&self, known: &TypeName, external: &External, arguments: &Arguments) -> SqlType {
        let text = match known.shape {
            Shape::Plain => Template::from_text(known.written),
            Shape::Length => with_length(known.written, arguments),
            Shape::Binary => with_count(known.written, arguments.get(0, "length")),
            Shape::Numeric => with_precision_and_scale(known.written, arguments),
            Shape::Float => with_count(known.written, arguments.get(0, "precision")),
            Shape::Time => time_type(known.written, external, arguments),
            Shape::Uuid => uuid_type(arguments),
            Shape::Dimensions => with_count(known.written, arguments.get(0, "dim")),
            Shape::Spatial => spatial_type(known.written, arguments),
        };
        SqlType::written(text, known.affinity)
    }

    /// `type.with_variant(other, "postgresql", ...)` is `other` here, else the type itself.
    fn variant(&self, external: &External, arguments: &Arguments) -> SqlType {
        let is_ours = |value: &Value| {
            text(Some(value))
                .and_then(|text| text.known_text())
                .as_deref()
                == Some("postgresql")
        };
        match (arguments.positional.split_first(), &external.receiver) {
            (Some((other, dialects)), _) if dialects.iter().any(is_ours) => self.data_type(other),
            (_, Some(receiver)) => self.data_type(receiver),
            (_, None) => SqlType::written(unknown(&external_value(external)), Affinity::Other),
        }
    }

    fn array_type(&self, arguments: &Arguments) -> SqlType {
        let Some(item) = arguments.get(0, "item_type") else {
            return SqlType::null();
        };
        let item = self.data_type(item);
        let dimensions = integer(arguments.keyword("dimensions")).unwrap_or(1);
        let brackets = "[]".repeat(usize::try_from(dimensions).unwrap_or(1).min(6));
        SqlType {
            text: item.text.map(|text| before_collation(&text, &brackets)),
            affinity: Affinity::Array,
            named: item.named,
            check: None,
        }
    }

    /// A type class of the estate: `TypeDecorator` and `UserDefinedType`.
    fn estate_type(&self, value: &Value) -> SqlType {
        let (class, arguments) = match value {
            Value::Class(class) => (class, Arguments::default()),
            Value::Instance(instance) => (&instance.class, instance.arguments.clone()),
            other => return SqlType::written(unknown(other), Affinity::Other),
        };
        if let Some(chosen) = self.chosen_type(value, class) {
            return self.data_type(&chosen);
        }
        if class.lookup("get_col_spec").is_some() {
            let written = self.caller.method(value, "get_col_spec", Vec::new());
            let written = text(written.as_ref()).unwrap_or_else(|| unknown_type(value));
            return SqlType::written(written, Affinity::Other);
        }
        match self.implementation(value, class, &arguments) {
            Some(inner) => self.data_type(&inner),
            None => SqlType::written(unknown_type(value), Affinity::Other),
        }
    }

    /// What `load_dialect_impl(dialect)` gives for PostgreSQL.
    fn chosen_type(&self, value: &Value, class: &Rc<Class>) -> Option<Value> {
        class.lookup("load_dialect_impl")?;
        let chosen = self
            .caller
            .method(value, "load_dialect_impl", vec![postgresql_dialect()])?;
        match &chosen {
            Value::External(external) if external.name() == "type_descriptor" => {
                external.arguments.as_ref()?.positional.first().cloned()
            }
            Value::Unknown(_) | Value::None => None,
            _ => Some(chosen),
        }
    }

    /// The `impl` of a `TypeDecorator`, with the arguments that the decorator was made with.
    fn implementation(
        &self,
        value: &Value,
        class: &Rc<Class>,
        arguments: &Arguments,
    ) -> Option<Value> {
        let own = match value {
            Value::Instance(instance) => instance.attributes.get("impl"),
            _ => None,
        };
        match own.or_else(|| class.lookup("impl"))? {
            Value::External(bare) if bare.arguments.is_none() => {
                let keeps = class.lookup("__init__").is_none();
                Some(called(
                    &bare,
                    if keeps {
                        arguments.clone()
                    } else {
                        Arguments::default()
                    },
                ))
            }
            other => Some(other),
        }
    }
}

/// The result of calling a library's class.
fn called(class: &External, arguments: Arguments) -> Value {
    Value::External(Rc::new(External {
        path: class.path.clone(),
        type_path: class.type_path.clone(),
        receiver: class.receiver.clone(),
        arguments: Some(arguments),
        attributes: Default::default(),
        place: class.place.clone(),
    }))
}

/// The dialect object that a revision sees: its `name` is known.
pub(crate) fn postgresql_dialect() -> Value {
    let dialect = External {
        path: "sqlalchemy.dialects.postgresql.dialect".into(),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::default()),
        attributes: Default::default(),
        place: crate::model::Place::new("", 0, 0),
    };
    let name = Value::text("postgresql");
    dialect.attributes.borrow_mut().insert("name".into(), name);
    Value::External(Rc::new(dialect))
}

fn unknown_type(value: &Value) -> Template {
    super::text::hole(&describe(value), "a type whose SQL cannot be read")
}

fn external_value(external: &External) -> Value {
    Value::Unknown(Rc::new(Unknown {
        text: (&*external.path).into(),
        reason: "a type that is not known".into(),
        source: Source::Other,
        type_path: None,
        default: None,
        place: external.place.clone(),
    }))
}

/// MySQL's, SQL Server's and Oracle's own types cannot be rendered for PostgreSQL.
fn foreign_dialect_type(name: &str, external: &External) -> Option<Raised> {
    let foreign = matches!(path::dialect(external)?, "mysql" | "mssql" | "oracle");
    (foreign && find(name).is_none()).then(|| {
        Raised::new(
            "sqlalchemy.exc.UnsupportedCompilationError",
            format!("Compiler PGTypeCompiler can't render element of type {name}"),
        )
    })
}

fn with_length(written: &str, arguments: &Arguments) -> Template {
    let length = arguments
        .get(0, "length")
        .filter(|length| truth(length) != Some(false));
    let base = with_count(written, length);
    match text(arguments.get(1, "collation")) {
        Some(collation) => sql![base, " COLLATE ", quote::identifier(&collation)],
        None => base,
    }
}

/// `NAME(n)`, or the name alone.
fn with_count(written: &str, count: Option<&Value>) -> Template {
    match verbatim(count) {
        Some(count) => sql![written, "(", count, ")"],
        None => Template::from_text(written),
    }
}

fn with_precision_and_scale(written: &str, arguments: &Arguments) -> Template {
    let precision = verbatim(arguments.get(0, "precision"));
    let scale = verbatim(arguments.get(1, "scale"));
    let inside: Vec<_> = match precision {
        Some(precision) => [Some(precision), scale].into_iter().flatten().collect(),
        None => return Template::from_text(written),
    };
    sql![written, "(", join(&inside, ", "), ")"]
}

/// `TIMESTAMP` and `TIME`: PostgreSQL's own classes take a precision as well.
fn time_type(written: &str, external: &External, arguments: &Arguments) -> Template {
    let precise = path::dialect(external) == Some("postgresql");
    let precision = arguments.get(1, "precision").filter(|_| precise);
    let zone = match Flag::read(arguments.get(0, "timezone")) {
        Flag::Yes => Template::from_text(" WITH TIME ZONE"),
        Flag::Unset | Flag::No => Template::from_text(" WITHOUT TIME ZONE"),
        Flag::Unknown(label) => sql![" ", super::text::hole(&label, "time zone or not")],
    };
    sql![with_count(written, precision), zone]
}

fn uuid_type(arguments: &Arguments) -> Template {
    let native = arguments
        .keyword("native_uuid")
        .and_then(truth)
        .unwrap_or(true);
    Template::from_text(if native { "UUID" } else { "CHAR(32)" })
}

fn interval_type(external: &External, arguments: &Arguments) -> SqlType {
    let own = path::dialect(external) == Some("postgresql");
    let (fields, precision) = match own {
        true => (
            text(arguments.get(1, "fields")),
            arguments.get(0, "precision"),
        ),
        false => (None, arguments.get(1, "second_precision")),
    };
    let fields = fields.map(|fields| sql![" ", fields]);
    let precision = verbatim(precision).map(|precision| sql![" (", precision, ")"]);
    SqlType::written(sql!["INTERVAL", fields, precision], Affinity::Other)
}

fn bit_type(arguments: &Arguments) -> SqlType {
    let varying = Flag::read(arguments.get(1, "varying")).is_yes();
    let length = verbatim(arguments.get(0, "length"));
    let written = match (varying, length) {
        (true, None) => Template::from_text("BIT VARYING"),
        (true, Some(length)) => sql!["BIT VARYING(", length, ")"],
        (false, length) => sql![
            "BIT(",
            length.unwrap_or_else(|| Template::from_text("1")),
            ")"
        ],
    };
    SqlType::written(written, Affinity::Other)
}

/// PostgreSQL has a native Boolean, so that `create_constraint` never makes a CHECK.
fn boolean_type(_arguments: &Arguments) -> SqlType {
    SqlType::plain("BOOLEAN", Affinity::Other)
}

/// GeoAlchemy's `Geometry(geometry_type, srid, dimension, ...)`.
fn spatial_type(written: &str, arguments: &Arguments) -> Template {
    let kind = match arguments.get(0, "geometry_type") {
        None => Some(Template::from_text("GEOMETRY")),
        given => text(given),
    };
    let srid = verbatim(arguments.get(1, "srid")).unwrap_or_else(|| Template::from_text("-1"));
    match kind {
        Some(kind) => sql![written, "(", kind, ",", srid, ")"],
        None => Template::from_text(written),
    }
}

/// PostgreSQL wants the brackets before `COLLATE`.
fn before_collation(item: &Template, brackets: &str) -> Template {
    match item
        .known_text()
        .as_deref()
        .and_then(|text| text.split_once(" COLLATE"))
    {
        Some((name, collation)) => sql![name, brackets, " COLLATE", collation],
        None => sql![item, brackets],
    }
}
