"""Colours of the text output, or none."""

import re

_CODE = re.compile(r"`([^`]+)`")
_SEVERITIES = {"error": "1;31", "warning": "1;33", "info": "36"}


class Style:
    """Wraps text in the escapes of a terminal; does nothing where colour is off."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def _wrapped(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def bold(self, text: str) -> str:
        """For what a line is about."""
        return self._wrapped("1", text)

    def dim(self, text: str) -> str:
        """For what is said quietly."""
        if not self.color:
            return text
        # What is styled inside must not end the dimness.
        return self._wrapped("2", re.sub(r"\x1b\[[0-9;]*m", "", text))

    def frame(self, text: str) -> str:
        """For line numbers and rules around source."""
        return self._wrapped("34", text)

    def caret(self, severity: str, text: str) -> str:
        """For the underline of a finding."""
        return self._wrapped(_SEVERITIES[severity], text)

    def severity(self, severity: str, text: str) -> str:
        """For a rule's code."""
        return self._wrapped(_SEVERITIES[severity], text)

    def fix(self, text: str) -> str:
        """For what would mend a finding."""
        return self._wrapped("32", text)

    def removed(self, text: str) -> str:
        """For a line that a diff takes away."""
        return self._wrapped("31", text)

    def added(self, text: str) -> str:
        """For a line that a diff adds."""
        return self._wrapped("32", text)

    def message(self, text: str) -> str:
        """For a sentence: names in backquotes stand out."""
        return _CODE.sub(lambda match: f"`{self._wrapped('1', match[1])}`", text)
