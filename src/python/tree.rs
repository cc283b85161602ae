//! The small Python tree that evaluation reads. Both parsers are lowered to it, so that nothing
//! behind this room can tell which of them read a file.

use std::sync::Arc;

use crate::model::{Fragment, Place};

pub use super::body::Body;

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Module {
    /// Relative to the estate's root.
    pub file: Arc<str>,
    pub docstring: Option<String>,
    pub body: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub struct Statement {
    /// Where its first word stands.
    pub place: Place,
    /// The line of its last character.
    pub end_line: u32,
    pub kind: StatementKind,
}

#[derive(Debug, Clone)]
pub enum StatementKind {
    Expression(Expression),
    Assign {
        targets: Vec<Expression>,
        value: Expression,
    },
    AnnotatedAssign {
        target: Expression,
        annotation: Expression,
        value: Option<Expression>,
    },
    AugmentedAssign {
        target: Expression,
        operator: BinaryOperator,
        value: Expression,
    },
    Delete(Vec<Expression>),
    If {
        test: Expression,
        body: Vec<Statement>,
        orelse: Vec<Statement>,
    },
    For {
        target: Expression,
        iterable: Expression,
        body: Vec<Statement>,
        orelse: Vec<Statement>,
    },
    While {
        test: Expression,
        body: Vec<Statement>,
        orelse: Vec<Statement>,
    },
    With {
        items: Vec<WithItem>,
        body: Vec<Statement>,
    },
    Try {
        body: Vec<Statement>,
        handlers: Vec<ExceptHandler>,
        orelse: Vec<Statement>,
        finally: Vec<Statement>,
    },
    Function(Arc<FunctionDefinition>),
    Class(Arc<ClassDefinition>),
    Return(Option<Expression>),
    Raise {
        exception: Option<Expression>,
        cause: Option<Expression>,
    },
    Import(Vec<ImportedName>),
    /// `level` counts the leading dots.
    ImportFrom {
        module: String,
        names: Vec<ImportedName>,
        level: u32,
    },
    Match {
        subject: Expression,
        cases: Vec<MatchCase>,
    },
    Assert {
        test: Expression,
        message: Option<Expression>,
    },
    Global(Vec<String>),
    Nonlocal(Vec<String>),
    Pass,
    Break,
    Continue,
    /// What the recovering parser could not make sense of.
    Broken {
        text: String,
    },
}

/// `import name as alias`; `name` is `*` for a star import.
#[derive(Debug, Clone)]
pub struct ImportedName {
    pub name: String,
    pub alias: Option<String>,
}

#[derive(Debug, Clone)]
pub struct WithItem {
    pub context: Expression,
    pub target: Option<Expression>,
}

#[derive(Debug, Clone)]
pub struct ExceptHandler {
    pub place: Place,
    /// `None`: a bare `except:`.
    pub exception: Option<Expression>,
    pub name: Option<String>,
    pub body: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub struct MatchCase {
    pub pattern: Pattern,
    pub guard: Option<Expression>,
    pub body: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub enum Pattern {
    /// A literal or a dotted name.
    Value(Expression),
    /// `_` is a capture without a name.
    Capture(Option<String>),
    Or(Vec<Pattern>),
    /// `pattern as name`.
    Named(Box<Pattern>, String),
    Sequence(Vec<Pattern>),
    /// Mappings, classes, stars: the names they bind.
    Other(Vec<String>),
}

#[derive(Debug, Clone)]
pub struct FunctionDefinition {
    pub place: Place,
    /// `<lambda>` for a lambda.
    pub name: String,
    pub parameters: Parameters,
    pub body: Body,
    pub decorators: Vec<Expression>,
    pub is_async: bool,
    /// Holds a `yield` of its own.
    pub is_generator: bool,
}

impl FunctionDefinition {
    pub fn docstring(&self) -> Option<String> {
        super::lowering::docstring(&self.body)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// Positional-only and ordinary ones, in order.
    pub positional: Vec<Parameter>,
    pub star: Option<String>,
    pub keyword_only: Vec<Parameter>,
    pub double_star: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub annotation: Option<Expression>,
    pub default: Option<Expression>,
}

#[derive(Debug, Clone)]
pub struct ClassDefinition {
    pub place: Place,
    pub name: String,
    /// `T` in `class Box[T]` (PEP 695).
    pub type_parameters: Vec<String>,
    pub bases: Vec<Expression>,
    pub keywords: Vec<(String, Expression)>,
    pub body: Vec<Statement>,
    pub decorators: Vec<Expression>,
    pub docstring: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Expression {
    pub place: Place,
    /// The source text, cut to what fits a message; multi-line text is folded to one line.
    pub text: Arc<str>,
    pub kind: ExpressionKind,
}

#[derive(Debug, Clone)]
pub enum ExpressionKind {
    Name(String),
    None,
    True,
    False,
    Ellipsis,
    /// `None` where it does not fit an `i64`.
    Integer(Option<i64>),
    Float(f64),
    Bytes(Vec<u8>),
    /// A literal, implicit concatenation and f-strings included.
    String(Vec<StringPart>),
    Tuple(Vec<Expression>),
    List(Vec<Expression>),
    Set(Vec<Expression>),
    /// A `None` key is `**value`.
    Dict(Vec<(Option<Expression>, Expression)>),
    Attribute {
        value: Box<Expression>,
        name: String,
    },
    Subscript {
        value: Box<Expression>,
        index: Box<Expression>,
    },
    Slice {
        lower: Option<Box<Expression>>,
        upper: Option<Box<Expression>>,
        step: Option<Box<Expression>>,
    },
    Call {
        function: Box<Expression>,
        arguments: Vec<Argument>,
    },
    Binary {
        left: Box<Expression>,
        operator: BinaryOperator,
        right: Box<Expression>,
    },
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Positive(Box<Expression>),
    Invert(Box<Expression>),
    /// `a < b <= c`.
    Compare {
        left: Box<Expression>,
        comparisons: Vec<(CompareOperator, Expression)>,
    },
    Conditional {
        test: Box<Expression>,
        body: Box<Expression>,
        orelse: Box<Expression>,
    },
    Lambda(Arc<FunctionDefinition>),
    Comprehension(Box<Comprehension>),
    Await(Box<Expression>),
    Yield(Option<Box<Expression>>),
    YieldFrom(Box<Expression>),
    Starred(Box<Expression>),
    NamedAssign {
        target: String,
        value: Box<Expression>,
    },
    Broken,
}

/// A part of a string. Literal fragments keep the promise of [`Fragment`].
#[derive(Debug, Clone)]
pub enum StringPart {
    Literal(Arc<Fragment>),
    Field {
        value: Box<Expression>,
        /// `s`, `r` or `a` after `!`.
        conversion: Option<char>,
        /// The parts after `:`; empty where there is none.
        format_spec: Vec<StringPart>,
    },
}

impl StringPart {
    pub(super) fn literal(text: impl Into<String>, origin: Option<Place>) -> Self {
        let text = text.into();
        Self::Literal(Arc::new(Fragment { text, origin }))
    }
}

#[derive(Debug, Clone)]
pub enum Argument {
    Positional(Expression),
    /// `*value`.
    Star(Expression),
    Keyword(String, Expression),
    /// `**value`.
    DoubleStar(Expression),
}

#[derive(Debug, Clone)]
pub struct Comprehension {
    pub kind: ComprehensionKind,
    /// The element; for a dict its key.
    pub element: Expression,
    /// The value of a dict comprehension.
    pub value: Option<Expression>,
    pub clauses: Vec<ComprehensionClause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Debug, Clone)]
pub struct ComprehensionClause {
    pub target: Expression,
    pub iterable: Expression,
    pub conditions: Vec<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    MatrixMultiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    LeftShift,
    RightShift,
    BitOr,
    BitXor,
    BitAnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Is,
    IsNot,
    In,
    NotIn,
}
