//! Reads compound commands: conditions, loops, cases, functions, groups.

use std::rc::Rc;

use super::parser::Parser;
use super::tree::{Command, CommandKind, Part, Simple, Word};

impl Parser<'_> {
    pub(super) fn command_kind(&mut self) -> Option<CommandKind> {
        if self.eat("((") {
            return Some(self.arithmetic_command());
        }
        if self.eat("(") {
            let body = self.list(&[]);
            self.close(")");
            return Some(CommandKind::Group {
                is_subshell: true,
                body,
            });
        }
        if self.eat_word("{") {
            let body = self.list(&["}"]);
            self.close("}");
            return Some(CommandKind::Group {
                is_subshell: false,
                body,
            });
        }
        if self.eat_word("[[") {
            return Some(self.test());
        }
        if let Some(kind) = self.compound() {
            return Some(kind);
        }
        if let Some(name) = self.function_name() {
            return Some(self.function(name));
        }
        self.simple()
    }

    pub(super) fn compound(&mut self) -> Option<CommandKind> {
        if self.eat_word("if") {
            return Some(self.if_command());
        }
        if self.eat_word("for") || self.eat_word("select") {
            return Some(self.for_command());
        }
        if self.eat_word("while") || self.eat_word("until") {
            let condition = self.list(&["do"]);
            let body = self.do_body();
            return Some(CommandKind::Loop { condition, body });
        }
        if self.eat_word("case") {
            return Some(self.case_command());
        }
        None
    }

    pub(super) fn arithmetic_command(&mut self) -> CommandKind {
        let length = self.rest().find("))").unwrap_or(self.rest().len());
        let text = self.rest()[..length].to_owned();
        self.at = (self.at + length + 2).min(self.end);
        CommandKind::Arithmetic(text)
    }

    pub(super) fn test(&mut self) -> CommandKind {
        let mut words = Vec::new();
        loop {
            self.skip_newlines();
            if self.eat_word("]]") || self.peek().is_none() {
                return CommandKind::Test(words);
            }
            let operator = ["&&", "||", "(", ")", "<", ">"]
                .into_iter()
                .find(|operator| self.rest().starts_with(operator));
            match operator {
                Some(operator) => {
                    let start = self.at;
                    self.at += operator.len();
                    words.push(self.bare(start));
                }
                None => match self.word() {
                    Some(word) => words.push(word),
                    None => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
                },
            }
        }
    }

    pub(super) fn bare(&self, start: usize) -> Word {
        Word {
            place: self.source.place(start),
            parts: vec![Part::Bare(self.source.template(start, self.at))],
        }
    }

    pub(super) fn if_command(&mut self) -> CommandKind {
        let mut branches = Vec::new();
        let mut orelse = Vec::new();
        loop {
            let condition = self.list(&["then"]);
            self.close("then");
            let body = self.list(&["elif", "else", "fi"]);
            branches.push((condition, body));
            if self.eat_word("elif") {
                continue;
            }
            if self.eat_word("else") {
                orelse = self.list(&["fi"]);
            }
            self.close("fi");
            return CommandKind::If { branches, orelse };
        }
    }

    pub(super) fn do_body(&mut self) -> Vec<Command> {
        self.skip_newlines();
        self.eat(";");
        self.skip_newlines();
        self.close("do");
        let body = self.list(&["done"]);
        self.close("done");
        body
    }

    pub(super) fn for_command(&mut self) -> CommandKind {
        self.skip_blanks();
        if self.eat("((") {
            let _ = self.arithmetic_command();
            let body = self.do_body();
            return CommandKind::Loop {
                condition: Vec::new(),
                body,
            };
        }
        let variable = self.name();
        self.skip_newlines();
        let words = self.eat_word("in").then(|| self.words_of_line());
        let body = self.do_body();
        CommandKind::For {
            variable,
            words,
            body,
        }
    }

    pub(super) fn words_of_line(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.word() {
                Some(word) => words.push(word),
                None => return words,
            }
        }
    }

    pub(super) fn case_command(&mut self) -> CommandKind {
        self.skip_blanks();
        let subject = self.word().unwrap_or_default();
        self.skip_newlines();
        if !self.eat_word("in") {
            self.complain("`in` is missing before");
        }
        let mut arms = Vec::new();
        loop {
            self.skip_newlines();
            if self.eat_word("esac") || self.peek().is_none() {
                return CommandKind::Case { subject, arms };
            }
            let before = self.at;
            self.eat("(");
            let mut patterns = Vec::new();
            loop {
                self.skip_blanks();
                patterns.extend(self.word());
                self.skip_blanks();
                if !self.eat("|") {
                    break;
                }
            }
            self.close(")");
            let body = self.list(&["esac"]);
            for end in [";;&", ";;", ";&"] {
                if self.eat(end) {
                    break;
                }
            }
            arms.push((patterns, body));
            if self.at == before {
                self.skip_line();
            }
        }
    }

    /// `name() ` or `function name`, without its body.
    pub(super) fn function_name(&mut self) -> Option<String> {
        if self.eat_word("function") {
            self.skip_blanks();
            let name = self.function_word();
            self.skip_blanks();
            if self.eat("(") {
                self.skip_blanks();
                self.eat(")");
            }
            return Some(name);
        }
        let start = self.at;
        let name = self.function_word();
        self.skip_blanks();
        if !name.is_empty() && self.eat("(") {
            self.skip_blanks();
            if self.eat(")") {
                return Some(name);
            }
        }
        self.at = start;
        None
    }

    pub(super) fn function_word(&mut self) -> String {
        let is_letter = |letter: char| letter.is_alphanumeric() || "_-.:".contains(letter);
        let length = self
            .rest()
            .find(|letter| !is_letter(letter))
            .unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        self.at += length;
        name
    }

    pub(super) fn function(&mut self, name: String) -> CommandKind {
        self.skip_newlines();
        let start = self.at;
        let body = self.one_command().unwrap_or_else(|| {
            let empty = Simple::default();
            self.command(start, CommandKind::Simple(empty))
        });
        CommandKind::Function {
            name,
            body: Rc::new(body),
        }
    }
}
