"""The buttons on the band of a page: the first is what is usually done next, the others stand before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pos_app.ui.action_button import ActionButton
from pos_app.ui.work_page import Band

ACTION_WIDTH = 112


def band_buttons(band: Band, many: int, act: Callable[[int], None]) -> list[ActionButton]:
    """Return the buttons of a band; a click calls `act` with the button's place."""
    buttons = [
        ActionButton(
            variant="pay" if place == 0 else "frame",
            arrangement="wide" if place == 0 else "stacked",
            role="action" if place == 0 else "body",
            parent=band,
        )
        for place in range(many)
    ]
    for place, button in enumerate(buttons):
        button.clicked.connect(lambda _checked=False, at=place: act(at))
    return buttons


def show_actions(
    band: Band, buttons: Sequence[ActionButton], actions: Sequence[tuple[str, str, str]]
) -> None:
    """Show actions `(id, label, key)` on the buttons, as many as there are buttons for."""
    shown = actions[: len(buttons)]
    for place, button in enumerate(buttons):
        button.setVisible(place < len(shown))
        if place < len(shown):
            _action, label, key = shown[place]
            button.setText(label)
            button.set_key(key)
    others = [(button, ACTION_WIDTH) for button in buttons[1 : len(shown)]]
    band.set_actions((*others, (buttons[0], 0)) if shown else ())
