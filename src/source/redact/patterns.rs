//! How secrets are written: one pattern for each form. The first group that takes part is the value.

use std::sync::LazyLock;

use regex::Regex;

use crate::source::credential::CredentialKind;

/// One way of writing a secret down.
pub(super) struct Pattern {
    pub kind: CredentialKind,
    pub regex: Regex,
    /// Every text that matches has one of each of these: looking for them is cheaper than matching.
    needs: &'static [&'static [u8]],
    /// How the value is judged before it counts.
    pub judge: Judge,
    /// Only in files whose values need no quotes (shell, .env, .ini, YAML).
    pub only_unquoted: bool,
}

impl Pattern {
    /// False only where the line does not match.
    pub(super) fn can_match(&self, line: &str) -> bool {
        let has = |any: &&[u8]| {
            let line = line.as_bytes();
            match **any {
                [one] => memchr::memchr(one, line).is_some(),
                [one, other] => memchr::memchr2(one, other, line).is_some(),
                _ => line.iter().any(|byte| any.contains(byte)),
            }
        };
        self.needs.iter().all(has)
    }
}

/// What a value must look like to be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judge {
    /// The form says it all.
    Always,
    /// A literal that a name like `password` is given.
    Password,
    /// A literal that a name like `token` is given: such names also hold harmless words.
    Token,
    /// A word in prose (`Password: x`): only what looks made up counts.
    Prose,
}

/// A word that announces a secret, in any case. Most lines have none.
pub(super) static TRIGGER: LazyLock<Regex> = LazyLock::new(|| {
    crate::source::pattern(concat!(
        r"(?i)://|passw|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key",
        r"|auth[_-]?key|encryption[_-]?key|signing[_-]?key|role[_-]?key|anon[_-]?key|credential",
        r"|bearer |crypt\(|hashpw|identified by|(?-i:eyJ|sk_live|sk_test|rk_live|sk-|ghp_|gho_",
        r"|ghs_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|SG\.|rnd_|sbp_|dop_v1_|npm_|hf_|pypi-",
        r"|whsec_|Basic )"
    ))
});

/// The body of a PEM private key, over several lines.
pub(super) static PRIVATE_KEY: LazyLock<Regex> = LazyLock::new(|| {
    crate::source::pattern(r"-----BEGIN [A-Z ]*PRIVATE KEY-----((?s:.)*?)(?:-----END|\z)")
});

pub(super) static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    use CredentialKind::{ApiKey, JsonWebToken, Password, Secret, UrlPassword};
    let mut patterns = vec![
        pattern(
            UrlPassword,
            Judge::Always,
            &[b"@", b":", b"/"],
            DATABASE_URL,
        ),
        pattern(UrlPassword, Judge::Always, &[b"@", b":", b"/"], OTHER_URL),
        pattern(JsonWebToken, Judge::Always, &[b"J", b"."], JSON_WEB_TOKEN),
        pattern(ApiKey, Judge::Always, &[], ISSUED_KEY),
        pattern(Secret, Judge::Token, &[b" ", b"bB"], AUTHORIZATION_HEADER),
        pattern(Password, Judge::Password, &[b"'"], SQL_PASSWORD),
        pattern(Password, Judge::Password, &[b"(", b"\"'"], HASHED_LITERAL),
        pattern(Password, Judge::Password, &[b"="], DSN_PASSWORD),
        pattern(Password, Judge::Password, &[b"="], COMMAND_PASSWORD),
        pattern(Secret, Judge::Token, &[b"=", b"?&"], QUERY_PARAMETER),
        pattern(Password, Judge::Prose, &[b":"], PROSE_PASSWORD),
    ];
    for (kind, judge, words) in [
        (Password, Judge::Password, PASSWORD_WORDS),
        (Secret, Judge::Token, SECRET_WORDS),
    ] {
        patterns.push(pattern(kind, judge, &[b"=:", b"\"'"], &assignment(words)));
        patterns.push(pattern(
            kind,
            judge,
            &[b"(", b",", b"\"'"],
            &default_value(words),
        ));
        patterns.push(Pattern {
            only_unquoted: true,
            ..pattern(kind, judge, &[b"=:"], &unquoted_assignment(words))
        });
    }
    patterns
});

const PASSWORD_WORDS: &str = r"password|passwd|passphrase|passwort|(?:\b|_)(?:pwd|pass)";
const SECRET_WORDS: &str = "secret|secret[_-]?key|token|api[_-]?key|access[_-]?key|\
     private[_-]?key|auth[_-]?key|encryption[_-]?key|signing[_-]?key|role[_-]?key|anon[_-]?key|\
     credential|credentials";

