//! The terminal: answers to stdout, progress and errors to stderr, colours where they are wanted.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};
use terminal_size::{Width, terminal_size_of};

use super::trouble::Trouble;
use crate::database::DatabaseError;
use crate::model::Diagnostic;
use crate::pipeline::Progress;
use crate::report::diagnostic_line;

/// Where no terminal says how wide it is.
const DEFAULT_WIDTH: u16 = 160;

pub(super) struct Terminal {
    color: ColorChoice,
    quiet: bool,
}

impl Terminal {
    /// `auto` also heeds `NO_COLOR`, `CLICOLOR` and whether a terminal listens.
    pub(super) fn new(color: clap::ColorChoice, quiet: bool) -> Self {
        let color = match color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        };
        Self { color, quiet }
    }

    /// Writes a command's whole answer.
    pub(super) fn answer(&self, text: &str) -> io::Result<()> {
        let mut stdout = AutoStream::new(io::stdout().lock(), self.color);
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// In characters.
    pub(super) fn width(&self) -> u16 {
        match terminal_size_of(io::stdout()) {
            Some((Width(width), _)) => width,
            None => DEFAULT_WIDTH,
        }
    }

    /// Writes something that is not the answer, unless `--quiet`.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.write_error(text);
        }
    }

    /// Writes troubles that are not the answer.
    pub(super) fn notes(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.note(&diagnostic_line(diagnostic));
        }
    }

    /// Writes an error with its causes on one line, and the way out on the next.
    pub(super) fn error(&self, error: &anyhow::Error) {
        self.write_error(&format!("\x1b[1;31merror\x1b[0m: {error:#}\n"));
        let ours = error.downcast_ref::<Trouble>().and_then(Trouble::help);
        let servers = || error.downcast_ref::<DatabaseError>()?.help.as_deref();
        if let Some(help) = ours.or_else(servers) {
            self.write_error(&format!("  \x1b[1mhelp\x1b[0m: {help}\n"));
        }
    }

    /// A bar on stderr, if somebody looks at it.
    pub(super) fn progress(&self, what: &'static str) -> Bar {
        if self.quiet || !io::stderr().is_terminal() {
            return Bar(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(0).with_style(style).with_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        Bar(bar)
    }

    /// A closed stderr is nobody's concern.
    fn write_error(&self, text: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.color);
        let _ = stderr.write_all(text.as_bytes());
    }
}

/// Shows how far the work is; gone when dropped.
pub(super) struct Bar(ProgressBar);

impl Progress for Bar {
    fn expect(&self, files: usize) {
        self.0.set_length(files as u64);
    }

    fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
