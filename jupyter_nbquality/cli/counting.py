"""Numbers with their words."""


def count(number: int, word: str) -> str:
    """Writes a number of things: ``1 problem``, ``1,200 problems``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
