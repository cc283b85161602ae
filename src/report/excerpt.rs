//! A message with the lines that it is about, as compilers show them.

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::{self, Place};
use crate::source::{Files, Source};

/// One message. The first place is what it is about; the others explain.
pub(super) struct Excerpt<'text> {
    pub level: model::Level,
    pub title: &'text str,
    pub id: Option<&'text str>,
    pub places: Vec<(&'text Place, &'text str)>,
    pub notes: Vec<String>,
    pub help: Option<&'text str>,
}

/// Files are read once, when the first line of them is shown.
pub(super) struct Sources<'files> {
    files: &'files dyn Files,
    read: BTreeMap<String, Option<Source>>,
}

impl<'files> Sources<'files> {
    pub(super) fn new(files: &'files dyn Files) -> Self {
        Self {
            files,
            read: BTreeMap::new(),
        }
    }

    fn line(&mut self, place: &Place) -> Option<String> {
        let source = self
            .read
            .entry(place.file.to_string())
            .or_insert_with(|| self.files.read(&place.file).ok());
        source.as_ref()?.line(place.line).map(shown)
    }
}

/// A line of generated text can be longer than anybody reads.
fn shown(line: &str) -> String {
    const LONGEST: usize = 400;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

impl Excerpt<'_> {
    pub(super) fn render(&self, sources: &mut Sources<'_>) -> String {
        let level = match self.level {
            model::Level::Note => Level::NOTE,
            model::Level::Warning => Level::WARNING,
            model::Level::Error => Level::ERROR,
        };
        let title = level.primary_title(self.title);
        let title = match self.id {
            Some(id) => title.id(id),
            None => title,
        };
        let mut group = Group::with_title(title);
        for (index, (place, label)) in self.places.iter().enumerate() {
            if let Some(line) = sources.line(place) {
                group = group.element(snippet(place, line, kind(index), label));
            }
        }
        for note in &self.notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        if let Some(help) = self.help {
            group = group.element(Level::HELP.message(help));
        }
        let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
        renderer.render(&[group]) + "\n"
    }
}

fn kind(index: usize) -> AnnotationKind {
    if index == 0 {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    }
}

/// From the place to the line's end.
fn snippet<'text>(
    place: &'text Place,
    line: String,
    kind: AnnotationKind,
    label: &'text str,
) -> Snippet<'text, Annotation<'text>> {
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
