"""Which keys call which action: presets, a person's own keys over them, and conflicts."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from desktop.preferences import Preferences

PRESETS = {"krita": "Krita", "photoshop": "Photoshop"}
"""Presets by id, with the name that people know."""

DefaultKeys = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Keys by preset by action id, in Qt's portable text: {"file.open": {"krita": ("Ctrl+O",)}}."""


class Keymap(QObject):
    """The keys that hold now. Everything is kept in the preferences, only where it differs.

    apart: actions whose keys come before those of others in their place, and so may be the same.
    Signals: changed() - some action has other keys.
    """

    changed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        defaults: DefaultKeys,
        parent: QObject | None = None,
        apart: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self._apart = frozenset(apart)
        self._preferences = preferences
        self._defaults = defaults
        preferences.changed.connect(self._on_preference)

    @property
    def preset(self) -> str:
        """The preset in use; the first one where the preferences name none that is known."""
        preset = self._preferences.values.key_preset
        return preset if preset in PRESETS else next(iter(PRESETS))

    def use_preset(self, preset: str) -> None:
        """Change the preset; a person's own keys stay."""
        self._preferences.choose(key_preset=preset)

    def keys(self, action: str) -> tuple[str, ...]:
        """Keys of an action, the one to show first."""
        own = self._preferences.values.keys.get(action)
        return self.default(action) if own is None else tuple(own)

    def default(self, action: str) -> tuple[str, ...]:
        """Keys that the preset gives to an action."""
        return self._defaults[action].get(self.preset, ())

    def shown(self, action: str) -> str:
        """The first key as this system writes it; empty where there is none."""
        keys = self.keys(action)
        return shown(keys[0]) if keys else ""

    def differs(self, action: str) -> bool:
        """True where the person has chosen other keys than the preset's."""
        return action in self._preferences.values.keys

    def conflict(self, action: str, key: str) -> str | None:
        """The other action that has this key already, if any."""
        wanted = QKeySequence(key)
        for other in self._rivals(action):
            if any(QKeySequence(k) == wanted for k in self.keys(other)):
                return other
        return None

    def _rivals(self, action: str) -> list[str]:
        """Other actions that may not have the same keys."""
        apart = action in self._apart
        return [o for o in self._defaults if o != action and (o in self._apart) == apart]

    def bind(self, action: str, key: str) -> None:
        """Give an action this key alone ("" for none); whoever had it loses it."""
        own = dict(self._preferences.values.keys)
        if key and (loser := self.conflict(action, key)):
            kept = [k for k in self.keys(loser) if QKeySequence(k) != QKeySequence(key)]
            own[loser] = kept
        own[action] = [key] if key else []
        self._preferences.choose(keys=own)

    def reset(self, action: str) -> None:
        """Back to the preset's keys; whoever else was given one of them loses it."""
        own = {k: v for k, v in self._preferences.values.keys.items() if k != action}
        returning = {QKeySequence(key) for key in self.default(action)}
        rivals = self._rivals(action)
        for other, keys in own.items():
            if other in rivals:
                own[other] = [key for key in keys if QKeySequence(key) not in returning]
        self._preferences.choose(keys=own)

    def reset_all(self) -> None:
        """Back to the preset for all actions."""
        self._preferences.choose(keys={})

    def _on_preference(self, name: str) -> None:
        if name in ("keys", "key_preset"):
            self.changed.emit()


def shown(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
