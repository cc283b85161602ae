//! What an INSERT does to rows that are there already: `ON CONFLICT ... DO UPDATE`.

use squawk_syntax::ast;

use crate::model::{Identifier, Template};

use super::lower::Lowering;
use super::parse::parse;
use super::passage::Passage;
use super::source_text::SourceText;

/// The second half of an upsert (PostgreSQL manual, INSERT, ON CONFLICT clause).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upsert {
    /// Under which the row that is there is known in the values and in the condition.
    pub target: Identifier,
    pub columns: Vec<Identifier>,
    /// In the order of `columns`, as they are written.
    pub values: Vec<String>,
    /// The whole list behind DO UPDATE, from SET on.
    pub assignments: String,
    /// The condition of DO UPDATE itself.
    pub condition: Option<String>,
}

/// `None` for a statement that leaves rows alone that are there.
pub fn upsert(statement: &str) -> Option<Upsert> {
    let source = SourceText::new(&Template::from_text(statement));
    let passage = Passage::whole(&source);
    let parsed = parse(&passage.text);
    let ast::Stmt::Insert(insert) = parsed.statements.first()? else {
        return None;
    };
    Lowering { passage: &passage }.upsert(insert)
}

impl Upsert {
    /// The statement with a further condition for the rows that are there.
    pub fn with_condition(&self, statement: &str, further: &str) -> String {
        let behind = |part: &str| statement.rfind(part).map(|at| (at, at + part.len()));
        let place = match &self.condition {
            Some(condition) => behind(condition),
            None => behind(&self.assignments),
        };
        let Some((start, end)) = place else {
            return statement.to_owned();
        };
        let (before, rest) = statement.split_at(end);
        match &self.condition {
            Some(condition) => {
                format!("{}({condition}) AND ({further}){rest}", &statement[..start])
            }
            None => format!("{before}\nWHERE {further}{rest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::upsert;

    #[test]
    fn a_condition_is_put_behind_what_is_set() {
        let statement = "INSERT INTO shop.goods AS g (id, price) VALUES (1, 'do update set') \
            ON CONFLICT (id) DO UPDATE SET price = excluded.price, seen = now() RETURNING id";
        let found = upsert(statement).expect("an upsert");
        assert_eq!(found.target.as_str(), "g");
        assert_eq!(found.values, ["excluded.price", "now()"]);
        assert!(
            found
                .with_condition(statement, "true")
                .ends_with("SET price = excluded.price, seen = now()\nWHERE true RETURNING id")
        );
    }

    #[test]
    fn its_own_condition_stays() {
        let statement = "INSERT INTO shop.goods (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 1 WHERE goods.id > 0 OR true";
        let found = upsert(statement).expect("an upsert");
        assert_eq!(found.target.as_str(), "goods");
        assert!(
            found
                .with_condition(statement, "b")
                .ends_with("SET id = 1 WHERE (goods.id > 0 OR true) AND (b)")
        );
    }

    #[test]
    fn nothing_is_no_update() {
        assert_eq!(
            upsert("INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING"),
            None
        );
    }
}
