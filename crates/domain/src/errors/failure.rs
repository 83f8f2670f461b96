//! What a use case ends in when it fails.

use std::error::Error;

use super::{Code, KrakenError};

/// A use case's failure: a refusal the client is told about, or a fault of ours it is not.
///
/// Neither `Display` nor `Error`, which is what makes `?` work on both kinds: any `Error` (a database's, say)
/// becomes [`Internal`], a [`KrakenError`] or a [`Code`] stays what it is.
#[derive(Debug)]
pub enum Failure {
    /// Refused, with a code; becomes the response as it is.
    Refused(KrakenError),
    /// A fault. `api` logs it with the correlation id and answers KT-CT-7899.
    Internal(Internal),
}

/// A fault of ours and its cause, for the log.
#[derive(Debug)]
pub struct Internal(Box<dyn Error + Send + Sync>);

impl Internal {
    /// The cause, to be logged where the fault becomes a response, and nowhere else.
    pub fn cause(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl Failure {
    /// A fault that has no error value of its own, said in a sentence for the log.
    pub fn internal(sentence: &'static str) -> Self {
        Self::Internal(Internal(sentence.into()))
    }

    /// The refusal's code; `None` for a fault.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(error) => Some(error.code()),
            Self::Internal(_) => None,
        }
    }
}

impl From<KrakenError> for Failure {
    fn from(error: KrakenError) -> Self {
        Self::Refused(error)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(cause: E) -> Self {
        Self::Internal(Internal(Box::new(cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::codes;

    fn refuse() -> Result<(), KrakenError> {
        Err(codes::UNAUTHORIZED.into())
    }

    fn fall() -> Result<u8, Failure> {
        refuse()?;
        Ok(0)
    }

    fn fault() -> Result<u8, Failure> {
        Ok("x".parse::<u8>()?)
    }

    #[test]
    fn question_mark_keeps_refusals_and_faults_apart() {
        assert_eq!(fall().unwrap_err().code(), Some(codes::UNAUTHORIZED));
        let failure = fault().unwrap_err();
        assert_eq!(failure.code(), None);
        let Failure::Internal(internal) = failure else { panic!("a parse error is a fault") };
        assert!(internal.cause().is::<std::num::ParseIntError>());
    }
}
