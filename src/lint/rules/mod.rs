//! The rules, sorted by id.

mod access_fix_by_literal_address;
mod alters_chain_object;
mod delete_without_where;
mod drop_cascade;
mod drops_chain_object;
mod duplicate_revision_id;
mod enum_labels_differ;
mod hard_coded_credential;
mod inert_statement;
mod invalid_sql_form;
mod last_writer_wins;
mod missing_from_chain;
mod missing_parent;
mod near_duplicate_scripts;
mod needs_missing_object;
mod redundant_merge_parent;
mod revision_cycle;
mod revision_id_too_long;
mod rows_do_not_fit;
mod script_already_in_chain;
mod script_differs_from_chain;
mod script_duplicates_chain;
mod script_targets_production_host;
mod script_without_idempotence;
mod second_root;
mod several_heads;
mod truncate;
mod undone_by_revision;
mod unread_sink;
mod unreadable_revision;
mod unused_suppression;
mod update_without_where;
mod version_table_written;

use super::Rule;

pub(super) use unused_suppression::RULE as UNUSED_SUPPRESSION;

pub(super) const RULES: &[&Rule] = &[
    &access_fix_by_literal_address::RULE,
    &alters_chain_object::RULE,
    &delete_without_where::RULE,
    &drop_cascade::RULE,
    &drops_chain_object::RULE,
    &duplicate_revision_id::RULE,
    &enum_labels_differ::RULE,
    &hard_coded_credential::RULE,
    &inert_statement::RULE,
    &invalid_sql_form::RULE,
    &last_writer_wins::RULE,
    &missing_from_chain::RULE,
    &missing_parent::RULE,
    &near_duplicate_scripts::RULE,
    &needs_missing_object::RULE,
    &redundant_merge_parent::RULE,
    &revision_cycle::RULE,
    &revision_id_too_long::RULE,
    &rows_do_not_fit::RULE,
    &script_already_in_chain::RULE,
    &script_differs_from_chain::RULE,
    &script_duplicates_chain::RULE,
    &script_targets_production_host::RULE,
    &script_without_idempotence::RULE,
    &second_root::RULE,
    &several_heads::RULE,
    &truncate::RULE,
    &undone_by_revision::RULE,
    &unread_sink::RULE,
    &unreadable_revision::RULE,
    &unused_suppression::RULE,
    &update_without_where::RULE,
    &version_table_written::RULE,
];
