//! Random chains over few names, so that their operations meet. `FIXFOLD_TEST_SEED` makes others,
//! `FIXFOLD_TEST_SEQUENCES` more of them.

use super::case::{Case, chain};
use crate::dice::Dice;

const CHAINS: u64 = 25;
const REVISIONS: usize = 8;

const TABLES: &[&str] = &["a", "b", "c"];
const COLUMNS: &[&str] = &["x", "y", "z"];
const TYPES: &[&str] = &[
    "sa.Integer()",
    "sa.String(20)",
    "sa.Text()",
    "sa.Boolean()",
    "sa.DateTime(timezone=True)",
    "sa.Numeric(8, 2)",
    "sa.Enum('low', 'high', name='level')",
    "postgresql.JSONB()",
    "postgresql.UUID(as_uuid=True)",
    "sa.ARRAY(sa.Integer())",
    "sa.Float()",
    "sa.Date()",
];
const OPTIONS: &[&str] = &[
    "",
    "",
    ", nullable=False",
    ", server_default='1'",
    ", server_default=sa.text('now()')",
    ", unique=True",
    ", index=True",
    ", sa.ForeignKey('a.id')",
    ", sa.ForeignKey('b.id', ondelete='CASCADE', name='fk_b')",
    ", comment='what it is'",
];

/// Chains in which an operation that fails is passed over with a savepoint, so that many are tried.
pub fn chains() -> Vec<Case> {
    let number = |name: &str, usual: u64| {
        let given = std::env::var(name).ok().and_then(|text| text.parse().ok());
        given.unwrap_or(usual)
    };
    let seed = number("FIXFOLD_TEST_SEED", 1);
    let count = number("FIXFOLD_TEST_SEQUENCES", CHAINS);
    (seed..seed + count).map(random).collect()
}

fn random(seed: u64) -> Case {
    let mut dice = Dice(seed.wrapping_mul(7_919));
    let mut block = String::new();
    for revision in 0..REVISIONS {
        block.push_str(&format!(
            "# r{revision}\ndef upgrade():\n    bind = op.get_bind()\n"
        ));
        for _ in 0..4 {
            let operation = operation(&mut dice);
            block.push_str(&format!(
                "    try:\n        with bind.begin_nested():\n            {operation}\n    \
                 except sa.exc.DBAPIError as error:\n        print(error)\n"
            ));
        }
    }
    chain(format!("random: {seed}"), &block)
}

fn column(dice: &mut Dice) -> String {
    let (name, kind, options) = (dice.pick(COLUMNS), dice.pick(TYPES), dice.pick(OPTIONS));
    // A key stands right behind the type.
    format!("sa.Column('{name}', {kind}{options})")
}

fn operation(dice: &mut Dice) -> String {
    let (table, name) = (dice.pick(TABLES), dice.pick(COLUMNS));
    match dice.roll(14) {
        0..=2 => format!(
            "op.create_table('{table}', sa.Column('id', sa.Integer(), primary_key=True), {})",
            column(dice)
        ),
        3 | 4 => format!("op.add_column('{table}', {})", column(dice)),
        5 => format!("op.drop_column('{table}', '{name}')"),
        6 => format!(
            "op.create_index('ix_{table}', '{table}', ['{name}'], unique={})",
            dice.pick(&["True", "False"])
        ),
        7 => format!("op.create_unique_constraint('uq_{name}', '{table}', ['{name}'])"),
        8 => format!(
            "op.create_foreign_key(None, '{table}', '{}', ['{name}'], ['id'])",
            dice.pick(TABLES)
        ),
        9 => format!(
            "op.alter_column('{table}', '{name}', nullable={})",
            dice.pick(&["True", "False"])
        ),
        10 => format!(
            "op.alter_column('{table}', '{name}', type_={})",
            dice.pick(TYPES)
        ),
        11 => format!(
            "op.alter_column('{table}', '{name}', new_column_name='{}')",
            dice.pick(COLUMNS)
        ),
        12 => format!("op.drop_table('{table}')"),
        _ => format!("op.rename_table('{table}', '{}')", dice.pick(TABLES)),
    }
}
