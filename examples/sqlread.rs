use fixfold::model::*;
use fixfold::sql;
use std::sync::Arc;
fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mode = args.remove(0);
    let root = args.remove(0);
    let mut total = std::time::Duration::ZERO;
    for file in args {
        let Ok(bytes) = std::fs::read(format!("{root}/{file}")) else {
            eprintln!("no {file}");
            continue;
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let template = Template::from_source(text, Place::new(file.as_str(), 1, 1));
        let start = std::time::Instant::now();
        let reading = sql::read(&template, Dialect::Postgres);
        total += start.elapsed();
        if mode == "time" {
            continue;
        }
        for d in &reading.diagnostics {
            eprintln!("{:?}", d)
        }
        for s in &reading.statements {
            let line = s.place.as_ref().map(|p| p.line).unwrap_or(0);
            match mode.as_str() {
                "jsonl" => {
                    for e in &s.effects {
                        let guards: Vec<_> = e
                            .guards
                            .iter()
                            .map(|g| {
                                format!(
                                    "{}: {}",
                                    g.kind.as_str(),
                                    g.text.split_whitespace().collect::<Vec<_>>().join(" ")
                                )
                            })
                            .collect();
                        println!(
                            "{}",
                            serde_json::json!({"file": file, "line": line, "sql_line": e.place.as_ref().map(|p| p.line), "op": e.action.operation().as_str(), "object": e.action.object(), "certainty": e.certainty.as_str(), "inert": e.inert.as_ref().map(|i| i.describe()), "guards": guards})
                        );
                    }
                }
                "stmts" => {
                    println!(
                        "{}",
                        serde_json::json!({"file": file, "line": line, "text": s.text, "nature": nature(&s.nature), "effects": s.effects.len()})
                    );
                }
                "debug" => println!("{line}: {:#?}", s),
                "brief" => {
                    println!(
                        "{}:{} {} | {}",
                        file,
                        line,
                        nature(&s.nature),
                        s.text
                            .split_whitespace()
                            .collect::<Vec<_>>()
                            .join(" ")
                            .chars()
                            .take(150)
                            .collect::<String>()
                    );
                    for e in &s.effects {
                        println!(
                            "      {} {} {} {:?} {:?} {}",
                            e.action.operation(),
                            e.action.object(),
                            e.certainty.as_str(),
                            e.guards
                                .iter()
                                .map(|g| format!(
                                    "{}: {}",
                                    g.kind.as_str(),
                                    g.text.split_whitespace().collect::<Vec<_>>().join(" ")
                                ))
                                .collect::<Vec<_>>(),
                            e.inert,
                            e.place.as_ref().map_or(0, |p| p.line)
                        );
                    }
                }
                _ => panic!(),
            }
        }
    }
    eprintln!("read in {total:?}");
    let _ = Arc::<str>::from("");
}
fn nature(n: &sql::Nature) -> String {
    let s = format!("{n:?}");
    match n {
        sql::Nature::Invalid(e) => format!("Invalid {}", e.message),
        sql::Nature::Query(_) => "Query".into(),
        sql::Nature::Block(_) => "Block".into(),
        _ => s.chars().take(100).collect(),
    }
}
