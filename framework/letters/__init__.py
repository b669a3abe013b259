"""What the family is given of a decision: a copy for each parent or home carer, the facts that they check first, and the child's letter."""
