"""A case: what is known of a child and the home the child would return to. `model` holds it and the invented samples."""

from framework.case.model import (
    SAMPLES,
    Carer,
    CarerView,
    Case,
    CaseError,
    ChildWords,
    Differs,
    Entry,
    FictionalMember,
    Remark,
    Report,
    TakenFrom,
    check,
    load_samples,
)

__all__ = [
    "SAMPLES",
    "Carer",
    "CarerView",
    "Case",
    "CaseError",
    "ChildWords",
    "Differs",
    "Entry",
    "FictionalMember",
    "Remark",
    "Report",
    "TakenFrom",
    "check",
    "load_samples",
]
