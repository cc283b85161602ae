//! A Python file as a script: what evaluation finds in it.

use std::sync::Arc;

use crate::effects;
use crate::effects::script::{Endpoints, read_script};
use crate::model::{InertReason, Reach, Script, ScriptLanguage};
use crate::python;
use crate::registry;
use crate::source::Source;

use super::Modules;

pub(super) fn script(source: &Source, modules: &Modules<'_>, endpoints: &Endpoints<'_>) -> Script {
    let parsed = modules.parsed_source(source);
    let mut reading = read_script(modules, registry::standard(), endpoints, &source.file);
    modules.forget(&source.file);
    for embedded in std::mem::take(&mut reading.python) {
        let inner = super::embedded::read_called(&embedded, &source.file, modules, endpoints);
        reading.effects.extend(inner.effects);
        reading.diagnostics.extend(inner.diagnostics);
        reading.signals.add(inner.signals);
    }
    let mut diagnostics = source.diagnostics.clone();
    diagnostics.extend(parsed.diagnostics.iter().cloned());
    let mut effects = reading.effects;
    if let Some(error) = diagnostics.iter().find(|each| each.rule == python::SYNTAX) {
        let reason = InertReason::DoesNotParse(error.message.clone());
        for effect in &mut effects {
            effect.reach = Reach::Inert(reason.clone());
        }
    }
    diagnostics.extend(reading.diagnostics);
    let (class, evidence) = effects::classify(&source.file, &effects, &reading.signals);
    Script {
        file: Arc::clone(&source.file),
        language: ScriptLanguage::Python,
        class,
        evidence,
        effects,
        diagnostics,
    }
}
