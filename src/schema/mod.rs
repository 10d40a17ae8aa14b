//! stub
use crate::domain::JsonText;
/// o
#[derive(Debug)]
pub struct Outline;
impl Outline {
    /// o
    pub fn of(_: &JsonText) -> Self {
        Outline
    }
}
/// f
pub enum Fill {
    /// r
    RequiredOnly,
    /// e
    Everything,
}
/// s
pub fn sample(_: &JsonText, _: Fill) -> String {
    "{}".into()
}
/// m
pub fn missing(_: &JsonText, _: &JsonText) -> Vec<String> {
    vec![]
}
