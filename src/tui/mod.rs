//! Floor 4: the full-screen front.
