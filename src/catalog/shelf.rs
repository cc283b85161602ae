//! An ordered map whose copies share what they have in common: a copy costs nothing, and a change of it
//! costs the few nodes between the root and the entry. So a transaction can keep the state that it
//! may have to go back to, and a chain the catalog after each of its revisions.

use std::sync::Arc;

use rpds::RedBlackTreeMapSync;

/// A persistent ordered map. Values are shared as well.
#[derive(Debug, Clone)]
pub struct Shelf<K: Ord, V> {
    entries: RedBlackTreeMapSync<K, Arc<V>>,
}

impl<K: Ord, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self {
            entries: RedBlackTreeMapSync::default(),
        }
    }
}

impl<K: Ord, V: PartialEq> PartialEq for Shelf<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.entries.size() == other.entries.size() && self.entries.iter().eq(other.entries.iter())
    }
}

impl<K: Ord, V: Eq> Eq for Shelf<K, V> {}

impl<K: Ord + Clone, V: Clone> Shelf<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(Arc::as_ref)
    }

    pub fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.entries.size()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries in the order of their keys.
    pub fn iter(&self) -> Entries<'_, K, V> {
        Entries(self.entries.iter())
    }

    /// Those from this key on, in order.
    pub(crate) fn iter_from(&self, first: K) -> impl Iterator<Item = (&K, &V)> {
        let found = self.entries.range(first..);
        found.map(|(key, value)| (key, value.as_ref()))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.keys()
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values().map(Arc::as_ref)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.entries.insert_mut(key, Arc::new(value));
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let before = self.entries.get(key)?.clone();
        self.entries.remove_mut(key);
        Some(Arc::unwrap_or_clone(before))
    }

    /// The value for changing it; copies of the shelf keep the old one.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(Arc::make_mut)
    }

    /// Changes each value for which `change` says that it did.
    pub(crate) fn update_all(&mut self, mut change: impl FnMut(&K, &mut V) -> bool) {
        let changed: Vec<_> = self
            .iter()
            .filter_map(|(key, value)| {
                let mut value = value.clone();
                change(key, &mut value).then(|| (key.clone(), value))
            })
            .collect();
        for (key, value) in changed {
            self.insert(key, value);
        }
    }
}

type Shared<'a, K, V> = &'a RedBlackTreeMapSync<K, Arc<V>>;

/// The entries of a shelf in order.
pub struct Entries<'a, K: Ord, V>(<Shared<'a, K, V> as IntoIterator>::IntoIter);

impl<'a, K: Ord, V> Iterator for Entries<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value.as_ref()))
    }
}

impl<'a, K: Ord + Clone, V: Clone> IntoIterator for &'a Shelf<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Entries<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Shelf<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut shelf = Self::default();
        for (key, value) in pairs {
            shelf.insert(key, value);
        }
        shelf
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_was_there() {
        let mut shelf: Shelf<u8, u8> = [(1, 10), (2, 20)].into_iter().collect();
        let before = shelf.clone();
        shelf.insert(3, 30);
        shelf.remove(&1);
        *shelf.get_mut(&2).expect("it is there") = 21;
        shelf.update_all(|key, value| {
            *value += 1;
            *key == 3
        });
        let all: Vec<_> = shelf.iter().collect();
        assert_eq!(all, [(&2, &21), (&3, &31)]);
        let all: Vec<_> = before.iter().collect();
        assert_eq!(all, [(&1, &10), (&2, &20)]);
        assert_ne!(shelf, before);
    }
}
