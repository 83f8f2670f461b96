//! Documents that customers read: a bill as a PDF, behind a URL that is signed and runs out.
//!
//! [`paper`] says what stands on a bill, `pages` what stands on every page. `pdf` draws, with the letters of `helvetica`;
//! `french` writes numbers and dates. Nothing of the wall clock or of chance gets in: the same bill gives the same bytes.
//! How Octopus's own bills look was not copied, and every page says that it is emulated. [`signed_url`] signs addresses
//! and checks them.

mod french;
mod helvetica;
mod pages;
pub mod paper;
mod pdf;
pub mod signed_url;

pub use paper::{BillPaper, render};
pub use signed_url::{Refusal, Signer};

#[cfg(test)]
mod tests;
