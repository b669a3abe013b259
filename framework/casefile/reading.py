"""What is shown of a case: worked out of its state and the day."""
