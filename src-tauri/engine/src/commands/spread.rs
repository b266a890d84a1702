//! Which account each row of a list is given that names none: the one with the least to do, and
//! where the target may take no further account, one that is on it already.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The accounts that rows may be spread over, by what they have to do.
#[derive(Debug, Default)]
pub(super) struct Spread {
    heap: BinaryHeap<Reverse<(u64, usize)>>,
}

impl Spread {
    /// Over these accounts, each by its place in the caller's list with the tasks it has.
    pub(super) fn over(accounts: impl IntoIterator<Item = (usize, u64)>) -> Self {
        let heap = accounts.into_iter();
        Self {
            heap: heap.map(|(place, load)| Reverse((load, place))).collect(),
        }
    }

    /// The account with the least to do that `may` take the row, or else the one with the least
    /// to do at all; `None`: there is none. It has one task more from then on, if it may.
    pub(super) fn choose<E>(
        &mut self,
        mut may: impl FnMut(usize) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        let mut passed = Vec::new();
        let mut chosen = None;
        while let Some(Reverse((load, place))) = self.heap.pop() {
            match may(place) {
                Ok(true) => {
                    self.heap.push(Reverse((load + 1, place)));
                    chosen = Some(place);
                    break;
                }
                Ok(false) => passed.push(Reverse((load, place))),
                Err(error) => {
                    self.heap.push(Reverse((load, place)));
                    self.heap.extend(passed);
                    return Err(error);
                }
            }
        }
        let least = passed.first().map(|Reverse((_, place))| *place);
        self.heap.extend(passed);
        Ok(chosen.or(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(loads: &[u64], may: &[&[usize]], expected: &[Option<usize>]) {
        let mut spread = Spread::over(loads.iter().copied().enumerate());
        let got: Vec<Option<usize>> = may
            .iter()
            .map(|may| {
                let chosen = spread.choose(|place| Ok::<_, ()>(may.contains(&place)));
                chosen.unwrap()
            })
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn the_account_with_the_least_to_do_is_next() {
        let all: &[usize] = &[0, 1, 2];
        check(&[5, 0, 1], &[all; 4], &[Some(1), Some(1), Some(2), Some(1)]);
    }

    #[test]
    fn an_account_that_may_not_take_the_row_is_passed_over_and_keeps_its_place() {
        check(
            &[0, 1, 9],
            &[&[2], &[0, 1, 2], &[0, 1, 2]],
            &[Some(2), Some(0), Some(0)],
        );
    }

    #[test]
    fn where_none_may_the_first_is_named_and_where_there_is_none_none_is() {
        check(&[3, 1], &[&[], &[0, 1]], &[Some(1), Some(1)]);
        check(&[], &[&[]], &[None]);
    }
}
