"""Nested brackets of a text, whatever the language that it is written in."""


def closing_bracket(text: str, at: int, most: int, opening: str, closing: str, quotes: str) -> int | None:
    """Where the bracket that opens at `at` has been closed, one behind it; None within so many characters.

    Brackets within quotes do not count, nor does a quote behind a backslash there.
    """
    depth, quote, place = 0, "", at
    end = min(len(text), at + most)
    while place < end:
        sign = text[place]
        if quote:
            place += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in quotes:
            quote = sign
        elif sign in opening:
            depth += 1
        elif sign in closing:
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    return None
