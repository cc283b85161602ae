//! Rows that a host hands out: cursors and results give them one by one, rows give their cells.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::external::{Arguments, External};
use super::host::Rows;
use super::interpreter::Interpreter;
use super::value::Value;

/// Where a result or cursor keeps what is still to be fetched.
const PENDING: &str = "<rows>";
/// Where a row keeps its cells.
const CELLS: &str = "<cells>";

impl Interpreter<'_> {
    /// The rows as the result of the call, and as what its cursor will fetch.
    pub(crate) fn hand_out(&mut self, rows: Rc<Rows>, result: Rc<External>) -> Value {
        let values: Vec<Value> = rows
            .rows
            .iter()
            .map(|cells| row(&rows.columns, cells, &result))
            .collect();
        let pending = Value::list(values);
        let count = Value::Integer(rows.row_count);
        let mut holders = vec![result.clone()];
        if let Some(Value::External(receiver)) = &result.receiver {
            holders.push(receiver.clone());
        }
        for holder in holders {
            let mut attributes = holder.attributes.borrow_mut();
            attributes.insert(Rc::from(PENDING), pending.clone());
            attributes.insert(Rc::from("rowcount"), count.clone());
        }
        Value::External(result)
    }
}

fn row(columns: &[Rc<str>], cells: &[Value], result: &External) -> Value {
    let mut attributes: BTreeMap<Rc<str>, Value> =
        columns.iter().cloned().zip(cells.iter().cloned()).collect();
    attributes.insert(Rc::from(CELLS), Value::tuple(cells.to_vec()));
    let names = columns
        .iter()
        .map(|column| Value::text(column.as_ref()))
        .collect();
    attributes.insert(Rc::from("_fields"), Value::tuple(names));
    Value::External(Rc::new(External {
        path: Rc::from("sqlalchemy.Row"),
        type_path: None,
        receiver: None,
        arguments: Some(Arguments::default()),
        attributes: attributes.into(),
        place: result.place.clone(),
    }))
}

/// The cells of a row.
pub(crate) fn cells(external: &External) -> Option<Rc<Vec<Value>>> {
    match external.attributes.borrow().get(CELLS) {
        Some(Value::Tuple(cells)) => Some(cells.clone()),
        _ => None,
    }
}

/// `row[0]`, `row["name"]`.
pub(crate) fn cell(external: &External, index: &Value) -> Option<Value> {
    let cells = cells(external)?;
    match index {
        Value::Integer(at) => {
            let length = cells.len() as i64;
            let at = if *at < 0 { length + at } else { *at };
            cells.get(usize::try_from(at).ok()?).cloned()
        }
        Value::Text(name) => external
            .attributes
            .borrow()
            .get(name.known_text()?.as_str())
            .cloned(),
        _ => None,
    }
}

/// The rows that are still to be fetched from a result or cursor.
pub(crate) fn pending(external: &External) -> Option<Vec<Value>> {
    match external.attributes.borrow().get(PENDING) {
        Some(Value::List(rows)) => Some(rows.borrow().clone()),
        _ => None,
    }
}

/// What a fetching method of a result or cursor gives; `None` if the rows are not known.
pub(crate) fn fetch(external: &External, method: &str, arguments: &Arguments) -> Option<Value> {
    let Some(Value::List(rows)) = external.attributes.borrow().get(PENDING).cloned() else {
        return None;
    };
    // `connection.fetchrow("SELECT ...")` asks anew.
    let asks = matches!(
        method,
        "fetchrow" | "fetch" | "fetchval" | "fetch_all" | "scalar"
    );
    if asks && !matches!(arguments.positional.first(), None | Some(Value::Integer(_))) {
        return None;
    }
    let first_cell = |row: &Value| match row {
        Value::External(row) => cell(row, &Value::Integer(0)).unwrap_or(Value::None),
        other => other.clone(),
    };
    let take_first = || {
        let mut rows = rows.borrow_mut();
        if rows.is_empty() {
            None
        } else {
            Some(rows.remove(0))
        }
    };
    Some(match method {
        "fetchone" | "first" | "one_or_none" | "one" | "fetchrow" => {
            take_first().unwrap_or(Value::None)
        }
        "fetchall" | "all" | "fetch" | "mappings" | "unique" | "fetch_all" => {
            if matches!(method, "mappings" | "unique") {
                return Some(with_pending(external, rows.borrow().clone()));
            }
            Value::list(std::mem::take(&mut *rows.borrow_mut()))
        }
        "fetchmany" | "partitions" => {
            let count = match arguments.positional.first() {
                Some(Value::Integer(count)) => usize::try_from(*count).unwrap_or(0),
                _ => 1,
            };
            let mut rows = rows.borrow_mut();
            let count = count.min(rows.len());
            Value::list(rows.drain(..count).collect())
        }
        "scalar" | "scalar_one" | "scalar_one_or_none" | "fetchval" => {
            take_first().map_or(Value::None, |row| first_cell(&row))
        }
        "scalars" => with_pending(external, rows.borrow().iter().map(first_cell).collect()),
        "keys" | "close" => return None,
        _ => return None,
    })
}

fn with_pending(external: &External, rows: Vec<Value>) -> Value {
    let attributes: BTreeMap<Rc<str>, Value> = [(Rc::from(PENDING), Value::list(rows))]
        .into_iter()
        .collect();
    Value::External(Rc::new(External {
        path: external.path.clone(),
        type_path: external.type_path.clone(),
        receiver: None,
        arguments: Some(Arguments::default()),
        attributes: attributes.into(),
        place: external.place.clone(),
    }))
}
