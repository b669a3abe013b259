"""The cost simulator."""
