//! Copies folders of data files.

use std::fs;
use std::io;
use std::path::Path;

/// Copies a folder with all that is in it; `each` sees every copy (to give it to somebody).
pub(crate) fn copy_folder(
    from: &Path,
    to: &Path,
    each: &dyn Fn(&Path) -> io::Result<()>,
) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    each(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target, each)?;
        } else {
            fs::copy(entry.path(), &target)?;
            each(&target)?;
        }
    }
    Ok(())
}
