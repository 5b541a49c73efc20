"""The back office's first page, in English and Chinese, light and dark as the browser likes it."""

from __future__ import annotations

from retail.catalogue import LocalisedText
from sync.server.database.overview_rows import AlertRow, Overview, SaleRow, StoreFigures, TillRow
from sync.server.web.frame import PRICE_LISTS, PROMOTIONS, View, amount, moment, page, table
from sync.server.web.markup import Content, Html, html, tag

REFRESH_SECONDS = 10

ALERTS: dict[str, tuple[str, str]] = {
    "conflict": ("Two records under one number", "同一编号有两份不同记录"),
    "price_differs": ("The centre prices a sale otherwise", "中心计算的价格与收银机不同"),
    "chain_broken": ("A journal's chain is broken", "日志链断裂"),
    "till_recovered": ("A till put its journal right", "收银机已修复其日志"),
    "quarantined.hash_differs": ("A record does not match its hash", "记录与其哈希不符"),
    "quarantined.unknown_kind": ("A kind of record that is not known yet", "未知的记录类型"),
    "quarantined.newer_version": ("A record of a newer till", "来自更新版本收银机的记录"),
    "quarantined.unreadable": ("A record that cannot be read", "无法读取的记录"),
    "quarantined.other_store": ("A record of another store or till", "属于其他门店或收银机的记录"),
    "quarantined.totals_differ": ("A sale whose figures do not agree", "销售金额前后不符"),
    "quarantined.sale_repeated": ("A sale that came twice", "重复的销售"),
    "quarantined.attempt_unknown": ("A payment's outcome without its start", "找不到对应付款的结果"),
    "quarantined.order_unknown": ("A step of an order that is not known", "未知订单的操作记录"),
    "receipt_repeated": ("Two sales with one receipt number", "两笔销售使用同一收据号"),
    "payment_counted_twice": ("One card payment in two sales", "同一笔刷卡付款计入两笔销售"),
    "oversold": ("Goods promised to an order were sold", "已预留给订单的商品被售出"),
    "order_conflict": ("Two people did different things to an order", "同一订单出现相互冲突的操作"),
    "shown_price_differs": ("Another shop sold an order at other prices", "其他商店以不同价格售出订单"),
    "vendure_not_taken": ("An order of Vendure that cannot be taken", "无法接收的 Vendure 订单"),
    "vendure_not_told": ("Vendure does not take what became of an order", "Vendure 不接受订单的后续状态"),
    "vendure_cancelled_late": ("Cancelled in Vendure, too late", "在 Vendure 中取消过晚"),
    "vendure_changed": (
        "An order was changed in Vendure after it was taken",
        "订单接收后在 Vendure 中被修改",
    ),
    "vendure_not_tracked": ("Goods whose stock Vendure does not count", "Vendure 未跟踪库存的商品"),
    "vendure_unreachable": ("Vendure does not answer", "Vendure 没有响应"),
    "stock_unclear": ("A sale whose stock cannot be booked", "无法记入库存的销售"),
    "quarantined.cannot_be_stored": ("A record that cannot be stored", "无法保存的记录"),
}
"""What waits for a person, by the alert's code: English, Chinese."""


def render_overview(overview: Overview, view: View) -> str:
    """Return the page as HTML."""
    say = view.say
    digits = overview.stores[0].settings.currency_digits if overview.stores else 2
    attention = f"{say('Needs a person', '需要处理')} · {say('Set aside', '已隔离')} {overview.quarantined}"
    return page(
        view,
        say("Back office", "后台"),
        _tiles(overview, view),
        tag("h2", say("Latest sales", "最近销售")),
        _sales(overview.latest_sales, view, digits),
        tag("h2", say("Tills", "收银机")),
        _tills(overview.tills, view),
        tag("h2", attention),
        _alerts(overview.alerts, view),
        refresh_seconds=REFRESH_SECONDS,
    )


def _tiles(overview: Overview, view: View) -> Content:
    chain = (
        _tile(view.say("Products", "商品"), f"{overview.products:,}"),
        _tile(view.say("Categories", "分类"), f"{overview.categories:,}"),
    )
    stores = [_store(store, view) for store in overview.stores]
    no_store = view.say(
        "There is no store yet. `python -m sync.server load-demo` makes one.",
        "还没有门店。可运行 `python -m sync.server load-demo` 创建演示门店。",
    )
    return tag("div", chain, class_="tiles"), stores or tag("p", no_store, class_="none")


def _store(store: StoreFigures, view: View) -> Html:
    settings, say = store.settings, view.say
    total = f"{settings.currency_symbol}{amount(store.total_minor, settings.currency_digits)}"
    tiles = (
        _tile(say("Sales", "销售笔数"), f"{store.sales:,}"),
        _tile(say("Sold in all", "销售总额"), total),
        _tile(say("Prices", "价格"), f"{store.prices:,}"),
        _tile(say("Members", "会员"), f"{store.members:,}"),
    )
    links = tag(
        "p",
        tag("a", say("Promotions", "促销"), href=view.link(PROMOTIONS, store=settings.store_id)),
        " · ",
        tag("a", say("Price lists", "价目表"), href=view.link(PRICE_LISTS, store=settings.store_id)),
    )
    return html(
        tag("h2", f"{view.text(settings.name)} · {settings.store_id}"),
        tag("div", tiles, class_="tiles"),
        links,
    )


def _tile(name: str, value: str) -> Html:
    return tag("div", tag("span", name), tag("strong", value), class_="tile")


def _sales(sales: tuple[SaleRow, ...], view: View, digits: int) -> Html:
    say = view.say
    rows = [
        (
            sale.receipt_number,
            moment(sale.completed_at),
            sale.cashier_name,
            str(sale.item_count),
            amount(sale.total_minor, digits),
        )
        for sale in sales
    ]
    heads = (
        say("Receipt", "小票"),
        say("Time", "时间"),
        say("Cashier", "收银员"),
        say("Items", "件数"),
        say("Total", "合计"),
    )
    return table(heads, rows, say("No sales yet.", "还没有销售。"), numbers=(3, 4))


def _tills(tills: tuple[TillRow, ...], view: View) -> Html:
    say = view.say
    rows = [
        (
            f"{till.name} · {till.till_id}",
            moment(till.last_received_at) or say("never", "从未"),
            f"{till.acked_seq:,}",
        )
        for till in tills
    ]
    heads = (
        say("Tills", "收银机"),
        say("Last heard (UTC)", "最近通信（UTC）"),
        say("Records", "记录数"),
    )
    return table(heads, rows, say("No till is enrolled.", "尚未登记收银机。"), numbers=(2,))


def _alerts(alerts: tuple[AlertRow, ...], view: View) -> Html:
    rows = [
        (
            moment(alert.raised_at),
            view.text(LocalisedText(*ALERTS.get(alert.code, (alert.code, alert.code)))),
            alert.detail or alert.subject,
        )
        for alert in alerts
    ]
    return table((view.say("Time", "时间"), "", ""), rows, view.say("Nothing.", "没有。"))
