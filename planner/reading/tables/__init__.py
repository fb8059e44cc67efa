"""Where things stand on a sheet: title, heading (one to four rows), index row, body, totals, notes and signatures.

:mod:`.heading` finds the heading rows, :mod:`.body` sorts the rows below, :mod:`.texts` says what kind of text a cell
holds. Nothing here knows what a heading means.
"""
