//! Keywords and operators.

use rustpython_parser::Tok;

pub(super) fn keyword(word: &str) -> Option<Tok> {
    Some(match word {
        "False" => Tok::False,
        "None" => Tok::None,
        "True" => Tok::True,
        "and" => Tok::And,
        "as" => Tok::As,
        "assert" => Tok::Assert,
        "async" => Tok::Async,
        "await" => Tok::Await,
        "break" => Tok::Break,
        "case" => Tok::Case,
        "class" => Tok::Class,
        "continue" => Tok::Continue,
        "def" => Tok::Def,
        "del" => Tok::Del,
        "elif" => Tok::Elif,
        "else" => Tok::Else,
        "except" => Tok::Except,
        "finally" => Tok::Finally,
        "for" => Tok::For,
        "from" => Tok::From,
        "global" => Tok::Global,
        "if" => Tok::If,
        "import" => Tok::Import,
        "in" => Tok::In,
        "is" => Tok::Is,
        "lambda" => Tok::Lambda,
        "match" => Tok::Match,
        "nonlocal" => Tok::Nonlocal,
        "not" => Tok::Not,
        "or" => Tok::Or,
        "pass" => Tok::Pass,
        "raise" => Tok::Raise,
        "return" => Tok::Return,
        "try" => Tok::Try,
        "type" => Tok::Type,
        "while" => Tok::While,
        "with" => Tok::With,
        "yield" => Tok::Yield,
        _ => return None,
    })
}

/// The longest operator that the bytes begin with, and its length.
pub(super) fn operator(bytes: &[u8]) -> Option<(Tok, usize)> {
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let three = of_three([byte(0), byte(1), byte(2)]).map(|token| (token, 3));
    three
        .or_else(|| of_two([byte(0), byte(1)]).map(|token| (token, 2)))
        .or_else(|| of_one(byte(0)).map(|token| (token, 1)))
}

fn of_three(bytes: [u8; 3]) -> Option<Tok> {
    Some(match &bytes {
        b"**=" => Tok::DoubleStarEqual,
        b"//=" => Tok::DoubleSlashEqual,
        b"<<=" => Tok::LeftShiftEqual,
        b">>=" => Tok::RightShiftEqual,
        b"..." => Tok::Ellipsis,
        _ => return None,
    })
}

fn of_two(bytes: [u8; 2]) -> Option<Tok> {
    Some(match &bytes {
        b"==" => Tok::EqEqual,
        b"!=" => Tok::NotEqual,
        b"<=" => Tok::LessEqual,
        b">=" => Tok::GreaterEqual,
        b"<<" => Tok::LeftShift,
        b">>" => Tok::RightShift,
        b"**" => Tok::DoubleStar,
        b"//" => Tok::DoubleSlash,
        b"+=" => Tok::PlusEqual,
        b"-=" => Tok::MinusEqual,
        b"*=" => Tok::StarEqual,
        b"/=" => Tok::SlashEqual,
        b"%=" => Tok::PercentEqual,
        b"&=" => Tok::AmperEqual,
        b"|=" => Tok::VbarEqual,
        b"^=" => Tok::CircumflexEqual,
        b"@=" => Tok::AtEqual,
        b":=" => Tok::ColonEqual,
        b"->" => Tok::Rarrow,
        _ => return None,
    })
}

fn of_one(byte: u8) -> Option<Tok> {
    Some(match byte {
        b'(' => Tok::Lpar,
        b')' => Tok::Rpar,
        b'[' => Tok::Lsqb,
        b']' => Tok::Rsqb,
        b'{' => Tok::Lbrace,
        b'}' => Tok::Rbrace,
        b':' => Tok::Colon,
        b',' => Tok::Comma,
        b';' => Tok::Semi,
        b'+' => Tok::Plus,
        b'-' => Tok::Minus,
        b'*' => Tok::Star,
        b'/' => Tok::Slash,
        b'|' => Tok::Vbar,
        b'&' => Tok::Amper,
        b'<' => Tok::Less,
        b'>' => Tok::Greater,
        b'=' => Tok::Equal,
        b'.' => Tok::Dot,
        b'%' => Tok::Percent,
        b'~' => Tok::Tilde,
        b'^' => Tok::CircumFlex,
        b'@' => Tok::At,
        _ => return None,
    })
}
