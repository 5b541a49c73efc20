"""What the picking page shows, as frozen values made of finished texts; like `screens`, for a walk."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.viewmodels.pickup_words import Countdown, Tag
from pos_app.viewmodels.screens import EntryPanel


@dataclass(frozen=True, slots=True)
class PickHead:
    """The order in hand: number, customer, what is paid, when it is collected, how long there is."""

    number: str = ""
    name: str = ""
    payment: Tag | None = None
    batch: str = ""
    collect: str = ""
    countdown: Countdown | None = None


@dataclass(frozen=True, slots=True)
class PickSection:
    """A strip above the lines of one temperature: its tote at the left, a word about it at the right."""

    key: str
    name: str
    icon: str
    cold: bool = False
    bag: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PickRow:
    """One line of the walk. `state` is `open`, `done`, `swapped`, `short`, `asked` or `later`."""

    key: str
    place: str
    name: str
    count: str
    state: str = "open"
    detail: str = ""
    in_hand: bool = False


@dataclass(frozen=True, slots=True)
class ScanSlot:
    """What the last scan or key came to. `tone` is `ok`, `bad`, `ask` or `idle`; `serial` grows each time."""

    serial: int = 0
    tone: str = "idle"
    icon: str = "scan"
    lead: str = ""
    text: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class TaskCard:
    """What to take now: where it lies, how much of it, which tote it goes into."""

    where: str
    place: str
    name: str
    detail: str
    picked: str
    wanted: str
    note: str = ""
    icon: str = ""
    colour: str = "home"
    bag_label: str = ""
    bag: str = ""
    bag_icon: str = ""
    order: str = ""
    can_take_back: bool = False
    weighed: bool = False


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Another product that could stand in; `use` is what its button does: `use`, `ask`, or empty."""

    product_id: str
    name: str
    detail: str
    icon: str
    colour: str
    use: str
    label: str


@dataclass(frozen=True, slots=True)
class WishCard:
    """What the customer wants if it runs out, and what could stand in."""

    title: str
    wish: str
    offers: tuple[OfferRow, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class BagRow:
    """A bag that is still to be put away."""

    key: str
    name: str
    detail: str
    icon: str
    in_hand: bool = False


@dataclass(frozen=True, slots=True)
class StagingCard:
    """Nothing is left to pick: which bags go where. `places` are (code, name) for the bag in hand."""

    title: str
    detail: str
    bags: tuple[BagRow, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list to choose from."""

    key: str
    title: str
    detail: str
    amount: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ListPanel:
    """An in-place question answered by choosing a row; a `search_hint` says that typing finds rows."""

    kind: str
    title: str
    detail: str = ""
    rows: tuple[ListRow, ...] = ()
    empty: str = ""
    search_hint: str = ""
    typed: str = ""
    error: str = ""


Panel = EntryPanel | ListPanel
"""Everything that opens in the hand pane in the place of the task."""


@dataclass(frozen=True, slots=True)
class PickingScreen:
    """Everything the picking page shows. `parts` are the bar's picked and short items of all."""

    heading: str = ""
    head: PickHead = PickHead()
    rows: tuple[PickSection | PickRow, ...] = ()
    slot: ScanSlot = ScanSlot()
    task: TaskCard | None = None
    wish: WishCard | None = None
    staging: StagingCard | None = None
    panel: Panel | None = None
    progress: str = ""
    summary: str = ""
    parts: tuple[int, int, int] = (0, 0, 0)
    ready_label: str = ""
    ready_detail: str = ""
    can_mark_ready: bool = False
    can_print: bool = False
    empty: str = ""
