"""How every subject changes: events in append-only streams, and the store that keeps them."""
