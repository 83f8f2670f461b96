//! Paging: which part of a list a caller asked for, and the part they get.
//!
//! The rules are those of graphql-relay's `connection_from_array`, which Kraken's server (graphene) builds
//! on: an item's index in its list is its cursor, `hasPreviousPage` is only ever true with `last` and
//! `hasNextPage` only with `first` (kraken-facts 4.8). The text of cursors, the limits and the error codes
//! are the API's business.

use std::ops::Range;

/// Where a page begins and ends, as a caller said it. Indexes count from 0 in the list's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// At most so many items from the front.
    pub first: Option<usize>,
    /// At most so many items from the back.
    pub last: Option<usize>,
    /// Only items behind this index.
    pub after: Option<usize>,
    /// Only items in front of this index.
    pub before: Option<usize>,
}

/// The part of a list that a request selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The indexes of the page.
    pub range: Range<usize>,
    /// Whether `first` cut something off behind the page.
    pub has_next: bool,
    /// Whether `last` cut something off in front of the page.
    pub has_previous: bool,
}

impl PageRequest {
    /// The first `count` items.
    pub const fn first(count: usize) -> Self {
        Self { first: Some(count), last: None, after: None, before: None }
    }

    /// The last `count` items.
    pub const fn last(count: usize) -> Self {
        Self { first: None, last: Some(count), after: None, before: None }
    }

    /// The same, behind the item at `index`.
    #[must_use]
    pub const fn after(self, index: usize) -> Self {
        Self { after: Some(index), ..self }
    }

    /// The same, in front of the item at `index`.
    #[must_use]
    pub const fn before(self, index: usize) -> Self {
        Self { before: Some(index), ..self }
    }

    /// Which indexes of a list of `total` items are asked for. The range is always within the list.
    pub fn window(&self, total: usize) -> Window {
        let lower = self.after.map_or(0, |index| index.saturating_add(1)).min(total);
        let upper = self.before.unwrap_or(total).min(total).max(lower);
        let mut range = lower..upper;
        if let Some(first) = self.first {
            range.end = range.end.min(range.start.saturating_add(first));
        }
        if let Some(last) = self.last {
            range.start = range.start.max(range.end.saturating_sub(last));
        }
        Window {
            has_next: self.first.is_some() && range.end < upper,
            has_previous: self.last.is_some() && range.start > lower,
            range,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The index of the first item in the list; the others follow without a gap.
    pub start: usize,
    /// How long the whole list is.
    pub total: usize,
    /// Whether there is more behind, as far as the request may know.
    pub has_next: bool,
    /// Whether there is more in front, as far as the request may know.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// The page that `window` cut from a list of `total` items.
    pub fn new(items: Vec<T>, window: &Window, total: usize) -> Self {
        Self {
            items,
            start: window.range.start,
            total,
            has_next: window.has_next,
            has_previous: window.has_previous,
        }
    }

    /// Cuts a page from a list that is at hand as a whole.
    pub fn of(list: Vec<T>, request: &PageRequest) -> Self {
        let total = list.len();
        let window = request.window(total);
        let items = list.into_iter().skip(window.range.start).take(window.range.len()).collect();
        Self::new(items, &window, total)
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            start: self.start,
            total: self.total,
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The Relay specification's algorithm, word for word, on real lists: apply the cursors, then `first`,
    /// then `last`, and look whether the last two cut anything off.
    fn reference(total: usize, request: &PageRequest) -> (Vec<usize>, bool, bool) {
        let mut edges: Vec<usize> = (0..total)
            .filter(|index| request.after.is_none_or(|after| *index > after))
            .filter(|index| request.before.is_none_or(|before| *index < before))
            .collect();
        let (mut has_next, mut has_previous) = (false, false);
        if let Some(first) = request.first
            && edges.len() > first
        {
            edges.truncate(first);
            has_next = true;
        }
        if let Some(last) = request.last
            && edges.len() > last
        {
            edges.drain(..edges.len() - last);
            has_previous = true;
        }
        (edges, has_next, has_previous)
    }

    fn bound() -> impl Strategy<Value = Option<usize>> {
        prop_oneof![2 => Just(None), 5 => (0..30_usize).prop_map(Some), 1 => Just(Some(usize::MAX))]
    }

    proptest! {
        #[test]
        fn a_window_is_what_relay_says(total in 0..25_usize, first in bound(), last in bound(), after in bound(), before in bound()) {
            let request = PageRequest { first, last, after, before };
            let window = request.window(total);
            let (edges, has_next, has_previous) = reference(total, &request);
            prop_assert_eq!(window.range.clone().collect::<Vec<_>>(), edges);
            prop_assert_eq!(window.has_next, has_next);
            prop_assert_eq!(window.has_previous, has_previous);
            prop_assert!(window.range.start <= window.range.end && window.range.end <= total);

            let page = Page::of((0..total).collect(), &request);
            prop_assert!((page.start..).zip(&page.items).all(|(index, item)| index == *item));
            prop_assert_eq!(page.total, total);
        }

        #[test]
        fn walking_forward_sees_each_item_once(total in 0..60_usize, size in 1..9_usize) {
            let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
            loop {
                let page = Page::of((0..total).collect::<Vec<_>>(), &request);
                prop_assert!(!page.has_previous);
                seen.extend(page.items.iter().copied());
                if !page.has_next {
                    break;
                }
                request = PageRequest::first(size).after(page.start + page.items.len() - 1);
            }
            prop_assert_eq!(seen, (0..total).collect::<Vec<_>>());
        }
    }

    #[test]
    fn forward_has_no_previous_and_backward_no_next() {
        let forward = PageRequest::first(10).after(9).window(100);
        assert_eq!((forward.range, forward.has_next, forward.has_previous), (10..20, true, false));
        let backward = PageRequest::last(10).before(90).window(100);
        assert_eq!((backward.range, backward.has_next, backward.has_previous), (80..90, false, true));
    }
}
