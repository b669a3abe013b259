"""What support for families costs, and what failed returns cost.

`figures` reads the published figures, `calculator` is the published calculation in decimals, `scenario` is everything
that somebody may enter, `cohort` spreads it over years, `simulation` over what might be, `words` and `views` say it,
`workbook` and `report` are what can be taken away. Nothing is imported here, so that each costs only what it needs.
"""
