use std::sync::Arc;

use super::lowering::Lowering;
use super::position::LineIndex;
use super::tree::{Expression, ExpressionKind, Statement, StatementKind, StringPart};
use super::{Parsed, parse, ruff, rustpython};

fn read(text: &str) -> Parsed {
    parse(text, &Arc::from("a.py"))
}

/// `line:column "text"` of each literal part, `{text}` of each field, of a file that is one string.
fn parts(text: &str) -> Vec<String> {
    let parsed = read(text);
    let [statement] = &parsed.module.body[..] else {
        panic!("one statement expected: {parsed:#?}")
    };
    let StatementKind::Expression(Expression {
        kind: ExpressionKind::String(parts),
        ..
    }) = &statement.kind
    else {
        panic!("a string expected: {statement:#?}")
    };
    parts.iter().map(show).collect()
}

fn show(part: &StringPart) -> String {
    match part {
        StringPart::Literal(fragment) => {
            let place = fragment.origin.as_ref().unwrap();
            format!("{}:{} {:?}", place.line, place.column, fragment.text)
        }
        StringPart::Field {
            value,
            conversion,
            format_spec,
        } => {
            let conversion = conversion.map(|letter| format!("!{letter}"));
            let spec: Vec<String> = format_spec.iter().map(show).collect();
            format!(
                "{}:{} {{{}{}}}{}",
                value.place.line,
                value.place.column,
                value.text,
                conversion.unwrap_or_default(),
                spec.concat()
            )
        }
    }
}

/// The trees of the two parsers, without the diagnostics.
fn both(text: &str) -> (String, String) {
    let file = Arc::from("a.py");
    let lines = LineIndex::new(&file, text);
    let first = rustpython::read(&mut Lowering::new(text, &lines), &file, text).unwrap();
    let (second, errors) = ruff::read(&mut Lowering::new(text, &lines), &file, text);
    assert_eq!(errors, []);
    (format!("{first:#?}"), format!("{second:#?}"))
}

