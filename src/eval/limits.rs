//! How much work one script may cost. A limit that is reached ends the reading of the script with
//! a diagnostic; what was found until then stays.

/// Bounds of one evaluation.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Statements and expressions evaluated.
    pub steps: u64,
    /// Steps spent in one function, over all its calls, while nothing in it is ever sent; beyond
    /// them what it gives is unknown.
    pub steps_without_sink: u64,
    /// Steps from one call that is sent to the next: a script that goes on without any is a long
    /// calculation. Only the path that it is on ends; functions not yet entered are still tried, as
    /// long as the script has not spent [`PATHS_WITHOUT_SINK`] times as many.
    pub steps_between_sinks: u64,
    /// Calls inside calls.
    pub calls: u32,
    /// Calls of one function inside itself; what lies deeper is unknown.
    pub recursion: u32,
    /// Expressions and statements inside one another, calls included: what the stack must bear.
    pub depth: u32,
    /// Turns of one loop.
    pub turns: usize,
    /// Values that one expression can have where paths meet.
    pub alternatives: usize,
    /// Values that a container with an unknown key or index can give.
    pub choices: usize,
}

impl Limits {
    /// For reading all paths of a script.
    pub const SURVEY: Self = Self {
        steps: 250_000,
        steps_without_sink: 25_000,
        steps_between_sinks: 50_000,
        calls: 60,
        recursion: 2,
        depth: 600,
        turns: 2_000,
        alternatives: 24,
        choices: 400,
    };

    /// For running a migration on a modelled catalog.
    pub const REPLAY: Self = Self {
        steps: 20_000_000,
        steps_without_sink: u64::MAX,
        steps_between_sinks: u64::MAX,
        calls: 150,
        recursion: 100,
        depth: 1_500,
        turns: 100_000,
        alternatives: 24,
        choices: 400,
    };
}

/// Paths that are tried to their end in a script that has not sent anything yet.
pub(crate) const PATHS_WITHOUT_SINK: u64 = 3;

/// The stack that evaluation may need at [`Limits::REPLAY`]; callers run it on a thread with it.
pub const STACK_BYTES: usize = 256 << 20;
