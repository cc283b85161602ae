//! Dumps of a database, made comparable.

use std::collections::BTreeMap;

use similar::TextDiff;

/// A dump as lines, without what differs from run to run; the rows of each table sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    lines: Vec<String>,
}

impl Dump {
    pub fn parse(text: &str) -> Self {
        let noise = [
            "--",
            "\\restrict",
            "\\unrestrict",
            "SET ",
            "SELECT pg_catalog.set_config",
        ];
        let kept = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .filter(|line| !noise.iter().any(|noise| line.starts_with(noise)));
        let mut lines: Vec<String> = Vec::new();
        let mut rows: Option<Vec<String>> = None;
        for line in kept {
            match rows.take() {
                Some(mut sorted) if line == "\\." => {
                    sorted.sort();
                    lines.append(&mut sorted);
                    lines.push(line.to_owned());
                }
                Some(mut more) => {
                    more.push(line.to_owned());
                    rows = Some(more);
                }
                None => {
                    rows = line.starts_with("COPY ").then(Vec::new);
                    lines.push(line.to_owned());
                }
            }
        }
        Self { lines }
    }

    /// The changed lines with one line around them; `@@` between places.
    pub fn difference(&self, after: &Self) -> String {
        let (before, after) = (self.text(), after.text());
        let diff = TextDiff::from_lines(&before, &after);
        let diff = diff.unified_diff().context_radius(1).to_string();
        diff.lines()
            .map(|line| match line.starts_with("@@") {
                true => "@@\n".to_owned(),
                false => format!("{line}\n"),
            })
            .collect()
    }

    fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// What there is, columns in no order, rows and sequence positions aside.
    pub fn schema(&self) -> Vec<String> {
        let mut schema = Vec::new();
        let mut columns: Option<Vec<String>> = None;
        let mut in_rows = false;
        for line in &self.lines {
            let is_table = line.starts_with("CREATE TABLE ") && line.ends_with('(');
            if in_rows || line.starts_with("COPY ") {
                in_rows = line != "\\.";
            } else if line.starts_with("SELECT pg_catalog.setval") {
            } else if let Some(mut found) = columns.take() {
                if line.starts_with(')') {
                    found.sort();
                    schema.append(&mut found);
                    schema.push(line.clone());
                } else {
                    found.push(line.trim_end_matches(',').to_owned());
                    columns = Some(found);
                }
            } else {
                columns = is_table.then(Vec::new);
                schema.push(line.clone());
            }
        }
        schema
    }

    /// By table, each row as values by column.
    pub fn rows(&self) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
        let mut rows: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
        let mut open: Option<(String, Vec<String>)> = None;
        for line in &self.lines {
            if let Some((table, columns)) = &open {
                if line == "\\." {
                    open = None;
                    continue;
                }
                let values = line.split('\t').map(str::to_owned);
                let row = columns.iter().cloned().zip(values).collect();
                rows.entry(table.clone()).or_default().push(row);
            } else if let Some((table, rest)) = line
                .strip_prefix("COPY ")
                .and_then(|rest| rest.split_once(" ("))
            {
                let columns = rest.trim_end_matches(") FROM stdin;").split(", ");
                open = Some((table.to_owned(), columns.map(str::to_owned).collect()));
            }
        }
        for table in rows.values_mut() {
            table.sort();
        }
        rows
    }
}
