//! Patterns of names as shells and `glob` read them: `*` and `?`. No sets of letters, no `**`.

/// Whether the pattern says the whole text.
pub(crate) fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // Where the last `*` stood, and how much of the text it has taken.
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(&letter) if letter == '?' || letter == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    read = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match() {
        for (pattern, text, expected) in [
            ("*.sql", "a.sql", true),
            ("*.sql", "a.sql.bak", false),
            ("a?c*", "abcd", true),
            ("*b*b", "abab", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(
                matches_wildcards(pattern, text),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
