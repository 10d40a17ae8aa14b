//! Floor 1: the engine under the JSON explorer.
