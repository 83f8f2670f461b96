//! Places in an answer, each known by a number: one can ask for it without writing its path down, which may be long.

use std::collections::HashMap;
use std::sync::Arc;

/// The place that all others are below.
pub const TOP: usize = 0;

/// Places, by the place above and the key there. The items of a list share theirs.
#[derive(Debug, Default)]
pub struct Paths(HashMap<(usize, Arc<str>), usize>);

impl Paths {
    /// The number of a place, which is a new one if need be.
    pub fn enter(&mut self, above: usize, key: &Arc<str>) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry((above, Arc::clone(key))).or_insert(next)
    }

    /// The number of a place that was entered.
    pub fn find(&self, above: usize, key: &Arc<str>) -> Option<usize> {
        self.0.get(&(above, Arc::clone(key))).copied()
    }

    /// How many numbers there are, that of the top included.
    pub fn count(&self) -> usize {
        self.0.len() + 1
    }
}
