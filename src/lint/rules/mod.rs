//! The rules, sorted by id.

mod access_fix_by_literal_address;
mod alters_chain_object;
mod application_models_in_revision;
mod backfill_under_lock;
mod column_type_rewrites_table;
mod commit_in_revision;
mod concatenated_dynamic_sql;
mod concurrently_in_transaction;
mod constraint_without_not_valid;
mod create_all_in_revision;
mod dangling_endpoint;
mod delete_without_where;
mod drop_cascade;
mod drops_chain_object;
mod duplicate_revision_id;
mod enum_labels_differ;
mod enum_value_used_in_same_transaction;
mod grant_to_public;
mod hard_coded_credential;
mod index_blocks_writes;
mod inert_statement;
mod invalid_sql_form;
mod irreversible_revision;
mod last_writer_wins;
mod missing_from_chain;
mod missing_parent;
mod near_duplicate_scripts;
mod needs_missing_object;
mod policy_always_true;
mod policy_without_row_security;
mod redundant_index;
mod redundant_merge_parent;
mod required_column_without_default;
mod revision_cycle;
mod revision_fails;
mod revision_id_too_long;
mod row_security_left_off;
mod row_security_without_policy;
mod rows_do_not_fit;
mod script_already_in_chain;
mod script_differs_from_chain;
mod script_duplicates_chain;
mod script_targets_production_host;
mod script_without_idempotence;
mod second_root;
mod security_definer_without_search_path;
mod set_not_null_over_existing_rows;
mod several_heads;
mod swallowed_error_in_transaction;
mod transaction_left_open;
mod trigger_left_disabled;
mod truncate;
mod undone_by_revision;
mod unique_over_existing_rows;
mod unread_sink;
mod unreadable_revision;
mod unused_suppression;
mod update_without_where;
mod version_table_written;
mod volatile_default_rewrites_table;

use super::Rule;

pub(super) use unused_suppression::RULE as UNUSED_SUPPRESSION;

pub(super) const RULES: &[&Rule] = &[
    &access_fix_by_literal_address::RULE,
    &alters_chain_object::RULE,
    &application_models_in_revision::RULE,
    &backfill_under_lock::RULE,
    &column_type_rewrites_table::RULE,
    &commit_in_revision::RULE,
    &concatenated_dynamic_sql::RULE,
    &concurrently_in_transaction::RULE,
    &constraint_without_not_valid::RULE,
    &create_all_in_revision::RULE,
    &dangling_endpoint::RULE,
    &delete_without_where::RULE,
    &drop_cascade::RULE,
    &drops_chain_object::RULE,
    &duplicate_revision_id::RULE,
    &enum_labels_differ::RULE,
    &enum_value_used_in_same_transaction::RULE,
    &grant_to_public::RULE,
    &hard_coded_credential::RULE,
    &index_blocks_writes::RULE,
    &inert_statement::RULE,
    &invalid_sql_form::RULE,
    &irreversible_revision::RULE,
    &last_writer_wins::RULE,
    &missing_from_chain::RULE,
    &missing_parent::RULE,
    &near_duplicate_scripts::RULE,
    &needs_missing_object::RULE,
    &policy_always_true::RULE,
    &policy_without_row_security::RULE,
    &redundant_index::RULE,
    &redundant_merge_parent::RULE,
    &required_column_without_default::RULE,
    &revision_cycle::RULE,
    &revision_fails::RULE,
    &revision_id_too_long::RULE,
    &row_security_left_off::RULE,
    &row_security_without_policy::RULE,
    &rows_do_not_fit::RULE,
    &script_already_in_chain::RULE,
    &script_differs_from_chain::RULE,
    &script_duplicates_chain::RULE,
    &script_targets_production_host::RULE,
    &script_without_idempotence::RULE,
    &second_root::RULE,
    &security_definer_without_search_path::RULE,
    &set_not_null_over_existing_rows::RULE,
    &several_heads::RULE,
    &swallowed_error_in_transaction::RULE,
    &transaction_left_open::RULE,
    &trigger_left_disabled::RULE,
    &truncate::RULE,
    &undone_by_revision::RULE,
    &unique_over_existing_rows::RULE,
    &unread_sink::RULE,
    &unreadable_revision::RULE,
    &unused_suppression::RULE,
    &update_without_where::RULE,
    &version_table_written::RULE,
    &volatile_default_rewrites_table::RULE,
];
