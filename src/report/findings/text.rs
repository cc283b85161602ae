//! Findings for people: the message, the lines it is about, and the way out.

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as SnippetLevel, Renderer, Snippet};

use crate::model::{Diagnostic, Level, Place};
use crate::report::style::level_count;
use crate::source::{Files, Source};

/// Every finding with its excerpt, then how many there are.
pub fn findings_text(findings: &[Diagnostic], files: &dyn Files) -> String {
    let mut sources = Sources {
        files,
        read: BTreeMap::new(),
    };
    let mut text = String::new();
    for finding in findings {
        text.push_str(&excerpt(finding, &mut sources));
        text.push_str("\n\n");
    }
    text.push_str(&totals(findings));
    text
}

/// Files are read once, when the first finding in them is shown.
struct Sources<'files> {
    files: &'files dyn Files,
    read: BTreeMap<String, Option<Source>>,
}

impl Sources<'_> {
    fn line(&mut self, place: &Place) -> Option<String> {
        let source = self
            .read
            .entry(place.file.to_string())
            .or_insert_with(|| self.files.read(&place.file).ok());
        source.as_ref()?.line(place.line).map(str::to_owned)
    }
}

fn excerpt(finding: &Diagnostic, sources: &mut Sources<'_>) -> String {
    let title_level = match finding.level {
        Level::Note => SnippetLevel::NOTE,
        Level::Warning => SnippetLevel::WARNING,
        Level::Error => SnippetLevel::ERROR,
    };
    let title = title_level
        .primary_title(finding.message.as_str())
        .id(finding.rule);
    let mut group = Group::with_title(title);
    let labels = finding
        .labels
        .iter()
        .map(|label| (&label.place, label.text.as_str()));
    let places = finding.place.iter().map(|place| (place, "")).chain(labels);
    for (index, (place, text)) in places.enumerate() {
        let Some(line) = sources.line(place) else {
            continue;
        };
        let kind = if index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        group = group.element(snippet(place, line, kind, text));
    }
    if let Some(help) = &finding.help {
        group = group.element(SnippetLevel::HELP.message(help.as_str()));
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    renderer.render(&[group])
}

fn snippet<'text>(
    place: &'text Place,
    line: String,
    kind: AnnotationKind,
    label: &'text str,
) -> Snippet<'text, annotate_snippets::Annotation<'text>> {
    let start = line
        .char_indices()
        .nth((place.column as usize).saturating_sub(1))
        .map_or(0, |(index, _)| index);
    let end = line.trim_end().len().max(start);
    let annotation = kind.span(start..end);
    let annotation = if label.is_empty() {
        annotation
    } else {
        annotation.label(label)
    };
    Snippet::source(line)
        .line_start(place.line as usize)
        .path(&*place.file)
        .annotation(annotation)
}

fn totals(findings: &[Diagnostic]) -> String {
    let of = |wanted: Level| {
        findings
            .iter()
            .filter(|finding| finding.level == wanted)
            .count()
    };
    let parts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .filter(|wanted| of(*wanted) > 0)
        .map(|wanted| level_count(of(wanted), wanted))
        .collect();
    if parts.is_empty() {
        "no findings\n".to_owned()
    } else {
        parts.join(", ") + "\n"
    }
}
