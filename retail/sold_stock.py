"""What sales and returns move of the stock: the one rule for the till's figures and the centre's ledger."""

from __future__ import annotations

from retail.basket import PriceSource
from retail.catalogue import ProductKind
from retail.returns.record import Return
from retail.sale import Sale
from retail.stock import StockCause, StockMovement, movements


def sale_movements(sale: Sale, *, event_id: str) -> tuple[StockMovement, ...]:
    """Return the movements of a completed sale, line by line; raises `retail.stock.StockRefused`.

    Only goods lie in a store. Lines at the price of an online order move nothing: their goods left the
    shelf when they were picked, and leave the store with the order's handover.
    """
    moved: list[StockMovement] = []
    for line in sale.lines:
        if line.product_kind is ProductKind.GOODS and line.price_source is not PriceSource.ORDER:
            moved += movements(
                StockCause.SALE,
                store_id=sale.store_id,
                product_id=line.product_id,
                unit=line.unit,
                quantity=line.quantity,
                event_id=event_id,
                at=sale.completed_at,
            )
    return tuple(moved)


def return_movements(returned: Return, *, event_id: str) -> tuple[StockMovement, ...]:
    """Return the movements of a return, line by line: only what can be sold again is back on the shelf."""
    return tuple(
        movement
        for line in returned.lines
        if line.restock
        for movement in movements(
            StockCause.RETURN,
            store_id=returned.store_id,
            product_id=line.product_id,
            unit=line.unit,
            quantity=line.quantity,
            event_id=event_id,
            at=returned.completed_at,
        )
    )
