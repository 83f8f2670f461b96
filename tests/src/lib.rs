//! The harness of the stories in `tests/stories/`.
//!
//! A story starts a whole kemu: the real router behind real HTTP, a real store, a clock that stands still until it is
//! moved, a fixed seed. [`story!`] makes a test on SQLite and one on PostgreSQL of it. People and organisations of the
//! demo world are [`Role`]s, which sign in and ask; what comes back is an [`Answer`]. Each answer is held against the
//! contract on its way, see [`rules`]: an error that its field does not declare fails the test that saw it.
//!
//! To add a story: a file a noun under `stories/`, one `story!` a thing that a user would notice.

mod answer;
mod app;
pub mod documents;
mod log;
pub mod oauth;
pub mod process;
mod role;
pub mod rules;
mod stores;

pub use answer::Answer;
pub use app::{BASE_URL, Options, TestApp, start_of_time};
pub use log::Log;
pub use role::Role;
pub use stores::{Stores, on_stores, run};

/// The path of the API site.
pub const API: &str = "/v1/graphql/";
/// The path of the auth site.
pub const AUTH: &str = "/graphql/";

/// A story, told on each kind of store: `story!(name, |app| async move { … })`. Between name and closure there may be
/// [`Options`].
#[macro_export]
macro_rules! story {
    ($name:ident, $tell:expr) => {
        $crate::story!($name, $crate::Options::default(), $tell);
    };
    ($name:ident, $options:expr, $tell:expr) => {
        mod $name {
            #[expect(clippy::allow_attributes, reason = "not every story needs what stands around it")]
            #[allow(unused_imports, reason = "see above")]
            use super::*;

            fn tell(kind: $crate::StoreKind) {
                $crate::run(kind, $options, $tell);
            }

            #[test]
            fn sqlite() {
                tell($crate::StoreKind::Sqlite);
            }

            #[test]
            fn postgres() {
                tell($crate::StoreKind::Postgres);
            }
        }
    };
}

/// A story that starts its own apps or processes: `story_of_stores!(name, |stores| async move { … })`.
#[macro_export]
macro_rules! story_of_stores {
    ($name:ident, $tell:expr) => {
        mod $name {
            #[expect(clippy::allow_attributes, reason = "not every story needs what stands around it")]
            #[allow(unused_imports, reason = "see above")]
            use super::*;

            fn tell(kind: $crate::StoreKind) {
                $crate::on_stores(kind, $tell);
            }

            #[test]
            fn sqlite() {
                tell($crate::StoreKind::Sqlite);
            }

            #[test]
            fn postgres() {
                tell($crate::StoreKind::Postgres);
            }
        }
    };
}

pub use kemu_persistence::store::StoreKind;
