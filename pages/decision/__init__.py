"""The decision on a child, its approval and who was told: a view of the page of the case."""
