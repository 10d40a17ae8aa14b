//! Messages: from a task to the feature that started it, and from one feature to another.

use std::any::Any;
use std::fmt::{self, Debug};

/// Message that a feature understands. Each feature has a type of its own; only those that understand it import it.
pub struct Message(Box<dyn Payload>);

/// Content of a message.
pub trait Payload: Any + Send {}

impl<T: Any + Send> Payload for T {}

impl Message {
    /// A message with this content.
    pub fn new(payload: impl Payload) -> Self {
        Self(Box::new(payload))
    }

    /// Whether the content is a `T`.
    pub fn is<T: Payload>(&self) -> bool {
        (&*self.0 as &dyn Any).is::<T>()
    }

    /// The content, if it is a `T`, for somebody who passes the message on.
    pub fn peek<T: Payload>(&self) -> Option<&T> {
        (&*self.0 as &dyn Any).downcast_ref()
    }

    /// The content, if it is a `T`; else the message as it was, for somebody else.
    ///
    /// # Errors
    /// The content is something else.
    pub fn take<T: Payload>(self) -> Result<T, Self> {
        if !self.is::<T>() {
            return Err(self);
        }
        let payload: Box<dyn Any> = self.0;
        Ok(*payload.downcast::<T>().map_err(|_| Self::new(()))?)
    }
}

impl Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its content does not say more: whatever could be printed of it would be part of the program.
        f.write_str("Message")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_by_whoever_knows_its_content_and_passed_on_by_everybody_else() {
        let message = Message::new("text".to_owned());
        let message = message.take::<u8>().unwrap_err();
        assert!(message.is::<String>());
        assert_eq!(message.take::<String>().unwrap(), "text");
    }
}
