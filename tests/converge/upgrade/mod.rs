//! Small Alembic chains, one for each operation and failure, run by the real Alembic on PostgreSQL
//! and by the model: both must fail in the same revision with the same error, leave the same version
//! table and the same schema. Needs the server's binaries, and Alembic in `.venv` (`tests/run`).

mod case;
mod compare;
mod random;
mod real;

use compare::compare_all;

#[test]
fn every_chain_goes_as_alembic_goes() {
    compare_all(&case::read_all());
}

#[test]
fn random_chains_go_as_alembic_goes() {
    compare_all(&random::chains());
}
