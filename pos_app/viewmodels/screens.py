"""What the screens show, as frozen values made of finished texts and flags.

A widget renders these and forwards intents; it formats no money, translates no state and decides
nothing. `tone` is one of `plain`, `info`, `ok`, `warn`, `bad`, `promo` and picks a style of the design
tokens. Icon names are those of `tokens.json` (`icons.map`) or of a file in `resources/icons`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LineRow:
    """One row of the record pane. `kind` is `line` or `coupon` (a document-level row).

    `quantity` is empty for a weighed line (`weighed` shows a scale instead). `tags` are promotion
    labels, `saving` the amount they took off. A row with `detail`, `tags` or `warning` is 64 px high.
    """

    line_id: str
    name: str
    amount: str
    quantity: str = ""
    quantity_bold: bool = False
    weighed: bool = False
    detail: str = ""
    tags: tuple[str, ...] = ()
    saving: str = ""
    warning: str = ""
    kind: str = "line"
    amount_tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tile:
    """A quick key or product tile; `count` is how many are in the basket."""

    tile_id: str
    name: str
    price: str
    category_colour: str
    icon: str
    count: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class CategoryTab:
    """A tab above the tiles."""

    tab_id: str
    name: str
    colour: str = ""
    icon: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class MemberStrip:
    """The member attached to the basket."""

    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """The slot under the record. `serial` grows with each new message, so equal texts show again.

    `undo` shows the Undo button, `action`/`action_label` another one (such as `open_price`).
    """

    serial: int
    text: str
    bold_lead: str = ""
    tone: str = "info"
    icon: str = "done"
    undo: bool = False
    action: str = ""
    action_label: str = ""
    seconds: int = 8


@dataclass(frozen=True, slots=True)
class EntryPanel:
    """An in-place question in the hand pane (quantity, price, discount, note, age check, weight, hold).

    `kind` names the question; `mode` is `amount`, `number`, `text`, `choice`, `confirm` or `pin`. `entry`
    is what has been typed so far, already formatted (a PIN as dots). `choices` are (id, label) pairs under
    `choices_label`. `hint` and `hint_detail` say who may answer and how else than by typing, or what is at
    stake. `picture` is the file of the product's picture, empty for none or for one that is still to come.
    """

    kind: str
    title: str
    detail: str = ""
    mode: str = "amount"
    entry: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    selected_choice: str = ""
    error: str = ""
    confirm_label: str = ""
    picture: str = ""
    hint: str = ""
    hint_detail: str = ""
    hint_icon: str = "idCheck"
    choices_label: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One row of the search list."""

    product_id: str
    name: str
    detail: str
    price: str
    category_colour: str


@dataclass(frozen=True, slots=True)
class HeldSale:
    """A parked basket in the held list."""

    basket_id: str
    title: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True)
class SellScreen:
    """Everything the Sell screen shows."""

    sale_title: str = ""
    held_count: int = 0
    held_label: str = ""
    member: MemberStrip | None = None
    lines: tuple[LineRow, ...] = ()
    selected_line_id: str = ""
    selected_quantity: str = ""
    feedback: Feedback | None = None
    tabs: tuple[CategoryTab, ...] = ()
    tiles: tuple[Tile, ...] = ()
    panel: EntryPanel | None = None
    held: tuple[HeldSale, ...] = ()
    held_open: bool = False
    items_label: str = ""
    subtotal_label: str = ""
    saved_label: str = ""
    saved_amount: str = ""
    currency_symbol: str = ""
    total: str = ""
    band_title: str = ""
    """Non-empty after a sale: `Change due`; `total` then is the change until the next scan."""
    band_details: tuple[str, ...] = ()
    """A line each: what was received, and the receipt."""
    can_pay: bool = False
    pending_quantity: str = ""
    """What `3*` has typed before a scan."""


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row of the sum at the top of Pay."""

    label: str
    amount: str
    icon: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One tender of the sale; `state` is `approved`, `checking`, `declined`, `entry` or `rounding`."""

    tender_id: str
    title: str
    detail: str
    amount: str
    icon: str
    state: str
    selected: bool = False
    removable: bool = False


