"""Greys without a cast and one accent: the colours of the window, dark and light.

Colour is judged here, so every surface is neutral (R = G = B). The same tokens make the palette
that widgets paint with and the stylesheet in resources/themes.
"""

import string
from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.preferences import Preferences, ThemeChoice
from desktop.resources import RESOURCES

FONT_PX = 13


def grey(value: int) -> str:
    """The neutral grey of that value, 0..255."""
    return f"#{value:02x}{value:02x}{value:02x}"


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as "#rrggbb".

    window, panel, raised: surfaces from back to front; field: where text is typed; hover, pressed:
    a raised control under the hand; chosen: the row or tab that is selected; line: what separates;
    surround: around the picture; quiet: text of less weight; on_accent: text on the accent.
    """

    name: str
    window: str
    panel: str
    raised: str
    field: str
    hover: str
    pressed: str
    chosen: str
    line: str
    surround: str
    text: str
    quiet: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    trouble: str
    done: str


DARK = Tokens(
    name="dark",
    window=grey(35),
    panel=grey(43),
    raised=grey(52),
    field=grey(30),
    hover=grey(62),
    pressed=grey(30),
    chosen=grey(58),
    line=grey(62),
    surround=grey(58),
    text=grey(220),
    quiet=grey(164),  # 154 would be less than 4.5 : 1 on raised surfaces and chosen rows
    disabled=grey(110),
    accent="#d9a441",
    accent_hover="#e5b55c",
    on_accent=grey(24),
    trouble="#f08a80",
    done="#8ec98a",
)
LIGHT = Tokens(
    name="light",
    window=grey(236),
    panel=grey(245),
    raised=grey(255),
    field=grey(255),
    hover=grey(230),
    pressed=grey(216),
    chosen=grey(222),
    line=grey(208),
    surround=grey(190),
    text=grey(32),
    quiet=grey(96),
    disabled=grey(160),
    accent="#9a6a10",
    accent_hover="#83590a",
    on_accent=grey(255),
    trouble="#b3261e",
    done="#2e6b2e",
)
SURROUND_18 = grey(119)
"""What a card of 18 % reflectance looks like in sRGB, between black and white to the eye."""


def tokens_of(palette: QPalette) -> Tokens:
    """The tokens that a palette was made from; for whoever paints by hand."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


class Theme(QObject):
    """Keeps the application in the theme that the person chose, or that the system has."""

    def __init__(self, application: QApplication, preferences: Preferences) -> None:
        super().__init__(application)
        self._application = application
        self._preferences = preferences
        self._shown: Tokens | None = None
        application.setStyle("Fusion")
        application.setFont(interface_font())
        preferences.changed.connect(self._on_preference)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.refresh)
        self._ask_system_for_scheme()
        self.refresh()

    def refresh(self) -> None:
        """Paint everything in the tokens that now hold.

        The old stylesheet goes first: to exchange one for another takes Qt three times as long.
        """
        tokens = chosen_tokens(self._preferences.values.theme)
        if tokens is self._shown:
            return
        self._shown = tokens
        self._application.setStyleSheet("")
        self._application.setPalette(palette_of(tokens))
        self._application.setStyleSheet(stylesheet_of(tokens))

    def _on_preference(self, name: str) -> None:
        if name == "theme":
            self._ask_system_for_scheme()
            self.refresh()

    def _ask_system_for_scheme(self) -> None:
        schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
        wanted = schemes.get(self._preferences.values.theme, Qt.ColorScheme.Unknown)
        QGuiApplication.styleHints().setColorScheme(wanted)  # title bars and file dialogs follow


def chosen_tokens(choice: ThemeChoice) -> Tokens:
    """The tokens for a choice; dark where the system has no opinion."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme == Qt.ColorScheme.Light else DARK
    return LIGHT if choice == "light" else DARK


def stylesheet_of(tokens: Tokens) -> str:
    """The stylesheet of resources/themes with the tokens put in."""
    template = (RESOURCES / "themes" / "grisaille.qss").read_text(encoding="utf-8")
    icons = (RESOURCES / "icons" / tokens.name).as_posix()
    return string.Template(template).substitute(asdict(tokens), icons=icons)


def palette_of(tokens: Tokens) -> QPalette:
    """A complete palette, so that no widget falls back to the system's colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, color in (
        ((role.Window,), tokens.window),
        ((role.Base, role.ToolTipBase), tokens.panel),
        ((role.AlternateBase, role.Button, role.Light, role.Midlight), tokens.raised),
        ((role.Mid, role.Dark), tokens.line),
        ((role.Shadow,), tokens.pressed),
        ((role.Text, role.WindowText, role.ButtonText, role.ToolTipText), tokens.text),
        ((role.PlaceholderText,), tokens.quiet),
        ((role.Highlight, role.Accent, role.Link, role.LinkVisited), tokens.accent),
        ((role.HighlightedText,), tokens.on_accent),
        ((role.BrightText,), tokens.trouble),
    ):
        for each in roles:
            palette.setColor(each, QColor(color))
    for each in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.disabled))
    return palette


def interface_font() -> QFont:
    """Inter with figures of equal width: the same sharp text on every system."""
    for file in sorted((RESOURCES / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont("Inter")
    font.setPixelSize(FONT_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def contrast(first: str, second: str) -> float:
    """Contrast of two colours as WCAG defines it, 1..21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    c = QColor(color)
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF())
