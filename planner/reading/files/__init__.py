"""What file the user gave and which sheets of raw cells it holds, whatever its form.

:mod:`.recognise` tells the form from the content, not from the ending; :mod:`.prescan` refuses what would exhaust
the machine; :mod:`.open` returns sheets of cells (:mod:`.grid`); :mod:`.unpack` takes folders and archives apart.
"""
