//! Paths of routes and of requests, and which of them meet.

/// Stands in a path's text for what is not known of it.
pub(super) const HOLE: char = '\u{E000}';

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// One segment, whatever it is.
    One,
    /// Any number of segments.
    Rest,
}

/// A path with what may stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Segment>);

/// Longer paths are cut: nobody writes them.
const MOST_SEGMENTS: usize = 40;

impl Pattern {
    /// `{id}` and `<int:id>` are one segment, `{name:path}` and `<path:name>` any number of them.
    pub(super) fn of_route(text: &str) -> Self {
        Self::of(text.split('/').flat_map(route_segments))
    }

    /// Of a URL whose holes are written `{label}`. An address that begins with one may hold a part of
    /// the path.
    pub(super) fn of_request(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let (is_open, path) = match path.split_once("://") {
            Some((_, rest)) => (false, rest.find('/').map_or("", |at| &rest[at..])),
            None if path.starts_with('{') => match path.split_once('}') {
                Some((_, rest)) => (true, rest),
                None => (true, ""),
            },
            None => (!path.starts_with('/'), path),
        };
        let open = is_open.then_some(Segment::Rest);
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        Self::of(open.into_iter().chain(segments.map(request_segment)))
    }

    fn of(segments: impl Iterator<Item = Segment>) -> Self {
        Self(segments.take(MOST_SEGMENTS).collect())
    }

    /// How many segments both spell out alike, in the best of the ways in which the two can be the
    /// same path; `None` if there is no way. Two roots meet in none.
    pub(super) fn meets(&self, other: &Self) -> Option<usize> {
        if self.ends_otherwise(other) {
            return None;
        }
        let (rows, columns) = (self.0.len(), other.0.len());
        let mut best = vec![vec![None; columns + 1]; rows + 1];
        for row in (0..=rows).rev() {
            for column in (0..=columns).rev() {
                best[row][column] = self.step(other, row, column, &best);
            }
        }
        best[0][0]
    }

    /// Do the last segments, up to one that takes any number of them, rule each other out? Nearly all
    /// routes differ from a request there.
    fn ends_otherwise(&self, other: &Self) -> bool {
        let ends = self.0.iter().rev().zip(other.0.iter().rev());
        let fixed =
            ends.take_while(|(left, right)| **left != Segment::Rest && **right != Segment::Rest);
        fixed
            .into_iter()
            .any(|(left, right)| alike(left, right).is_none())
    }

    fn step(
        &self,
        other: &Self,
        row: usize,
        column: usize,
        best: &[Vec<Option<usize>>],
    ) -> Option<usize> {
        let (left, right) = (self.0.get(row), other.0.get(column));
        if left.is_none() && right.is_none() {
            return Some(0);
        }
        let mut ways = Vec::new();
        if left == Some(&Segment::Rest) {
            ways.push(best[row + 1][column]);
            ways.extend(right.map(|_| best[row][column + 1]));
        }
        if right == Some(&Segment::Rest) {
            ways.push(best[row][column + 1]);
            ways.extend(left.map(|_| best[row + 1][column]));
        }
        if let (Some(left), Some(right)) = (left, right)
            && let Some(alike) = alike(left, right)
        {
            ways.push(best[row + 1][column + 1].map(|count| count + alike));
        }
        ways.into_iter().flatten().max()
    }
}

/// 1 where both are spelled out, 0 where one of them is open.
fn alike(left: &Segment, right: &Segment) -> Option<usize> {
    match (left, right) {
        (Segment::Literal(left), Segment::Literal(right)) => (left == right).then_some(1),
        (Segment::Rest, _) | (_, Segment::Rest) => None,
        (Segment::One, _) | (_, Segment::One) => Some(0),
    }
}

fn route_segments(text: &str) -> Vec<Segment> {
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(rest) = text.strip_prefix(HOLE) {
        let mut segments = vec![Segment::Rest];
        segments.extend(route_segments(rest));
        return segments;
    }
    let takes_all = text.contains(":path}") || text.starts_with("<path:") || text.contains("(?P<");
    vec![if takes_all {
        Segment::Rest
    } else if text.contains(['{', '<', HOLE]) {
        Segment::One
    } else {
        Segment::Literal(text.to_owned())
    }]
}

fn request_segment(text: &str) -> Segment {
    match text.contains('{') {
        true => Segment::One,
        false => Segment::Literal(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{HOLE, Pattern};

    fn meets(route: &str, request: &str) -> Option<usize> {
        Pattern::of_route(route).meets(&Pattern::of_request(request))
    }

    #[test]
    fn parameters_take_one_segment() {
        assert_eq!(meets("/users/{id}/fix", "/users/7/fix"), Some(2));
        assert_eq!(meets("/users/<int:id>", "/users/7/fix"), None);
        assert_eq!(
            meets("/files/{rest:path}", "https://h.example/files/a/b"),
            Some(1)
        );
    }

    #[test]
    fn an_unknown_address_may_hold_a_part_of_the_path() {
        assert_eq!(
            meets("/api/v1/repair/tables", "{base}/repair/tables?x=1"),
            Some(2)
        );
        assert_eq!(meets("/repair/tables", "https://{host}/api/repair"), None);
    }

    #[test]
    fn a_prefix_from_the_settings_may_be_anything() {
        let route = format!("{HOLE}/repair");
        assert_eq!(meets(&route, "/api/v1/repair/"), Some(1));
        assert_eq!(meets(&route, "/api/v1/mend"), None);
    }

    #[test]
    fn what_an_open_part_swallows_is_not_alike() {
        assert_eq!(meets("/things/{a}/{b}", "{base}/repair/tables"), Some(0));
    }
}
