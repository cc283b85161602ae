//! Every revision up and back: a line each, or JSON.

use std::fmt::Write;

use serde::Serialize;

use crate::replay::{RoundTrip, StepFailure, WayBack};
use crate::report::style::{bold, count, dim};

/// For people.
pub fn round_trips_text(trips: &[RoundTrip]) -> String {
    let mut text = String::new();
    for trip in trips {
        let (id, way) = (bold(trip.revision.as_str()), trip.way_back().as_str());
        let _ = writeln!(text, "{id}  {way}  {}", dim(&trip.file));
        let failures = [
            ("does not go up", &trip.up),
            ("a second run fails", &trip.again),
            ("the way down fails", &trip.down),
            ("the way up after it fails", &trip.up_after_down),
        ];
        for (what, failure) in failures {
            if let Some(failure) = failure {
                let place = failure.place().map(|place| format!(" ({place})"));
                let place = place.unwrap_or_default();
                let _ = writeln!(text, "    {what}: {}{place}", failure.describe());
            }
        }
        for line in &trip.left {
            let _ = writeln!(text, "    after the way down {line}");
        }
        for line in &trip.unlike {
            let _ = writeln!(text, "    up again, {line}");
        }
    }
    text + &summary(trips)
}

fn summary(trips: &[RoundTrip]) -> String {
    let of = |way: WayBack| trips.iter().filter(|trip| trip.way_back() == way).count();
    let ways = [
        WayBack::Restores,
        WayBack::DoesNotRestore,
        WayBack::Raises,
        WayBack::NoWayUp,
    ];
    let counted: Vec<_> = ways
        .iter()
        .map(|way| (of(*way), way.as_str()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!(
        "{}: {}\n",
        count(trips.len(), "revision"),
        counted.join(", ")
    )
}

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    revisions: Vec<TripDocument>,
}

#[derive(Serialize)]
struct TripDocument {
    revision: String,
    file: String,
    way_back: &'static str,
    up: Option<FailureDocument>,
    up_twice: Option<FailureDocument>,
    down: Option<FailureDocument>,
    down_diff: Vec<String>,
    reup: Option<FailureDocument>,
    reup_diff: Vec<String>,
    undecided: Vec<String>,
}

#[derive(Serialize)]
struct FailureDocument {
    sqlstate: Option<&'static str>,
    message: String,
    place: Option<String>,
}

/// # Errors
/// None that a chain can cause.
pub fn round_trips_json(trips: &[RoundTrip]) -> serde_json::Result<String> {
    let document = Document {
        schema_version: 1,
        revisions: trips.iter().map(document).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn document(trip: &RoundTrip) -> TripDocument {
    let failure = |failure: &Option<StepFailure>| {
        failure.as_ref().map(|failure| FailureDocument {
            sqlstate: failure.sqlstate(),
            message: failure.describe(),
            place: failure.place().map(ToString::to_string),
        })
    };
    let undecided = trip.undecided.iter().map(|(place, what)| match place {
        Some(place) => format!("{place}: {what}"),
        None => what.clone(),
    });
    TripDocument {
        revision: trip.revision.to_string(),
        file: trip.file.to_string(),
        way_back: trip.way_back().as_str(),
        up: failure(&trip.up),
        up_twice: failure(&trip.again),
        down: failure(&trip.down),
        down_diff: trip.left.clone(),
        reup: failure(&trip.up_after_down),
        reup_diff: trip.unlike.clone(),
        undecided: undecided.collect(),
    }
}
