//! Files that are read once. Discovery, evaluation and the chain ask for the same ones, and reading
//! means decoding and looking for secrets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::files::{DiskFiles, Files, ReadError};
use super::{ReadErrorKind, Source};

/// The files of one folder, as they were when they were first asked for.
#[derive(Debug)]
pub struct RememberedFiles {
    disk: DiskFiles,
    read: Mutex<BTreeMap<String, Result<Source, ReadError>>>,
    listed: Mutex<BTreeMap<String, Arc<Vec<String>>>>,
}

impl RememberedFiles {
    pub fn new(disk: DiskFiles) -> Self {
        Self {
            disk,
            read: Mutex::default(),
            listed: Mutex::default(),
        }
    }

    pub fn root(&self) -> &Path {
        self.disk.root()
    }

    fn remembered(&self) -> MutexGuard<'_, BTreeMap<String, Result<Source, ReadError>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listed(&self, folder: &str) -> Arc<Vec<String>> {
        let known = || self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = known().get(folder) {
            return Arc::clone(names);
        }
        let names = Arc::new(self.disk.list(folder));
        known().insert(folder.to_owned(), Arc::clone(&names));
        names
    }
}

impl Files for RememberedFiles {
    fn read(&self, file: &str) -> Result<Source, ReadError> {
        if let Some(known) = self.remembered().get(file) {
            return known.clone();
        }
        let source = self.disk.read(file);
        let is_lasting = |error: &ReadError| error.kind == ReadErrorKind::Binary;
        if source.as_ref().err().is_none_or(is_lasting) {
            self.remembered().insert(file.to_owned(), source.clone());
        }
        source
    }

    fn exists(&self, file: &str) -> bool {
        self.disk.exists(file)
    }

    fn is_listed(&self, file: &str) -> bool {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let names = self.listed(folder);
        names
            .binary_search_by(|each| each.as_str().cmp(name))
            .is_ok()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.listed(folder).to_vec()
    }
}
