//! `Column(...)`: what it says, and its specification in DDL.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::constraint::Constraint;
use super::data_type::{Affinity, SqlType};
use super::expression::ColumnStyle;
use super::path;
use super::quote;
use super::raised::Raised;
use super::reading::{Flag, given, integer, text, truth};
use super::table::table_reference;
use super::text::{hole, join, sql};

/// `autoincrement=`: whether an integer primary key becomes a serial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Autoincrement {
    Auto,
    Always,
    Never,
    IgnoreForeignKey,
}

/// The Python-side default, as far as DDL depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientDefault {
    None,
    Value,
    Sequence { optional: bool },
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: Template,
    data_type: SqlType,
    pub(crate) primary_key: bool,
    nullable: Flag,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    default: Option<Template>,
    client_default: ClientDefault,
    computed: Option<Template>,
    identity: Option<Template>,
    autoincrement: Autoincrement,
    pub(crate) foreign_keys: Vec<Constraint>,
    checks: Vec<Constraint>,
    pub(crate) comment: Option<Template>,
    raised: Option<Raised>,
}

impl Compiler<'_> {
    /// Reads a `Column(...)`, or a declarative `mapped_column(...)` under `attribute`'s name.
    pub(crate) fn column(&self, external: &External, attribute: Option<&str>) -> Column {
        let none = Arguments::default();
        let arguments = external.arguments.as_ref().unwrap_or(&none);
        let (name, data_type, rest) = split_arguments(arguments);
        let fallback = || match attribute {
            Some(attribute) => Template::from_text(attribute),
            None => hole("column", "a column without a known name"),
        };
        let mut column = Column::new(
            name.unwrap_or_else(fallback),
            match data_type {
                None | Some(Value::None) => self.referred_type(rest.clone()),
                Some(data_type) => self.data_type(data_type),
            },
        );
        column.read_flags(arguments);
        for argument in rest {
            self.column_argument(&mut column, argument);
        }
        if let Some(default) = given(arguments, "server_default") {
            self.server_default(&mut column, default);
        }
        if let Some(default) =
            given(arguments, "default").or_else(|| given(arguments, "insert_default"))
        {
            column.client_default = client_default(default);
        }
        column
    }

    /// The type of the column that a foreign key without a type of its own refers to.
    fn referred_type(&self, arguments: Vec<&Value>) -> SqlType {
        let referred = arguments.into_iter().find_map(|argument| {
            let (name, external) = path::construct_of(argument)?;
            (name == "ForeignKey").then_some(())?;
            let target = text(external.arguments.as_ref()?.get(0, "column"))?.display();
            let (table, column) = target.rsplit_once('.')?;
            let table = table.rsplit('.').next().unwrap_or(table);
            let tables = self.metadata.iter().filter_map(table_reference);
            let found = tables.into_iter().find(|one| one.name.display() == table)?;
            found.column(column)?.data_type.clone()
        });
        referred.map_or_else(SqlType::null, |data_type| self.data_type(&data_type))
    }

    fn column_argument(&self, column: &mut Column, argument: &Value) {
        let Some((name, external)) = path::construct_of(argument) else {
            return;
        };
        let Some(arguments) = &external.arguments else {
            return;
        };
        match name {
            "ForeignKey" => column
                .foreign_keys
                .push(self.foreign_key(&column.name, arguments)),
            "CheckConstraint" => column.checks.push(self.check_constraint(arguments)),
            "Identity" => column.identity = Some(identity(arguments)),
            "Computed" => column.computed = self.computed(arguments),
            "Sequence" => column.client_default = client_default(argument),
            "DefaultClause" => {
                column.default = arguments
                    .positional
                    .first()
                    .map(|arg| self.default_text(arg));
            }
            "ColumnDefault" => column.client_default = ClientDefault::Value,
            _ => {}
        }
    }

    fn server_default(&self, column: &mut Column, default: &Value) {
        match path::construct_of(default) {
            Some(("Identity", external)) => {
                column.identity = external.arguments.as_ref().map(identity);
            }
            Some(("Computed", external)) => {
                column.computed = external
                    .arguments
                    .as_ref()
                    .and_then(|call| self.computed(call));
            }
            Some(("FetchedValue", _)) => {}
            Some(("DefaultClause", external)) => {
                let inner = external
                    .arguments
                    .as_ref()
                    .and_then(|call| call.positional.first());
                column.default = inner.map(|inner| self.default_text(inner));
            }
            _ => match refused_default(default) {
                Some(raised) => column.raised = Some(raised),
                None => column.default = Some(self.default_text(default)),
            },
        }
    }

    fn computed(&self, arguments: &Arguments) -> Option<Template> {
        let expression = self.condition(arguments.get(0, "sqltext")?);
        Some(sql!["GENERATED ALWAYS AS (", expression, ") STORED"])
    }

    /// `get_column_specification`. `serial` says that the table's autoincrement column is this one;
    /// `keyed`, that it is part of the primary key.
    pub(crate) fn column_specification(
        &self,
        column: &Column,
        serial: bool,
        keyed: bool,
    ) -> Result<Template, Raised> {
        if let Some(raised) = &column.raised {
            return Err(raised.clone());
        }
        let serial = serial && column.identity.is_none() && column.client_default.allows_serial();
        let head = match serial {
            true => Template::from_text(column.serial_name()),
            false => {
                let default = column
                    .default
                    .as_ref()
                    .map(|default| sql![" DEFAULT ", default.clone()]);
                sql![column.data_type.text.clone()?, default]
            }
        };
        let computed = column.computed.clone().map(|computed| sql![" ", computed]);
        let identity = column.identity.clone().map(|identity| sql![" ", identity]);
        Ok(sql![
            quote::identifier(&column.name),
            " ",
            head,
            computed,
            identity,
            column.nullability(keyed)
        ])
    }

    /// The constraints that are written inside the column.
    pub(crate) fn column_checks(
        &self,
        column: &Column,
        table: &super::naming::Subject,
    ) -> Result<Template, Raised> {
        let mut written = Vec::new();
        for check in &column.checks {
            written.push(self.constraint_text(check, table)?);
        }
        let list = join(&written, " ");
        Ok(if written.is_empty() {
            list
        } else {
            sql![" ", list]
        })
    }
}

