"""Homeward's product without a screen: the framework's content, its rules, its meetings and its store."""
