//! apalis-sqlite at the work that Signalbox's engine is measured with:
//! `FULL|NORMAL WORKERS ACCOUNTS TASKS MS`. Prints one line of JSON: tasks a second, what began and
//! ended where tasks take time, and the SQLite it has.

#![expect(
    clippy::disallowed_methods,
    reason = "the rules of the product's rooms; this is none of them"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use apalis::layers::WorkerBuilderExt;
use apalis::prelude::*;
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteStorage};
use futures::channel::mpsc;
use sqlx::AssertSqlSafe;

/// Connections of the pool. Only one can write at a time; with more, some wait in vain for their turn
/// ("database is locked" after a minute), and all is slower.
const CONNECTIONS: u32 = 1;

/// What is known of the tasks.
struct Book {
    work: Duration,
    /// The number (from one) of what began, and minus the number of what ended.
    events: Mutex<Vec<i64>>,
    handled: AtomicUsize,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), BoxDynError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments[place].parse::<usize>();
    let (workers, accounts, tasks) = (number(1)?, number(2)?, number(3)?);
    let place = tempfile::tempdir()?;
    let pool = open(&place.path().join("tasks.db"), &arguments[0]).await?;
    let book = Arc::new(Book {
        work: Duration::from_millis(number(4)? as u64),
        events: Mutex::default(),
        handled: AtomicUsize::new(0),
    });

    // Whoever stores a task wakes the worker; it looks by itself as well, for what comes between.
    let (wake, woken) = mpsc::channel(1);
    let strategy = Strategy::new()
        .stream(woken)
        .interval(Duration::from_millis(5));
    let config = Config::default()
        .queue("tasks")
        .batch_size(workers.max(10))
        .lock_tasks(false);
    let storage = SqliteStorage::<u64>::new(&pool).with_config(config);
    let worker = WorkerBuilder::new("worker")
        .backend(storage.clone().poll_with_strategy(strategy))
        .data(Arc::clone(&book))
        .concurrency(workers)
        .build(handle);
    let running = tokio::spawn(worker.run());

    submit(&storage, &wake, accounts, accounts).await?;
    all_done(&pool, &book, accounts).await?;
    sqlx::query("ANALYZE").execute(&pool).await?;
    book.events.lock().unwrap().clear();
    let start = Instant::now();
    submit(&storage, &wake, accounts, tasks).await?;
    all_done(&pool, &book, accounts + tasks).await?;
    let seconds = start.elapsed().as_secs_f64();
    running.abort();

    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&pool)
        .await?;
    let told = serde_json::json!({
        "per_second": tasks as f64 / seconds,
        "events": *book.events.lock().unwrap(),
        "version": version,
    });
    println!("{told}");
    Ok(())
}

async fn handle(no: u64, book: Data<Arc<Book>>) -> Result<(), BoxDynError> {
    if !book.work.is_zero() {
        let no = no as i64 + 1;
        book.events.lock().unwrap().push(no);
        tokio::time::sleep(book.work).await;
        book.events.lock().unwrap().push(-no);
    }
    book.handled.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

/// An empty database, made ready as the library does it. It sets `synchronous` to OFF for the
/// connection it happens to use, which is the only one; what a commit survives is set after that.
async fn open(path: &std::path::Path, durability: &str) -> Result<SqlitePool, BoxDynError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(300))
        .connect_with(options)
        .await?;
    SqliteStorage::setup(&pool).await?;
    let level = if durability == "FULL" { 2 } else { 1 };
    sqlx::query(AssertSqlSafe(format!("PRAGMA synchronous = {level}")))
        .execute(&pool)
        .await?;
    let set: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&pool)
        .await?;
    assert_eq!(set, level, "what a commit survives");
    Ok(pool)
}

/// Each account has a submitter of its own, which waits for each task to be stored.
async fn submit(
    storage: &SqliteStorage<u64>,
    wake: &mpsc::Sender<()>,
    accounts: usize,
    tasks: usize,
) -> Result<(), BoxDynError> {
    let submitters: Vec<_> = (0..accounts)
        .map(|account| {
            let (mut storage, mut wake) = (storage.clone(), wake.clone());
            tokio::spawn(async move {
                for no in (account..tasks).step_by(accounts) {
                    storage.push(no as u64).await?;
                    // A full channel wakes as well.
                    let _ = wake.try_send(());
                }
                Ok::<(), BoxDynError>(())
            })
        })
        .collect();
    for submitter in submitters {
        submitter.await??;
    }
    Ok(())
}

/// Waits until the database says of so many tasks that they are done.
async fn all_done(pool: &SqlitePool, book: &Book, tasks: usize) -> Result<(), BoxDynError> {
    loop {
        if book.handled.load(Ordering::SeqCst) >= tasks {
            let done: i64 = sqlx::query_scalar("SELECT count(*) FROM Jobs WHERE status = 'Done'")
                .fetch_one(pool)
                .await?;
            if done as usize >= tasks {
                return Ok(());
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
