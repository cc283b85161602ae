//! The parser's own lexer is the oracle.

use std::sync::Arc;

use proptest::prelude::*;
use rustpython_parser::lexer::{KEYWORDS, Spanned, lex};
use rustpython_parser::{Mode, StringKind, Tok, ast, parse};

use super::super::{Strings, Walk, read};
use super::{tokens, words};
use crate::python::lowering::Lowering;
use crate::python::position::LineIndex;
use crate::python::tree::Statement;

/// The same tokens, or none where there is something rare.
fn agrees(text: &str) -> bool {
    let oracle: Result<Vec<Spanned>, _> = lex(text, Mode::Module).collect();
    match tokens(text, 0) {
        Some(found) => oracle.is_ok_and(|oracle| seen(oracle) == seen(found.found)),
        None => true,
    }
}

/// The tokens without what stands in strings, which is left out of ours.
fn seen(mut tokens: Vec<Spanned>) -> Vec<Spanned> {
    for (token, _) in &mut tokens {
        if let Tok::String { value, kind, .. } = token
            && !kind.is_any_bytes()
        {
            value.clear();
            *kind = StringKind::String;
        }
    }
    tokens
}

#[test]
fn every_keyword_is_known() {
    for (word, token) in KEYWORDS.entries().filter(|(word, _)| **word != "...") {
        assert_eq!(words::keyword(word).as_ref(), Some(token), "{word}");
    }
    assert_eq!(words::keyword("print"), None);
}

#[test]
fn ordinary_source_is_read_here() {
    let texts = [
        "",
        "# nothing\n",
        "def f(a, *b, c=1, **d) -> None:\n    # a comment\n\n    return a.b[c:d] or ...\n",
        "class A(B):\n    x: int = 0\n\n\n    async def m(self):\n        await x()\nprint(1)",
        "if a:\n  if b:\n    c()\nelif d:\n  e()\nelse: f()\n",
        "x = (1,\n  2,  # two\n\n  3)\ny = a \\\n  + b\n",
        "x = 'a\\'b' \"c\" r'\\d' b\"e\" f'{g}' Rb'' u'' fR\"\"\"{h}\n'\\\"\"\"\" ''\n",
        "s = '''a\n\\'''b'''\nt = \"\"\"\"c\\\\\"\"\"\n",
        "a **= b // c >> d << e != f <= g >= h == i -> j := k @ l\na //= 1; b >>= 2; c <<= 3\n",
        "x = 1.5 + .5 + 2. + 10 + 0\n",
        "match x:\n    case 1: pass\nmatch = type(case)\ntype X = int\ntype(x)\nmatch(x)[y]: z\n",
        "case = lambda: 0\nmatch lambda: 1\ntype X[T: int] = T\ntype type = match\n",
        "größe = 1\n",
        "x = 'größe'  # é\n",
    ];
    for text in texts {
        assert!(agrees(text), "{text}");
        assert_eq!(tokens(text, 0).is_some(), !text.starts_with("gr"), "{text}");
    }
}

#[test]
fn what_is_rare_is_left_to_the_other_lexer() {
    let texts = [
        "\tx = 1\n",
        "x = 1\r\n",
        "\x0cx\n",
        "x = 0x1F\n",
        "1_000\n",
        "1e5\n",
        "3j\n",
        "007\n",
        "(\n",
        ")\n",
        "'a\n'",
        "'''a",
        "if x:\n  a\n b\n",
        "$\n",
        "a ? b\n",
        "x = \\ \n",
        "\\\n",
        "1a\n",
        "!\n",
        "99999999999999999999999\n",
    ];
    for text in texts {
        assert_eq!(tokens(text, 0), None, "{text:?}");
    }
}

#[test]
fn places_count_from_the_start() {
    let found = tokens("x\n", 7);
    let found = found.map(|tokens| tokens.found);
    let start = |(_, range): &Spanned| u32::from(range.start());
    assert_eq!(found.as_deref().and_then(<[_]>::first).map(start), Some(7));
    let last = found.as_deref().and_then(<[_]>::last);
    assert_eq!(last.map(|(token, _)| token), Some(&Tok::Newline));
}

