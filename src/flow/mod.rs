//! Floor 3: what both fronts do.
