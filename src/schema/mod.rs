//! Floor 1: JSON Schema for people.
