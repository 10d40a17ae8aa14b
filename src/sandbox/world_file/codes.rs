//! Codes of errors from world files, kept for as long as the program runs.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Codes so far.
static CODES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// A code that lives as long as the program, as those of the providers that are built in do. Each is kept once: there
/// are as many as files name.
pub fn kept(code: &str) -> &'static str {
    let mut codes = CODES.lock().unwrap_or_else(PoisonError::into_inner);
    let codes = codes.get_or_insert_default();
    if let Some(known) = codes.get(code) {
        return known;
    }
    let new: &'static str = Box::leak(code.to_owned().into_boxed_str());
    codes.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_kept_once() {
        let first = kept("WORLD_FILE_CODE");
        assert!(std::ptr::eq(first, kept(&String::from("WORLD_FILE_CODE"))));
        assert_eq!(first, "WORLD_FILE_CODE");
    }
}
