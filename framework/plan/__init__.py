"""After the decision: the dates that law, plan and product ask for once a child is home."""
