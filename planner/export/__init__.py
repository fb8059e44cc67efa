"""Papers made from a plan: the JSON record, the printed workbook, the calendar and the summary in plain words."""
