//! A small estate in a folder of its own, and the binary run in it.

use std::path::{Path, PathBuf};

use snapbox::cmd::{Command, OutputAssert};

pub struct Estate {
    folder: tempfile::TempDir,
}

impl Estate {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        // The search for a configuration and for git's root ends here.
        std::fs::create_dir(folder.path().join(".git")).expect("the folder is writable");
        Self { folder }
    }

    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).expect("the folder is writable");
        std::fs::write(path, content).expect("the file is writable");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is readable")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self, arguments: &[&str]) -> OutputAssert {
        Command::new(snapbox::cmd::cargo_bin!("fixfold"))
            .current_dir(self.folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .args(arguments)
            .assert()
    }
}