@dataclass(frozen=True, slots=True)
class TenderButton:
    """A way to pay; `kind` is `cash`, `card`, `mobile_code` or `other`."""

    kind: str
    label: str
    icon: str
    key: str
    selected: bool = False
    enabled: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SuggestedAmount:
    """A likely next amount."""

    amount_minor: int
    label: str
    exact: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class HandBack:
    """One kind of note or coin of the change."""

    label: str
    count: str
    note: bool


@dataclass(frozen=True, slots=True)
class TerminalWait:
    """A terminal is at work: what the customer must do, seconds so far, and whether it can be cancelled."""

    title: str
    detail: str
    seconds: int
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class PayScreen:
    """Everything the Pay screen shows."""

    sale_title: str = ""
    member_label: str = ""
    sums: tuple[SumRow, ...] = ()
    total_label: str = ""
    total_detail: str = ""
    total: str = ""
    tenders: tuple[TenderRow, ...] = ()
    hint: str = ""
    buttons: tuple[TenderButton, ...] = ()
    entry_label: str = ""
    entry_hint: str = ""
    entry: str = ""
    suggestions: tuple[SuggestedAmount, ...] = ()
    hand_back: tuple[HandBack, ...] = ()
    hand_back_detail: str = ""
    band_title: str = ""
    band_detail: str = ""
    band_tone: str = "plain"
    currency_symbol: str = ""
    band_amount: str = ""
    receipt_choice: str = ""
    complete_label: str = ""
    can_complete: bool = False
    wait: TerminalWait | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class StatusChip:
    """One chip of the status bar; `tone` `ok` is quiet, `warn` and `bad` fill the chip."""

    chip_id: str
    label: str
    icon: str
    tone: str = "ok"


@dataclass(frozen=True, slots=True)
class OfflineList:
    """One of the three lists below the tiles while offline."""

    title: str
    icon: str
    tone: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfflineBanner:
    """The banner under the status bar; `folded` keeps only the chip."""

    lead: str
    detail: str
    action_label: str
    lists: tuple[OfflineList, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class StatusBar:
    """The top bar of every screen. `open_sale` is a chip shown outside Sell."""

    chips: tuple[StatusChip, ...] = ()
    cashier: str = ""
    cashier_initials: str = ""
    clock: str = ""
    open_sale: str = ""
    banner: OfflineBanner | None = None


@dataclass(frozen=True, slots=True)
class TableScreen:
    """A plain list screen (Journal of sales, Members, Stock look-up): columns, rows, and one detail."""

    title: str
    hint: str = ""
    columns: tuple[str, ...] = ()
    numeric_columns: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_ids: tuple[str, ...] = ()
    selected_id: str = ""
    detail_title: str = ""
    detail_rows: tuple[tuple[str, str], ...] = ()
    actions: tuple[tuple[str, str, str], ...] = ()
    """(action id, label, key) of the detail's buttons."""
    empty: str = ""
    feedback: Feedback | None = None
    picture: str = ""
    """The file of a picture for the detail, empty for none or for one that is still to come."""


@dataclass(frozen=True, slots=True)
class SettingChoice:
    """One setting with its possible values (value, label)."""

    setting_id: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One configured device and what its last test said."""

    device_id: str
    label: str
    detail: str
    tone: str = "plain"
    testable: bool = True


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """Something that needs a person: what happened, what to do, and the label of a button if it has one."""

    code: str
    title: str
    detail: str
    tone: str = "warn"
    action_label: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosticSection:
    """A section of diagnostics: (label, value) lines under a title."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SettingsScreen:
    """Everything the Settings screen shows."""

    settings: tuple[SettingChoice, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    diagnostics: tuple[DiagnosticSection, ...] = ()
    attention: tuple[AttentionRow, ...] = ()
    last_scan: str = ""
    feedback: Feedback | None = None
    title: str = field(default="")
