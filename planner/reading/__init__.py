"""Reading what bureaus really send: any file to cells, cells to tables, tables to people and wishes.

:mod:`.values` says what a cell means, :mod:`.words` what a heading or a name means and
:mod:`.plausibility` what can be read and may still be wrong.
"""
