//! "Did you mean": the names nearest to a misspelt one, chosen and phrased as `graphql-core` does.

use std::cmp::Ordering;

const MOST: usize = 5;

/// The options that `input` may stand for, nearest first.
pub fn suggestions<'a>(input: &str, options: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let threshold = input.chars().count() * 2 / 5 + 1;
    let mut near: Vec<(usize, &str)> = options
        .into_iter()
        .filter_map(|option| Some((distance(input, option, threshold)?, option)))
        .collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural_order(a.1, b.1)));
    near.into_iter().map(|(_, option)| option).collect()
}

/// ` Did you mean 'a', 'b', or 'c'?`, or nothing when there is nothing to suggest. `what` stands before the
/// names where it is not empty (`the enum value`).
pub fn did_you_mean(what: &str, names: &[&str]) -> String {
    let names = &names[..names.len().min(MOST)];
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let list = match quoted.as_slice() {
        [] => return String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} or {two}"),
        [first @ .., last] => format!("{}, or {last}", first.join(", ")),
    };
    let space = if what.is_empty() { "" } else { " " };
    format!(" Did you mean {what}{space}{list}?")
}

/// Edits (insert, delete, substitute, swap neighbours) between two names, letter case counting as one edit in
/// all; `None` when there are more than `threshold`.
fn distance(input: &str, option: &str, threshold: usize) -> Option<usize> {
    if input == option {
        return Some(0);
    }
    let a: Vec<char> = option.to_lowercase().chars().collect();
    let b: Vec<char> = input.to_lowercase().chars().collect();
    if a == b {
        return Some(1);
    }
    if a.len().abs_diff(b.len()) > threshold {
        return None;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, right) in b.iter().enumerate() {
            let mut cell = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + usize::from(left != right));
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cell = cell.min(before[j - 1] + 1);
            }
            row[j + 1] = cell;
        }
        if row.iter().all(|cell| *cell > threshold) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    Some(above[b.len()]).filter(|edits| *edits <= threshold)
}

/// Orders names as people do: runs of digits count as numbers.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a.first(), b.first()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, rest_a) = leading_digits(a);
                let (right, rest_b) = leading_digits(b);
                let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
                if order.is_ne() {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x != y => return x.cmp(y),
            _ => (a, b) = (&a[1..], &b[1..]),
        }
    }
}

/// The digits at the start without their leading zeros, and what follows them.
fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let start = text[..end].iter().position(|byte| *byte != b'0').unwrap_or(end);
    (&text[start..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names_come_first() {
        assert_eq!(suggestions("accont", ["account", "accounts", "agreement"]), ["account", "accounts"]);
        assert_eq!(suggestions("x", ["account"]), Vec::<&str>::new());
    }

    #[test]
    fn a_list_of_names_is_phrased_as_graphql_core_does() {
        assert_eq!(did_you_mean("", &[]), "");
        assert_eq!(did_you_mean("", &["a"]), " Did you mean 'a'?");
        assert_eq!(
            did_you_mean("to use an inline fragment on", &["A", "B"]),
            " Did you mean to use an inline fragment on 'A' or 'B'?"
        );
        assert_eq!(did_you_mean("", &["a", "b", "c"]), " Did you mean 'a', 'b', or 'c'?");
    }

    #[test]
    fn numbers_inside_names_count_as_numbers() {
        assert_eq!(natural_order("line2", "line10"), Ordering::Less);
    }
}
