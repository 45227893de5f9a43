"""Imported only when needed."""

WORD = "late"
