"""Outcomes: what became of the children who went home, from the authority's own returns."""
