//! Modifiers over the sandbox: what is sent, what is shown, and what is not.
