//! How long replaying a chain takes: the reference estate's, or that of `FIXFOLD_BENCH_ESTATE`, and a
//! long one that is made up. `against_alembic` holds it against the real one.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use divan::{Bencher, black_box};
use fixfold::pipeline::{self, Estate, ReplayRequest};
use fixfold::replay::Replay;

fn main() {
    divan::main();
}

/// As the command does it: from the files on disk to the schema at the head.
fn replay(folder: &Path) -> Replay {
    let estate = Estate::open(folder).expect("an estate to read");
    let chains = pipeline::chains(&estate);
    let chain = chains.first().expect("a chain");
    pipeline::replay_request(&estate, chain, &ReplayRequest::default()).expect("it is replayed")
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn replay_estate(bencher: Bencher<'_, '_>) {
    let named = std::env::var_os("FIXFOLD_BENCH_ESTATE").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("inventory");
    let folder = named.unwrap_or(here);
    bencher.bench_local(|| black_box(replay(&folder)));
}

#[divan::bench(args = [50, 550], sample_count = 10, sample_size = 1)]
fn replay_long_chain(bencher: Bencher<'_, '_>, revisions: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    write_chain(folder.path(), revisions);
    let replayed = replay(folder.path());
    assert_eq!(replayed.steps.len(), revisions);
    assert!(replayed.first_failure().is_none());
    bencher.bench_local(|| black_box(replay(folder.path())));
}

/// Every fourth revision makes a table; the others change one.
fn write_chain(folder: &Path, revisions: usize) {
    let versions = folder.join("migrations/versions");
    std::fs::create_dir_all(&versions).expect("a folder");
    let write = |path: &str, text: &str| std::fs::write(folder.join(path), text).expect("a file");
    write("alembic.ini", "[alembic]\nscript_location = migrations\n");
    write("migrations/env.py", "from alembic import context\n");
    for number in 0..revisions {
        let parent = match number {
            0 => "None".to_owned(),
            _ => format!("'r{:04}'", number - 1),
        };
        let mut text = format!(
            "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'r{number:04}'\n\
             down_revision = {parent}\n\n\ndef upgrade():\n"
        );
        let table = number / 4;
        let step = match number % 4 {
            0 => format!(
                "    op.create_table(\n        'thing_{table}',\n        \
                 sa.Column('id', sa.Integer(), primary_key=True),\n        \
                 sa.Column('name', sa.String(80), nullable=False),\n        \
                 sa.Column('state', sa.Enum('open', 'closed', name='state_{table}')),\n        \
                 sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.func.now()),\n    )\n"
            ),
            1 => format!(
                "    op.add_column('thing_{table}', sa.Column('amount', sa.Numeric(10, 2)))\n    \
                 op.create_index('ix_thing_{table}_name', 'thing_{table}', ['name'])\n"
            ),
            2 => format!(
                "    names = [c['name'] for c in sa.inspect(op.get_bind()).get_columns('thing_{table}')]\n    \
                 if 'size' not in names:\n        \
                 op.add_column('thing_{table}', sa.Column('size', sa.Integer()))\n"
            ),
            _ => format!(
                "    op.execute(\"UPDATE thing_{table} SET amount = 0 WHERE amount IS NULL\")\n    \
                 op.alter_column('thing_{table}', 'amount', nullable=False)\n    \
                 op.create_check_constraint('ck_thing_{table}', 'thing_{table}', 'amount >= 0')\n"
            ),
        };
        text.write_str(&step).expect("a text");
        write(&format!("migrations/versions/r{number:04}.py"), &text);
    }
}
