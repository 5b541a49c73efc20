"""The record of the hand-over page: the order's head, and the steps from who collects to the payment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QScroller, QWidget

from pos_app.ui.controls import ActionButton, Pane
from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    CENTRE,
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    text_width,
    wrapped_height,
)
from pos_app.ui.pickup_controls import badge_width, draw_badge
from pos_app.ui.pickup_signs import draw_chip
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_handover_screen import BagChip, DeskHead, DeskStep, StepAction, StepChoice

HEAD_HEIGHT = 72
EDGE = 20
TEXT_LEFT = 68
CIRCLE = 34
TITLE_TOP = 12
DETAIL_TOP = 40
LINE = 22
CHOICE_HEIGHT = 48
ACTION_HEIGHT = 56
BAG_HEIGHT = 48
BAGS_IN_ROW = {1: 2, 2: 2}
"""By how many there are; three in a row where nothing is said."""
FOOT = 18
SLIM_FOOT = 14

Button = TypeVar("Button", bound=QAbstractButton)


class DeskHeadView(QWidget):
    """Number and customer; at the right the end of the telephone number and how long the customer waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = DeskHead()
        theme().changed.connect(self.update)

    def show_head(self, head: DeskHead) -> None:
        """Show this head."""
        if head != self._head:
            self._head = head
            chip = head.countdown.text if head.countdown else ""
            self.setAccessibleName(", ".join(p for p in (head.number, head.name, head.phone, chip) if p))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip first, then what fits at its left."""
        del event
        look, head = theme(), self._head
        height = self.height() - 1
        with painting(QPainter(self)) as painter:
            painter.fillRect(0, height, self.width(), 1, look.colour("border"))
            right: float = self.width() - look.px(16)
            if head.countdown is not None:
                right -= draw_chip(painter, right, height / 2, head.countdown) + look.px(12)
            room = QRectF(0, 0, right, height)
            font = look.font("body")
            right -= draw_text(painter, room, head.phone, font, look.colour("text2"), align=RIGHT)
            left: float = look.px(EDGE)
            for text, role, tone in ((head.number, "heading", "text"), (head.name, "line", "text")):
                box = QRectF(left, 0, max(right - look.px(12) - left, 0), height)
                left += draw_text(painter, box, text, look.font(role), look.colour(tone)) + look.px(12)


class ChoiceButton(ActionButton):
    """One of a few answers side by side; the chosen one is dark and has a tick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role="body", height=CHOICE_HEIGHT, parent=parent)
        self.choice = StepChoice("", "")
        self.first = self.last = True

    def show_choice(self, choice: StepChoice) -> None:
        """Show this answer."""
        self.choice = choice
        self.setText(choice.label)
        self.setAccessibleName(choice.label)
        self.setAccessibleDescription(choice.why_not)
        self.setToolTip(choice.why_not)
        self.update()

    def sizeHint(self) -> QSize:
        """The words with the tick, chosen or not, so that nothing moves when it is."""
        look = theme()
        width = text_width(self.choice.label, look.font("body", bold=True)) + look.px(24 + 2 * 16)
        return QSize(round(width), look.px(CHOICE_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, a tick when it is chosen, and the words."""
        del event
        look, choice = theme(), self.choice
        with painting(QPainter(self)) as painter:
            ground = "text" if choice.selected else "pressed" if self.isDown() else "surface"
            tone = "surface" if choice.selected else "disabledText" if choice.why_not else "text"
            beyond = look.px(24)  # outside, so that the inner corners are square
            box = QRectF(self.rect()).adjusted(0 if self.first else -beyond, 0, 0 if self.last else beyond, 0)
            draw_box(painter, box, look.px(10), look.colour(ground), look.colour("borderStrong"))
            if not self.first:
                painter.fillRect(0, 0, 1, self.height(), look.colour("borderStrong"))
            font = look.font("body", bold=choice.selected)
            width = text_width(choice.label, font) + (look.px(24) if choice.selected else 0)
            left = (self.width() - width) / 2
            if choice.selected:
                mark = QRectF(left, 0, look.px(16), self.height())
                draw_pixmap_centred(painter, mark, icon("check", tone, 16))
                left += look.px(24)
            box = QRectF(left, 0, self.width() - left, self.height())
            draw_text(painter, box, choice.label, font, look.colour(tone))


class BagButton(ActionButton):
    """A bag to bring: dashed until it is here, filled with a tick once it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.bag = BagChip("", "", "", "")

    def show_bag(self, bag: BagChip, words: str) -> None:
        """Show this bag; `words` say its state to a screen reader."""
        self.bag = bag
        self.setAccessibleName(f"{bag.place}, {bag.name}, {words}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, sign, place and name."""
        del event
        look, bag = theme(), self.bag
        ticked = bag.state == "ticked"
        with painting(QPainter(self)) as painter:
            ground = "pressed" if self.isDown() else "primaryTint" if ticked else "surface"
            edge = "primary" if ticked else "borderStrong"
            draw_box(
                painter, self.rect(), look.px(10), look.colour(ground), look.colour(edge), dashed=not ticked
            )
            name, tone = (
                ("done", "primary") if ticked else (bag.icon, "info" if bag.state == "open" else "text3")
            )
            mark = QRectF(look.px(12), 0, look.px(20), self.height())
            draw_pixmap_centred(painter, mark, icon(name, tone, 18))
            colour = look.colour("onPrimaryTint" if ticked else "text" if bag.state == "open" else "text3")
            left: float = look.px(41)
            room = self.width() - look.px(8)
            font = look.font("body", bold=True)
            box = QRectF(left, 0, room - left, self.height())
            left += draw_text(painter, box, bag.place, font, colour) + look.px(8)
            box = QRectF(left, 0, max(room - left, 0), self.height())
            draw_text(painter, box, bag.name, look.font("body"), colour)


class StepView(QWidget):
    """One step. `chosen`, `acted` and `tapped` carry the id of an answer, a button or a bag."""

    chosen = Signal(str)
    acted = Signal(str)
    tapped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = DeskStep("", 0, "")
        self.choices: list[ChoiceButton] = []
        self.buttons: list[ActionButton] = []
        self.bags: list[BagButton] = []
        theme().changed.connect(self._place)

    @property
    def shown(self) -> DeskStep:
        """The step on the screen."""
        return self._step

    def show_step(self, step: DeskStep) -> None:
        """Show this step."""
        self._step = step
        _matched(self.choices, len(step.choices), lambda: ChoiceButton(self), self._choose)
        _matched(
            self.buttons, len(step.actions), lambda: ActionButton(role="bodyLarge", parent=self), self._act
        )
        _matched(self.bags, len(step.bags), lambda: BagButton(self), self._tap)
        for place, (button, choice) in enumerate(zip(self.choices, step.choices, strict=False)):
            button.first, button.last = place == 0, place == len(step.choices) - 1
            button.show_choice(choice)
        for action, what in zip(self.buttons, step.actions, strict=False):
            _dress(action, what, is_now=step.state == "now")
        states = {"open": self.tr("not here yet"), "ticked": self.tr("here"), "stays": self.tr("stays here")}
        for bag, chip in zip(self.bags, step.bags, strict=False):
            bag.show_bag(chip, states[chip.state])
        words = {"done": self.tr("done"), "now": self.tr("to do now"), "open": self.tr("to do")}
        parts = (
            f"{step.number}. {step.title}",
            words[step.state],
            f"{step.detail}{step.bold}{step.detail_after}",
            step.amount,
        )
        self.setAccessibleName(", ".join(part for part in parts if part))
        self._place()

    def wanted_height(self, width: int) -> int:
        """How high the step is at a width."""
        look, step = theme(), self._step
        height = look.px(DETAIL_TOP) + self._detail_height(width)
        if step.choices:
            height += look.px(10 + CHOICE_HEIGHT)
        if step.actions:
            height += look.px(12 + ACTION_HEIGHT)
        if step.bags:
            rows = -(-len(step.bags) // BAGS_IN_ROW.get(len(step.bags), 3))
            height += look.px(4) + rows * look.px(BAG_HEIGHT + 8) - look.px(8)
        return height + look.px(FOOT if step.choices or step.actions or step.bags else SLIM_FOOT)

    def _detail_height(self, width: int) -> int:
        step, look = self._step, theme()
        words = f"{step.detail}{step.bold}{step.detail_after}"
        if not words:
            return look.px(4)
        if step.bold:
            return look.px(LINE)
        return max(look.px(LINE), wrapped_height(words, "body", width - look.px(TEXT_LEFT + EDGE)))

    # ---- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the number or a tick, the title and what it is about."""
        del event
        look, step = theme(), self._step
        with painting(QPainter(self)) as painter:
            is_now = step.state == "now"
            painter.fillRect(self.rect(), look.colour("primaryTint" if is_now else "surface"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            if is_now:
                painter.fillRect(0, 0, look.px(5), self.height() - 1, look.colour("primary"))
            self._draw_circle(painter)
            right = self._draw_right(painter)
            title = QRectF(
                look.px(TEXT_LEFT), look.px(TITLE_TOP), right - look.px(TEXT_LEFT + 8), look.px(26)
            )
            draw_text(painter, title, step.title, look.font("title"), look.colour("text"))
            self._draw_detail(painter)
            if step.choices:
                self._draw_choices_label(painter)

    def _draw_circle(self, painter: QPainter) -> None:
        look, step = theme(), self._step
        size = look.px(CIRCLE)
        box = QRectF(look.px(EDGE), look.px(14), size, size)
        if step.state == "done":
            draw_box(painter, box, size / 2, look.colour("primary"))
            draw_pixmap_centred(painter, box, icon("check", "onPrimary", 20))
            return
        edge = look.colour("primary" if step.state == "now" else "borderStrong")
        draw_box(painter, box, size / 2, look.colour("surface"), edge, width=look.px(2))
        tone = look.colour("primary" if step.state == "now" else "text2")
        draw_text(painter, box, str(step.number), look.font("bodyLarge", bold=True), tone, align=CENTRE)

    def _draw_right(self, painter: QPainter) -> float:
        look, step = theme(), self._step
        right: float = self.width() - look.px(EDGE)
        row = QRectF(0, look.px(TITLE_TOP), right, look.px(26))
        if step.amount:
            right -= draw_text(
                painter, row, step.amount, look.font("heading"), look.colour("text"), align=RIGHT
            )
        elif step.note:
            right -= draw_text(painter, row, step.note, look.font("body"), look.colour("text2"), align=RIGHT)
        elif step.tag is not None:
            right -= badge_width(step.tag)
            draw_badge(painter, right, row.center().y(), step.tag)
        return right

    def _draw_detail(self, painter: QPainter) -> None:
        look, step = theme(), self._step
        left: float = look.px(TEXT_LEFT)
        right = self.width() - look.px(EDGE)
        box = QRectF(left, look.px(DETAIL_TOP), right - left, self._detail_height(self.width()))
        if not step.bold:
            draw_wrapped(painter, box, step.detail, "body", "text2")
            return
        for words, bold in ((step.detail, False), (step.bold, True), (step.detail_after, False)):
            room = QRectF(left, box.top(), max(right - left, 0), box.height())
            font = look.font("body", bold=bold)
            left += draw_text(painter, room, words, font, look.colour("text" if bold else "text2"))

    def _draw_choices_label(self, painter: QPainter) -> None:
        look = theme()
        first = self.choices[0].geometry()
        box = QRectF(look.px(TEXT_LEFT), first.top(), first.left() - look.px(TEXT_LEFT), first.height())
        draw_text(painter, box, self._step.choices_label, look.font("body"), look.colour("text2"))

    # ---- geometry

    def _place(self) -> None:
        look, step = theme(), self._step
        left = look.px(TEXT_LEFT)
        width = self.width() - left - look.px(EDGE)
        top = look.px(DETAIL_TOP) + self._detail_height(self.width())
        if step.choices:
            top = self._place_choices(left, top + look.px(10))
        if step.actions:
            self._place_actions(left, top + look.px(12), width)
        gap = look.px(8)
        in_row = BAGS_IN_ROW.get(len(step.bags), 3)
        each = (width - gap * (in_row - 1)) / in_row
        for at, button in enumerate(self.bags[: len(step.bags)]):
            row, column = divmod(at, in_row)
            start = round(left + column * (each + gap))
            end = round(left + column * (each + gap) + each)
            button.setGeometry(
                start, top + look.px(4) + row * look.px(BAG_HEIGHT + 8), end - start, look.px(BAG_HEIGHT)
            )
        self.update()

    def _place_choices(self, left: int, top: int) -> int:
        look = theme()
        start = left + round(text_width(self._step.choices_label, look.font("body"))) + look.px(12)
        for button in self.choices[: len(self._step.choices)]:
            hint = button.sizeHint()
            button.setGeometry(start, top, hint.width(), look.px(CHOICE_HEIGHT))
            start += hint.width() - 1
        return top + look.px(CHOICE_HEIGHT)

    def _place_actions(self, left: int, top: int, width: int) -> None:
        look = theme()
        gap = look.px(8)
        shown = self.buttons[: len(self._step.actions)]
        main = round((width - gap) * (0.555 if len(shown) == 2 else 1))
        for at, button in enumerate(shown):
            wide = main if at == 0 else width - gap - main
            button.setGeometry(left + at * (main + gap), top, wide, look.px(ACTION_HEIGHT))

    # ---- what the desk does

    def _choose(self, at: int) -> None:
        choice = self._step.choices[at]
        if not choice.why_not:
            self.chosen.emit(choice.choice_id)

    def _act(self, at: int) -> None:
        self.acted.emit(self._step.actions[at].action_id)

    def _tap(self, at: int) -> None:
        self.tapped.emit(self._step.bags[at].bag_id)


def _dress(button: ActionButton, action: StepAction, *, is_now: bool) -> None:
    button.setText(action.label)
    button.set_icon(action.icon)
    button.set_key(action.key)
    button.set_variant("primary" if action.main and is_now else "secondary")
    button.set_icon_tone(action.icon_tone)
    button.set_role("bodyLarge", bold=action.main and is_now)
    button.setAccessibleName(action.label)


def _matched(
    buttons: list[Button], wanted: int, make: Callable[[], Button], used: Callable[[int], None]
) -> None:
    """Show as many buttons as are wanted; those that are there stay, so the focus stays too."""
    while len(buttons) < wanted:
        button, place = make(), len(buttons)
        button.clicked.connect(lambda _checked=False, at=place: used(at))
        buttons.append(button)
    for at, button in enumerate(buttons):
        button.setVisible(at < wanted)


class StepList(QScrollArea):
    """The steps below one another; they scroll where a store asks for more than fit."""

    chosen = Signal(str)
    acted = Signal(str)
    tapped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: list[StepView] = []
        self._count = 0
        self._inside = Pane("surface")
        self.setWidget(self._inside)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._place)

    def show_steps(self, steps: Sequence[DeskStep]) -> None:
        """Show these steps; the one to do now comes into sight."""
        while len(self.steps) < len(steps):
            view = StepView(self._inside)
            view.chosen.connect(self.chosen)
            view.acted.connect(self.acted)
            view.tapped.connect(self.tapped)
            self.steps.append(view)
        self._count = len(steps)
        for at, view in enumerate(self.steps):
            view.setVisible(at < len(steps))
            if at < len(steps):
                view.show_step(steps[at])
        self._place()
        now = next((view for view in self.steps[: len(steps)] if view.shown.state == "now"), None)
        if now is not None:
            bottom = now.mapTo(self._inside, QPoint(0, now.height())).y()
            self.ensureVisible(0, bottom, 0, now.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width, top = self.viewport().width(), 0
        for view in self.steps[: self._count]:
            height = view.wanted_height(width)
            view.setGeometry(0, top, width, height)
            top += height
        self._inside.resize(width, max(top, self.viewport().height()))
