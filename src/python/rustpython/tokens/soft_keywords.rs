//! `match`, `case` and `type` are keywords only where a statement of theirs begins (PEP 634, PEP 695);
//! everywhere else they are names.

use rustpython_parser::Tok;
use rustpython_parser::lexer::Spanned;

/// Makes names of those that begin no statement.
pub(super) fn settle(tokens: &mut [Spanned]) {
    for index in 0..tokens.len() {
        let Some(name) = soft_keyword(&tokens[index].0) else {
            continue;
        };
        let begins_line = index == 0 || ends_line(&tokens[index - 1].0);
        let line = &tokens[index + 1..];
        let is_keyword = begins_line
            && match name {
                "type" => is_alias(line),
                _ => has_block(line),
            };
        if !is_keyword {
            tokens[index].0 = Tok::Name {
                name: name.to_owned(),
            };
        }
    }
}

fn soft_keyword(token: &Tok) -> Option<&'static str> {
    match token {
        Tok::Match => Some("match"),
        Tok::Case => Some("case"),
        Tok::Type => Some("type"),
        _ => None,
    }
}

fn ends_line(token: &Tok) -> bool {
    matches!(token, Tok::Newline | Tok::Indent | Tok::Dedent)
}

/// Is there a colon on the line that opens a block: outside of brackets, of no lambda, and not right
/// behind the word?
fn has_block(line: &[Spanned]) -> bool {
    let mut open_brackets = 0_i32;
    let mut in_lambda = false;
    for (index, (token, _)) in line.iter().enumerate() {
        match token {
            Tok::Newline => return false,
            Tok::Lambda if open_brackets == 0 => in_lambda = true,
            Tok::Colon if open_brackets == 0 && in_lambda => in_lambda = false,
            Tok::Colon if open_brackets == 0 && index > 0 => return true,
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => open_brackets += 1,
            Tok::Rpar | Tok::Rsqb | Tok::Rbrace => open_brackets -= 1,
            _ => {}
        }
    }
    false
}

/// `type X = ...`, `type X[T] = ...`.
fn is_alias(line: &[Spanned]) -> bool {
    let Some(((Tok::Name { .. } | Tok::Type | Tok::Match | Tok::Case, _), rest)) =
        line.split_first()
    else {
        return false;
    };
    let mut open_brackets = 0_i32;
    for (token, _) in rest {
        match token {
            Tok::Newline => return false,
            Tok::Equal if open_brackets == 0 => return true,
            Tok::Lsqb => open_brackets += 1,
            Tok::Rsqb => open_brackets -= 1,
            _ if open_brackets > 0 => {}
            _ => return false,
        }
    }
    false
}
