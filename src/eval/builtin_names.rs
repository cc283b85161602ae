//! Which names Python knows everywhere.

use std::sync::LazyLock;

use crate::model::QuickSet;

/// Names that Python knows everywhere (library reference, "Built-in Functions" and exceptions).
const NAMES: &[&str] = &[
    "NotImplemented",
    "__import__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

static KNOWN: LazyLock<QuickSet<&str>> = LazyLock::new(|| NAMES.iter().copied().collect());

pub(crate) fn is_builtin(name: &str) -> bool {
    KNOWN.contains(name)
        || name.starts_with(char::is_uppercase)
            && (name.ends_with("Error")
                || name.ends_with("Exception")
                || name.ends_with("Warning")
                || matches!(
                    name,
                    "SystemExit"
                        | "KeyboardInterrupt"
                        | "StopIteration"
                        | "StopAsyncIteration"
                        | "GeneratorExit"
                        | "ExceptionGroup"
                        | "BaseExceptionGroup"
                        | "Ellipsis"
                        | "copyright"
                        | "credits"
                        | "license"
                ))
}
