"""A case, as several pages show it."""
