"""The strip above the canvas: the tool in hand and what can be set about it."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QWidget

from desktop.studio import Studio
from desktop.tools import tool_class


class ToolOptions(QWidget):
    """Shows the options of one tool; each is made when it is first wanted, and then kept."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._made: dict[str, QWidget] = {}
        self._name = QLabel()
        self._name.setProperty("title", True)
        self._name.setMinimumWidth(96)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 8, 0)
        line.setSpacing(12)
        line.addWidget(self._name)
        line.addWidget(self._stack, 1)
        self.setFixedHeight(32)
        studio.tool_changed.connect(self.show_tool)
        self.show_tool(studio.tool)

    def show_tool(self, name: str) -> None:
        """Show the options of that tool."""
        tool = tool_class(name)
        if name not in self._made:
            self._made[name] = tool.options(self._studio) or QWidget()
            self._stack.addWidget(self._made[name])
        self._name.setText(tool.title())
        self._stack.setCurrentWidget(self._made[name])
        self._stack.setAccessibleName(self.tr("Options of {}").format(tool.title()))
