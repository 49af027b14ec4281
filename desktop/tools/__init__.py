"""What the pointer does on the canvas, one tool a file."""

from desktop.tools.brush import Brush
from desktop.tools.crop import Crop
from desktop.tools.eraser import Eraser
from desktop.tools.eyedropper import Eyedropper
from desktop.tools.fill import Fill
from desktop.tools.gradient import Gradient
from desktop.tools.hand import Hand
from desktop.tools.hint import HintTool
from desktop.tools.move import Move
from desktop.tools.select import SelectEllipse, SelectLasso, SelectRectangle
from desktop.tools.tool import Tool
from desktop.tools.zoom import Zoom

TOOLS: tuple[type[Tool], ...] = (
    HintTool,
    Brush,
    Eraser,
    Fill,
    Gradient,
    Eyedropper,
    SelectRectangle,
    SelectEllipse,
    SelectLasso,
    Move,
    Crop,
    Hand,
    Zoom,
)
"""All tools, in the order of the toolbar."""


def tool_class(name: str) -> type[Tool]:
    """The tool of that name; KeyError if there is none."""
    return {tool.name: tool for tool in TOOLS}[name]
