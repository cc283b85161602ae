//! An ordered map that remembers what it held, so that a transaction can be undone without copying
//! the whole catalog first.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::sync::Arc;

/// A `BTreeMap` with an undo log. Values are shared, so that a clone of the catalog is cheap.
#[derive(Debug, Clone)]
pub struct Shelf<K, V> {
    entries: BTreeMap<K, Arc<V>>,
    /// What each changed key held before; only kept while a mark is open.
    undo: Vec<(K, Option<Arc<V>>)>,
    recording: bool,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            undo: Vec::new(),
            recording: false,
        }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Shelf<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl<K: Eq, V: Eq> Eq for Shelf<K, V> {}

impl<K: Ord + Clone, V: Clone> Shelf<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(Arc::as_ref)
    }

    pub fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries in the order of their keys.
    pub fn iter(&self) -> Entries<'_, K, V> {
        Entries(self.entries.iter())
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.keys()
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values().map(Arc::as_ref)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        let before = self.entries.insert(key.clone(), Arc::new(value));
        self.remember(key, before);
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let before = self.entries.remove(key)?;
        self.remember(key.clone(), Some(before.clone()));
        Some(Arc::unwrap_or_clone(before))
    }

    /// The value for changing it; the old one is remembered.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        if self.recording {
            self.undo.push((key.clone(), Some(entry.clone())));
        }
        Some(Arc::make_mut(entry))
    }

    /// Changes each value for which `change` says that it did.
    pub(crate) fn update_all(&mut self, mut change: impl FnMut(&K, &mut V) -> bool) {
        for (key, entry) in &mut self.entries {
            let mut value = V::clone(entry);
            if change(key, &mut value) {
                let before = std::mem::replace(entry, Arc::new(value));
                if self.recording {
                    self.undo.push((key.clone(), Some(before)));
                }
            }
        }
    }

    /// A point to which `rewind` can go back.
    pub(crate) fn mark(&mut self) -> usize {
        self.recording = true;
        self.undo.len()
    }

    pub(crate) fn rewind(&mut self, mark: usize) {
        while self.undo.len() > mark {
            if let Some((key, before)) = self.undo.pop() {
                match before {
                    Some(value) => self.entries.insert(key, value),
                    None => self.entries.remove(&key),
                };
            }
        }
    }

    /// No mark is needed any more.
    pub(crate) fn forget(&mut self) {
        self.undo.clear();
        self.recording = false;
    }

    fn remember(&mut self, key: K, before: Option<Arc<V>>) {
        if self.recording {
            self.undo.push((key, before));
        }
    }
}

/// The entries of a shelf in order.
#[derive(Debug)]
pub struct Entries<'a, K, V>(btree_map::Iter<'a, K, Arc<V>>);

impl<'a, K, V> Iterator for Entries<'a, K, V> {
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
    fn rewinding_restores_what_was_there() {
        let mut shelf: Shelf<u8, u8> = [(1, 10), (2, 20)].into_iter().collect();
        let before = shelf.clone();
        let outer = shelf.mark();
        shelf.insert(3, 30);
        shelf.remove(&1);
        let inner = shelf.mark();
        *shelf.get_mut(&2).expect("it is there") = 21;
        shelf.rewind(inner);
        assert_eq!(shelf.get(&2), Some(&20));
        assert_eq!(shelf.get(&1), None);
        shelf.rewind(outer);
        assert_eq!(shelf, before);
    }
}
