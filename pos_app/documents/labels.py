"""The fixed words of a receipt, in English, Chinese, and for a receipt in both languages.

A receipt's language is the customer's, not the till's, so these are no part of the screen's
translations. In `both`, product names stand in both languages and fixed words mostly in English, with
Chinese beside those a customer must find.
"""

from __future__ import annotations

from retail.sale import TenderKind

LANGUAGES = ("en", "zh_CN", "both")
"""What a receipt can be printed in; the order of the columns of `LABELS`."""

LABELS: dict[str, tuple[str, str, str]] = {
    "receipt": ("Receipt", "小票", "Receipt"),
    "till": ("Till", "收银台", "Till"),
    "cashier": ("Cashier", "收银员", "Cashier"),
    "member": ("Member", "会员", "Member"),
    "telephone": ("Tel", "电话", "Tel"),
    "tax_number": ("Tax no.", "税号", "Tax no."),
    "offer": ("Offer:", "优惠：", "Offer:"),
    "discount": ("Discount:", "折扣：", "Discount:"),
    "coupon": ("Coupon", "优惠券", "Coupon"),
    "items_one": ("{count} item, subtotal", "{count} 件商品，小计", "{count} item, subtotal"),
    "items_many": ("{count} items, subtotal", "{count} 件商品，小计", "{count} items, subtotal"),
    "offers": ("Offers", "优惠", "Offers"),
    "discounts": ("Discounts", "折扣", "Discounts"),
    "coupons": ("Coupons", "优惠券", "Coupons"),
    "tax_added": ("Tax", "税额", "Tax"),
    "total": ("TOTAL", "合计", "TOTAL"),
    "saved": ("YOU SAVED {amount}", "已优惠 {amount}", "YOU SAVED {amount}"),
    "cash_rounding": ("Cash rounding", "现金舍入", "Cash rounding"),
    "change": ("Change", "找零", "Change"),
    "reference": ("ref", "参考号", "ref"),
    "tax": ("Tax", "税", "Tax"),
    "rate": ("rate", "税率", "rate"),
    "net": ("net", "净额", "net"),
    "tax_amount": ("tax", "税额", "tax"),
    "gross": ("gross", "含税额", "gross"),
    "tax_total": ("Total", "合计", "Total"),
    "points": ("Points", "积分", "Points"),
    "balance": ("balance", "余额", "balance"),
    "to_collect": ("TO COLLECT", "待自提", "TO COLLECT 待自提"),
    "paid_online": ("Paid online", "已在线付款", "Paid online"),
    "due_at_desk": ("To pay {amount}", "待付 {amount}", "To pay {amount}"),
    "show_code": ("Show this code at any till", "请向任一收银台出示此码", "Show this code at any till"),
    "return": ("RETURN", "退货", "RETURN 退货"),
    "order": ("Order", "订单", "Order 订单"),
    "return_of": ("Of receipt", "原小票", "Of receipt 原小票"),
    "promotion_lost": ("Promotion no longer earned", "不再满足优惠", "Promotion no longer earned"),
    "paid_back": ("PAID BACK", "退款", "PAID BACK 退款"),
    "signature": ("Received (customer)", "顾客签收", "Received (customer) 顾客签收"),
    "changed_mind": ("Changed mind", "不想要了", "Changed mind"),
    "wrong_item": ("Wrong item", "商品不符", "Wrong item"),
    "faulty": ("Faulty", "质量问题", "Faulty"),
    "expired": ("Expired", "已过期", "Expired"),
    "recalled": ("Recalled", "召回", "Recalled"),
    "mistake": ("Rung up wrongly", "录入错误", "Rung up wrongly"),
    "copy": ("COPY", "副本", "COPY 副本"),
    "printed_by": ("printed by Evertill", "由 Evertill 打印", "printed by Evertill"),
    "test": ("Printer test", "打印测试", "Printer test 打印测试"),
    "test_scale": ("Every column of the paper:", "纸张的每一列：", "Every column of the paper:"),
}
"""Word by name, in the order of `LANGUAGES`."""

TENDER_LABELS: dict[TenderKind, tuple[str, str, str]] = {
    TenderKind.CASH: ("Cash", "现金", "Cash"),
    TenderKind.CARD: ("Card", "银行卡", "Card"),
    TenderKind.MOBILE_CODE: ("Mobile code", "手机付款码", "Mobile code"),
    TenderKind.GIFT_CARD: ("Gift card", "礼品卡", "Gift card"),
    TenderKind.STORE_CREDIT: ("Store credit", "储值余额", "Store credit"),
    TenderKind.POINTS: ("Points", "积分", "Points"),
    TenderKind.EXCHANGE: ("Exchange", "换货抵扣", "Exchange"),
    TenderKind.ONLINE: ("Paid online", "在线支付", "Online"),
}
"""How a tender is called, in the order of `LANGUAGES`."""


def label(name: str, language: str) -> str:
    """Return a fixed word; an unknown name or language is our own bug (`KeyError`, `ValueError`)."""
    return LABELS[name][LANGUAGES.index(language)]


def tender_label(kind: TenderKind, language: str) -> str:
    """Return how a tender is called."""
    return TENDER_LABELS[kind][LANGUAGES.index(language)]
