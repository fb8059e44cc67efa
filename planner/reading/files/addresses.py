"""Cell addresses as people read them: columns are letters, rows and columns count from 1."""

from __future__ import annotations


def column_number(letters: str) -> int:
    """Return 1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell from its 1-based row and column, such as E12."""
    return f"{column_letters(column)}{row}"
