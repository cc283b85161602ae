//! Ids under which other rooms report what goes wrong while they find and read files: they are
//! explained, suppressed and set to a level like rules.

use super::rule::Rule;
use crate::model::Level::{self, Error, Note, Warning};

const fn trouble(
    id: &'static str,
    level: Level,
    summary: &'static str,
    documentation: &'static str,
) -> Rule {
    Rule {
        id,
        summary,
        level,
        documentation,
        check: |_, _| {},
    }
}

macro_rules! troubles {
    ($($id:literal $level:ident $summary:literal $page:literal;)*) => {
        pub(super) static TROUBLES: &[Rule] = &[
            $(trouble($id, $level, $summary, include_str!($page))),*
        ];
    };
}

troubles! {
    "bad-exclude" Warning
        "a pattern under `exclude` in fixfold.yaml is none"
        "bad_exclude.md";
    "evaluation-limit" Warning
        "a script takes more steps to read than are spent on it"
        "evaluation_limit.md";
    "missing-chain" Error
        "there is no chain where a configuration says that one is"
        "missing_chain.md";
    "not-a-script" Note
        "the file that was named is not read as a script"
        "not_a_script.md";
    "partial-baseline" Note
        "a dump has more of a table than can stand before the chain"
        "partial_baseline.md";
    "python-syntax" Warning
        "a Python file does not parse"
        "python_syntax.md";
    "python-too-deep" Warning
        "Python code is nested too deeply to be read"
        "python_too_deep.md";
    "several-chains" Note
        "the estate has more than one chain"
        "several_chains.md";
    "shell-limit" Warning
        "a shell script takes more steps to read than are spent on it"
        "shell_limit.md";
    "shell-syntax" Warning
        "a shell script does not parse"
        "shell_syntax.md";
    "sql-too-deep" Warning
        "a statement is nested too deeply to be read"
        "sql_too_deep.md";
    "undeclared-encoding" Warning
        "a file is not UTF-8 and does not say what it is"
        "undeclared_encoding.md";
    "unread-baseline" Warning
        "a dump that the ledger takes a baseline from cannot be read"
        "unread_baseline.md";
    "unread-chain" Warning
        "a chain is of a format that is not read"
        "unread_chain.md";
    "unreadable-file" Warning
        "a file cannot be read"
        "unreadable_file.md";
}
