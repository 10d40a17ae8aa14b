//! Work on threads that may wait, or that take their time.
//!
//! The runtime's machinery for such work is compiled for every kind of it, some kilobytes each time. Here all of it is of one kind.

use std::any::Any;

use tokio::task::JoinError;

type Done = Box<dyn Any + Send>;
type Work = Box<dyn FnOnce() -> Done + Send>;

/// Does work on a thread for such work. Once begun, it goes on to its end even where nobody waits for it any more.
///
/// # Errors
/// It panicked, or the runtime ended before.
pub(crate) async fn blocking<T: Any + Send>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    let work: Work = Box::new(move || Box::new(work()));
    match tokio::task::spawn_blocking(work).await?.downcast() {
        Ok(done) => Ok(*done),
        // Cannot be: it is what the work gave.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_work_gives_comes_back_and_so_does_its_panic() {
        assert_eq!(blocking(|| "text".to_owned()).await.unwrap(), "text");
        assert!(blocking(|| -> u8 { panic!("broken") }).await.unwrap_err().is_panic());
    }
}
