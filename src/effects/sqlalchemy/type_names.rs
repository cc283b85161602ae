//! The names of SQLAlchemy's types and of those that well-known packages add, as data.

use super::data_type::Affinity;

/// What a type's arguments mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    /// `(length, collation)`.
    Length,
    /// `(length)` of binary types.
    Binary,
    /// `(precision, scale)`.
    Numeric,
    /// `(precision)`.
    Float,
    /// `(timezone, precision)`.
    Time,
    /// `native_uuid=`.
    Uuid,
    /// pgvector's `(dim)`.
    Dimensions,
    /// GeoAlchemy's `(geometry_type, srid)`.
    Spatial,
}

#[derive(Debug)]
pub(crate) struct TypeName {
    pub(crate) class: &'static str,
    pub(crate) written: &'static str,
    pub(crate) affinity: Affinity,
    pub(crate) shape: Shape,
}

const fn name(
    class: &'static str,
    written: &'static str,
    affinity: Affinity,
    shape: Shape,
) -> TypeName {
    TypeName {
        class,
        written,
        affinity,
        shape,
    }
}

/// `sqlalchemy/sql/sqltypes.py` and `dialects/postgresql/types.py`.
const TYPES: &[TypeName] = &[
    name("String", "VARCHAR", Affinity::Text, Shape::Length),
    name("VARCHAR", "VARCHAR", Affinity::Text, Shape::Length),
    name("Unicode", "VARCHAR", Affinity::Text, Shape::Length),
    name("AutoString", "VARCHAR", Affinity::Text, Shape::Length),
    name("Text", "TEXT", Affinity::Text, Shape::Length),
    name("TEXT", "TEXT", Affinity::Text, Shape::Length),
    name("UnicodeText", "TEXT", Affinity::Text, Shape::Length),
    name("CHAR", "CHAR", Affinity::Text, Shape::Length),
    name("NCHAR", "NCHAR", Affinity::Text, Shape::Length),
    name("NVARCHAR", "NVARCHAR", Affinity::Text, Shape::Length),
    name("CLOB", "CLOB", Affinity::Text, Shape::Plain),
    name("Integer", "INTEGER", Affinity::Integer, Shape::Plain),
    name("INTEGER", "INTEGER", Affinity::Integer, Shape::Plain),
    name("INT", "INTEGER", Affinity::Integer, Shape::Plain),
    name(
        "SmallInteger",
        "SMALLINT",
        Affinity::SmallInteger,
        Shape::Plain,
    ),
    name("SMALLINT", "SMALLINT", Affinity::SmallInteger, Shape::Plain),
    name("BigInteger", "BIGINT", Affinity::BigInteger, Shape::Plain),
    name("BIGINT", "BIGINT", Affinity::BigInteger, Shape::Plain),
    name("Numeric", "NUMERIC", Affinity::Numeric, Shape::Numeric),
    name("NUMERIC", "NUMERIC", Affinity::Numeric, Shape::Numeric),
    name("DECIMAL", "DECIMAL", Affinity::Numeric, Shape::Numeric),
    name("Float", "FLOAT", Affinity::Numeric, Shape::Float),
    name("FLOAT", "FLOAT", Affinity::Numeric, Shape::Float),
    name(
        "Double",
        "DOUBLE PRECISION",
        Affinity::Numeric,
        Shape::Plain,
    ),
    name("DOUBLE", "DOUBLE", Affinity::Numeric, Shape::Plain),
    name(
        "DOUBLE_PRECISION",
        "DOUBLE PRECISION",
        Affinity::Numeric,
        Shape::Plain,
    ),
    name("REAL", "REAL", Affinity::Numeric, Shape::Plain),
    name("BOOLEAN", "BOOLEAN", Affinity::Other, Shape::Plain),
    name("DateTime", "TIMESTAMP", Affinity::Other, Shape::Time),
    name("TIMESTAMP", "TIMESTAMP", Affinity::Other, Shape::Time),
    name("Time", "TIME", Affinity::Other, Shape::Time),
    name("TIME", "TIME", Affinity::Other, Shape::Time),
    name("DATETIME", "DATETIME", Affinity::Other, Shape::Plain),
    name("Date", "DATE", Affinity::Other, Shape::Plain),
    name("DATE", "DATE", Affinity::Other, Shape::Plain),
    name("LargeBinary", "BYTEA", Affinity::Other, Shape::Plain),
    name("PickleType", "BYTEA", Affinity::Other, Shape::Plain),
    name("BYTEA", "BYTEA", Affinity::Other, Shape::Plain),
    name("BLOB", "BLOB", Affinity::Other, Shape::Plain),
    name("BINARY", "BINARY", Affinity::Other, Shape::Binary),
    name("VARBINARY", "VARBINARY", Affinity::Other, Shape::Binary),
    name("JSON", "JSON", Affinity::Json, Shape::Plain),
    name("JSONB", "JSONB", Affinity::Json, Shape::Plain),
    name("JSONPATH", "JSONPATH", Affinity::Other, Shape::Plain),
    name("Uuid", "UUID", Affinity::Other, Shape::Uuid),
    name("UUID", "UUID", Affinity::Other, Shape::Plain),
    name("INET", "INET", Affinity::Other, Shape::Plain),
    name("CIDR", "CIDR", Affinity::Other, Shape::Plain),
    name("MACADDR", "MACADDR", Affinity::Other, Shape::Plain),
    name("MACADDR8", "MACADDR8", Affinity::Other, Shape::Plain),
    name("MONEY", "MONEY", Affinity::Other, Shape::Plain),
    name("OID", "OID", Affinity::Other, Shape::Plain),
    name("REGCLASS", "REGCLASS", Affinity::Other, Shape::Plain),
    name("REGCONFIG", "REGCONFIG", Affinity::Other, Shape::Plain),
    name("TSVECTOR", "TSVECTOR", Affinity::Other, Shape::Plain),
    name("TSQUERY", "TSQUERY", Affinity::Other, Shape::Plain),
    name("HSTORE", "HSTORE", Affinity::Other, Shape::Plain),
    name("CITEXT", "CITEXT", Affinity::Text, Shape::Plain),
    name("INT4RANGE", "INT4RANGE", Affinity::Other, Shape::Plain),
    name("INT8RANGE", "INT8RANGE", Affinity::Other, Shape::Plain),
    name("NUMRANGE", "NUMRANGE", Affinity::Other, Shape::Plain),
    name("DATERANGE", "DATERANGE", Affinity::Other, Shape::Plain),
    name("TSRANGE", "TSRANGE", Affinity::Other, Shape::Plain),
    name("TSTZRANGE", "TSTZRANGE", Affinity::Other, Shape::Plain),
    name(
        "INT4MULTIRANGE",
        "INT4MULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
    name(
        "INT8MULTIRANGE",
        "INT8MULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
    name(
        "NUMMULTIRANGE",
        "NUMMULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
    name(
        "DATEMULTIRANGE",
        "DATEMULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
    name(
        "TSMULTIRANGE",
        "TSMULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
    name(
        "TSTZMULTIRANGE",
        "TSTZMULTIRANGE",
        Affinity::Other,
        Shape::Plain,
    ),
];

/// Types of other packages, by the package they are imported from.
const FOREIGN: &[(&str, TypeName)] = &[
    (
        "sqlalchemy_utils",
        name("UUIDType", "UUID", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("EmailType", "VARCHAR(255)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("URLType", "TEXT", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("ChoiceType", "VARCHAR(255)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("JSONType", "JSON", Affinity::Json, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("TSVectorType", "TSVECTOR", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("LtreeType", "LTREE", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("IPAddressType", "VARCHAR(50)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("CurrencyType", "VARCHAR(3)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("CountryType", "VARCHAR(2)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name(
            "PhoneNumberType",
            "VARCHAR(20)",
            Affinity::Text,
            Shape::Plain,
        ),
    ),
    (
        "sqlalchemy_utils",
        name("ColorType", "VARCHAR(20)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("TimezoneType", "VARCHAR(50)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("LocaleType", "VARCHAR(10)", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("ScalarListType", "TEXT", Affinity::Text, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name(
            "ArrowType",
            "TIMESTAMP WITHOUT TIME ZONE",
            Affinity::Other,
            Shape::Plain,
        ),
    ),
    (
        "sqlalchemy_utils",
        name("PasswordType", "BYTEA", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("EncryptedType", "BYTEA", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name(
            "StringEncryptedType",
            "VARCHAR",
            Affinity::Text,
            Shape::Plain,
        ),
    ),
    (
        "sqlalchemy_utils",
        name("WeekDaysType", "BIT(7)", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name("DateRangeType", "DATERANGE", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name(
            "DateTimeRangeType",
            "TSRANGE",
            Affinity::Other,
            Shape::Plain,
        ),
    ),
    (
        "sqlalchemy_utils",
        name("IntRangeType", "INT4RANGE", Affinity::Other, Shape::Plain),
    ),
    (
        "sqlalchemy_utils",
        name(
            "NumericRangeType",
            "NUMRANGE",
            Affinity::Other,
            Shape::Plain,
        ),
    ),
    (
        "sqlmodel",
        name("GUID", "UUID", Affinity::Other, Shape::Plain),
    ),
    (
        "fastapi_users_db_sqlalchemy",
        name("GUID", "UUID", Affinity::Other, Shape::Plain),
    ),
    (
        "fastapi_users_db_sqlalchemy",
        name(
            "TIMESTAMPAware",
            "TIMESTAMP WITH TIME ZONE",
            Affinity::Other,
            Shape::Plain,
        ),
    ),
    (
        "fastapi_utils",
        name("GUID", "UUID", Affinity::Other, Shape::Plain),
    ),
    (
        "advanced_alchemy",
        name("GUID", "UUID", Affinity::Other, Shape::Plain),
    ),
    (
        "advanced_alchemy",
        name(
            "DateTimeUTC",
            "TIMESTAMP WITH TIME ZONE",
            Affinity::Other,
            Shape::Plain,
        ),
    ),
    (
        "advanced_alchemy",
        name("JsonB", "JSONB", Affinity::Json, Shape::Plain),
    ),
    (
        "advanced_alchemy",
        name(
            "BigIntIdentity",
            "BIGINT",
            Affinity::BigInteger,
            Shape::Plain,
        ),
    ),
    (
        "pgvector",
        name("Vector", "VECTOR", Affinity::Other, Shape::Dimensions),
    ),
    (
        "pgvector",
        name("VECTOR", "VECTOR", Affinity::Other, Shape::Dimensions),
    ),
    (
        "pgvector",
        name("HALFVEC", "HALFVEC", Affinity::Other, Shape::Dimensions),
    ),
    (
        "pgvector",
        name("SPARSEVEC", "SPARSEVEC", Affinity::Other, Shape::Dimensions),
    ),
    (
        "geoalchemy2",
        name("Geometry", "geometry", Affinity::Other, Shape::Spatial),
    ),
    (
        "geoalchemy2",
        name("Geography", "geography", Affinity::Other, Shape::Spatial),
    ),
    (
        "geoalchemy2",
        name("Raster", "raster", Affinity::Other, Shape::Plain),
    ),
    (
        "citext",
        name("CIText", "CITEXT", Affinity::Text, Shape::Plain),
    ),
];

/// A type of SQLAlchemy's own, by its class.
pub(crate) fn find(class: &str) -> Option<&'static TypeName> {
    TYPES.iter().find(|known| known.class == class)
}

/// A type of another package.
pub(crate) fn find_foreign(package: &str, class: &str) -> Option<&'static TypeName> {
    FOREIGN
        .iter()
        .find(|(known_package, known)| *known_package == package && known.class == class)
        .map(|(_, known)| known)
}
