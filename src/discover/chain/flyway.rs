//! Flyway: `V1.2__name.sql`, `U1.2__name.sql` and `R__name.sql` in one folder and those below it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{ChainFormat, ChainLocation, Chains, View};
use crate::discover::folder::{name, parent};

static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([VUB]\d+([._]\d+)*|R)__.+\.sql$").expect("a constant pattern"));

pub(super) fn find(view: &View<'_>, found: &mut Chains) {
    let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for candidate in view.candidates {
        let file = candidate.file();
        if NAME.is_match(name(file)) {
            folders
                .entry(parent(file))
                .or_default()
                .push(file.to_owned());
        }
    }
    for (root, files) in folders {
        found.chains.push(ChainLocation {
            format: ChainFormat::Flyway,
            root: root.to_owned(),
            config: None,
            version_folders: vec![root.to_owned()],
            files,
            reason: "its files are named as Flyway wants them".to_owned(),
        });
    }
}
