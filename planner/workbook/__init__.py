"""The planning workbook: cells to an :class:`~planner.domain.instance.Instance` and back.

Every sheet and column is declared once, in :mod:`planner.workbook.schema`; reading, writing, the blank
template and the documentation all follow from that declaration.
"""
