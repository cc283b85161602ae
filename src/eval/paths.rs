//! Paths of the file system: `__file__`, `os.path` and `pathlib`, as far as they stay in the
//! estate. The estate's root stands at [`ROOT`].

use std::rc::Rc;

use crate::model::{Place, Template};
use crate::python::tree::BinaryOperator;

use super::external::{Arguments, External};
use super::interpreter::Interpreter;
use super::value::Value;

/// Where scripts believe the estate to stand.
pub(crate) const ROOT: &str = "/estate";

pub(crate) fn file_value(file: &str) -> Value {
    Value::text(format!("{ROOT}/{file}"))
}

/// The folder of a path; of a name without a folder the root, `""`.
pub(crate) fn parent_folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(crate) fn within(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Resolves `.` and `..`; a leading `/` stays.
pub(crate) fn normalized(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `os.path.join`.
pub(crate) fn join(left: &str, right: &str) -> String {
    if right.starts_with('/') || left.is_empty() {
        return right.to_owned();
    }
    format!("{}/{right}", left.trim_end_matches('/'))
}

/// A `pathlib.Path` of known text.
pub(crate) fn path_value(path: &str, place: &Place) -> Value {
    path_of(Template::from_text(path), place)
}

pub(crate) fn path_of(path: Template, place: &Place) -> Value {
    Value::External(Rc::new(External {
        path: Rc::from("pathlib.Path"),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::positional(vec![Value::template(path)])),
        attributes: Default::default(),
        place: place.clone(),
    }))
}

/// The text of a path: a string, or a `pathlib.Path`.
pub(crate) fn path_text(value: &Value) -> Option<Template> {
    match value {
        Value::Text(template) => Some((**template).clone()),
        Value::External(external) if external.is_call_of("pathlib.Path") => {
            match external.arguments.as_ref()?.positional.first()? {
                Value::Text(template) => Some((**template).clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `folder / "name"`.
pub(crate) fn joined(operator: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    if operator != BinaryOperator::Divide {
        return None;
    }
    let folder = left
        .as_external()
        .filter(|external| external.is_call_of("pathlib.Path"))?;
    let whole = join_templates(&path_text(left)?, &path_text(right)?);
    Some(path_of(whole, &folder.place))
}

pub(crate) fn join_templates(left: &Template, right: &Template) -> Template {
    if let (Some(left), Some(right)) = (left.known_text(), right.known_text()) {
        return Template::from_text(join(&left, &right));
    }
    let mut whole = super::text::strip(left, Some("/"), false, true);
    whole.append(&Template::from_text("/"));
    whole.append(right);
    whole
}

impl Interpreter<'_> {
    /// The file of the estate that a path names: relative ones are tried from the root, from the
    /// script's folder and from the folders between.
    pub(crate) fn estate_file(&self, path: &str, importer: &str) -> Option<String> {
        self.estate_path(path, importer, &|file| self.estate.is_file(file))
    }

    pub(crate) fn estate_path(
        &self,
        path: &str,
        importer: &str,
        exists: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let path = normalized(path);
        if let Some(inside) = path.strip_prefix(ROOT) {
            let inside = inside.trim_start_matches('/');
            return exists(inside).then(|| inside.to_owned());
        }
        if path.starts_with('/') {
            return self.deployed_path(&path, exists);
        }
        let mut folder = parent_folder(importer);
        loop {
            let candidate = normalized(&within(folder, &path));
            if exists(&candidate) {
                return Some(candidate);
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent_folder(folder);
        }
    }

    /// An absolute path of the machine that the script was written for: its longest tail that is
    /// in the estate (`/app/migrations/x.sql`).
    fn deployed_path(&self, path: &str, exists: &dyn Fn(&str) -> bool) -> Option<String> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        (1..parts.len())
            .map(|start| parts[start..].join("/"))
            .find(|tail| tail.contains('/') && exists(tail))
    }
}
