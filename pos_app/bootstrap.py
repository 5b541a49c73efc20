"""Wires the till together, once: databases, services, view-models. The only module that sees everything.

`open_till` needs no window and no event loop, so tests use the same till as cashiers do; `workers` start
the threads that speak to the centre, the printer and the terminal.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

from pos_app.database.cache import Cache
from pos_app.database.connection import Database
from pos_app.database.identity import Identity, NotEnrolled
from pos_app.database.journal import Journal
from pos_app.database.outbox import Outbox
from pos_app.database.pickup import PickupRows
from pos_app.database.spool import Spool
from pos_app.database.streams import Streams
from pos_app.database.till_folder import Files
from pos_app.database.till_folder import open_files as open_folder
from pos_app.services.approving import Approving
from pos_app.services.clock import Clock
from pos_app.services.diagnosis import Diagnosis
from pos_app.services.handing_over import HandingOver
from pos_app.services.lookup import Lookup
from pos_app.services.order_payments import OrderPayments
from pos_app.services.orders import Orders
from pos_app.services.paying import Paying, WhoSells
from pos_app.services.picking import Picking
from pos_app.services.pickup_papers import PickupPapers
from pos_app.services.preferences import Preferences
from pos_app.services.promises import Promises
from pos_app.services.receipt_names import ReceiptNames
from pos_app.services.receipts import Receipts
from pos_app.services.returning import Returning
from pos_app.services.rules import RulesInForce, StoreNotReady
from pos_app.services.safety import SafetyStanding
from pos_app.services.selling import Selling
from pos_app.services.signatures import Signatures
from pos_app.services.staffing import Staffing
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.services.watched_acts import WatchedActs
from pos_app.settings import TillSettings
from pos_app.viewmodels.approvals import ApprovalDesk
from pos_app.viewmodels.diagnostics import DiagnosticsPresenter
from pos_app.viewmodels.lock import LockViewModel
from pos_app.viewmodels.money_text import amount
from pos_app.viewmodels.panel_answers import PanelAnswers
from pos_app.viewmodels.pay import PayViewModel
from pos_app.viewmodels.pay_presenter import PayPresenter
from pos_app.viewmodels.pickup import PickupViewModel
from pos_app.viewmodels.pickup_bell import OrderBell
from pos_app.viewmodels.pickup_board import PickupBoardViewModel
from pos_app.viewmodels.pickup_handover import HandoverViewModel
from pos_app.viewmodels.pickup_picking import PickingViewModel
from pos_app.viewmodels.pictures import ProductPictures
from pos_app.viewmodels.pins import PinDesk
from pos_app.viewmodels.promised_panel import PromisedPanel
from pos_app.viewmodels.returning import ReturnViewModel
from pos_app.viewmodels.sell import SellViewModel
from pos_app.viewmodels.sell_presenter import SellPresenter
from pos_app.viewmodels.sentences import Sentences
from pos_app.viewmodels.settings import Device, SettingsViewModel
from pos_app.viewmodels.status import StatusViewModel
from pos_app.viewmodels.tables import MembersViewModel, ProductsViewModel, SalesViewModel
from pos_app.viewmodels.till import TillViewModel
from retail.store import StoreSettings
from sync.protocol import STREAMS

_log = logging.getLogger(__name__)

SOFTWARE_VERSION = "0.1.0"

SIGNATURES = "signatures"
"""The folder, in the till's own, of what collectors signed."""


def journal_on(database: Database, clock: Clock) -> Journal:
    """Return the journal in a file, under the till's clock."""
    return Journal(database, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id)


def open_files(folder: Path, mirror_folder: str = "", clock: Clock | None = None) -> Files:
    """Open a till's folder (`database.till_folder.open_files`) under the till's clock."""
    return open_folder(folder, mirror_folder, partial(journal_on, clock=clock or Clock()))


