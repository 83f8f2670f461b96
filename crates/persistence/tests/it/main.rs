//! The store's tests: each runs on SQLite and, where `KEMU_TEST_POSTGRES_URL` is set, on PostgreSQL.

mod demo;
mod finders;
mod open;
mod paging;
mod posting;
mod support;
mod tokens;
