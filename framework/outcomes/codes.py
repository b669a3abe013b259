"""The codes of an SSDA903 return, with their words.

Source: Department for Education, "Children looked-after by local authorities in England: guide to the SSDA903 collection", code
sets; E99 is put in by the cleaning tool of the London authorities where an end is not known.
"""

RNE = {
    "S": "started to be looked after",
    "L": "legal status changed",
    "P": "placement changed, and who looks after the child",
    "T": "placement changed, with the same people",
    "B": "legal status and placement changed, and who looks after the child",
    "U": "legal status and placement changed, with the same people",
}
LEGAL_STATUS = {
    "C1": "interim care order",
    "C2": "care order",
    "D1": "freeing order",
    "E1": "placement order",
    "V2": "accommodated by agreement (section 20)",
    "V3": "agreed short breaks",
    "V4": "agreed short breaks, one agreement",
    "J1": "youth justice: on remand",
    "J2": "youth justice: police custody",
    "J3": "youth justice: sentenced",
    "L1": "police protection",
    "L2": "emergency protection order",
    "L3": "child assessment order",
}
NEED = {
    "N1": "abuse or neglect",
    "N2": "child's disability",
    "N3": "parental illness or disability",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
}
FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")
ADOPTION = ("A3", "A4", "A5", "A6")
HOMES = ("K1", "K2", "R1", "R2", "R3", "R5", "S1")
SUPPORTED = ("K3", "H5", "P2")
"""Supported accommodation, semi-independent and independent living: for children of 16 and over."""
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
PARENTS = "P1"
PLACE = (
    PARENTS,
    "P2",
    "P3",
    *FOSTERING,
    "Q1",
    "Q2",
    *ADOPTION,
    *HOMES,
    "K3",
    "H5",
    "R4",
    *TEMPORARY,
    "Z1",
    "Z11",
    "Z12",
    "Z13",
    "Z14",
)
SHORT_BREAKS = ("V3", "V4")
ORDERS = ("C1", "C2", "D1", "E1")
"""Legal statuses under which a child can live with parents and stay looked after."""
RETURNED = {"E4A": "planned", "E4B": "unplanned", "E4": "not_known"}
CONTINUES = "X1"
REASON = {
    "X1": "a new episode follows at once",
    "E4A": "returned home as part of care planning",
    "E4B": "returned home, not part of the care plan",
    "E4": "returned home, planned or not is not known",
    "E11": "adopted",
    "E12": "adopted",
    "E13": "left to somebody without parental responsibility",
    "E41": "residence or child arrangements order",
    "E43": "special guardianship",
    "E44": "special guardianship",
    "E45": "special guardianship",
    "E46": "special guardianship",
    "E47": "special guardianship",
    "E48": "special guardianship",
    "E2": "died",
    "E3": "another authority took over",
    "E5": "moved into independent living",
    "E6": "moved into independent living",
    "E7": "moved to adult social care",
    "E8": "left for another reason",
    "E9": "sentenced to custody",
    "E14": "remand ended",
    "E15": "found to be 18 or over",
    "E16": "moved abroad",
    "E17": "turned 18 and stays with the same foster carers",
    "E99": "end not known",
}
SEX = {"1": "male", "2": "female", "M": "male", "F": "female", "U": "not recorded as either (U)"}
"""1 and 2 until 2023-24, M, F and U since: the same group, whichever way a return writes it."""
