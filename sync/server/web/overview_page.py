"""The back office's first page, in English and Chinese, light and dark as the browser likes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from sync.server.projections.overview import Overview, StoreFigures

_TOKENS = Path(__file__).parents[3] / "resources" / "design" / "tokens.json"
_STYLE = Path(__file__).with_name("overview.css")

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Back office", "后台"),
    "other_language": ("中文", "English"),
    "products": ("Products", "商品"),
    "categories": ("Categories", "分类"),
    "prices": ("Prices", "价格"),
    "members": ("Members", "会员"),
    "sales": ("Sales", "销售笔数"),
    "total": ("Sold in all", "销售总额"),
    "latest": ("Latest sales", "最近销售"),
    "receipt": ("Receipt", "小票"),
    "time": ("Time", "时间"),
    "cashier": ("Cashier", "收银员"),
    "items": ("Items", "件数"),
    "amount": ("Total", "合计"),
    "no_sales": ("No sales yet.", "还没有销售。"),
    "tills": ("Tills", "收银机"),
    "heard": ("Last heard (UTC)", "最近通信（UTC）"),
    "records": ("Records", "记录数"),
    "never": ("never", "从未"),
    "no_tills": ("No till is enrolled.", "尚未登记收银机。"),
    "attention": ("Needs a person", "需要处理"),
    "quarantined": ("Set aside", "已隔离"),
    "nothing": ("Nothing.", "没有。"),
    "no_store": (
        "There is no store yet. `python -m sync.server load-demo` makes one.",
        "还没有门店。可运行 `python -m sync.server load-demo` 创建演示门店。",
    ),
}
"""Every text of the page: English, Chinese."""


ALERTS: dict[str, tuple[str, str]] = {
    "conflict": ("Two records under one number", "同一编号有两份不同记录"),
    "price_differs": ("The centre prices a sale otherwise", "中心计算的价格与收银机不同"),
    "chain_broken": ("A journal's chain is broken", "日志链断裂"),
    "quarantined.hash_differs": ("A record does not match its hash", "记录与其哈希不符"),
    "quarantined.unknown_kind": ("A kind of record that is not known yet", "未知的记录类型"),
    "quarantined.newer_version": ("A record of a newer till", "来自更新版本收银机的记录"),
    "quarantined.unreadable": ("A record that cannot be read", "无法读取的记录"),
    "quarantined.other_store": ("A record of another store or till", "属于其他门店或收银机的记录"),
    "quarantined.totals_differ": ("A sale whose figures do not agree", "销售金额前后不符"),
    "quarantined.sale_repeated": ("A sale that came twice", "重复的销售"),
    "quarantined.attempt_unknown": ("A payment's outcome without its start", "找不到对应付款的结果"),
    "quarantined.cannot_be_stored": ("A record that cannot be stored", "无法保存的记录"),
}
"""What waits for a person, by the alert's code: English, Chinese."""


def render_overview(overview: Overview, language: str) -> str:
    """Return the page as HTML; `language` is `en` or `zh_CN`."""
    place = 1 if language.startswith("zh") else 0
    text = {name: escape(both[place]) for name, both in _TEXTS.items()}
    digits = overview.stores[0].settings.currency_digits if overview.stores else 2
    sales = [
        (
            escape(sale.receipt_number),
            _moment(sale.completed_at),
            escape(sale.cashier_name),
            str(sale.item_count),
            _amount(sale.total_minor, digits),
        )
        for sale in overview.latest_sales
    ]
    tills = [
        (
            escape(f"{till.name} · {till.till_id}"),
            _moment(till.last_received_at) or text["never"],
            f"{till.acked_seq:,}",
        )
        for till in overview.tills
    ]
    alerts = [
        (
            _moment(alert.raised_at),
            escape(ALERTS.get(alert.code, (alert.code, alert.code))[place]),
            escape(alert.detail or alert.subject),
        )
        for alert in overview.alerts
    ]
    sale_heads = [text[name] for name in ("receipt", "time", "cashier", "items", "amount")]
    body = (
        _tiles(overview, text, language)
        + _section(text["latest"], _table(sale_heads, sales, text["no_sales"], numbers=(3, 4)))
        + _section(
            text["tills"],
            _table([text["tills"], text["heard"], text["records"]], tills, text["no_tills"], numbers=(2,)),
        )
        + _section(
            f"{text['attention']} · {text['quarantined']} {overview.quarantined}",
            _table([text["time"], "", ""], alerts, text["nothing"]),
        )
    )
    return _page(text, body, language)


def _tiles(overview: Overview, text: dict[str, str], language: str) -> str:
    chain = _tile(text["products"], f"{overview.products:,}") + _tile(
        text["categories"], f"{overview.categories:,}"
    )
    stores = "".join(_store(store, text, language) for store in overview.stores)
    return f'<div class="tiles">{chain}</div>' + (stores or f'<p class="none">{text["no_store"]}</p>')


def _store(store: StoreFigures, text: dict[str, str], language: str) -> str:
    settings = store.settings
    total = f"{escape(settings.currency_symbol)}{_amount(store.total_minor, settings.currency_digits)}"
    tiles = (
        _tile(text["sales"], f"{store.sales:,}")
        + _tile(text["total"], total)
        + _tile(text["prices"], f"{store.prices:,}")
        + _tile(text["members"], f"{store.members:,}")
    )
    name = escape(settings.name.in_language(language))
    return f'<h2>{name} · {escape(settings.store_id)}</h2><div class="tiles">{tiles}</div>'


def _tile(name: str, value: str) -> str:
    return f'<div class="tile"><span>{name}</span><strong>{value}</strong></div>'


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>{content}"


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str, numbers: Sequence[int] = ()
) -> str:
    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f'<{tag} class="number">{value}</{tag}>' if place in numbers else f"<{tag}>{value}</{tag}>"
            for place, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    if not body:
        return f'<p class="none">{empty}</p>'
    return f"<table><thead><tr>{cells('th', heads)}</tr></thead><tbody>{body}</tbody></table>"


def _moment(text: str) -> str:
    return escape(text[:19].replace("T", " "))


def _amount(minor: int, digits: int) -> str:
    whole, rest = divmod(abs(minor), 10**digits)
    sign = "−" if minor < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"


def _page(text: dict[str, str], body: str, language: str) -> str:
    chinese = language.startswith("zh")
    other = "en" if chinese else "zh_CN"
    return (
        f'<!doctype html><html lang="{"zh-CN" if chinese else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="refresh" content="10">'
        f"<title>Evertill · {text['title']}</title><style>{_style()}</style></head><body>"
        f"<header><strong>Evertill</strong> <span>{text['title']}</span>"
        f'<a href="/?lang={other}">{text["other_language"]}</a></header><main>{body}</main></body></html>'
    )


@cache
def _style() -> str:
    colours = json.loads(_TOKENS.read_text(encoding="utf-8"))["color"]

    def variables(theme: str) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours[theme].items())

    return (
        f":root{{{variables('light')}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{variables('dark')}}}}}"
        + _STYLE.read_text(encoding="utf-8")
    )