proptest! {
    #[test]
    fn no_text_is_read_otherwise(parts in prop::collection::vec(part(), 0..40)) {
        let text = parts.concat();
        prop_assert!(agrees(&text), "{text:?}");
    }
}

fn part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\n", "\n", "\n    ", "\n  ", " ", "\t", "\\\n", "\\", "#", "# c\n", "x", "_y1", "if",
        "match", "case", "type", "lambda", "None", "(", ")", "[", "]", "{", "}", ":", ",", ";",
        "=", "==", ":=", "-", "->", "*", "**", "/", "//", "<", ">", "!", ".", "...", "@", "~", "'",
        "\"", "'''", "\"\"\"", "f", "rb", "u'", "f\"", "0", "7", "12", ".5", "1.", "é", "🎉", "\r",
        "\x0c", "$", "e", "j", "'a'",
    ])
}

/// The statements as they are read with our tokens, and with the parser's.
fn trees(text: &str) -> (Option<Vec<Statement>>, Option<Vec<Statement>>) {
    let file: Arc<str> = Arc::from("a.py");
    let lines = LineIndex::new(&file, text);
    let ours = read(&mut Lowering::new(text, &lines), &file, text);
    let theirs = match parse(text, Mode::Module, &file) {
        Ok(ast::Mod::Module(module)) => {
            let strings = Strings::default();
            let lowering = &mut Lowering::new(text, &lines);
            Some(Walk { lowering, strings }.statements(module.body))
        }
        _ => None,
    };
    (ours.ok().map(|module| module.body), theirs)
}

#[test]
fn strings_are_read_as_the_parser_reads_them() {
    let texts = [
        r#"f'{a}{ b.c } {d!r:>{e}} {f:.2f}{{g}}'"#,
        r#"f'a\n{x["y"]}' 'z' f"{a or b}" "#,
        "f'''{\n a or b}\n{c}'''\n",
        r#"f'{a=}' f'{b!s}' f'{(c, d)}' f'{e, f}' f'{*g, h}'"#,
        r#"f'{x:%Y-%m-%d}' rf'\d{y}' f'\x41{z}' f'\{w}'"#,
        r#"f'{a if b else c:>5}' f"{', '.join(d)}" f'{e(f=1)!a}' f'{g != h}'"#,
        "f'{lambda x: 1}'",
        "f'{(lambda x: 1)}' f'{(y := 2)}' f'{z:=3}'",
        r#"f'{a + f"{b}"}' f'{None}' f'{match.group()}' f'{type}' f'{é}'"#,
        "f'{}'",
        "f'{ }'",
        "f'{a'",
        "f'a}'",
        "f'}}}'",
        "f'{{{a}}}'",
        "f'{a!x}'",
        "f'{a b}'",
        "f'{1.}' f'{a . b}'",
        "f'{a.1}'",
        "f'{a)}'",
        r#"x = 'a\'b' "\x41\u00e9" r'\d' '\400' '\d' 'é'"#,
        "x = '''\n\\\n''' ''",
        r#"x = '\N{BULLET}' f'{a}\N{BULLET}' 'b'"#,
        r#"x = '\x4'"#,
        r#"'a' b'c'"#,
    ];
    for text in texts {
        let (ours, theirs) = trees(text);
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{text}");
    }
}

proptest! {
    #[test]
    fn no_string_is_read_otherwise(parts in prop::collection::vec(string_part(), 0..16)) {
        let text = format!("f'{}'\n", parts.concat());
        let (ours, theirs) = trees(&text);
        prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{:?}", text);
    }
}

fn string_part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{", "{", "}", "}", "{a}", "{a.b}", "{{", "}}", "x", "y.z", "(", ")", "[", "]", "\"", "!r",
        "!", ":", "=", "==", "!=", ":=", "<", ",", ".", " ", "1", "\\n", "\\", "\\x41", "'  f'",
        "' '", "#", "é", "match", "None", "lambda", " if ", " else ", "*", "-",
    ])
}
