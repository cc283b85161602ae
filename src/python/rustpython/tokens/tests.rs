//! The parser's own lexer is the oracle.

use proptest::prelude::*;
use rustpython_parser::lexer::{KEYWORDS, Spanned, lex};
use rustpython_parser::{Mode, Tok};

use super::{tokens, words};

/// The same tokens, or none where there is something rare.
fn agrees(text: &str) -> bool {
    let oracle: Result<Vec<Spanned>, _> = lex(text, Mode::Module).collect();
    match tokens(text, 0) {
        Some(found) => oracle.is_ok_and(|oracle| oracle == found),
        None => true,
    }
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