impl Column {
    /// A column with a type only.
    pub(crate) fn new(name: Template, data_type: SqlType) -> Self {
        Self {
            name,
            data_type,
            primary_key: false,
            nullable: Flag::Unset,
            unique: false,
            index: false,
            default: None,
            client_default: ClientDefault::None,
            computed: None,
            identity: None,
            autoincrement: Autoincrement::Auto,
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            comment: None,
            raised: None,
        }
    }

    fn read_flags(&mut self, arguments: &Arguments) {
        let flag = |name| Flag::read(arguments.keyword(name));
        self.primary_key = flag("primary_key").is_yes();
        self.unique = flag("unique").is_yes();
        self.index = flag("index").is_yes();
        self.nullable = flag("nullable");
        self.comment = text(given(arguments, "comment"));
        self.autoincrement = autoincrement(arguments.keyword("autoincrement"));
    }

    pub(crate) fn data_type(&self) -> &SqlType {
        &self.data_type
    }

    /// `PrimaryKeyConstraint._autoincrement_column`; `alone`: it is the whole primary key; `refers`:
    /// a foreign key of the table starts from it.
    pub(crate) fn is_autoincrement(&self, alone: bool, refers: bool) -> bool {
        match self.autoincrement {
            Autoincrement::Always => true,
            Autoincrement::Never => false,
            Autoincrement::IgnoreForeignKey => alone && self.may_increment(),
            Autoincrement::Auto => alone && !refers && self.may_increment(),
        }
    }

    fn may_increment(&self) -> bool {
        let ignores_keys = self.autoincrement == Autoincrement::IgnoreForeignKey;
        self.data_type.affinity.is_integer()
            && self.client_default != ClientDefault::Value
            && self.default.is_none()
            && self.computed.is_none()
            && (self.foreign_keys.is_empty() || ignores_keys)
    }

    fn serial_name(&self) -> &'static str {
        match self.data_type.affinity {
            Affinity::BigInteger => "BIGSERIAL",
            Affinity::SmallInteger => "SMALLSERIAL",
            _ => "SERIAL",
        }
    }

    fn nullability(&self, keyed: bool) -> Template {
        let implied = keyed || self.primary_key || self.identity.is_some();
        let nullable = match &self.nullable {
            Flag::Yes => true,
            Flag::No => false,
            Flag::Unset => !implied,
            Flag::Unknown(label) => return sql![" ", hole(label, "nullable or not")],
        };
        Template::from_text(match (nullable, self.identity.is_some()) {
            (false, false) => " NOT NULL",
            (true, true) => " NULL",
            _ => "",
        })
    }
}

impl ClientDefault {
    fn allows_serial(self) -> bool {
        matches!(self, Self::None | Self::Sequence { optional: true })
    }
}

/// The name, the type and the other positional arguments.
fn split_arguments(arguments: &Arguments) -> (Option<Template>, Option<&Value>, Vec<&Value>) {
    let mut rest: Vec<&Value> = arguments.positional.iter().collect();
    let named = rest
        .first()
        .is_some_and(|first| matches!(first, Value::Text(_) | Value::None));
    let mut name = text(arguments.keyword("name"));
    if named || rest.first().is_some_and(|first| is_name_wrapper(first)) {
        name = text(Some(rest.remove(0))).or(name);
    }
    let mut data_type = arguments.keyword("type_");
    if data_type.is_none() && rest.first().is_some_and(|first| !is_schema_item(first)) {
        data_type = Some(rest.remove(0));
    }
    (name, data_type, rest)
}

