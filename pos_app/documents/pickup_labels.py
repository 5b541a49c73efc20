"""The fixed words of an order's papers, in English, Chinese, and for papers in both languages."""

from __future__ import annotations

from pos_app.documents.labels import LANGUAGES
from retail.pickup.order import Temperature

PICKUP_LABELS: dict[str, tuple[str, str, str]] = {
    "pick_list": ("PICK LIST", "拣货单", "PICK LIST 拣货单"),
    "batch": ("{count} orders", "{count} 个订单", "{count} orders"),
    "collect": ("Collect {window}", "自提 {window}", "Collect {window}"),
    "items_one": ("{count} item", "{count} 件商品", "{count} item"),
    "items_many": ("{count} items", "{count} 件商品", "{count} items"),
    "printed": ("Printed {at}", "打印于 {at}", "Printed {at}"),
    "ambient": ("AMBIENT", "常温", "AMBIENT 常温"),
    "chilled": ("CHILLED", "冷藏", "CHILLED 冷藏"),
    "frozen": ("FROZEN", "冷冻", "FROZEN 冷冻"),
    "no_place": ("no place", "无货位", "no place"),
    "about": ("about {quantity}", "约 {quantity}", "about {quantity}"),
    "note": ("Note: {text}", "备注：{text}", "Note: {text}"),
    "age": ("{age}+, check ID", "{age}+ 岁，查证件", "{age}+, check ID 查证件"),
    "wish_none": ("If it runs out: nothing else", "缺货时：不要替换", "If it runs out: nothing else"),
    "wish_same_price": (
        "If it runs out: swap, same price",
        "缺货时：同价替换",
        "If it runs out: swap, same price",
    ),
    "wish_up_to_percent": (
        "If it runs out: swap up to +{limit}%",
        "缺货时：替换，最多贵 {limit}%",
        "If it runs out: swap up to +{limit}%",
    ),
    "wish_up_to_amount": (
        "If it runs out: swap up to +{limit} each",
        "缺货时：替换，每件最多贵 {limit}",
        "If it runs out: swap up to +{limit} each",
    ),
    "wish_ask": ("If it runs out: ask first", "缺货时：先询问顾客", "If it runs out: ask first"),
    "bag_of": ("Bag {place} of {count}", "第 {place} 袋，共 {count} 袋", "Bag {place} of {count} 袋"),
    "waits_in": ("Place {location}", "存放 {location}", "Place {location}"),
    "slip": ("HANDOVER", "交接单", "HANDOVER 交接单"),
    "to_collect": ("TO COLLECT", "待自提", "TO COLLECT 待自提"),
    "order": ("Order", "订单", "Order"),
    "handed_at": ("Handed over {at}", "交付时间 {at}", "Handed over {at}"),
    "handed_by": ("by {name}", "经手人 {name}", "by {name}"),
    "customer": ("Collected by the customer", "顾客本人领取", "Collected by the customer"),
    "proxy": ("Collected with the code", "他人凭码代领", "Collected with the code 他人代领"),
    "bags": ("Bags: {bags}", "袋号：{bags}", "Bags: {bags}"),
    "swapped": ("instead of {name}", "替换 {name}", "instead of {name}"),
    "short": ("not available", "缺货", "not available 缺货"),
    "refused": ("not taken", "未领取", "not taken 未领取"),
    "left": ("stays for later", "留待下次", "stays for later 留待下次"),
    "shown": ("Quoted", "下单时", "Quoted"),
    "charge": ("Now", "现价", "Now"),
    "paid": ("Paid", "已付", "Paid"),
    "due": ("TO PAY", "待付", "TO PAY 待付"),
    "refund": ("Comes back to you", "退款", "Comes back to you 退款"),
    "copy": ("COPY", "副本", "COPY 副本"),
    "signature": ("Signature", "签名", "Signature 签名"),
}
"""Word by name, in the order of `LANGUAGES`."""


def pickup_label(name: str, language: str) -> str:
    """Return a fixed word; an unknown name or language is our own bug (`KeyError`, `ValueError`)."""
    return PICKUP_LABELS[name][LANGUAGES.index(language)]


def temperature_label(temperature: Temperature, language: str) -> str:
    """Return how goods are kept."""
    return pickup_label(temperature.value, language)
