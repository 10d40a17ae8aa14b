//! Floor 2: an environment of our own on loopback.
