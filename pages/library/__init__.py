"""The framework, to be read."""
