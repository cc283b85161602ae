//! The evaluator: no script stops it, and each ends within its limits.
#![no_main]

use fixfold::effects::script::{Endpoints, read_script};
use fixfold::eval::limits::STACK_BYTES;
use fixfold::pipeline::Modules;
use fixfold::registry;
use fixfold::source::MemoryFiles;
use libfuzzer_sys::fuzz_target;

fn read(text: &str) {
    let files = MemoryFiles::new().with("fix.py", text);
    let modules = Modules::new(&files, &["fix.py".to_owned()]);
    let endpoints = Endpoints::new(&modules, registry::standard());
    let _ = read_script(&modules, registry::standard(), &endpoints, "fix.py");
}

fuzz_target!(|text: &str| {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let reader = builder.spawn_scoped(scope, || read(text));
        let ended = reader.map(|reader| reader.join());
        assert!(matches!(ended, Ok(Ok(()))));
    });
});
