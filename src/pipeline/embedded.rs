//! Python that stands inside of a shell script (`python - <<EOF`, `python -c`), read as a script is.

use std::sync::Arc;

use super::Modules;
use crate::effects::script::{Endpoints, ScriptReading, read_script};
use crate::eval::Estate;
use crate::model::{Reach, Template};
use crate::python::{self, tree::Module};
use crate::registry;
use crate::shell::EmbeddedPython;

/// The estate with the code in the shell script's place.
struct Overlay<'m> {
    modules: &'m Modules<'m>,
    file: &'m str,
    module: Arc<Module>,
}

/// What the code does, behind what the shell asks before it runs it.
pub(super) fn read(
    embedded: &EmbeddedPython,
    file: &Arc<str>,
    modules: &Modules<'_>,
    endpoints: &Endpoints<'_>,
) -> ScriptReading {
    let parsed = python::parse(&at_its_lines(&embedded.code), file);
    let overlay = Overlay {
        modules,
        file,
        module: Arc::clone(&parsed.module),
    };
    let mut reading = read_script(&overlay, registry::standard(), endpoints, file);
    for effect in &mut reading.effects {
        effect.guards.splice(0..0, embedded.guards.iter().cloned());
        effect
            .provenance
            .via
            .splice(0..0, embedded.via.iter().cloned());
        effect.reach = match (&embedded.reach, &effect.reach) {
            (Reach::Inert(_), _) | (Reach::Conditional, Reach::Live) => embedded.reach.clone(),
            _ => effect.reach.clone(),
        };
    }
    reading
        .diagnostics
        .extend(parsed.diagnostics.iter().cloned());
    reading
}

/// The same of code that a Python script hands to another Python: that call sends what the code sends,
/// and the code is where its text stands.
pub(super) fn read_called(
    embedded: &EmbeddedPython,
    file: &Arc<str>,
    modules: &Modules<'_>,
    endpoints: &Endpoints<'_>,
) -> ScriptReading {
    let mut reading = read(embedded, file, modules, endpoints);
    let is_placed = embedded.code.origin().is_some();
    for effect in &mut reading.effects {
        let provenance = &mut effect.provenance;
        let inner = std::mem::replace(&mut provenance.call, embedded.call.clone());
        provenance.text = match provenance.text.take() {
            Some(text) if text.file != *file || is_placed => Some(text),
            _ => is_placed.then_some(inner),
        };
    }
    reading
}

/// The code below as many empty lines as stand before it in the script.
fn at_its_lines(code: &Template) -> String {
    let line = code.origin().map_or(1, |origin| origin.line);
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or_default();
    "\n".repeat(before) + &code.display()
}

impl Estate for Overlay<'_> {
    fn module(&self, file: &str) -> Option<Arc<Module>> {
        match file == self.file {
            true => Some(Arc::clone(&self.module)),
            false => self.modules.module(file),
        }
    }

    fn is_script(&self, file: &str) -> bool {
        self.modules.is_script(file)
    }

    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.modules.text(file)
    }

    fn is_file(&self, file: &str) -> bool {
        self.modules.is_file(file)
    }

    fn is_folder(&self, folder: &str) -> bool {
        self.modules.is_folder(folder)
    }

    fn list(&self, folder: &str) -> Vec<Arc<str>> {
        self.modules.list(folder)
    }

    fn folders_with(&self, name: &str) -> Vec<Arc<str>> {
        self.modules.folders_with(name)
    }

    fn python_files(&self) -> Vec<Arc<str>> {
        self.modules.python_files()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Files, MemoryFiles};

    #[test]
    fn code_in_a_here_document_is_read_at_its_lines() {
        let script = "#!/bin/bash\npython3 - <<'PY'\nfrom shop.db import connect\nconnect().cursor().execute(\"DROP TABLE old_orders\")\nPY\n";
        let module = "import psycopg2\ndef connect():\n    connection = psycopg2.connect('dsn')\n    connection.autocommit = True\n    return connection\n";
        let files = MemoryFiles::new()
            .with("fix.sh", script)
            .with("shop/db.py", module);
        let paths: Vec<String> = files.names().map(str::to_owned).collect();
        let modules = Modules::new(&files, &paths);
        let endpoints = Endpoints::new(&modules, registry::standard());
        let source = files.read("fix.sh").expect("the script is there");
        let shell = crate::shell::read(&source, &files);
        let [embedded] = &shell.python[..] else {
            panic!("one program: {:?}", shell.python);
        };
        let reading = read(embedded, &source.file, &modules, &endpoints);
        let told: Vec<String> = reading
            .effects
            .iter()
            .map(|effect| format!("{} {}", effect.provenance.call, effect.object()))
            .collect();
        assert_eq!(told, ["fix.sh:4 old_orders"]);
        assert_eq!(reading.effects[0].reach, Reach::Live);
    }

    #[test]
    fn code_that_a_script_hands_to_another_python_is_sent_by_that_call() {
        let script = "import subprocess\n\nsubprocess.run(\n    [\n        \"python3\",\n        \"-c\",\n        \"from alembic.config import Config; from alembic import command; \"\n        \"command.upgrade(Config('alembic.ini'), 'head')\",\n    ],\n    check=True,\n)\n";
        let files = MemoryFiles::new().with("start.py", script);
        let modules = Modules::new(&files, &["start.py".to_owned()]);
        let endpoints = Endpoints::new(&modules, registry::standard());
        let source = files.read("start.py").expect("the script is there");
        let script = super::super::python_file::script(&source, &modules, &endpoints);
        let told: Vec<String> = script
            .effects
            .iter()
            .map(|effect| {
                let text = effect.provenance.text.as_ref();
                let text = text.map(|text| text.line);
                format!(
                    "{} {} {text:?}",
                    effect.provenance.call,
                    effect.operation().as_str()
                )
            })
            .collect();
        assert_eq!(told, ["start.py:3 run_migrations Some(7)"]);
    }
}