class Till:
    """One till without its window: files, services and view-models, ready to be driven."""

    def __init__(self, files: Files, settings: TillSettings, clock: Clock | None = None) -> None:
        self.files = files
        self.settings = settings
        self.clock = clock or Clock()
        self.centre = CentreStanding(state=LinkState.SENDING)  # nobody has asked yet: "Checking"
        self.safety = SafetyStanding(cache="renewed" if files.cache_was_discarded else "")
        self._open_stores()
        self._build_services()
        self._build_view_models()

    # ---- what is stored -----------------------------------------------------------------------

    def _open_stores(self) -> None:
        clock = self.clock
        self.journal = journal_on(self.files.journal, clock)
        self.cache = Cache(self.files.cache)
        self.spool = Spool(self.files.journal, clock.now)
        self.streams = Streams(self.files.cache, clock.now)
        self.outbox = Outbox(self.files.journal, self.journal, self.files.keys)
        self._make_diagnosis()

    def _make_diagnosis(self) -> None:
        self.diagnosis = Diagnosis(
            self.journal,
            self.outbox,
            self.streams,
            self.cache,
            folder=self.files.folder,
            version=SOFTWARE_VERSION,
            centre=lambda: self.centre,
            safety=lambda: self.safety,
        )

    @property
    def identity(self) -> Identity:
        """Return who this till is; raises `NotEnrolled`."""
        identity = self.journal.identity()
        if identity is None:
            raise NotEnrolled
        return identity

    # ---- services -----------------------------------------------------------------------------

    def _build_services(self) -> None:
        self.rules = RulesInForce(self.cache)
        self.preferences = Preferences(self.journal)
        self.staffing = Staffing(self.journal, self.cache, self.clock.monotonic_ms)
        self.approving = Approving(self.staffing)
        self.lookup = Lookup(self.cache, self.rules)
        self.receipts = Receipts(self.journal, self.spool, self.rules, self.preferences)
        self._build_order_book()
        self.selling = Selling(
            self.journal,
            self.cache,
            self.rules,
            self.clock,
            self.approving,
            self.promises,
            has_network=lambda: not self.offline,
            cashier_id=self._cashier_id,
        )
        self.watched_acts = WatchedActs(self.receipts, self.approving, self._cashier_id)
        self.paying = Paying(
            self.journal,
            self.rules,
            self.selling,
            self.receipts,
            self.clock,
            self._who_sells,
            self.order_payments,
            has_network=lambda: not self.offline,
        )
        self.returning = Returning(
            self.journal,
            self.rules,
            self.receipts,
            self.approving,
            self.clock,
            self._who_sells,
            policy=self.cache.return_policy,
        )
        self._build_order_services()

    def _build_order_book(self) -> None:
        self.orders = Orders(
            self.journal,
            PickupRows(self.files.cache, self.files.journal, self.streams.changed_orders),
            self.clock,
            self._cashier_id,
            stepped=self._order_stepped,
        )
        self.order_payments = OrderPayments(self.orders, self._cashier_id)
        self.promises = Promises(
            self.orders,
            self.approving,
            open_sales=self.journal.open_sales,
            cashier_id=self._cashier_id,
            till_id=lambda: self.identity.till_id,
        )

    def _build_order_services(self) -> None:
        self.picking = Picking(self.orders, self.cache, self.rules)
        self.handing_over = HandingOver(
            self.orders,
            self.selling,
            self.lookup,
            self.order_payments,
            others_heard=lambda: not self.offline,
        )
        self.papers = PickupPapers(
            self.spool,
            self.rules,
            self.preferences,
            now=self.clock.now,
            name_of=self.staffing.name_of,
            desk=lambda: self.orders.desk,
        )

    @property
    def offline(self) -> bool:
        """True while the centre cannot be reached."""
        return self.centre.state is LinkState.OFFLINE

    def _cashier_id(self) -> str:
        on_duty = self.staffing.on_duty
        return on_duty.staff_id if on_duty else ""

    def _cashier_name(self) -> str:
        on_duty = self.staffing.on_duty
        return on_duty.display_name if on_duty else ""

    def _who_sells(self) -> WhoSells:
        identity = self.identity
        return WhoSells(
            store_id=identity.store_id,
            till_id=identity.till_id,
            till_number=identity.till_number,
            cashier_id=self._cashier_id(),
            cashier_name=self._cashier_name(),
        )

    # ---- view-models --------------------------------------------------------------------------

    def _build_view_models(self) -> None:
        sentences = Sentences(lambda: self.store.currency_digits)
        presenter = SellPresenter(self.lookup, sentences)
        self.pictures = ProductPictures()
        self.pins = PinDesk(self.staffing)
        answers = PanelAnswers(
            self.selling,
            self.lookup,
            self.watched_acts,
            PromisedPanel(self.promises, sentences),
            pictures=self.pictures,
        )
        self.sentences = sentences
        self.view_model = TillViewModel(
            selling=self.selling,
            staffing=self.staffing,
            preferences=self.preferences,
            sentences=sentences,
            sell=SellViewModel(
                self.selling,
                self.lookup,
                sentences,
                answers,
                ApprovalDesk(self.approving, self.staffing, self.pins, sentences),
                symbol=lambda: self.store.currency_symbol,
                price_age=lambda: self.cache.as_of("prices") if self.offline else "",
            ),
            pay=PayViewModel(
                self.selling,
                self.paying,
                presenter,
                sentences,
                settings=lambda: self.store,
                is_offline=lambda: self.offline,
                prints_by_default=lambda: self.preferences.get("receipt_default") == "print",
                seconds=lambda: self.clock.monotonic_ms() // 1000,
            ),
            status=StatusViewModel(
                now=self.clock.now,
                cashier=self._cashier_name,
                card_limit=self._card_limit,
                problem_sentence=sentences.link_problem,
            ),
            stock=ProductsViewModel(self.lookup, presenter, sentences, pictures=self.pictures),
            members=MembersViewModel(self.lookup, presenter, sentences),
            shift=SalesViewModel(
                self.receipts,
                self.watched_acts,
                self.staffing,
                presenter,
                PayPresenter(presenter, lambda: self.store.tax_included),
                sentences,
            ),
            settings=self._settings_view_model(sentences),
            lock=LockViewModel(self.pins, sentences),
            pickup=self._pickup_view_model(sentences),
            returns=self._return_view_model(sentences),
        )

    def _settings_view_model(self, sentences: Sentences) -> SettingsViewModel:
        presenter = DiagnosticsPresenter(self.diagnosis, sentences.link_problem)
        return SettingsViewModel(self.preferences, sentences, devices=self.devices, diagnostics=presenter)

    def _return_view_model(self, sentences: Sentences) -> ReturnViewModel:
        return ReturnViewModel(
            self.returning,
            ReceiptNames(self.selling.meaning_of, lambda: self.orders.desk),
            self.lookup,
            ApprovalDesk(self.approving, self.staffing, self.pins, sentences),
            sentences,
            symbol=lambda: self.store.currency_symbol,
            seconds=lambda: self.clock.monotonic_ms() // 1000,
        )

    def _pickup_view_model(self, sentences: Sentences) -> PickupViewModel:
        orders = self.orders
        return PickupViewModel(
            orders,
            self.lookup,
            sentences,
            board=PickupBoardViewModel(
                orders,
                sentences,
                papers=self.papers,
                name_of=self.staffing.name_of,
                as_of=lambda: self.cache.as_of("orders") if self.offline else "",
            ),
            picking=PickingViewModel(
                self.picking, orders, self.papers, self.lookup, self.staffing, sentences
            ),
            handover=HandoverViewModel(
                self.handing_over,
                orders,
                self.papers,
                Signatures(self.files.folder / SIGNATURES, self.clock.new_id),
                self.staffing,
                sentences,
                symbol=lambda: self.store.currency_symbol,
            ),
            bell=OrderBell(orders, lambda: bool(self.cache.as_of("orders"))),
            meaning_of=self.selling.meaning_of,
        )

    @property
    def store(self) -> StoreSettings:
        """Return the store's settings; raises `StoreNotReady` before the first synchronisation."""
        return self.rules.current.settings

    def _card_limit(self) -> str:
        try:
            store = self.store
        except StoreNotReady:
            return amount(0, 2)
        return amount(store.offline_card_limit_minor, store.currency_digits)

    def devices(self) -> tuple[Device, ...]:
        """Return the configured devices, for Settings."""
        listed = [
            Device(f"printer:{name}", "printer", f"{each.kind} {each.address}".strip())
            for name, each in self.settings.printers.items()
        ]
        if self.settings.terminal != "none":
            listed.append(Device("terminal", "terminal", self.settings.terminal))
        if self.settings.scale:
            listed.append(Device("scale", "scale", self.settings.scale))
        listed += [Device(f"scanner:{each}", "scanner", each) for each in self.settings.scanners]
        return tuple(listed)

    # ---- what the threads report --------------------------------------------------------------

    def start(self) -> None:
        """Show what was open before, and ask about attempts in doubt."""
        self.view_model.start()

    def centre_changed(self, standing: CentreStanding) -> None:
        """Take over how the till stands with the centre; coupons and prices may depend on it."""
        was_offline = self.offline
        self.centre = standing
        self.view_model.status.show_centre(standing)
        if was_offline != self.offline:
            self.pictures.try_again()
            self.selling.network_changed()
            self.view_model.refresh()

    def safety_changed(self, standing: SafetyStanding) -> None:
        """Take over how the till's own files are."""
        self.safety = standing
        self.view_model.status.show_attention(len(self.diagnosis.attention()))
        if self.view_model.mode == "settings":
            self.view_model.settings.refresh()

    def cache_renewed(self) -> None:
        """All that the centre told this till was fetched again."""
        for stream in STREAMS:
            self.rows_changed(stream)

    def fact_recorded(self) -> None:
        """Say at once that something waits: nothing is green until the centre has it."""
        waiting = self.outbox.waiting()
        if waiting.count and self.centre.state in {LinkState.SYNCED, LinkState.SENDING}:
            self.centre_changed(
                replace(
                    self.centre,
                    state=LinkState.SENDING,
                    waiting_count=waiting.count,
                    waiting_since=waiting.since,
                    waiting_sales=waiting.sales,
                    waiting_pickups=waiting.pickups,
                )
            )

    def _order_stepped(self) -> None:
        self.view_model.pickup.stepped.emit()

    def rows_changed(self, stream: str) -> None:
        """Take over what the centre changed."""
        if stream in {"catalogue", "prices", "settings"}:
            self.lookup.forget()
            self.selling.rules_changed()
        if stream == "staff":
            self.staffing.restore()
        if stream in {"orders", "stock", "settings"}:
            self.view_model.pickup.orders_changed(stream)
        if stream == "stock":
            self.picking.stock_changed()
        if stream not in {"orders", "stock"}:
            self.view_model.refresh()

    def close(self) -> None:
        """Close the files. The open sale is stored already."""
        self.view_model.status.stop()
        self.view_model.pickup.leave()  # no countdown looks into files that are closed
        self.files.close()


def open_till(folder: Path, settings: TillSettings, clock: Clock | None = None) -> Till:
    """Open a till on its folder; raises `DatabaseProblem`, then nothing is held."""
    files = open_files(folder, settings.mirror_folder, clock)
    try:
        return Till(files, settings, clock)
    except BaseException:
        files.close()
        raise
