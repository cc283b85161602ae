//! Shell commands as a tree: what POSIX sh and bash have in common, and bash's arrays and tests.

use std::rc::Rc;

use crate::model::{Place, Template};

#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(super) place: Option<Place>,
    /// The source on one line, cut to what fits a message.
    pub(super) text: Rc<str>,
    pub(super) kind: CommandKind,
    pub(super) redirections: Vec<Redirection>,
}

#[derive(Debug, Clone)]
pub(super) enum CommandKind {
    Simple(Simple),
    Pipeline {
        is_negated: bool,
        commands: Vec<Command>,
    },
    And(Box<Command>, Box<Command>),
    Or(Box<Command>, Box<Command>),
    /// `{ ...; }`, `( ... )`.
    Group {
        is_subshell: bool,
        body: Vec<Command>,
    },
    If {
        branches: Vec<(Vec<Command>, Vec<Command>)>,
        orelse: Vec<Command>,
    },
    /// `None`: over the positional parameters.
    For {
        variable: String,
        words: Option<Vec<Word>>,
        body: Vec<Command>,
    },
    /// `while`, `until` and `for ((...))`: how often is not known.
    Loop {
        condition: Vec<Command>,
        body: Vec<Command>,
    },
    Case {
        subject: Word,
        arms: Vec<(Vec<Word>, Vec<Command>)>,
    },
    Function {
        name: String,
        body: Rc<Command>,
    },
    /// `[[ ... ]]`.
    Test(Vec<Word>),
    /// `(( ... ))`.
    Arithmetic(String),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Assignment>,
    pub(super) words: Vec<Word>,
}

#[derive(Debug, Clone)]
pub(super) struct Assignment {
    pub(super) name: String,
    /// `name[index]=`.
    pub(super) index: Option<Word>,
    /// `+=`.
    pub(super) is_append: bool,
    pub(super) value: AssignedValue,
}

#[derive(Debug, Clone)]
pub(super) enum AssignedValue {
    Word(Word),
    /// `(a b [c]=d)`.
    Array(Vec<(Option<Word>, Word)>),
}

#[derive(Debug, Clone)]
pub(super) struct Redirection {
    pub(super) kind: RedirectionKind,
    /// The file, or the text of a here document or here string.
    pub(super) target: Word,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedirectionKind {
    /// `< file`.
    Input,
    /// `> file` of standard output.
    Output,
    /// `>> file` of standard output.
    Append,
    /// `<<TAG` and `<<<`.
    HereText,
    /// File descriptors, errors: of no interest.
    Other,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Word {
    pub(super) place: Option<Place>,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Not quoted: may be a pattern.
    Bare(Template),
    /// Quoted or escaped.
    Quoted(Template),
    DoubleQuoted(Vec<Part>),
    Parameter(Box<Parameter>),
    /// `$(...)`, backticks.
    CommandOutput(Vec<Command>, Option<Place>),
    /// `$((...))`.
    Arithmetic(String, Option<Place>),
    /// `<(...)`, `>(...)`.
    Process(Vec<Command>),
}

/// `$name`, `${name...}`.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) place: Option<Place>,
    pub(super) name: String,
    /// `[@]`, `[*]`, `[index]`.
    pub(super) index: Option<Word>,
    pub(super) operation: ParameterOperation,
}

#[derive(Debug, Clone)]
pub(super) enum ParameterOperation {
    Plain,
    /// `${#name}`.
    Length,
    /// `${!name[@]}`.
    Keys,
    /// `${!name}`.
    Indirect,
    /// `:-`, `-`, `:=`, `=`.
    Default(Word),
    /// `:?`, `?`.
    Required,
    /// `:+`, `+`.
    Alternative(Word),
    /// `#`, `##`; the flag: the longest match.
    TrimStart(Word, bool),
    /// `%`, `%%`.
    TrimEnd(Word, bool),
    /// `/`, `//`: pattern, replacement, everywhere.
    Replace(Word, Word, bool),
    Upper,
    Lower,
    /// Anything else: the value is not known.
    Other,
}
