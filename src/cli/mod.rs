//! Floor 4: the headless front.
