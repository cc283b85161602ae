//! What sets two catalogs apart.

use std::fmt;

use serde::Serialize;

use super::{Canonical, Catalog, FactKey, FactValues};

/// One attribute with both sides' values; `None` where a side does not have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AttributeDifference {
    pub attribute: &'static str,
    pub left: Option<String>,
    pub right: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    OnlyLeft,
    OnlyRight,
    Changed(Vec<AttributeDifference>),
}

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    pub key: FactKey,
    pub kind: DifferenceKind,
}

/// The differences from `left` to `right`, in the order of a dump. Column order counts only if
/// asked for.
pub fn diff(left: &Catalog, right: &Catalog, canonical: &dyn Canonical) -> Vec<Difference> {
    let (left, right) = (left.facts(canonical), right.facts(canonical));
    let mut differences: Vec<_> = left
        .iter()
        .filter_map(|(key, values)| {
            let kind = match right.get(key) {
                Some(other) => DifferenceKind::Changed(changed(values, other)?),
                None => DifferenceKind::OnlyLeft,
            };
            Some(Difference {
                key: key.clone(),
                kind,
            })
        })
        .collect();
    differences.extend(
        right
            .keys()
            .filter(|key| !left.contains_key(key))
            .map(|key| Difference {
                key: key.clone(),
                kind: DifferenceKind::OnlyRight,
            }),
    );
    differences.sort();
    differences
}

/// `None` if the same.
fn changed(left: &FactValues, right: &FactValues) -> Option<Vec<AttributeDifference>> {
    let attributes: std::collections::BTreeSet<_> = left.keys().chain(right.keys()).collect();
    let differences: Vec<_> = attributes
        .into_iter()
        .filter(|attribute| left.get(*attribute) != right.get(*attribute))
        .map(|attribute| AttributeDifference {
            attribute,
            left: left.get(attribute).cloned(),
            right: right.get(attribute).cloned(),
        })
        .collect();
    (!differences.is_empty()).then_some(differences)
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} `{}`",
            self.key.kind.as_str(),
            self.key.object
        )?;
        match &self.kind {
            DifferenceKind::OnlyLeft => formatter.write_str(" is missing"),
            DifferenceKind::OnlyRight => formatter.write_str(" is extra"),
            DifferenceKind::Changed(attributes) => {
                for (index, one) in attributes.iter().enumerate() {
                    let side =
                        |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
                    let separator = if index == 0 { ":" } else { ";" };
                    let (left, right) = (side(&one.left), side(&one.right));
                    write!(formatter, "{separator} {} {left} -> {right}", one.attribute)?;
                }
                Ok(())
            }
        }
    }
}
