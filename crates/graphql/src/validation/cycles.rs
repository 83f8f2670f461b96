//! Fragments that spread themselves, directly or through others.

use std::collections::{HashMap, HashSet};

use super::Check;
use super::usages::spreads;
use crate::language::ast::{Fragment, Spread};

/// What the rule remembers while it walks a document.
#[derive(Default)]
pub(super) struct Cycles<'a> {
    visited: HashSet<&'a str>,
    path: Vec<&'a Spread>,
    /// Where in `path` each fragment's spreads begin.
    starts: HashMap<&'a str, usize>,
}

impl<'a> Cycles<'a> {
    /// Reports each cycle that begins at this fragment, once.
    pub(super) fn check(&mut self, check: &mut Check<'a>, fragment: &'a Fragment) {
        let name = &*fragment.name.text;
        if !self.visited.insert(name) {
            return;
        }
        let spreads = spreads(&fragment.selection_set);
        if spreads.is_empty() {
            return;
        }
        self.starts.insert(name, self.path.len());
        for spread in spreads {
            let target = &*spread.name.text;
            self.path.push(spread);
            if let Some(start) = self.starts.get(target) {
                let cycle = &self.path[*start..];
                let via: Vec<String> =
                    cycle[..cycle.len() - 1].iter().map(|spread| format!("'{}'", spread.name.text)).collect();
                let via = if via.is_empty() { String::new() } else { format!(" via {}", via.join(", ")) };
                let places: Vec<u32> = cycle.iter().map(|spread| spread.at).collect();
                check.report(format!("Cannot spread fragment '{target}' within itself{via}."), &places);
            } else if let Some(fragment) = check.fragments.get(target).copied() {
                self.check(check, fragment);
            }
            self.path.pop();
        }
        self.starts.remove(name);
    }
}
