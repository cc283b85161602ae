//! What has a form of its own in an expression: CASE, ARRAY, COALESCE and the like, CAST as a call,
//! subscripts and AT TIME ZONE.

use super::super::result_types::untyped;
use super::{TypeReader, Typed};
use crate::catalog::apply::is_untyped;
use crate::catalog::coercion::element;
use crate::model::{DataType, SqlError};

impl TypeReader<'_> {
    pub(super) fn cast_call(&mut self) -> Typed {
        self.position += 1;
        let source = self.expression(0)?;
        if !self.take("as") {
            self.skip_to_close();
            return Ok(None);
        }
        let target = self.cast(source)?;
        self.take(")");
        Ok(target)
    }

    pub(super) fn array(&mut self) -> Typed {
        self.position += 1;
        let found = self.list("]")?;
        Ok(self.common("ARRAY", found)?.map(|element| element.array(1)))
    }

    /// Several values, of which one is the result.
    pub(super) fn alternatives(&mut self, construct: &str) -> Typed {
        self.position += 1;
        let found = self.list(")")?;
        match construct {
            // Its type is that of the first value, unless that has none.
            "NULLIF" => Ok(found.into_iter().flatten().find(|found| !is_untyped(found))),
            _ => self.common(construct, found),
        }
    }

    /// The types of expressions up to a closing bracket, which is taken, too.
    pub(super) fn list(&mut self, close: &str) -> Result<Vec<Option<DataType>>, SqlError> {
        let mut found = Vec::new();
        while !self.next_is(close) && self.peek().is_some() {
            let start = self.position;
            found.push(self.expression(0)?);
            if !self.take(",") && !self.next_is(close) {
                // Something stands there that is not read.
                found.push(None);
            }
            if self.position == start {
                self.position += 1;
            }
        }
        self.take(close);
        Ok(found)
    }

    /// What they have in common, or the first that has a type where one of them cannot be told.
    pub(super) fn common(&self, construct: &str, types: Vec<Option<DataType>>) -> Typed {
        let common = self.catalog.common_type(construct, &types)?;
        let typed = |found: &DataType| !is_untyped(found);
        Ok(common.or_else(|| types.into_iter().flatten().find(typed)))
    }

    pub(super) fn case(&mut self) -> Typed {
        let mut depth = 1usize;
        let (mut results, mut otherwise) = (Vec::new(), Some(untyped()));
        while let Some(token) = self.tokens.get(self.position).copied() {
            self.position += 1;
            if token.is("case") {
                depth += 1;
            } else if token.is("end") {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            } else if depth == 1 && token.is("then") {
                results.push(self.expression(0)?);
            } else if depth == 1 && token.is("else") {
                otherwise = self.expression(0)?;
            }
        }
        // The server looks at ELSE first. One branch that cannot be told leaves the whole open.
        results.insert(0, otherwise);
        self.catalog.common_type("CASE", &results)
    }

    pub(super) fn subscript(&mut self, left: Option<DataType>) -> Typed {
        self.expression(0)?;
        while self.peek().is_some_and(|token| !token.is("]")) {
            self.position += 1;
        }
        self.take("]");
        Ok(left
            .filter(|data_type| data_type.array_dimensions > 0)
            .map(|data_type| element(&data_type)))
    }

    pub(super) fn at_time_zone(&mut self, left: Option<DataType>) -> Typed {
        if !(self.take("time") && self.take("zone")) {
            return Ok(None);
        }
        self.expression(11)?;
        Ok(
            left.and_then(|data_type| match data_type.name.name.as_str() {
                "timestamp with time zone" => Some(DataType::named("timestamp without time zone")),
                "timestamp without time zone" => Some(DataType::named("timestamp with time zone")),
                _ => None,
            }),
        )
    }
}
