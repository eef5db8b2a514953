"""Refactorings: a notebook and a wish in, an edit plan or a refusal out. Nothing is executed."""
