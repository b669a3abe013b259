"""People at the screen."""
