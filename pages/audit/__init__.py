"""The audit trail, as a view of a case and of a meeting."""
