"""The price that stands in a code, in the minor units of the store's currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from retail.money import LARGEST_AMOUNT_MINOR
from retail.scan import EmbeddedCode, ProductCode

_NUMBERS: Final = (
    "AED784 AFN971 ALL008 AMD051 ANG532 AOA973 ARS032 AUD036 AWG533 AZN944 BAM977 BBD052 BDT050 "
    "BGN975 BHD048 BIF108 BMD060 BND096 BOB068 BOV984 BRL986 BSD044 BTN064 BWP072 BYN933 BZD084 "
    "CAD124 CDF976 CHE947 CHF756 CHW948 CLF990 CLP152 CNY156 COP170 COU970 CRC188 CUP192 CVE132 "
    "CZK203 DJF262 DKK208 DOP214 DZD012 EGP818 ERN232 ETB230 EUR978 FJD242 FKP238 GBP826 GEL981 "
    "GHS936 GIP292 GMD270 GNF324 GTQ320 GYD328 HKD344 HNL340 HTG332 HUF348 IDR360 ILS376 INR356 "
    "IQD368 IRR364 ISK352 JMD388 JOD400 JPY392 KES404 KGS417 KHR116 KMF174 KPW408 KRW410 KWD414 "
    "KYD136 KZT398 LAK418 LBP422 LKR144 LRD430 LSL426 LYD434 MAD504 MDL498 MGA969 MKD807 MMK104 "
    "MNT496 MOP446 MRU929 MUR480 MVR462 MWK454 MXN484 MXV979 MYR458 MZN943 NAD516 NGN566 NIO558 "
    "NOK578 NPR524 NZD554 OMR512 PAB590 PEN604 PGK598 PHP608 PKR586 PLN985 PYG600 QAR634 RON946 "
    "RSD941 RUB643 RWF646 SAR682 SBD090 SCR690 SDG938 SEK752 SGD702 SHP654 SLE925 SOS706 SRD968 "
    "SSP728 STN930 SVC222 SYP760 SZL748 THB764 TJS972 TMT934 TND788 TOP776 TRY949 TTD780 TWD901 "
    "TZS834 UAH980 UGX800 USD840 USN997 UYI940 UYU858 UYW927 UZS860 VED926 VES928 VND704 VUV548 "
    "WST882 XAF950 XCD951 XCG532 XOF952 XPF953 YER886 ZAR710 ZMW967 ZWG924"
)
CURRENCY_NUMBERS: Final = {item[:3]: item[3:] for item in _NUMBERS.split()}
"""The ISO 4217 number of every currency of `retail.money.CURRENCIES`.

ANG and XCG share one: the Caribbean guilder took over that of the guilder it replaced.
"""


class LabelPriceRefused(ValueError):
    """A price in a code that this store cannot charge; `code` names the reason for a translated sentence.

    Codes: `other_currency`, `too_precise` (finer than the currency's smallest coin), `too_large`.
    """

    def __init__(self, code: str, price: Decimal) -> None:
        super().__init__(f"price {price} in a code refused: {code}")
        self.code = code
        self.price = price


def label_price_minor(scan: ProductCode | EmbeddedCode, *, currency_code: str, digits: int) -> int | None:
    """Return what an item costs by its code, in minor units; None when the code says no price.

    `currency_code` and `digits` are the store's. Raises `LabelPriceRefused`.
    """
    if isinstance(scan, EmbeddedCode) and scan.amount_minor is not None:
        return scan.amount_minor
    price = scan.price
    if price is None:
        return None
    number = scan.currency_number if isinstance(scan, ProductCode) else ""
    if number and number != CURRENCY_NUMBERS.get(currency_code):
        raise LabelPriceRefused("other_currency", price)
    minor = price.scaleb(digits)
    if minor != minor.to_integral_value():
        raise LabelPriceRefused("too_precise", price)
    if minor > LARGEST_AMOUNT_MINOR:
        raise LabelPriceRefused("too_large", price)
    return int(minor)
