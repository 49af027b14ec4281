"""Colour: the disc at the lightness of the place, what the network thinks likely, what was used."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.document.blend import composite
from desktop.editor import Editor
from desktop.studio import Studio
from desktop.widgets.buttons import Actions, icon_button
from desktop.widgets.chips import Chips
from desktop.widgets.color_disc import SIDE_PX, ColorDisc, lab_of, with_lightness
from desktop.widgets.scroll import Scroll
from desktop.widgets.section import QuietLabel, Section
from desktop.widgets.setting_row import NumberRow
from desktop.widgets.swatch import Swatch
from desktop.widgets.wires import Wires
from inference.settings import Control
from inference.values import RGB, Hint, Region

RECENT = 14
SETTLED_MS = 1500
"""A colour that stays this long counts as used."""
PAINTING = ("brush", "fill", "gradient")


class ColorPanel(Scroll):
    """Shows and sets the colour of the selected hint; where none is selected, of the brush."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._studio = studio
        self._editor: Editor | None = None
        self._wires = Wires(self)
        self._recent: list[RGB] = []
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._remember)
        self._make_parts()
        self.show_body(self._laid_out())
        self.setMinimumHeight(SIDE_PX + 16)  # the disc is always seen whole
        studio.brush.changed.connect(self.refresh)
        studio.current_changed.connect(self.show_editor)
        studio.tool_changed.connect(self._show_tool)
        self.show_editor(studio.current)
        self._show_tool(studio.tool)

    def offer(self, actions: Actions) -> None:
        """Tell the key of the eyedropper, whichever it is."""
        self._eyedropper = actions["tool.eyedropper"]
        self._eyedropper.changed.connect(self._show_key)
        self._show_key()

    def _show_key(self) -> None:
        self.dropper.setToolTip(self._eyedropper.toolTip())

    def show_editor(self, editor: Editor | None) -> None:
        """Follow this editor from now on, and the former one no longer."""
        self._wires.cut()
        self._editor = editor
        if editor is not None:
            for signal in (
                editor.coloring.hints_changed,
                editor.coloring.selected_changed,
                editor.coloring.hint_colors_changed,
            ):
                self._wires.connect(signal, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the colour that is being set, and what goes with it."""
        hint, rgb = self._hint(), self._color()
        lightness = self._lightness_at(hint) if hint else lab_of(rgb)[0]
        self.disc.show_color(rgb, lightness)
        self.lightness.show_value(round(lightness))
        self.lightness.name.show_difference(False)  # no colour is the usual one
        self.lightness.setVisible(hint is None)  # a hint takes that of the picture
        self.swatch.show_colors(rgb, with_lightness(rgb, lightness) if hint else rgb)
        if not self.code.hasFocus():
            self.code.setText(QColor(*rgb).name())
        suggested = self._editor.coloring.hint_colors if self._editor and hint else ()
        self.suggested.show_colors(suggested, rgb)
        self._suggested_part.setVisible(bool(suggested))
        self.recent.show_colors(self._recent, rgb)
        self.recent.setVisible(bool(self._recent))
        self.note.setVisible(not suggested)
        self.note.setText(self._said(hint))

    # Building.

    def _make_parts(self) -> None:
        self.note = QuietLabel()
        self.disc = ColorDisc()
        self.disc.chosen.connect(lambda rgb, goes_on: self._choose(rgb, merge=goes_on))
        help_text = self.tr("How light the paint is.")
        self.lightness = NumberRow(Control(self.tr("Lightness"), help_text, 0, 100, 1), 60)
        self.lightness.chosen.connect(self._on_lightness)
        self.swatch = Swatch()
        self.code = QLineEdit()
        self.code.setFixedHeight(28)
        self.code.setMaxLength(20)
        self.code.setAccessibleName(self.tr("Colour as hexadecimal number or name"))
        self.code.setToolTip(self.tr("Hexadecimal number or name, such as #c83c32 or teal"))
        self.code.editingFinished.connect(self._on_code)
        self.code.returnPressed.connect(self.code.clearFocus)  # letters are tools' keys again
        self.dropper = icon_button("eyedropper", self.tr("Take a colour from the picture"))
        self.dropper.setCheckable(True)
        self.dropper.clicked.connect(lambda: self._studio.choose_tool("eyedropper"))
        self.suggested = Chips()
        self.suggested.chosen.connect(self._choose)
        self.recent = Chips()
        self.recent.setToolTip(self.tr("Colours that were used last"))
        self.recent.setAccessibleName(self.recent.toolTip())
        self.recent.chosen.connect(self._choose)

    def _laid_out(self) -> QWidget:
        self._suggested_part = Section(self.tr("Likely here"))
        self._suggested_part.add(self.suggested)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.swatch, 1)
        line.addWidget(self.dropper)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        beside.addLayout(line)
        beside.addWidget(self.code)
        beside.addWidget(self._suggested_part)
        beside.addWidget(self.note)
        beside.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.disc, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.recent)
        column.addWidget(self.lightness)
        column.addStretch(1)
        return body

    def _show_tool(self, name: str) -> None:
        self.dropper.setChecked(name == "eyedropper")
        self.refresh()

    # What is shown.

    def _hint(self) -> Hint | None:
        """The one whose colour is being set; with paint in hand, that of the brush is."""
        if self._editor is None or self._studio.tool in PAINTING:
            return None
        coloring = self._editor.coloring
        points, selected = coloring.hints.points, coloring.selected
        return points[selected] if selected is not None and selected < len(points) else None

    def _color(self) -> RGB:
        hint = self._hint()
        return hint.rgb if hint else self._studio.brush.color

    def _lightness_at(self, hint: Hint) -> float:
        """Of the picture under the hint, which its colours keep; styles above do not count."""
        assert self._editor is not None
        document = self._editor.document
        x = min(max(int(hint.x), 0), document.width - 1)
        y = min(max(int(hint.y), 0), document.height - 1)
        made = document.generated_ids()
        pixel = composite(document, Region(x, y, 1, 1), skip=made)[0, 0, :3]
        scale = 255 / (2**document.depth - 1)
        red, green, blue = (round(float(v) * scale) for v in pixel)
        return lab_of((red, green, blue))[0]

    def _said(self, hint: Hint | None) -> str:
        if hint is None:
            return self.tr("Of the brush and of the next hint")
        return self.tr("Of the selected hint")

    # The person chooses.

    def _choose(self, rgb: RGB, *, merge: bool = False) -> None:
        hint = self._hint()
        if rgb == self._color():
            return
        if hint is not None and self._editor is not None:
            coloring = self._editor.coloring
            assert coloring.selected is not None
            changed = Hint(hint.path, rgb, hint.radius)
            coloring.replace_hint(coloring.selected, changed, merge=merge)
        else:
            self._studio.brush.choose(color=rgb)
        self._settled.start()

    def _on_lightness(self, lightness: float, goes_on: bool) -> None:
        self._choose(with_lightness(self._color(), lightness), merge=goes_on)

    def _on_code(self) -> None:
        text = self.code.text().strip()
        name = text if QColor.isValidColorName(text) else f"#{text}"
        if QColor.isValidColorName(name):
            color = QColor(name)
            self._choose((color.red(), color.green(), color.blue()))
        self.code.setText(QColor(*self._color()).name())

    def _remember(self) -> None:
        rgb = self._color()
        others = [color for color in self._recent if color != rgb]
        self._recent = [rgb, *others][:RECENT]
        self.refresh()
