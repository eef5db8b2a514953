"""The rules, one class each; `lint.registry` finds them here."""
