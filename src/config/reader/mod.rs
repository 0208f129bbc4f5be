//! feeds.toml as a tree of tables that are asked for their keys.
//!
//! [`Table`] hands out a value of the type that is asked for, checked; what is wrong with it goes to
//! [`Problems`] with its place, and reading goes on. A key that nothing asks for is unknown, so what is known
//! is what some table's file reads: there is no other list of keys.

mod amount;
mod expected;
mod problems;
mod syntax;
mod table;
mod unknown;

pub(super) use amount::Amount;
pub(super) use expected::table_name;
pub(super) use problems::{Location, Problems};
pub(super) use table::{Table, Tables};

#[cfg(test)]
pub(super) use unknown::head;
