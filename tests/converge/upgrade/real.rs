//! The real Alembic, in one process of Python for all chains.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

pub struct Alembic {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What a run of `alembic upgrade heads` came to.
#[derive(Debug)]
pub struct Outcome {
    /// The revisions that went through, in order.
    pub done: Vec<String>,
    pub failure: Option<Failure>,
}

#[derive(Debug)]
pub struct Failure {
    pub class: String,
    pub sqlstate: Option<String>,
    pub message: String,
    /// The deepest line in a revision's file.
    pub place: Option<(String, u32)>,
}

impl Alembic {
    pub fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("FIXFOLD_TEST_PYTHON")
            .map_or_else(|| root.join(".venv/bin/python"), Into::into);
        let mut child = Command::new(&python)
            .arg(root.join("tests/converge/upgrade/real.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; tests/run installs it", python.display()));
        Self {
            input: child.stdin.take().expect("a pipe"),
            output: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    pub fn upgrade(&mut self, folder: &Path, url: &str) -> Outcome {
        let job = json!({"folder": folder, "url": url, "target": "heads"});
        writeln!(self.input, "{job}").expect("Alembic takes a job");
        let mut line = String::new();
        // What a revision prints stands before the answer.
        let answer = loop {
            line.clear();
            let read = self.output.read_line(&mut line).expect("Alembic answers");
            assert!(read > 0, "Alembic's process has ended");
            if let Some(answer) = line.strip_prefix("=> ") {
                break serde_json::from_str::<Value>(answer).expect("JSON");
            }
        };
        outcome(&answer)
    }
}

impl Drop for Alembic {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn outcome(answer: &Value) -> Outcome {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let done = answer["done"].as_array().into_iter().flatten();
    let failure = text(&answer["class"]).map(|class| Failure {
        class,
        sqlstate: text(&answer["sqlstate"]),
        message: text(&answer["message"]).unwrap_or_default(),
        place: text(&answer["place"][0])
            .zip(answer["place"][1].as_u64())
            .map(|(file, line)| (file, line as u32)),
    });
    Outcome {
        done: done.filter_map(text).collect(),
        failure,
    }
}
