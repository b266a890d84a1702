//! What filters find, filed or not, beside looking at every row.

use super::*;
use crate::store::accounts::{self, AccountRow};
use crate::store::phones::{self, PhoneRow};
use crate::store::{Durability, Store, World, filing};
use signalbox_automation::Handle;
use signalbox_phone::Udid;

const ACTIONS: [&str; 4] = ["follow", "like", "comment", "view"];
const STATUSES: [&str; 3] = ["success", "failed", "dedupe_hit"];

struct Books {
    store: Store,
    rows: Vec<NewInteraction>,
    _dir: tempfile::TempDir,
}

fn ts(no: usize) -> i64 {
    // The wall clock jumps back once.
    let back = if no > 40 { 7_000 } else { 0 };
    1_795_000_000_000 + no as i64 * 1_000 - back
}

impl Books {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signalbox.db");
        let store = Store::open(&path, World::Simulated, Durability::Normal).unwrap();
        let connection = store.connection();
        for no in 0..3 {
            let mut row = AccountRow::named(&format!("a{no}"));
            row.handle = Handle::new(format!("h{no}"));
            accounts::insert(connection, AccountNo(no), &row, 0).unwrap();
            let udid = Udid::new(format!("phone{no}"));
            phones::put(connection, PhoneNo(no), &PhoneRow::unseen(udid)).unwrap();
        }
        let rows: Vec<NewInteraction> = (0..90).map(new).collect();
        for (no, row) in rows.iter().enumerate() {
            connection
                .execute(
                    "INSERT OR IGNORE INTO attempts (no, task_id, account_no, phone_no, started_ts,
                     ended_ts, ending) VALUES (?1, ?2, 0, 0, 0, 0, 'completed')",
                    params![row.attempt.0 as i64, tasks::id(row.task)],
                )
                .unwrap();
            insert(&Prepared::new(connection), row, 0, ts(no)).unwrap();
        }
        Self {
            store,
            rows,
            _dir: dir,
        }
    }

    /// The numbers of the rows that hold, newest first.
    fn by_hand(&self, holds: impl Fn(usize, &NewInteraction) -> bool) -> Vec<i64> {
        let rows = self.rows.iter().enumerate();
        let rows = rows.filter(|(no, row)| holds(*no, row));
        let mut found: Vec<(i64, i64)> = rows.map(|(no, _)| (ts(no), no as i64 + 1)).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, seq)| seq).collect()
    }

    /// How often there is what, by action and by status.
    fn sums(&self, holds: impl Fn(usize, &NewInteraction) -> bool) -> Sums {
        let mut sums = Sums::new();
        for (no, row) in self.rows.iter().enumerate() {
            if holds(no, row) {
                let by_status = sums.entry(row.action.to_owned()).or_default();
                *by_status.entry(row.status.to_owned()).or_default() += 1;
            }
        }
        sums
    }

    /// The numbers of the rows that are found, by pages of three behind each other's cursor.
    fn paged(&self, filter: &Filter) -> Vec<i64> {
        let connection = self.store.connection();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let part = Part {
                limit: 3,
                skip: 0,
                after,
            };
            let more = page(connection, filter, part, |row| found.push(row.latency_ms)).unwrap();
            match more {
                Some(cursor) => after = Some(cursor),
                None => return found,
            }
        }
    }
}

/// Its latency is its number in the table.
fn new(no: usize) -> NewInteraction {
    NewInteraction {
        task: TaskId(no as u128 / 5),
        attempt: AttemptNo(no as u64 / 5),
        step: 0,
        account: AccountNo(no as u32 % 3),
        phone: PhoneNo(no as u32 % 2),
        list: (!no.is_multiple_of(4)).then_some(ListNo(no as u32 % 4)),
        rehearsal: no.is_multiple_of(11),
        target: if no.is_multiple_of(2) { "Anna" } else { "bob" }.to_owned(),
        post: String::new(),
        action: ACTIONS[no % 4],
        status: STATUSES[no / 2 % 3],
        reason: String::new(),
        latency_ms: no as u64 + 1,
    }
}

/// Whether a row of this number is let through.
type Holds = fn(usize, &NewInteraction) -> bool;

fn cases() -> Vec<(Vec<Condition>, Holds)> {
    vec![
        (vec![], |_, _| true),
        (
            vec![
                Condition::Action("like".into()),
                Condition::Status("failed".into()),
            ],
            |_, row| row.action == "like" && row.status == "failed",
        ),
        (vec![Condition::Account("a1".into())], |_, row| {
            row.account.0 == 1
        }),
        (vec![Condition::Target("aNNA".into())], |_, row| {
            row.target == "Anna"
        }),
        (vec![Condition::Status("failed".into())], |_, row| {
            row.status == "failed"
        }),
        (vec![Condition::List(ListNo(2))], |_, row| {
            row.list == Some(ListNo(2))
        }),
        (vec![Condition::Task(Uuid::from_u128(7))], |_, row| {
            row.task.0 == 7
        }),
        (
            vec![Condition::From(ts(20)), Condition::Until(ts(44))],
            |no, _| (ts(20)..=ts(44)).contains(&ts(no)),
        ),
        (
            vec![
                Condition::Account("a2".into()),
                Condition::Target("bob".into()),
                Condition::Status("success".into()),
                Condition::Action("view".into()),
                Condition::Device("phone1".into()),
            ],
            |_, row| {
                row.account.0 == 2
                    && row.target == "bob"
                    && row.status == "success"
                    && row.action == "view"
                    && row.phone.0 == 1
            },
        ),
        (vec![Condition::Account("nobody".into())], |_, _| false),
        (vec![Condition::Target("x' OR '1'='1".into())], |_, _| false),
    ]
}

