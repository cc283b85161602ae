//! A secret that stood in a file: where and of what kind. The value itself is nowhere kept.

use crate::model::{Diagnostic, Level, Place};

/// The rule that these findings belong to.
pub const RULE: &str = "hard-coded-credential";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialKind {
    /// The password in `scheme://user:password@host`.
    UrlPassword,
    Password,
    /// A token, secret or key given by a name that says so.
    Secret,
    /// A key whose own form tells the service that issued it.
    ApiKey,
    JsonWebToken,
    PrivateKey,
}

impl CredentialKind {
    /// As it stands in a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UrlPassword => "password in a connection URL",
            Self::Password => "password",
            Self::Secret => "secret",
            Self::ApiKey => "API key",
            Self::JsonWebToken => "JSON web token",
            Self::PrivateKey => "private key",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credential {
    /// Where the masked characters begin.
    pub place: Place,
    pub kind: CredentialKind,
}

impl Credential {
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("hard-coded {}", self.kind.as_str());
        Diagnostic::new(RULE, Level::Error, Some(self.place.clone()), message)
            .with_help("change it on the server, then read the new one from the environment")
    }
}
