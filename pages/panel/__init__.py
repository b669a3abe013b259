"""A meeting: the page at the table, the wall, joining."""
