"""What became of the children who went home, from the authority's own SSDA903 returns.

`files` finds the tables (`delimited`, `xml_return` and `spreadsheet` read them), `rows` and `headers` read the tables
row by row (`cells` what a cell says, `years` of which year), `joining` merges the years, `notes` says what was odd, `episodes` is all of that,
`periods` and `orders` hold the definitions, `survival` and `answers` the answers, `suppression` what may leave the machine, `report` the
papers. Nothing is imported here, so that each costs only what it needs.
"""
