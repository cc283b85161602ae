//! Decisions of one kind gathered into questions, so that people answer each once. A place can still be
//! answered for itself.

use std::collections::BTreeMap;

use super::decision::Decision;

/// The places that one answer can settle.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// `different_shape:users:*:chain`; of a single place the decision's own.
    pub id: String,
    /// At least one, by id.
    pub places: Vec<&'a Decision>,
}

impl Question<'_> {
    /// Somebody has answered it.
    pub fn is_settled(&self) -> bool {
        self.places.iter().all(|place| place.answer.is_some())
    }

    /// The answer that holds for all of it.
    pub fn answer(&self) -> Option<&str> {
        self.places.first()?.answer.as_deref()
    }
}

/// By id. What has an answer of its own stands alone.
pub fn questions(decisions: &[Decision]) -> Vec<Question<'_>> {
    let mut gathered: BTreeMap<String, Vec<&Decision>> = BTreeMap::new();
    for decision in decisions {
        let is_alone = decision.answer.is_some() && !decision.is_answered_with_others;
        let id = match is_alone {
            true => decision.id.clone(),
            false => decision.question_id(),
        };
        gathered.entry(id).or_default().push(decision);
    }
    let questions = gathered.into_iter().map(|(id, places)| {
        let id = match places.as_slice() {
            [only] if !only.is_answered_with_others => only.id.clone(),
            _ => id,
        };
        Question { id, places }
    });
    let mut questions: Vec<Question<'_>> = questions.collect();
    questions.sort_by(|one, other| one.id.cmp(&other.id));
    questions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{ObjectKey, ObjectKind};
    use crate::plan::Answers;

    fn decision(id: &str, column: &str, answers: &Answers) -> Decision {
        Decision {
            id: id.to_owned(),
            object: ObjectKey::new(ObjectKind::Column, column.to_owned()),
            question: String::new(),
            sides: Vec::new(),
            default: "chain",
            answer: None,
            is_answered_with_others: false,
        }
        .answered(answers)
    }

    fn told(answers: &[(&str, &str)]) -> Vec<String> {
        let answers = answers
            .iter()
            .map(|(id, answer)| ((*id).to_owned(), (*answer).to_owned()));
        let answers: Answers = answers.collect();
        let decisions = [
            decision("different_shape:users.a:x.sql", "users.a", &answers),
            decision("different_shape:users.b:x.sql", "users.b", &answers),
            decision("different_shape:flags.a:x.sql", "flags.a", &answers),
            decision("rows_without:flags.a", "flags.a", &answers),
            decision("rows_without:users.a", "users.a", &answers),
        ];
        let questions = questions(&decisions);
        let told = questions.iter().map(|question| {
            let answer = question.answer().unwrap_or("open");
            format!("{} {} {answer}", question.id, question.places.len())
        });
        told.collect()
    }

    #[test]
    fn places_of_one_kind_are_one_question() {
        assert_eq!(
            told(&[]),
            [
                "different_shape:flags.a:x.sql 1 open",
                "different_shape:users:*:chain 2 open",
                "rows_without:*:chain 2 open",
            ]
        );
    }

    #[test]
    fn an_answer_holds_for_the_question_or_for_one_place_of_it() {
        let all = ("different_shape:users:*:chain", "script");
        assert_eq!(told(&[all])[1], "different_shape:users:*:chain 2 script");
        let one = ("different_shape:users.b:x.sql", "chain");
        assert_eq!(
            told(&[all, one])[1..3],
            [
                "different_shape:users.b:x.sql 1 chain",
                "different_shape:users:*:chain 1 script"
            ]
        );
    }
}