#[test]
fn fragments_stand_where_they_say() {
    let cases: &[(&str, &[&str])] = &[
        ("'DROP TABLE a'", &[r#"1:2 "DROP TABLE a""#]),
        (
            r"'a\nb\tc'",
            &[r#"1:2 "a\n""#, r#"1:5 "b\t""#, r#"1:8 "c""#],
        ),
        (r"r'a\nb'", &[r#"1:3 "a\\nb""#]),
        (r"'\d+\.x'", &[r#"1:2 "\\d+\\.x""#]),
        ("'''\nSELECT 1\n  '''", &[r#"1:4 "\nSELECT 1\n  ""#]),
        ("'''a \\\n  b'''", &[r#"1:4 "a ""#, r#"2:1 "  b""#]),
        (
            "('DROP '  # why\n 'TABLE'\n f'{x}')",
            &[r#"1:3 "DROP ""#, r#"2:3 "TABLE""#, "3:5 {x}"],
        ),
        (
            "f'a {x!r:>{width}} {{b}} c'",
            &[
                r#"1:3 "a ""#,
                r#"1:6 {x!r}1:10 ">"1:12 {width}"#,
                r#"1:19 " {""#,
                r#"1:22 "b}""#,
                r#"1:25 " c""#,
            ],
        ),
        ("f'{x = }'", &[r#"1:4 "x = ""#, "1:4 {x!r}"]),
        ("f'{a, b}'", &["1:4 {a, b}"]),
        (
            r"'\x41\u0042\103 \N{BULLET}z'",
            &[
                r#"1:2 "A""#,
                r#"1:6 "B""#,
                r#"1:12 "C""#,
                r#"1:16 " •""#,
                r#"1:27 "z""#,
            ],
        ),
        ("'größe' 'ß'", &[r#"1:2 "größe""#, r#"1:10 "ß""#]),
        ("''", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(parts(text), *expected, "{text}");
    }
}

#[test]
fn nested_quotes_of_python_312_are_read() {
    let parsed = read("x = f\"DROP TABLE {c[\"name\"]}\"\n");
    assert!(parsed.parses_in_cpython);
    assert_eq!(
        parts("f\"DROP {c[\"name\"]} {f\"{y}\"}\""),
        [
            r#"1:3 "DROP ""#,
            r#"1:9 {c["name"]}"#,
            r#"1:19 " ""#,
            r#"1:21 {f"{y}"}"#
        ]
    );
}

#[test]
fn both_parsers_give_one_tree() {
    for text in [
        "@a(1)\n# why\n@b\nasync def f(a, /, b: int = 1, *c, d=2, **e) -> None:\n    'doc'\n    yield 1\n",
        "class A(B, metaclass=C, **k):\n    'doc'\n    x: int = 1\n    y: str\n",
        "if a:\n    pass\nelif b:\n    pass\nelif c:\n    pass\nelse:\n    pass\n",
        "try:\n    a\nexcept (A, B) as e:\n    b\nexcept:\n    c\nelse:\n    d\nfinally:\n    e\n",
        "try:\n    a\nexcept* A:\n    b\n",
        "with a as b, c:\n    d\nasync def f():\n    async with a as (b, c): pass\n",
        "for a, b in c: pass\nelse: pass\nwhile x: break\n",
        "match a:\n    case 1 | 'x': pass\n    case None: pass\n    case [a, *b]: pass\n    case {'k': v, **r}: pass\n    case A(x, y=z) as w if c: pass\n    case _: pass\n",
        "from ..a import b as c, d\nfrom . import *\nimport a.b as c, d\n",
        "x = [a for b in c if d if e for f in g]\ny = {a: b for a in c}\nz = {a for a in b}\nf(a for a in b)\n",
        "f(a, *b, c=1, **d)\nx = a[1:2, ::3]\nx[...] = (yield)\n",
        "x = lambda a, *b, c=1: (yield a)\ny = a if b else c\nz = not -+~a\n",
        "a < b <= c != d is not e not in f\na and b or c\n(x := 1)\n",
        "1, 1.5, 2j, 99999999999999999999, 0x10, b'a' b'b', ..., None, True\n",
        "global a, b\ndel a, b[0]\nassert a, b\nraise A from b\nx += 1; x @= y; x //= 2\n",
        "x = (\n    'a'\n    f'{b!s:>{w}}' # c\n    rf'\\d{c}'\n)\nf'{x=}' f'{x = !r}' f'{x=:>5}'\n",
        "f'''\n{a\n} {lambda_} {b[\"c\"]} {d:%Y-%m-%d} {{}} {e!r}\n'''\n",
        "type A[T] = list[T]\ndef f[T](a: T) -> T: return a\nclass C[T]: pass\n",
        "x = f'{a}' 'b' f\"{c['d']}\" u'e'\n",
    ] {
        let (first, second) = both(text);
        assert_eq!(first, second, "{text}");
    }
}

#[test]
fn broken_files_keep_their_sound_statements() {
    let parsed = read("import os\nx = (1,\nos.system('psql')\n\ndef f():\n    return 2\n");
    assert!(!parsed.parses_in_cpython);
    assert!(matches!(
        parsed.module.body[0].kind,
        StatementKind::Import(_)
    ));
    let is_function = |each: &Statement| matches!(each.kind, StatementKind::Function(_));
    assert!(parsed.module.body.iter().any(is_function));
}

#[test]
fn files_that_cannot_run_say_why() {
    for (text, line, message) in [
        (
            "x = 1\nprint 'hello'\n",
            2,
            "a `print` statement is Python 2",
        ),
        (
            "try:\n    a\nexcept A, e:\n    b\n",
            3,
            "`except Error, name` is Python 2",
        ),
        (
            "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> x\n",
            1,
            "merge conflict",
        ),
        ("a = 1\0\n", 1, "null bytes"),
        ("x = 1\nreturn x\n", 2, "`return` stands outside a function"),
        ("await f()\n", 1, "`await` stands outside a function"),
        ("def f():\n    await g()\n", 2, "not `async`"),
        ("if a:\nb\n", 2, "Python refuses the file"),
    ] {
        let parsed = read(text);
        assert!(!parsed.parses_in_cpython, "{text}");
        let [diagnostic] = &parsed.diagnostics[..] else {
            panic!("{:#?}", parsed.diagnostics)
        };
        assert!(
            diagnostic.message.contains(message),
            "{}",
            diagnostic.message
        );
        assert_eq!(diagnostic.place.as_ref().unwrap().line, line, "{text}");
    }
}

#[test]
fn depth_is_cut_with_a_diagnostic() {
    for text in [
        format!("x = {}1{}\n", "[".repeat(5_000), "]".repeat(5_000)),
        format!("x = {}\n", vec!["a"; 50_000].join(" + ")),
        format!("x = a{}\n", ".b()".repeat(20_000)),
        format!("x = {}a\n", "not ".repeat(20_000)),
        format!("x = {}a\n", "- ".repeat(200_000)),
        format!("if a: pass\n{}", "elif b: pass\n".repeat(20_000)),
        format!("x = f'{{{}}}'\n", vec!["a"; 20_000].join("+")),
        format!("x = {}a\n", "lambda: ".repeat(20_000)),
        format!("x = {}a\n", "a if b else ".repeat(20_000)),
    ] {
        let parsed = read(&text);
        let is_named = |rule| parsed.diagnostics.iter().any(|each| each.rule == rule);
        assert!(
            is_named("python-too-deep") || is_named("python-syntax"),
            "{}",
            &text[..40]
        );
    }
}

#[test]
fn line_ends_and_marks_do_not_move_places() {
    let parsed = read("\u{feff}a = 1\r\nb = f'''x\r\n{c}'''\r\n");
    let StatementKind::Assign { value, .. } = &parsed.module.body[1].kind else {
        panic!("{parsed:#?}")
    };
    let ExpressionKind::String(parts) = &value.kind else {
        panic!("{value:#?}")
    };
    assert_eq!(
        parts.iter().map(show).collect::<Vec<_>>(),
        [r#"2:9 "x\n""#, "3:2 {c}"]
    );
}