fn is_name_wrapper(value: &Value) -> bool {
    match value {
        Value::External(external) => matches!(external.name(), "quoted_name" | "f"),
        Value::Unknown(_) => true,
        _ => false,
    }
}

/// Arguments of a column that are no type.
fn is_schema_item(value: &Value) -> bool {
    let items = [
        "ForeignKey",
        "CheckConstraint",
        "Identity",
        "Computed",
        "Sequence",
        "DefaultClause",
        "FetchedValue",
        "ColumnDefault",
        "UniqueConstraint",
        "PrimaryKeyConstraint",
        "Index",
    ];
    path::construct_of(value).is_some_and(|(name, _)| items.contains(&name))
}

fn autoincrement(value: Option<&Value>) -> Autoincrement {
    match value {
        Some(Value::Bool(true)) => Autoincrement::Always,
        Some(Value::Bool(false)) => Autoincrement::Never,
        Some(Value::Text(word)) if word.display() == "ignore_fk" => Autoincrement::IgnoreForeignKey,
        _ => Autoincrement::Auto,
    }
}

fn client_default(value: &Value) -> ClientDefault {
    match path::call_of(value, "Sequence") {
        Some(arguments) => ClientDefault::Sequence {
            optional: arguments
                .keyword("optional")
                .and_then(truth)
                .unwrap_or(false),
        },
        None => ClientDefault::Value,
    }
}

/// Numbers and booleans are no server defaults (`ArgumentError`).
fn refused_default(value: &Value) -> Option<Raised> {
    let kind = match value {
        Value::Bool(_) => "bool",
        Value::Integer(_) => "int",
        Value::Float(_) => "float",
        Value::List(_) => "list",
        Value::Dict(_) => "dict",
        Value::Tuple(_) => "tuple",
        _ => return None,
    };
    Some(Raised::argument_error(format!(
        "Argument 'arg' is expected to be one of type '<class 'str'>' or '<class \
         'sqlalchemy.sql.elements.ClauseElement'>' or '<class \
         'sqlalchemy.sql.elements.TextClause'>', got '<class '{kind}'>'"
    )))
}

/// `GENERATED ... AS IDENTITY (options)`.
pub(crate) fn identity(arguments: &Arguments) -> Template {
    let always = Flag::read(arguments.get(0, "always")).is_yes();
    let kind = if always { "ALWAYS" } else { "BY DEFAULT" };
    let options = sequence_options(arguments);
    let options = (!options.is_empty()).then(|| sql![" (", options, ")"]);
    sql!["GENERATED ", kind, " AS IDENTITY", options]
}

/// `INCREMENT BY 1 START WITH 1 ...`, as `get_identity_options` orders them.
pub(crate) fn sequence_options(arguments: &Arguments) -> Template {
    let number = |name: &str, words: &str| {
        let number = integer(given(arguments, name))?;
        Some(Template::from_text(format!("{words} {number}")))
    };
    let word = |name: &str, words: &str| given(arguments, name).map(|_| Template::from_text(words));
    let cycle = given(arguments, "cycle")
        .and_then(truth)
        .map(|cycle| Template::from_text(if cycle { "CYCLE" } else { "NO CYCLE" }));
    let options: Vec<_> = [
        number("increment", "INCREMENT BY"),
        number("start", "START WITH"),
        number("minvalue", "MINVALUE"),
        number("maxvalue", "MAXVALUE"),
        word("nominvalue", "NO MINVALUE"),
        word("nomaxvalue", "NO MAXVALUE"),
        number("cache", "CACHE"),
        cycle,
    ]
    .into_iter()
    .flatten()
    .collect();
    join(&options, " ")
}

impl Compiler<'_> {
    /// `Identity(...)` as a column has it.
    pub(crate) fn identity(&self, value: &Value) -> Template {
        let call = path::call_of(value, "Identity");
        call.map_or_else(|| identity(&Arguments::default()), identity)
    }

    /// The text after `SET DEFAULT`, or what the library raises for such a default.
    pub(crate) fn set_default(&self, default: &Value) -> Result<Template, Raised> {
        match refused_default(default) {
            Some(raised) => Err(raised),
            None => Ok(match path::call_of(default, "DefaultClause") {
                Some(call) => call
                    .positional
                    .first()
                    .map_or_else(Template::default, |inner| self.default_text(inner)),
                None => self.default_text(default),
            }),
        }
    }

    /// An expression as an index has it: alone, without its table.
    pub(crate) fn index_element(&self, value: &Value) -> Template {
        self.expression(value, ColumnStyle::Bare).alone()
    }
}
