"""The rules of a decision meeting (framework/panel), each run through the same two doors as in the product."""
