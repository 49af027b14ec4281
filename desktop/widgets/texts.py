"""Texts that are declared where there is no Qt: those of features and of blend modes."""

from PySide6.QtCore import QCoreApplication


def translated(text: str) -> str:
    """The same text in the person's language."""
    return QCoreApplication.translate("features", text)
