"""Looks at every sale a second time: the centre prices it again, and flags what comes out otherwise.

Beside the intake, not in it: landing a sale never waits for this, and a sale stands whatever is found.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from retail.catalogue import ListPrice, Price, Product, list_price_beginning
from retail.events import SaleCompleted
from retail.journal import Envelope, fact_of
from retail.pricing import PreparedRules, prepare
from retail.sale import PricedUnder, Sale, SaleLine
from retail.store_rules import rules_of
from sync.server.centre import Centre
from sync.server.database import order_rows, price_check_rows
from sync.server.database.alert_rows import add_alerts
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sessions import Database
from sync.server.repricing import Difference, Goods, order_difference, price_difference
from sync.server.rounds import keep_running
from sync.server.rules_then import RULE_STREAMS, VersionNotSeen, rows_then, rule_keys, settings_then
from sync.server.streams import stream_id

LOOK_EVERY_SECONDS = 2.0
AT_ONCE = 100
"""Sales priced in one go; between two goes the intake may write."""

KEPT_RULES = 16
"""Prepared rules kept in memory: tills that were offline sold under older ones."""

ALERT = "price_differs"

_log = logging.getLogger(__name__)
_envelope_decoder = msgspec.json.Decoder(Envelope)


class Checked(NamedTuple):
    """How many sales were priced again, and how many of them came out otherwise."""

    sales: int
    differing: int


class PriceChecks:
    """Prices waiting sales again. One object per process; used by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prepared: OrderedDict[tuple[object, ...], PreparedRules] = OrderedDict()

    def check_some(self) -> Checked:
        """Check up to `AT_ONCE` waiting sales."""
        with self._database.read() as connection:
            outcomes = [(sale, *self._look_at(connection, sale)) for sale in _waiting(connection)]
        if outcomes:
            with self._database.write() as connection:
                trip = RoundTrip(connection)
                for sale, outcome, difference in outcomes:
                    _record(trip, sale, outcome, difference)
                trip.run()
        return Checked(len(outcomes), sum(outcome == "differs" for _, outcome, _ in outcomes))

    def _look_at(self, connection: Connection, sale: Sale) -> tuple[str, Difference | None]:
        under = sale.priced_under
        assert under is not None
        try:
            prepared = self._rules(connection, sale.store_id, under)
            goods = [_goods(connection, sale.store_id, line, under) for line in sale.lines]
            difference = price_difference(sale, prepared, goods) or self._of_order(connection, sale)
        except VersionNotSeen as not_seen:
            _log.info("sale %s cannot be priced again: %s", sale.sale_id, not_seen)
            return "not_comparable", None
        except (ValueError, ArithmeticError, LookupError) as refused:
            # The till sold what these rules refuse: that is a difference, whatever the total was. And what
            # they stumble over is told of this sale, and keeps none that waits behind it.
            difference = Difference(
                stated_minor=sale.total_minor,
                found_minor=0,
                details=(f"cannot be priced: {type(refused).__name__}: {refused}",),
            )
        return ("same" if difference is None else "differs"), difference

    def _of_order(self, connection: Connection, sale: Sale) -> Difference | None:
        booked = order_rows.read_order(connection, sale.order_id) if sale.order_id else None
        return order_difference(sale, None if booked is None else booked.order)

    def _rules(self, connection: Connection, store_id: str, under: PricedUnder) -> PreparedRules:
        versions = (under.catalogue_version, under.prices_version, under.settings_version)
        key = (store_id, under.network, *versions)
        if key in self._prepared:
            self._prepared.move_to_end(key)
            return self._prepared[key]
        rows = {
            key: row
            for stream, version in zip(RULE_STREAMS, versions, strict=True)
            for key, row in rows_then(
                connection, stream_id(stream, store_id), version, beginnings=rule_keys(stream)
            ).items()
        }
        settings = settings_then(rows)
        if settings is None:
            raise VersionNotSeen("settings", under.settings_version, "unknown")
        prepared = prepare(rules_of(settings, rows.values(), network=under.network))
        self._prepared[key] = prepared
        if len(self._prepared) > KEPT_RULES:
            self._prepared.popitem(last=False)
        return prepared


def _goods(connection: Connection, store_id: str, line: SaleLine, under: PricedUnder) -> Goods:
    """Return what the centre had for a line when it was rung up, which may be before the sale was priced."""
    product_id = line.product_id
    product_key, price_key = f"product:{product_id}", f"price:{product_id}"
    catalogue = rows_then(
        connection,
        stream_id("catalogue", store_id),
        line.catalogue_version or under.catalogue_version,
        keys=[product_key],
    )
    prices = rows_then(
        connection,
        stream_id("prices", store_id),
        line.prices_version or under.prices_version,
        keys=[price_key],
        beginnings=[f"list_price:{list_price_beginning(product_id)}"],
    )
    product, price = catalogue.get(product_key), prices.get(price_key)
    return Goods(
        product if isinstance(product, Product) else None,
        price.unit_price_minor if isinstance(price, Price) else None,
        tuple(row for row in prices.values() if isinstance(row, ListPrice)),
    )


def _waiting(connection: Connection) -> list[Sale]:
    found = price_check_rows.waiting_envelopes(connection, AT_ONCE)
    facts = [fact_of(_envelope_decoder.decode(text)) for text in found]
    return [fact.sale for fact in facts if isinstance(fact, SaleCompleted)]


def _record(trip: RoundTrip, sale: Sale, outcome: str, difference: Difference | None) -> None:
    price_check_rows.set_outcome(trip, sale.sale_id, outcome)
    if difference is None:
        return
    detail = "; ".join(difference.details)
    price_check_rows.add_difference(
        trip,
        sale.sale_id,
        stated_minor=difference.stated_minor,
        found_minor=difference.found_minor,
        detail=detail,
    )
    add_alerts(trip, [(ALERT, f"{sale.store_id} {sale.receipt_number}", detail)])


def check_waiting(database: Database) -> Checked:
    """Check every sale that waits."""
    checks = PriceChecks(database)
    sales = differing = 0
    while (some := checks.check_some()).sales:
        sales += some.sales
        differing += some.differing
    return Checked(sales, differing)


async def keep_checking(centre: Centre) -> None:
    """Check sales as they come in, until cancelled."""
    checks = PriceChecks(centre.database)

    def check_what_waits() -> None:
        while checks.check_some().sales == AT_ONCE and not centre.wakeups.closing:
            pass

    await keep_running("price checks", check_what_waits, centre.wakeups, every_seconds=LOOK_EVERY_SECONDS)
