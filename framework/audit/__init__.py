"""The audit trail of a case and of a meeting: every event in words, who, when, what was read, and whether the record is whole."""
