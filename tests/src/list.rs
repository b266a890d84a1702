//! The two files of a list, as the tests themselves understand them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a row without actions means.
const DEFAULT_ACTIONS: &str = "search_user;view_profile;like_post;follow_user;navigate_home";

/// One row of `accounts.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The operator's id.
    pub id: String,
    /// The name in the app, by which the witness knows it.
    pub handle: String,
    /// The only phone, or none for any.
    pub udid: Option<String>,
}

/// One row of `tasks.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The operator's id of its account.
    pub account: String,
    /// Whom it is about; no two tasks of a list share one, so that it names the task.
    pub target: String,
    /// What to do, in order.
    pub actions: Vec<String>,
}

impl Task {
    /// Whether it has this action.
    pub fn has(&self, action: &str) -> bool {
        self.actions.iter().any(|own| own == action)
    }
}

/// Accounts and tasks, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The tasks.
    pub tasks: Vec<Task>,
}

impl List {
    /// The lists that come with the product: 12 accounts, 240 tasks.
    pub fn examples() -> Self {
        Self::read(&example("accounts.csv"), &example("tasks.csv"))
    }

    /// Reads the two files.
    ///
    /// # Panics
    /// When they cannot be read, or two tasks have one target.
    pub fn read(accounts: &Path, tasks: &Path) -> Self {
        let accounts = rows(accounts).into_iter().map(|row| Account {
            id: row["account_id"].clone(),
            handle: row["handle"].clone(),
            udid: Some(row["device_udid"].clone()).filter(|udid| !udid.is_empty()),
        });
        let tasks = rows(tasks).into_iter().map(|row| {
            let actions = Some(row["actions"].as_str()).filter(|actions| !actions.is_empty());
            Task {
                account: row["account_id"].clone(),
                target: row["target_username"].clone(),
                actions: split(actions.unwrap_or(DEFAULT_ACTIONS)),
            }
        });
        let list = Self {
            accounts: accounts.collect(),
            tasks: tasks.collect(),
        };
        let targets: BTreeMap<&str, usize> = list.by_target();
        assert_eq!(
            targets.len(),
            list.tasks.len(),
            "each task needs a target of its own"
        );
        list
    }

    /// Adds an account; on the phone of this number only, or on all.
    #[must_use]
    pub fn account(mut self, id: &str, phone: Option<u16>) -> Self {
        self.accounts.push(Account {
            id: id.to_owned(),
            handle: format!("demo.{id}"),
            udid: phone.map(udid),
        });
        self
    }

    /// Adds tasks to an account, each with these actions and a target of its own.
    #[must_use]
    pub fn tasks(mut self, account: &str, count: usize, actions: &str) -> Self {
        let first = self.tasks.len();
        self.tasks.extend((first..first + count).map(|number| Task {
            account: account.to_owned(),
            target: format!("sample.{account}.{number:03}"),
            actions: split(actions),
        }));
        self
    }

    /// The text of its `accounts.csv`.
    pub fn accounts_csv(&self) -> String {
        let mut text = "account_id,handle,device_udid\n".to_owned();
        for account in &self.accounts {
            let udid = account.udid.as_deref().unwrap_or_default();
            text += &format!("{},{},{udid}\n", account.id, account.handle);
        }
        text
    }

    /// The text of its `tasks.csv`.
    pub fn tasks_csv(&self) -> String {
        let mut text = "account_id,task_type,target_username,actions\n".to_owned();
        for task in &self.tasks {
            let actions = task.actions.join(";");
            text += &format!("{},instagram,{},{actions}\n", task.account, task.target);
        }
        text
    }

    /// The places of the tasks by target.
    pub fn by_target(&self) -> BTreeMap<&str, usize> {
        let targets = self.tasks.iter().zip(0..);
        targets
            .map(|(task, place)| (task.target.as_str(), place))
            .collect()
    }

    /// The account with this id.
    pub fn account_of(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The account with this name in the app.
    pub fn by_handle(&self, handle: &str) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.handle == handle)
    }
}

/// The UDID of a simulated phone, counted from 1.
pub fn udid(number: u16) -> String {
    format!("00008030-51{number:014X}")
}

/// The root of the source tree.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("a workspace").to_path_buf()
}

/// A file of the examples.
pub fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

fn split(actions: &str) -> Vec<String> {
    actions.split(';').map(str::to_owned).collect()
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    let rows = reader.deserialize();
    rows.map(|row| row.expect("a row with all columns"))
        .collect()
}
