//! Functions, procedures, triggers and policies.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{
    Action, DataType, FunctionDefinition, GuardKind, Identifier, PolicyCommand, PolicyDefinition,
    TriggerDefinition,
};

use super::{Lowered, Lowering, range, with_guard};

/// A routine's arguments, sorted out.
#[derive(Default)]
struct Arguments {
    types: Vec<DataType>,
    names: Vec<Option<Identifier>>,
    defaults: u32,
}

impl Lowering<'_> {
    pub(super) fn create_function(&self, create: &ast::CreateFunction) -> Lowered {
        let returns = create.ret_type().map(|returns| {
            let text = self.text(&returns);
            let words = text.get("returns".len()..).unwrap_or_default();
            words.trim().to_owned()
        });
        self.create_routine(
            create,
            self.optional_name(create.name()),
            create.param_list(),
            returns.unwrap_or_default(),
            create.option_list(),
            create.body(),
            create.or_replace(),
        )
    }

    pub(super) fn create_procedure(&self, create: &ast::CreateProcedure) -> Lowered {
        self.create_routine(
            create,
            self.optional_name(create.name()),
            create.param_list(),
            String::new(),
            create.option_list(),
            create.body(),
            create.or_replace(),
        )
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts that two node types share"
    )]
    fn create_routine(
        &self,
        node: &impl AstNode,
        name: crate::model::ObjectName,
        parameters: Option<ast::ParamList>,
        returns: String,
        options: Option<ast::FuncOptionList>,
        body: Option<ast::RoutineBody>,
        guard: Option<ast::OrReplace>,
    ) -> Lowered {
        let arguments = self.arguments(parameters);
        let is_procedure = ast::CreateProcedure::can_cast(node.syntax().kind());
        let (language, text) = self.routine_body(options.as_ref(), body);
        let definition = FunctionDefinition {
            argument_types: arguments.types,
            argument_names: arguments.names,
            default_count: arguments.defaults,
            returns,
            language,
            body: text,
            is_procedure,
            statement: self.text(node),
        };
        let action = Action::CreateFunction {
            name,
            definition: Box::new(definition),
            or_replace: guard.is_some(),
        };
        with_guard(
            self.changed(node, action),
            guard.map(|guard| self.guard(GuardKind::OrReplace, &guard)),
        )
    }

    fn routine_body(
        &self,
        options: Option<&ast::FuncOptionList>,
        body: Option<ast::RoutineBody>,
    ) -> (String, String) {
        let mut language = String::new();
        let mut text = String::new();
        for option in options.into_iter().flat_map(|list| list.options()) {
            match option {
                ast::FuncOption::LanguageFuncOption(option) => {
                    language = option
                        .language_name()
                        .map(|found| found.name)
                        .unwrap_or_default();
                }
                ast::FuncOption::AsFuncOption(option) => {
                    if let Some(ast::AsFuncTarget::AsDefinition(body)) = option.as_func_target() {
                        text = body
                            .literal()
                            .map(|literal| self.literal_text(&literal))
                            .unwrap_or_default();
                    }
                }
                _ => {}
            }
        }
        if let Some(body) = body {
            text = self.text(&body);
            if language.is_empty() {
                language = "sql".to_owned();
            }
        }
        (language.to_lowercase(), text)
    }

    /// Input arguments: OUT and TABLE columns do not take part in a function's identity.
    fn arguments(&self, list: Option<ast::ParamList>) -> Arguments {
        let mut arguments = Arguments::default();
        for parameter in list.into_iter().flat_map(|list| list.params()) {
            if matches!(parameter.mode(), Some(ast::ParamMode::ParamOut(_))) {
                continue;
            }
            let data_type = parameter.func_type();
            arguments.types.push(match data_type {
                Some(data_type) => self.data_type(&data_type),
                None => self.data_type_from(""),
            });
            arguments
                .names
                .push(parameter.name().map(|name| self.identifier(&name)));
            arguments.defaults += u32::from(parameter.param_default().is_some());
        }
        arguments
    }

    pub(super) fn argument_types(&self, list: Option<ast::ParamList>) -> Option<Vec<DataType>> {
        list.map(|list| self.arguments(Some(list)).types)
    }

    pub(super) fn create_trigger(&self, create: &ast::CreateTrigger) -> Lowered {
        let guard = create.or_replace();
        let timing = [
            create.timing().map(|timing| self.text(&timing)),
            create.trigger_event_list().map(|events| self.text(&events)),
        ];
        let function = create.call_expr().and_then(|call| call.expr());
        let definition = TriggerDefinition {
            table: self.optional_name(
                create
                    .on_relation()
                    .and_then(|relation| relation.relation_name_ref()),
            ),
            function: self.optional_name(function),
            timing: timing.into_iter().flatten().collect::<Vec<_>>().join(" "),
            for_each_row: matches!(
                create.trigger_level(),
                Some(ast::TriggerLevel::ForEachRow(_))
            ),
            condition: create
                .when_condition()
                .and_then(|when| when.expr())
                .map(|expression| self.text(&expression)),
            constraint: create.constraint_token().is_some(),
            statement: self.text(create),
        };
        let action = Action::CreateTrigger {
            trigger: self.optional_identifier(create.trigger()),
            definition: Box::new(definition),
            or_replace: guard.is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::OrReplace, &guard)),
        )
    }

    pub(super) fn create_policy(&self, create: &ast::CreatePolicy) -> Lowered {
        let restrictive = create
            .as_policy_type()
            .is_some_and(|kind| self.text(&kind).to_lowercase().contains("restrictive"));
        let definition = PolicyDefinition {
            table: self.optional_name(create.on_table().and_then(|on| on.table_name_ref())),
            permissive: !restrictive,
            command: policy_command(create.policy_command()),
            roles: self.policy_roles(create.policy_roles()),
            using: self.policy_using(create.using_expr_clause()),
            with_check: self.policy_check(create.with_check_expr_clause()),
        };
        let action = Action::CreatePolicy {
            policy: self.optional_identifier(create.policy()),
            definition: Box::new(definition),
        };
        self.changed(create, action)
    }

    /// PUBLIC takes all others in: the list is empty then.
    fn policy_roles(&self, roles: Option<ast::PolicyRoles>) -> Vec<Identifier> {
        let roles = self.role_names(roles.and_then(|roles| roles.role_ref_list()));
        if roles.iter().any(|role| role.as_str() == "public") {
            return Vec::new();
        }
        roles
    }

    fn policy_using(&self, clause: Option<ast::UsingExprClause>) -> Option<String> {
        Some(self.text(&clause?.expr()?))
    }

    fn policy_check(&self, clause: Option<ast::WithCheckExprClause>) -> Option<String> {
        Some(self.text(&clause?.expr()?))
    }

    pub(super) fn alter_policy(&self, alter: &ast::AlterPolicy) -> Lowered {
        let table = self.optional_name(alter.on_table().and_then(|on| on.table_name_ref()));
        let policy = self.optional_identifier(alter.policy_ref());
        let action = match alter.action() {
            Some(ast::AlterPolicyAction::PolicyRenameTo(rename)) => Action::RenameObject {
                object_kind: "policy".to_owned(),
                object: table.part(policy.as_str()),
                new_name: self.optional_identifier(rename.policy()).to_string(),
            },
            Some(ast::AlterPolicyAction::AlterPolicyTo(change)) => Action::AlterPolicy {
                table,
                policy,
                roles: change
                    .policy_roles()
                    .map(|roles| self.policy_roles(Some(roles))),
                using: self.policy_using(change.using_expr_clause()),
                with_check: self.policy_check(change.with_check_expr_clause()),
            },
            None => return self.unknown(alter.syntax()),
        };
        self.changed(alter, action)
    }

    /// The name of what `CALL` or a lone function call runs.
    pub(super) fn call(&self, call: &ast::Call) -> Lowered {
        let name = self.optional_name(call.procedure_name_ref());
        let action = Action::UnknownStatement {
            object: name.to_string(),
            statement: self.passage.written(range(call.syntax())),
        };
        self.changed(call, action)
    }
}

fn policy_command(command: Option<ast::PolicyCommand>) -> PolicyCommand {
    use ast::PolicyCommandKind as Kind;
    match command.and_then(|command| command.command()) {
        None | Some(Kind::PolicyCommandAll(_)) => PolicyCommand::All,
        Some(Kind::PolicyCommandSelect(_)) => PolicyCommand::Select,
        Some(Kind::PolicyCommandInsert(_)) => PolicyCommand::Insert,
        Some(Kind::PolicyCommandUpdate(_)) => PolicyCommand::Update,
        Some(Kind::PolicyCommandDelete(_)) => PolicyCommand::Delete,
    }
}
