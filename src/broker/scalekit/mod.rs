//! The Scalekit REST client.
