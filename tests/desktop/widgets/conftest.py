"""Widgets by themselves."""

import pytest


@pytest.fixture
def shown(shown):
    """As everywhere, but smaller where no size is told."""
    return lambda widget, width=300, height=200: shown(widget, width, height)
