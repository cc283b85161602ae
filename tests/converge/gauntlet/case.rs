//! Reading cases from Markdown, and writing an expectation back.

use std::ops::Range;
use std::path::Path;

#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    pub role: Option<String>,
    pub settings: Vec<String>,
    /// Every statement of `ensure` commits by itself.
    pub each_commits: bool,
    pub setup: String,
    pub ensure: String,
    pub check: Option<String>,
    pub expected: String,
}

pub fn read(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("a case file is readable");
    sections(&text)
        .into_iter()
        .filter_map(|(name, range)| parse(name, &text[range]))
        .collect()
}

/// A section without blocks is prose.
fn parse(name: &str, section: &str) -> Option<Case> {
    let mut case = Case {
        name: name.to_owned(),
        ..Case::default()
    };
    let blocks = blocks(section);
    if blocks.is_empty() {
        return None;
    }
    for (info, range) in &blocks {
        let text = section[range.clone()].to_owned();
        match *info {
            "sql setup" => case.setup = text,
            "sql ensure" => case.ensure = text,
            "sql check" => case.check = Some(text),
            "expect" => case.expected = text,
            other => panic!("{name}: unknown block `{other}`"),
        }
    }
    let head = &section[..section.find("```").unwrap_or(0)];
    for line in head.lines() {
        match line.split_once(": ") {
            Some(("role", role)) => case.role = Some(role.to_owned()),
            Some(("set", setting)) => case.settings.push(setting.to_owned()),
            Some(("steps", "each")) => case.each_commits = true,
            _ => {}
        }
    }
    Some(case)
}

/// Each `##` heading with the bytes below it.
fn sections(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut sections: Vec<(&str, Range<usize>)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("## ") {
            if let Some((_, last)) = sections.last_mut() {
                last.end = offset;
            }
            sections.push((name.trim(), offset + line.len()..text.len()));
        }
        offset += line.len();
    }
    sections
}

/// Fenced blocks: what stands after the fence, and the bytes inside.
fn blocks(section: &str) -> Vec<(&str, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut offset = 0;
    for line in section.split_inclusive('\n') {
        let end = offset + line.len();
        if let Some(info) = line.strip_prefix("```") {
            open = match open {
                None => Some((info.trim(), end)),
                Some((info, start)) => {
                    blocks.push((info, start..offset));
                    None
                }
            };
        }
        offset = end;
    }
    blocks
}

pub fn update(path: &Path, name: &str, found: &str) {
    let mut text = std::fs::read_to_string(path).expect("a case file is readable");
    let mut all = sections(&text).into_iter();
    let (_, range) = all.find(|section| section.0 == name).expect("the case");
    let blocks = blocks(&text[range.clone()]);
    match blocks.iter().find(|(info, _)| *info == "expect") {
        Some((_, inside)) => {
            let inside = range.start + inside.start..range.start + inside.end;
            text.replace_range(inside, found);
        }
        None => {
            let end = blocks.last().map_or(0, |(_, inside)| inside.end) + "```\n".len();
            let block = format!("```expect\n{found}```\n");
            text.insert_str(range.start + end, &block);
        }
    }
    std::fs::write(path, text).expect("the case file is writable");
}
