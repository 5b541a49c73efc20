"""What the hand-over page shows, as frozen values made of finished texts; like `screens`, for the desk."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.services.signatures import WIDTH as SIGNATURE_WIDTH
from pos_app.services.signatures import Stroke
from pos_app.viewmodels.pickup_picking_screen import ListPanel, ScanSlot
from pos_app.viewmodels.pickup_words import Countdown, Tag
from pos_app.viewmodels.screens import EntryPanel

QUIET = ScanSlot()
"""A slot that says nothing yet."""


@dataclass(frozen=True, slots=True)
class DeskHead:
    """The order at the desk: number, customer, the end of the telephone number, how long it waits."""

    number: str = ""
    name: str = ""
    phone: str = ""
    countdown: Countdown | None = None


@dataclass(frozen=True, slots=True)
class StepChoice:
    """One of a few answers that stand side by side; `why_not` says why it cannot be chosen."""

    choice_id: str
    label: str
    selected: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StepAction:
    """A button of a step. `main` is the one that goes on."""

    action_id: str
    label: str
    icon: str
    key: str = ""
    main: bool = False
    icon_tone: str = ""


@dataclass(frozen=True, slots=True)
class BagChip:
    """A bag to bring. `state` is `open`, `ticked` or `stays` (it is not handed over this time)."""

    bag_id: str
    place: str
    name: str
    icon: str
    state: str = "open"


@dataclass(frozen=True, slots=True)
class DeskStep:
    """One step of a handover. `state` is `done`, `now` or `open`; `bold` is the date within the detail."""

    kind: str
    number: int
    title: str
    state: str = "open"
    detail: str = ""
    bold: str = ""
    detail_after: str = ""
    note: str = ""
    tag: Tag | None = None
    amount: str = ""
    choices_label: str = ""
    choices: tuple[StepChoice, ...] = ()
    actions: tuple[StepAction, ...] = ()
    bags: tuple[BagChip, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the order at the desk; an amount that is not `bold` costs nothing."""

    line_id: str
    quantity: str
    name: str
    amount: str
    detail: str = ""
    tags: tuple[Tag, ...] = ()
    bold: bool = True


@dataclass(frozen=True, slots=True)
class ItemsCard:
    """What is in the bags, and what it comes to."""

    title: str
    note: str
    rows: tuple[ItemRow, ...]
    total_label: str
    total_note: str
    total: str


@dataclass(frozen=True, slots=True)
class SignaturePanel:
    """The customer signs. `required` of the desk's rules; nothing else is asked for."""

    title: str
    detail: str
    error: str = ""


DeskPanel = EntryPanel | ListPanel | SignaturePanel
"""Everything that opens in the hand pane in the place of the items."""


@dataclass(frozen=True, slots=True)
class DeskAction:
    """A main action of the band; while it cannot be done, `detail` says what is missing."""

    label: str = ""
    detail: str = ""
    possible: bool = False


@dataclass(frozen=True, slots=True)
class HandoverScreen:
    """Everything the hand-over page shows. Without an order, `entry` is how one is found."""

    heading: str = ""
    head: DeskHead = DeskHead()
    steps: tuple[DeskStep, ...] = ()
    items: ItemsCard | None = None
    note_title: str = ""
    note: str = ""
    slot: ScanSlot = QUIET
    panel: DeskPanel | None = None
    entry: ListPanel | None = None
    entry_title: str = ""
    entry_detail: str = ""
    band_title: str = ""
    band_detail: str = ""
    amount: str = ""
    symbol: str = ""
    hand_over: DeskAction = DeskAction()
    payment: DeskAction = DeskAction()
    giving_back: bool = False


__all__ = [
    "QUIET",
    "SIGNATURE_WIDTH",
    "BagChip",
    "DeskAction",
    "DeskHead",
    "DeskPanel",
    "DeskStep",
    "HandoverScreen",
    "ItemRow",
    "ItemsCard",
    "SignaturePanel",
    "StepAction",
    "StepChoice",
    "Stroke",
]
