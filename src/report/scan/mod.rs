//! What `fixfold scan` shows of a ledger: one row a script, then totals.

mod totals;

use super::style::{bold, count, dim};
use super::table::Rows;
use crate::inventory::{Ledger, ScriptRecord};
use totals::Totals;

/// The version of the JSON document.
const SCHEMA_VERSION: u32 = 1;

/// For people: the chains, a table of scripts, totals. `width` is the terminal's.
pub fn scan_text(ledger: &Ledger, width: u16) -> String {
    let totals = Totals::of(ledger);
    let mut text = chains(ledger);
    if ledger.scripts.is_empty() {
        text.push_str("no scripts that can change a database\n");
        return text;
    }
    text.push('\n');
    text.push_str(&script_rows(ledger).text(width));
    text.push('\n');
    text.push_str(&class_rows(&totals).text(width));
    text.push('\n');
    text.push_str(&summary(ledger, &totals));
    text
}

pub fn scan_markdown(ledger: &Ledger) -> String {
    let totals = Totals::of(ledger);
    format!(
        "# Database scripts\n\n{}\n{}\n## Classes\n\n{}\n## Totals\n\n{}",
        chains(ledger),
        script_rows(ledger).markdown(),
        class_rows(&totals).markdown(),
        summary(ledger, &totals)
    )
}

/// One row a script.
pub fn scan_csv(ledger: &Ledger) -> String {
    script_rows(ledger).csv()
}

/// The whole ledger with totals.
pub fn scan_json(ledger: &Ledger) -> serde_json::Result<String> {
    #[derive(serde::Serialize)]
    struct Document<'ledger> {
        schema_version: u32,
        totals: &'ledger Totals,
        #[serde(flatten)]
        ledger: &'ledger Ledger,
    }
    let document = Document {
        schema_version: SCHEMA_VERSION,
        totals: &Totals::of(ledger),
        ledger,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn chains(ledger: &Ledger) -> String {
    if ledger.chains.is_empty() {
        return "no migration chain\n".to_owned();
    }
    let lines = ledger.chains.iter().map(|chain| {
        let heads = match &chain.heads[..] {
            [] => "no head".to_owned(),
            [head] => format!("head {head}"),
            heads => format!("{} heads: {}", heads.len(), heads.join(", ")),
        };
        let revisions = count(chain.revisions, "revision");
        format!(
            "{} ({}): {revisions}, {heads}\n",
            bold(&chain.path),
            chain.format
        )
    });
    lines.collect()
}

fn script_rows(ledger: &Ledger) -> Rows {
    Rows {
        header: vec![
            "script",
            "class",
            "effects",
            "never",
            "missing",
            "clash",
            "worst finding",
        ],
        numbers: vec![2, 3, 4, 5],
        rows: ledger.scripts.iter().map(script_row).collect(),
    }
}

fn script_row(script: &ScriptRecord) -> Vec<String> {
    let with = |disposition: &str| {
        let effects = script.facts.effects.iter();
        effects
            .filter(|effect| effect.disposition.as_deref() == Some(disposition))
            .count()
    };
    vec![
        script.file.clone(),
        script.facts.class.clone(),
        number(script.facts.effects.len()),
        number(with("inert")),
        number(with("missing")),
        number(with("conflicting")),
        totals::worst_finding(script).unwrap_or_default(),
    ]
}

/// Zeros only hide the other numbers.
fn number(number: usize) -> String {
    if number == 0 {
        String::new()
    } else {
        number.to_string()
    }
}

fn class_rows(totals: &Totals) -> Rows {
    let row = |(class, of_class): (&String, &totals::OfClass)| {
        vec![
            class.clone(),
            of_class.scripts.to_string(),
            number(of_class.effects),
        ]
    };
    Rows {
        header: vec!["class", "scripts", "effects"],
        numbers: vec![1, 2],
        rows: totals.classes.iter().map(row).collect(),
    }
}

fn summary(ledger: &Ledger, totals: &Totals) -> String {
    let mut lines = vec![
        format!(
            "{}, {}",
            count(totals.scripts, "script"),
            count(totals.effects, "effect")
        ),
        listed("effects", &totals.dispositions, usize::MAX),
        listed("findings", &totals.findings, usize::MAX),
        listed("worst", &totals.worst_rules, 5),
    ];
    if totals.near_duplicates > 0 {
        lines.push(format!(
            "{} with a near-duplicate",
            count(totals.near_duplicates, "script")
        ));
    }
    if totals.undecided > 0 {
        lines.push(format!(
            "{} for an answer: `decisions` in the ledger",
            match totals.undecided {
                1 => "1 decision waits".to_owned(),
                more => format!("{more} decisions wait"),
            }
        ));
    }
    if !ledger.gone_scripts.is_empty() {
        lines.push(format!(
            "{} gone, notes kept",
            count(ledger.gone_scripts.len(), "script")
        ));
    }
    lines.retain(|line| !line.is_empty());
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// `effects: 12 missing, 3 absorbed`, the `most` frequent ones; empty where there are none.
fn listed(what: &str, numbers: &std::collections::BTreeMap<String, usize>, most: usize) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<_> = numbers.iter().collect();
    sorted.sort_by_key(|(name, number)| (std::cmp::Reverse(**number), *name));
    let parts: Vec<String> = sorted
        .iter()
        .take(most)
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    format!("{} {}", dim(&format!("{what}:")), parts.join(", "))
}