#[test]
fn filters_find_what_a_look_at_every_row_finds() {
    let books = Books::new();
    let cases = cases();
    for filed in [0, 31, 1_000] {
        filing::file(books.store.connection(), filed).unwrap();
        for (conditions, holds) in &cases {
            for rehearsal in [false, true] {
                let filter = Filter {
                    rehearsal,
                    conditions: conditions.clone(),
                };
                let expected =
                    books.by_hand(|no, row| row.rehearsal == rehearsal && holds(no, row));
                assert_eq!(books.paged(&filter), expected, "{filter:?}, {filed} filed");
                let connection = books.store.connection();
                let counted = count(connection, &filter).unwrap();
                assert_eq!(counted, expected.len() as u64, "{filter:?}, {filed} filed");
                let sums = books.sums(|no, row| row.rehearsal == rehearsal && holds(no, row));
                assert_eq!(totals(connection, &filter).unwrap(), sums, "{filter:?}");
                let mut told = Vec::new();
                each(connection, &filter, |row| {
                    told.push(row.latency_ms);
                    Ok::<_, ()>(())
                })
                .unwrap()
                .unwrap();
                let mut in_order = expected.clone();
                in_order.sort_unstable();
                assert_eq!(told, in_order, "{filter:?}");
            }
        }
    }
    assert!(!filing::waits(books.store.connection()).unwrap());
}

#[test]
fn pages_pass_over_what_is_skipped() {
    let books = Books::new();
    filing::file(books.store.connection(), 50).unwrap();
    let filter = Filter::default();
    let all = books.paged(&filter);
    let part = Part {
        limit: 4,
        skip: 9,
        after: None,
    };
    let mut found = Vec::new();
    page(books.store.connection(), &filter, part, |row| {
        found.push(row.latency_ms)
    })
    .unwrap();
    assert_eq!(found, all[9..13]);
}

#[test]
fn sums_outlast_the_rows_and_counts_do_not() {
    let books = Books::new();
    let connection = books.store.connection();
    let before = filing::totals(connection, false).unwrap();
    let kept = filing::kept(connection, false).unwrap();
    let mut by_hand = Sums::new();
    for row in books.rows.iter().filter(|row| !row.rehearsal) {
        let sums = by_hand.entry(row.action.to_owned()).or_default();
        *sums.entry(row.status.to_owned()).or_default() += 1;
    }
    assert_eq!(before, by_hand);
    filing::file(connection, 60).unwrap();
    assert_eq!(filing::totals(connection, false).unwrap(), before);
    let gone = connection
        .execute(
            "DELETE FROM interactions WHERE seq <= 20 AND NOT rehearsal",
            [],
        )
        .unwrap();
    assert_eq!(filing::totals(connection, false).unwrap(), before);
    let left = filing::kept(connection, false).unwrap();
    assert_eq!(left, kept - gone as u64);
    let sums = totals(connection, &Filter::default()).unwrap();
    let there: u64 = sums.values().flat_map(BTreeMap::values).sum();
    assert_eq!(there, left, "of a filter are told those that are there");
    let likes = Filter {
        rehearsal: false,
        conditions: vec![Condition::Action("like".into())],
    };
    assert_eq!(totals(connection, &likes).unwrap()["like"], sums["like"]);
}

/// Each way in is an index, and the newest come first without sorting.
#[test]
fn a_page_is_found_by_an_index() {
    let books = Books::new();
    let cases: [(Option<Condition>, &str); 5] = [
        (None, "interactions_by_time"),
        (
            Some(Condition::Account("a".into())),
            "interactions_by_account",
        ),
        (
            Some(Condition::Target("a".into())),
            "interactions_by_target",
        ),
        (
            Some(Condition::Status("a".into())),
            "interactions_by_status",
        ),
        (
            Some(Condition::Task(Uuid::nil())),
            "interactions_by_attempt",
        ),
    ];
    for (condition, index) in cases {
        let filter = Filter {
            rehearsal: false,
            conditions: condition.into_iter().collect(),
        };
        let (sql, values) = filter.sql();
        let sql = [
            "EXPLAIN QUERY PLAN SELECT ",
            COLUMNS,
            " FROM interactions WHERE filed = 1 AND",
            &sql,
            " ORDER BY ts DESC, seq DESC LIMIT 10",
        ]
        .concat();
        let mut statement = books.store.connection().prepare(&sql).unwrap();
        let plan = statement.query_map(params_from_iter(values), |row| row.get(3));
        let plan: Vec<String> = plan.unwrap().map(std::result::Result::unwrap).collect();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:?}");
        let sorts = plan
            .iter()
            .any(|line| line.contains("TEMP B-TREE FOR ORDER BY"));
        assert!(!sorts || index.ends_with("attempt"), "{plan:?}");
    }
}
