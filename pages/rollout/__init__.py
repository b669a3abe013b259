"""The roll-out page and its parts."""
