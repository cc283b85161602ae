//! The only reader of files: decoding, redaction, and nothing else. Behind this door text is
//! UTF-8, has `\n` or `\r\n` line ends as written, and holds no secret.
