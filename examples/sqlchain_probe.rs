use fixfold::replay::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().unwrap(); let anchor = args.next().unwrap(); let prelude = args.next().unwrap(); let mode = args.next().unwrap();
    let files = fixfold::source::DiskFiles::new(root).unwrap();
    let chain = fixfold::chain::load(&files, &fixfold::model::ChainLocation{format: fixfold::model::ChainFormat::Supabase, anchor: anchor.as_str().into()});
    let mut session = Session::new(fixfold::catalog::Catalog::empty());
    for p in prelude.split(',').filter(|p| !p.is_empty()) {
    let text = std::fs::read_to_string(p).unwrap();
    for run in session.execute(&fixfold::model::Template::from_text(text)) { if let Some(e) = run.error() { eprintln!("prelude: {e} in {}", run.statement); } for u in &run.undecided { eprintln!("prelude undecided {u:?}"); } }
    }
    if !prelude.is_empty() { session.catalog.search_path = vec!["public".into(), "extensions".into()]; }
    let mode = match mode.as_str() { "pass" => AfterFailure::PassOver, "save" => AfterFailure::Savepoints, _ => AfterFailure::Stop };
    let t = std::time::Instant::now();
    let replay = replay_sql(&chain, session.catalog, mode);
    eprintln!("{:?}", t.elapsed());
    for step in &replay.steps {
        let file = step.revision.file.rsplit('/').next().unwrap();
        if mode == AfterFailure::Savepoints {
            for r in &step.runs { if let Some(e) = r.run.error() { println!("{}\t{}\t{}\t{}", file, r.run.reported_line().unwrap_or(0), e.state, e.message); } }
        } else {
            match &step.failure { None => println!("{file}\tok"), Some(f) => println!("{file}\t{}\t{}\t{}", f.sqlstate().unwrap_or("-"), step.runs.last().and_then(|r| r.run.reported_line()).unwrap_or(0), f.describe()) }
        }
        for (p, u) in &step.undecided { eprintln!("undecided {file}:{} {u}", p.as_ref().map_or(0, |p| p.line)); }
    }
}
