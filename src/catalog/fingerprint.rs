//! One short word for a whole catalog.

use sha2::{Digest, Sha256};

use super::{Canonical, Catalog};

impl Catalog {
    /// The facts as lines: `column users.email: not null = true; type = text`.
    pub fn lines(&self, canonical: &dyn Canonical) -> Vec<String> {
        let line = |(key, values): (&super::FactKey, &super::FactValues)| {
            let values: Vec<_> = values
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            format!(
                "{} {}: {}",
                key.kind.as_str(),
                key.object,
                values.join("; ")
            )
        };
        self.facts(canonical).iter().map(line).collect()
    }

    /// SHA-256 over the lines, in hexadecimal. Column order does not count.
    pub fn fingerprint(&self, canonical: &dyn Canonical) -> String {
        let mut hash = Sha256::new();
        for line in self.lines(canonical) {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
