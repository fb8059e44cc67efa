"""What things are: frozen types for the planning workbook (:mod:`instance`) and the plan (:mod:`plan`)."""
