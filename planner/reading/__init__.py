"""Reading what bureaus really send: any file to cells, cells to tables, tables to people and wishes.

The way through: :mod:`.files` (what file is it, which cells stand in it), :mod:`.tables` (where the heading, the
body, the totals and the notes of a sheet are), :mod:`.words` and :mod:`.values` (what a heading, a name, a cell
means), :mod:`.layouts` (survey tables and person-level registers to counts), :mod:`.combine` (counts and the county's
own workbook to an instance); :mod:`.plausibility` doubts what can be read and may still be wrong. :mod:`.report` says
what was understood, :mod:`.choices` what the clerk confirmed, and :mod:`.process` keeps every parser in a process of
its own.
"""
