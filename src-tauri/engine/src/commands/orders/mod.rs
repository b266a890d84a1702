//! What an operator orders of tasks, accounts and phones.

mod accounts;
mod devices;
mod runner;
mod system;
mod tasks;

pub use accounts::Lift;
pub use system::Part;
pub use tasks::{TaskOrdered, TasksCancelled};
