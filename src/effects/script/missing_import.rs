//! Imports that must fail: a name of a module of the estate that the module does not have. Python
//! stops a script at the first one (`ImportError`). It is told as evidence and changes no effect: when
//! the script was written the module had the name, and databases may hold what it did then.

use crate::effects::routes::module_files;
use crate::eval::Estate;
use crate::model::Place;
use crate::python::tree::{ImportedName, StatementKind};
use crate::registry::Registry;

/// In these ways a module can have names that its text does not show.
const HIDDEN_NAMES: &[&str] = &[
    "import *",
    "__getattr__",
    "globals(",
    "locals(",
    "vars(",
    "setattr(",
    "exec(",
    "sys.modules",
];

/// The first such import at the script's top level: its place, the module's file and the name.
pub(super) fn first(
    estate: &dyn Estate,
    registry: &Registry,
    file: &str,
) -> Option<(Place, String)> {
    let module = estate.module(file)?;
    module.body.iter().find_map(|statement| {
        let StatementKind::ImportFrom {
            module,
            names,
            level,
        } = &statement.kind
        else {
            return None;
        };
        let root = module.split('.').next().unwrap_or_default();
        if *level == 0 && registry.is_library(root) {
            return None;
        }
        // Of several files it is not certain which one Python takes.
        let [imported] = &module_files(estate, file, *level, module)[..] else {
            return None;
        };
        let text = estate.text(imported)?;
        let named = names.iter().filter(|name| name.name != "*");
        let mut missing = named.filter(|name| !has(estate, imported, &text, name));
        let missing = missing.next()?;
        let what = format!("`{}`, which {imported} does not define", missing.name);
        Some((statement.place.clone(), what))
    })
}

/// May the module have the name? Whatever its text mentions counts, and its submodules.
fn has(estate: &dyn Estate, module: &str, text: &str, imported: &ImportedName) -> bool {
    let name = imported.name.as_str();
    let folder = module.strip_suffix("__init__.py");
    let is_submodule = folder.is_some_and(|folder| {
        estate.is_file(&format!("{folder}{name}.py"))
            || estate.is_folder(&format!("{folder}{name}"))
    });
    let mentions =
        |text: &str, what: &str| memchr::memmem::find(text.as_bytes(), what.as_bytes()).is_some();
    is_submodule || mentions(text, name) || HIDDEN_NAMES.iter().any(|way| mentions(text, way))
}
