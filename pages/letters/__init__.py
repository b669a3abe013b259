"""What the family is given: a view of the page of a case."""
