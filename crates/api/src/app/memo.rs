//! What a request reads of an account again and again: a list of places each of which has supply points, each of which
//! has a meter point. Read once, and again after this process began to write something.

use std::collections::HashMap;
use std::sync::Arc;

use kemu_domain::AccountId;
use kemu_domain::errors::Failure;
use kemu_persistence::Store;
use tokio::sync::Mutex;

/// What was read of accounts, with the number of transactions that had been begun before.
#[derive(Debug)]
pub struct Memo<T> {
    read: Mutex<HashMap<AccountId, (u64, Arc<T>)>>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { read: Mutex::default() }
    }
}

impl<T> Memo<T> {
    /// What was read of an account, or what `read` reads now. Others that want it meanwhile wait for it.
    pub async fn of(
        &self,
        store: &Store,
        account: AccountId,
        read: impl AsyncFnOnce() -> Result<T, Failure>,
    ) -> Result<Arc<T>, Failure> {
        let mut known = self.read.lock().await;
        let begun = store.transactions_begun();
        if let Some((at, value)) = known.get(&account)
            && *at == begun
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(read().await?);
        known.insert(account, (begun, Arc::clone(&value)));
        Ok(value)
    }
}
