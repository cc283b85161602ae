//! A Markdown file of cases: reading it, and writing an expectation back.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::ops::Range;
use std::path::Path;

use fixfold::source::MemoryFiles;

pub struct Document {
    pub cases: Vec<Case>,
}

#[derive(Debug)]
pub struct Case {
    /// The heading.
    pub name: String,
    /// In the order of the document.
    pub files: Vec<InputFile>,
    pub expected: Option<String>,
    /// The bytes that an expectation replaces: the `expect` block, or the end of the last block.
    replaced: Range<usize>,
}

#[derive(Debug)]
pub struct InputFile {
    pub name: String,
    pub text: String,
}

impl Case {
    pub fn memory(&self) -> MemoryFiles {
        let files = self.files.iter();
        files.fold(MemoryFiles::new(), |files, file| {
            files.with(file.name.as_str(), file.text.as_str())
        })
    }
}

/// A fenced block: what stands after the backticks, what is inside, and all its bytes.
struct Block {
    info: String,
    text: String,
    range: Range<usize>,
}

impl Document {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a case file is readable");
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let mut cases = Vec::new();
        for (name, section) in sections(text) {
            let blocks = blocks(text, section);
            if let Some(case) = case(name, blocks) {
                cases.push(case);
            }
        }
        Self { cases }
    }

    /// Writes one case's expectation. Cases run at the same time, so the file is locked.
    pub fn update(path: &Path, name: &str, found: &str) -> Result<(), String> {
        let say = |error: std::io::Error| format!("cannot update {}: {error}", path.display());
        let mut file = File::options()
            .read(true)
            .write(true)
            .open(path)
            .map_err(say)?;
        file.lock().map_err(say)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(say)?;
        let document = Self::parse(&text);
        let case = document.cases.iter().find(|case| case.name == name);
        let case = case.ok_or_else(|| format!("{} has lost the case {name}", path.display()))?;
        let lead = if case.expected.is_some() { "" } else { "\n" };
        let block = format!("{lead}```expect\n{found}\n```\n");
        text.replace_range(case.replaced.clone(), &block);
        file.rewind().map_err(say)?;
        file.set_len(0).map_err(say)?;
        file.write_all(text.as_bytes()).map_err(say)
    }
}

/// `##` headings with the bytes below each. A `##` inside a block is no heading.
fn sections(text: &str) -> Vec<(String, Range<usize>)> {
    let mut sections: Vec<(String, Range<usize>)> = Vec::new();
    let mut fence: Option<usize> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let backticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if backticks >= 3 => fence = Some(backticks),
            Some(open) if backticks >= open && line.trim_end().len() == backticks => fence = None,
            None => {
                if let Some(name) = line.strip_prefix("## ") {
                    sections.push((name.trim().to_owned(), offset + line.len()..text.len()));
                    let last = sections.len() - 1;
                    if last > 0 {
                        sections[last - 1].1.end = offset;
                    }
                }
            }
            Some(_) => {}
        }
        offset += line.len();
    }
    sections
}

fn blocks(text: &str, section: Range<usize>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    let mut offset = section.start;
    for line in text[section].split_inclusive('\n') {
        let backticks = line.len() - line.trim_start_matches('`').len();
        let end = offset + line.len();
        open = match open.take() {
            None if backticks >= 3 => {
                let info = line[backticks..].trim().to_owned();
                let block = Block {
                    info,
                    text: String::new(),
                    range: offset..end,
                };
                Some((backticks, block))
            }
            None => None,
            Some((fence, mut block))
                if backticks >= fence && line.trim_end().len() == backticks =>
            {
                block.range.end = end;
                blocks.push(block);
                None
            }
            Some((fence, mut block)) => {
                block.text.push_str(line);
                Some((fence, block))
            }
        };
        offset = end;
    }
    blocks
}

/// A heading without any block is prose.
fn case(name: String, blocks: Vec<Block>) -> Option<Case> {
    let end = blocks.last()?.range.end;
    let mut case = Case {
        name,
        files: Vec::new(),
        expected: None,
        replaced: end..end,
    };
    for block in blocks {
        match block.info.split_once(' ') {
            None if block.info == "expect" => {
                case.expected = Some(block.text);
                case.replaced = block.range;
            }
            Some((_, file)) => case.files.push(InputFile {
                name: file.trim().to_owned(),
                text: block.text,
            }),
            None => case.files.push(InputFile {
                name: default_name(&block.info),
                text: block.text,
            }),
        }
    }
    Some(case)
}

fn default_name(language: &str) -> String {
    match language {
        "python" => "case.py",
        "bash" | "sh" => "case.sh",
        "yaml" => "case.yaml",
        "sql" => "case.sql",
        _ => "case.txt",
    }
    .to_owned()
}
