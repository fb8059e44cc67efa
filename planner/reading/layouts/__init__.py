"""The two shapes in which counties send demand: tables of counts, and registers with a row for each person.

:mod:`.fields` says what a column means; :mod:`.counts` reads the tables (townships down, courses or age bands across,
and the long form), :mod:`.register` the registers.
"""
