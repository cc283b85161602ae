//! The server process is killed between the statements of the consolidated migration: what a broken
//! run leaves must be what was there before it, and the next run must get through.

use super::check::Checker;
use super::look::Look;
use super::send::run_steps;
use crate::database::{Client, DatabaseError};

/// Connections to the database under test, and one beside it that may end the others.
pub(crate) struct Connections<'a> {
    pub(crate) admin: &'a mut Client,
    pub(crate) connect: &'a dyn Fn() -> Result<Client, DatabaseError>,
}

/// How often it was killed, and what was wrong afterwards.
#[derive(Debug, Default)]
pub(crate) struct Crashes {
    pub(crate) points: usize,
    pub(crate) troubles: Vec<String>,
}

/// Kills a run after each of at most `most` statements of each file, evenly spread; the first and
/// the last are always among them. Every run begins where the killed one left the database, and each
/// file is run whole in the end.
pub(crate) fn crash(
    checker: &Checker<'_>,
    connections: &mut Connections<'_>,
    most: usize,
) -> Result<Crashes, DatabaseError> {
    let mut crashes = Crashes::default();
    for file in &checker.plan.consolidated {
        let mut client = (connections.connect)()?;
        let before = Look::at(&mut client, checker.plan)?;
        for point in spread(file.steps.len(), most) {
            let process = client.process_id()?;
            let sent = client.run_at_once(&file.steps[..point])?;
            connections.admin.kill(process)?;
            // Whatever the dead connection says does not matter any more.
            client = (connections.connect)()?;
            crashes.points += 1;
            if let Err(error) = sent {
                let trouble = format!("{}: statement {point}: {error}", file.name);
                crashes.troubles.push(trouble);
            }
            let after = Look::at(&mut client, checker.plan)?;
            // All but the last statement are in an open transaction.
            let differs =
                checker.differences(&before, &after)?.is_some() || before.rows != after.rows;
            if point < file.steps.len() && differs {
                let trouble = format!(
                    "{}: killed after statement {point}, and it shows",
                    file.name
                );
                crashes.troubles.push(trouble);
            }
        }
        if let Some(failure) = run_steps(&mut client, &file.name, &file.steps)? {
            let trouble = format!(
                "{}: the run after the last kill: {}",
                file.name, failure.error
            );
            crashes.troubles.push(trouble);
        }
    }
    Ok(crashes)
}

/// Numbers of statements after which to kill, from none to all of them.
fn spread(statements: usize, most: usize) -> Vec<usize> {
    let all = statements + 1;
    if all <= most {
        return (0..all).collect();
    }
    let steps = most.max(2) - 1;
    let mut points: Vec<usize> = (0..=steps).map(|step| step * statements / steps).collect();
    points.dedup();
    points
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn the_ends_are_always_among_the_points() {
        assert_eq!(spread(3, 10), [0, 1, 2, 3]);
        assert_eq!(spread(100, 3), [0, 50, 100]);
        assert_eq!(spread(100, 1), [0, 100]);
    }
}
