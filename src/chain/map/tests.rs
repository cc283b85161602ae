//! Orders that the real Alembic gives for small graphs.

use super::*;

/// `id: parent parent / dependency`, one a line.
fn map(graph: &str) -> RevisionMap {
    let revisions: Vec<_> = graph
        .lines()
        .filter_map(|line| {
            let (id, rest) = line.trim().split_once(':')?;
            let (parents, dependencies) = rest.split_once('/').unwrap_or((rest, ""));
            let ids = |text: &str| text.split_whitespace().map(RevisionId::new).collect();
            let (id, label) = id.split_once('=').unwrap_or((id, ""));
            Some(Revision {
                id: RevisionId::new(id),
                parents: ids(parents),
                depends_on: ids(dependencies),
                labels: (!label.is_empty())
                    .then(|| label.to_owned())
                    .into_iter()
                    .collect(),
                message: String::new(),
                file: id.into(),
                line: 1,
            })
        })
        .collect();
    RevisionMap::new(&revisions)
}

fn written(ids: &[RevisionId]) -> String {
    ids.iter()
        .map(RevisionId::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn upgrade(graph: &str) -> String {
    let map = map(graph);
    written(&map.upgrade_order(&[], &map.heads()))
}

#[test]
fn a_line_is_walked_upwards() {
    assert_eq!(upgrade("c: b\na:\nb: a"), "a b c");
}

#[test]
fn a_merge_waits_for_both_branches() {
    assert_eq!(upgrade("a:\nb: a\nc: a\nd: b c"), "a c b d");
    assert_eq!(upgrade("a:\nb: a\nc: a\nd: b\ne: d c\nf: e"), "a c b d e f");
}

#[test]
fn several_bases_and_heads() {
    assert_eq!(upgrade("a:\nb: a\nx:\ny: x"), "x y a b");
    assert_eq!(upgrade("a:\nb: a / y\nx:\ny: x"), "x y a b");
}

#[test]
fn downgrades_go_the_other_way() {
    let map = map("a:\nb: a\nc: a\nd: b c");
    assert_eq!(written(&map.downgrade_order(&map.heads(), None)), "d b c a");
    let only_d = map.downgrade_order(&map.heads(), Some(&RevisionId::new("c")));
    assert_eq!(written(&only_d), "d");
}

#[test]
fn revisions_are_found_as_people_write_them() {
    let map = map("ab1:\nab2: ab1\ncd3=feature: ab2");
    let find = |text: &str| map.resolve(text).map(|ids| written(&ids));
    assert_eq!(find("cd").as_deref(), Ok("cd3"));
    assert_eq!(find("head").as_deref(), Ok("cd3"));
    assert_eq!(find("head-1").as_deref(), Ok("ab2"));
    assert_eq!(find("ab1+2").as_deref(), Ok("cd3"));
    assert_eq!(find("feature@head").as_deref(), Ok("cd3"));
    assert_eq!(find("base").as_deref(), Ok(""));
    assert!(find("ab").is_err());
    assert!(find("zz").is_err());
}

#[test]
fn a_circle_ends() {
    assert_eq!(upgrade("a: b\nb: a"), "");
}
