"""What is told below the results."""

from typing import Any


class Remarks:
    """Gathers sentences; each is told once."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Takes a sentence."""
        self._sentences[sentence] = None

    @property
    def sentences(self) -> list[str]:
        """All of them, in order."""
        return list(self._sentences)

    def tell(self, terminal: Any) -> None:
        """Writes them with pytest's terminal reporter; nothing where there are none."""
        if not self._sentences:
            return
        terminal.section("notebooks", sep="-")
        for sentence in self._sentences:
            terminal.line(sentence)
