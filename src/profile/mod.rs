//! Floor 2: where an environment and its key come from.