/// `postgresql+psycopg2://user:secret@host`; such passwords may hold `?` and `#`.
const DATABASE_URL: &str = r#"(?i)\b[a-z+]*(?:postgres|psql|pgsql|mysql|mariadb|mongodb|redis|amqp|mssql|oracle|cockroach|asyncpg)[a-z0-9+]*://[^\s:/@"'<>`]*:([^\s"'<>`/]+)@"#;
const OTHER_URL: &str = r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s:/@"'<>`?#]*:([^\s"'<>`/?#]+)@"#;
const JSON_WEB_TOKEN: &str = r"\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)";
const ISSUED_KEY: &str = r"\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|sk-[A-Za-z0-9_-]{20,}|gh[opsu]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|rnd_[A-Za-z0-9]{20,}|sbp_[a-f0-9]{30,}|dop_v1_[a-f0-9]{32,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|whsec_[A-Za-z0-9+/=]{16,})";
const AUTHORIZATION_HEADER: &str =
    r"\b(?i:bearer) +([A-Za-z0-9._~+/-]{16,}=*)|\bBasic +([A-Za-z0-9+/]{12,}=*)";
/// `CREATE ROLE x PASSWORD 'y'`, `IDENTIFIED BY 'y'`.
const SQL_PASSWORD: &str =
    r"(?i)\b(?:password|identified\s+by)\s+(?:\\'([^'\\]+)\\'|E?'((?:[^'\\]|\\.|'')*)')";
/// A literal that is about to be hashed.
const HASHED_LITERAL: &str = r#"(?i)(?:\bcrypt|hash_password|password_hash|set_password|make_password|hashpw|verify_password|check_password|pwd_context\.(?:hash|verify))\(\s*(?:b?"((?:[^"\\]|\\.)+)"|b?'((?:[^'\\]|\\.)+)')"#;
/// libpq's and ADO's keyword strings: another keyword stands beside it with no comma between.
const DSN_PASSWORD: &str = r#"(?i)\b(?:host|hostaddr|server|user|user id|uid|dbname|database|port|sslmode)=[^\s"',;]*[\s;]+(?:[\w ]+=[^\s"',;]*[\s;]+)*?(?:password|pwd)=([^\s"',;)]+)|\b(?:password|pwd)=([^\s"',;)]+)[\s;]+(?:host|hostaddr|server|user|user id|uid|dbname|database|port|sslmode)="#;
/// `PGPASSWORD=x psql`, `--password=x`.
const COMMAND_PASSWORD: &str = r#"\b(?:PGPASSWORD|MYSQL_PWD)=([^\s"',(){}$]+)\s+[A-Za-z]|--(?:password|passwd|pass|token|secret|api-key)=([^\s"'$(){}]+)"#;
const QUERY_PARAMETER: &str =
    r#"[?&](?i:password|passwd|pwd|token|access_token|api_?key|secret)=([^&\s"'{}$#]+)"#;
const PROSE_PASSWORD: &str =
    r#"(?i)\b(?:password|passwd|pwd|pass)\s*(?:\([^)]*\))?:\s+([^\s"'{}<>()\[\],;]{6,})"#;

/// A literal after `=`, `:`, `==` or `=>`, with an annotation between where Python has one.
fn assignment(words: &str) -> String {
    format!(
        r#"(?i)(?:{words})\d?\\?["'`]?\]?\)?(?:\s*:\s*[\w.]+(?:\[[\w.\s|]+\])?)?\s*(?:[=!]?==?=?|:|=>|:=|\+=)\s*\(?\s*(?:\\"([^"\\\n]+)\\"|\\'([^'\\\n]+)\\'|[rbuf]{{0,2}}"((?:[^"\\\n]|\\.)+)"|[rbufe]{{0,2}}'((?:[^'\\\n]|\\.|'')+)')"#
    )
}

/// What is taken when the environment or the command line names none.
fn default_value(words: &str) -> String {
    format!(
        r#"(?i)(?:getenv|environ\.get|environ\.setdefault|config|env|option|add_argument)\s*\([^)\n]*?(?:{words})["'][^)\n]*?,\s*(?:default\s*=\s*)?(?:"((?:[^"\\\n]|\\.)+)"|'((?:[^'\\\n]|\\.)+)')\s*[,)]"#
    )
}

fn unquoted_assignment(words: &str) -> String {
    format!(
        r#"(?i)^\s*(?:-\s+)?(?:export\s+|set\s+)?[\w.-]*(?:{words})\s*[=:]\s*([^\s"'#$<{{(\[][^\s"'#]*)"#
    )
}

fn pattern(
    kind: CredentialKind,
    judge: Judge,
    needs: &'static [&'static [u8]],
    regex: &str,
) -> Pattern {
    Pattern {
        kind,
        regex: crate::source::pattern(regex),
        needs,
        judge,
        only_unquoted: false,
    }
}
