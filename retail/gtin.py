"""Trade item numbers: the lengths of a GTIN, its check digit, UPC-E, and the price check digit of scales."""

from __future__ import annotations

from typing import Final

GTIN_LENGTHS: Final = (8, 12, 13, 14)
UPC_E_LENGTHS: Final = (6, 7, 8)
"""A UPC-E as scanners send it: without both of number system and check digit, without the check, whole."""


def check_digit(payload: str) -> int:
    """Return the GS1 modulo-10 check digit of the digits before it (GS1 General Specifications 7.9).

    From the right the digits weigh 3, 1, 3, 1 …; the check digit fills the sum up to a multiple of ten.
    Takes ASCII digits only.
    """
    signs = f"{payload}0".encode()
    return (_ZEROS[len(signs) % 10] - sum(signs) - 2 * sum(signs[-2::-2])) % 10


def has_check_digit(code: str) -> bool:
    """Say whether the last digit is the GS1 check digit of those before it."""
    signs = code.encode()
    return (sum(signs) + 2 * sum(signs[-2::-2])) % 10 == _ZEROS[len(signs) % 10]


_ZEROS: Final = tuple(48 * ((length + 1) // 2 + 3 * (length // 2)) % 10 for length in range(10))
"""The weighted sum of the bytes of zeros, by the last digit of how many they are, without whole tens.

A digit's byte is 48 more than the digit. Two zeros come to 4 * 48, so ten of them to nothing.
"""

_DIGITS: Final = "0123456789"
_TWO_MINUS: Final = dict(zip(_DIGITS, (0, 2, 4, 6, 8, 9, 1, 3, 5, 7), strict=True))
_THREE: Final = dict(zip(_DIGITS, (0, 3, 6, 9, 2, 5, 8, 1, 4, 7), strict=True))
_FIVE_PLUS: Final = dict(zip(_DIGITS, (0, 5, 1, 6, 2, 7, 3, 8, 4, 9), strict=True))
_FIVE_MINUS: Final = dict(zip(_DIGITS, (0, 5, 9, 4, 8, 3, 7, 2, 6, 1), strict=True))
_DIGIT_OF_FIVE_MINUS: Final = {product: int(digit) for digit, product in _FIVE_MINUS.items()}
"""Weighted products by digit, as tables (GS1 General Specifications 7.9.2), and one of them backwards."""

VERIFIED_VALUE_LENGTHS: Final = (4, 5)


def value_check_digit(value: str) -> int:
    """Return the check digit of the price or weight inside a label (GS1 General Specifications 7.9.3, 7.9.4).

    Takes the four or five digits of the value.
    """
    if len(value) == 4:
        first, second, third, fourth = tuple(value)
        total = _TWO_MINUS[first] + _TWO_MINUS[second] + _THREE[third] + _FIVE_MINUS[fourth]
        return total * 3 % 10
    first, second, third, fourth, fifth = tuple(value)
    total = _FIVE_PLUS[first] + _TWO_MINUS[second] + _FIVE_MINUS[third] + _FIVE_PLUS[fourth]
    return _DIGIT_OF_FIVE_MINUS[-(total + _TWO_MINUS[fifth]) % 10]


def upc_e_expanded(code: str) -> str:
    """Return the UPC-A behind an eight digit UPC-E (GS1 General Specifications 5.2.2.4.2)."""
    system, body, check = code[0], code[1:7], code[7]
    last = body[5]
    if last in "012":
        return f"{system}{body[:2]}{last}0000{body[2:5]}{check}"
    if last == "3":
        return f"{system}{body[:3]}00000{body[3:5]}{check}"
    if last == "4":
        return f"{system}{body[:4]}00000{body[4]}{check}"
    return f"{system}{body[:5]}0000{last}{check}"


_OTHER_FORMS: Final = {
    own: tuple(
        tuple(14 - length for length in (13, 12, 14, 8) if length != own and digits <= length)
        for digits in range(15)
    )
    for own in GTIN_LENGTHS
}
"""By the length of a GTIN and its digits after zeros: how many of its 14 digits its other forms leave out.

The usual forms come first.
"""


def gtin_forms(code: str) -> tuple[str, ...]:
    """Return the code as scanned, then the other lengths of the same GTIN, the usual ones first."""
    whole = code.zfill(14)
    forms = [code]
    for left_out in _OTHER_FORMS[len(code)][len(code.lstrip("0"))]:
        forms.append(whole[left_out:])
    return tuple(forms)


def product_forms(code: str, *, upc_e: bool = True) -> tuple[str, ...]:
    """Return every form under which a catalogue may have a number of 6, 7, 8, 12, 13 or 14 digits.

    Empty when the check digit is wrong. Six and seven digits carry none, so they may as well be the shop's
    own number, which is then tried first; eight digits may be a GTIN-8 and a UPC-E at once, and the
    catalogue knows which one it has. `upc_e` is False when the scanner said that it read no UPC.
    """
    length = len(code)
    if length < 8:
        whole = _upc_e_with_check(code) if upc_e else ""
        return tuple(dict.fromkeys((code, *gtin_forms(upc_e_expanded(whole))))) if whole else (code,)
    forms = gtin_forms(code) if has_check_digit(code) else ()
    if length == 8 and upc_e and code[0] in "01" and has_check_digit(expanded := upc_e_expanded(code)):
        return tuple(dict.fromkeys((code, *forms, *gtin_forms(expanded))))
    return forms


def _upc_e_with_check(code: str) -> str:
    """Return six or seven digits of a UPC-E as eight; empty for a number system that has no UPC-E."""
    with_system = code if len(code) == 7 else f"0{code}"
    if with_system[0] not in "01":
        return ""
    return f"{with_system}{check_digit(upc_e_expanded(f'{with_system}0')[:-1])}"
