//! A Python file as a script: what evaluation finds in it.

use std::sync::Arc;

use crate::effects;
use crate::effects::script::read_script;
use crate::model::{Script, ScriptLanguage};
use crate::registry;
use crate::source::Source;

use super::Modules;

pub(super) fn script(source: &Source, modules: &Modules<'_>) -> Script {
    let reading = read_script(modules, registry::standard(), &source.file);
    let mut diagnostics = source.diagnostics.clone();
    if let Some(parsed) = modules.parsed(&source.file) {
        diagnostics.extend(parsed.diagnostics.iter().cloned());
    }
    diagnostics.extend(reading.diagnostics);
    let (class, evidence) = effects::classify(&source.file, &reading.effects, &reading.signals);
    Script {
        file: Arc::clone(&source.file),
        language: ScriptLanguage::Python,
        class,
        evidence,
        effects: reading.effects,
        diagnostics,
    }
}
