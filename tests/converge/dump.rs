//! The dump of a modelled schema, loaded into an empty database, gives that schema again.

use std::path::Path;

use fixfold::catalog::Catalog;
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::pipeline::{self, Estate, ReplayRequest};
use fixfold::render;

use super::model::{Model, ROLES, counted};
use super::truth;

/// Loads the dump; what is refused, and what is then not as in the model.
fn loaded(cluster: &Cluster, admin: &mut Client, catalog: &Catalog) -> Vec<String> {
    let database = cluster.fresh_name("dump");
    admin
        .clone_database("template0", &database)
        .expect("a database");
    let mut client = cluster.connect(&database).expect("a connection");
    let text = render::schema(catalog);
    let found = match client.execute(&text) {
        Ok(()) => counted(catalog, &mut client),
        Err(error) => vec![format!("{error:#}")],
    };
    drop(client);
    admin.drop_database(&database).expect("it goes");
    found
}

#[test]
fn the_dump_of_every_case_can_be_loaded() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    admin.execute(ROLES).expect("roles");
    let mut wrong = Vec::new();
    for case in truth::all_cases() {
        let mut model = Model::empty();
        model.run(ROLES).expect("roles");
        for statement in &case.statements {
            // Many are there to be refused.
            let _ = model.run(statement);
        }
        model.session.rollback();
        let found = loaded(&cluster, &mut admin, &model.session.catalog);
        if !found.is_empty() {
            wrong.push(format!("{}\n  {}", case.name, found.join("\n  ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_dump_of_the_reference_estate_can_be_loaded() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory");
    let estate = Estate::open(&folder).expect("an estate");
    let chains = pipeline::chains(&estate);
    let chain = chains.first().expect("a chain");
    let replay = pipeline::replay_request(&estate, chain, &ReplayRequest::default())
        .expect("the chain is replayed");
    assert_eq!(
        loaded(&cluster, &mut admin, &replay.end),
        Vec::<String>::new()
    );
}
