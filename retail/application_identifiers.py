"""The GS1 application identifiers: what each element of a GS1 code may contain, as one literal table.

Source: GS1 General Specifications, section 3 (Application Identifier definitions) and 7.8 (which elements
have a pre-defined length), in the notation of the GS1 Barcode Syntax Dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

TABLE: Final = (
    ("00", "N18!"),  # SSCC: a logistic unit
    ("01 02 03", "N14!"),  # GTIN; GTIN of what a logistic unit contains; GTIN made to order
    ("10", "X..20"),  # batch or lot
    ("11 12 13 15 16 17", "D6"),  # produced, due, packed, best before, sell by, expires
    ("20", "N2"),  # internal variant
    ("21 22", "X..20"),  # serial number, consumer product variant
    ("235", "X..28"),  # third-party controlled serial number
    ("240 241 250 251", "X..30"),  # additional id, customer's number, second serial, source
    ("242", "N..6"),  # made-to-order variation
    ("243 254", "X..20"),  # packaging component, extension of a GLN
    ("253", "N13! [X..17]"),  # document
    ("255", "N13! [N..12]"),  # coupon (GCN)
    ("30 37", "N..8"),  # count of items: in a variable measure item, in a logistic unit
    ("310n 311n 312n 313n 314n 315n 316n", "N6"),  # net kg, m, width, height, m², litres, m³
    ("320n 321n 322n 323n 324n 325n 326n 327n 328n 329n", "N6"),  # net pounds, inches, feet, yards
    ("330n 331n 332n 333n 334n 335n 336n 337n", "N6"),  # gross kg and outer measures; kg per m²
    ("340n 341n 342n 343n 344n 345n 346n 347n 348n 349n", "N6"),  # the same in pounds, inches, feet, yards
    ("350n 351n 352n 353n 354n 355n 356n 357n", "N6"),  # square inches, feet, yards; troy and fluid ounces
    ("360n 361n 362n 363n 364n 365n 366n 367n 368n 369n", "N6"),  # quarts, gallons, cubic inches, feet, yards
    ("390d 392d", "N..15"),  # amount to pay or value of a coupon; price of a variable measure item
    ("391d 393d", "N3 N..15"),  # the same, after an ISO 4217 currency number
    ("394q", "N4"),  # percentage off, of a coupon
    ("395n", "N6"),  # price for a unit of measure
    ("400 401 403", "X..30"),  # order, consignment, routing
    ("402", "N17!"),  # shipment
    ("410 411 412 413 414 415 416 417", "N13!"),  # places and parties (GLN)
    ("420", "X..20"),  # postal code
    ("421", "N3 X..9"),  # country and postal code
    ("422 424 426", "N3"),  # country of origin, of processing, of all processing
    ("423 425", "N3 [N3] [N3] [N3] [N3]"),  # countries of first processing, of disassembly
    ("427", "X..3"),  # part of the country of origin
    ("4300 4301 4310 4311 4320", "X..35"),  # deliver and return to: company, name; service
    ("4302 4303 4304 4305 4306 4312 4313 4314 4315 4316", "X..70"),  # their addresses
    ("4307 4317", "X2"),  # their countries
    ("4308 4319", "X..30"),  # their telephones
    ("4309", "N20"),  # latitude and longitude
    ("4318", "X..20"),  # postal code to return to
    ("4321 4322 4323", "N1"),  # dangerous goods, may be left, signature
    ("4324 4325", "D6 N4"),  # deliver not before, not after
    ("4326", "F6"),  # release
    ("4330 4331 4332 4333", "N6 [X1]"),  # highest and lowest temperature
    ("7001", "N13"),  # NATO stock number
    ("7002", "X..30"),  # meat cut
    ("7003", "F6 H4"),  # expires at an hour and minute
    ("7004", "N..4"),  # active potency
    ("7005", "X..12"),  # catch area
    ("7006", "F6"),  # first frozen
    ("7007", "F6 [F6]"),  # harvested, from and to
    ("7008", "X..3"),  # fish species
    ("7009", "X..10"),  # fishing gear
    ("7010", "X..2"),  # production method
    ("7011", "F6 [N4]"),  # test by
    ("7020 7021 7022", "X..20"),  # refurbishing
    ("7023", "X..30"),  # asset of an assembly
    ("703d", "N3 X..27"),  # processors with approval number
    ("7040", "N1 X3"),  # tobacco: unique identification with extensions
    ("7041", "X..4"),  # freight unit type
    ("710 711 712 713 714 715 716 717", "X..20"),  # national healthcare reimbursement numbers
    ("723d", "X2 X..28"),  # certifications
    ("7240", "X..20"),  # clinical protocol
    ("7241", "N2"),  # medium of capture
    ("7242", "X..25"),  # version control
    ("7250", "N8"),  # date of birth
    ("7251", "N12"),  # date and time of birth
    ("7252", "N1"),  # biological sex
    ("7253 7254 7259", "X..40"),  # family name, given name, baby of
    ("7255", "X..10"),  # suffix of a name
    ("7256", "X..90"),  # full name
    ("7257", "X..70"),  # address of a person
    ("7258", "X3"),  # birth sequence
    ("8001", "N14"),  # rolls: width, length, core, direction, splices
    ("8002", "X..20"),  # mobile telephone
    ("8003", "N14! [X..16]"),  # returnable asset
    ("8004", "X..30"),  # asset
    ("8005", "N6"),  # price for a unit of measure, without its point
    ("8006 8026", "N14! N4"),  # piece of a trade item, contained pieces
    ("8007", "X..34"),  # IBAN
    ("8008", "F6 N2 [N..4]"),  # produced at
    ("8009", "X..50"),  # sensor
    ("8010", "Y..30"),  # component
    ("8011", "N..12"),  # its serial number
    ("8012", "X..20"),  # software version
    ("8013 8014", "X..25"),  # model, highly individualised device
    ("8017 8018", "N18!"),  # service relation: provider, recipient (a member's card)
    ("8019", "N..10"),  # its instance
    ("8020", "X..25"),  # reference of a payment slip
    ("8030", "Z..90"),  # digital signature
    ("8040 8041", "N15"),  # IMEI
    ("8042", "N32"),  # eUICC
    ("8043", "N18 [N..2]"),  # SIM card
    ("8110 8112", "X..70"),  # North American coupon, paperless coupon
    ("8111", "N4"),  # loyalty points of a coupon
    ("8200", "X..70"),  # web address of the product
    ("90", "X..30"),  # agreed between partners
    ("91 92 93 94 95 96 97 98 99", "X..90"),  # internal to a company
)
"""Every identifier with the parts of its content.

`N` digits, `X` and `Y` and `Z` characters of the sets 82, 39 and 64, `D6` a date YYMMDD whose day may be 00
(the end of the month), `F6` a date with its day, `H4` hours and minutes; `6` exactly, `..6` one to six, in
brackets: may be absent; `!` the part ends with a GS1 check digit. The last letter of an identifier stands
for its decimals or its number: `n` 0 to 5, `q` 0 to 3, `d` 0 to 9.
"""

PREDEFINED_LENGTH: Final = re.compile("0[0-4]|1[1-9]|20|3[1-6]|41", re.ASCII)
"""The first two digits of the identifiers that need no separator after them (section 7.8)."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHARACTERS: Final = {
    "X": frozenset(f"!\"%&'()*+,-./0123456789:;<=>?_{_LETTERS}"),
    "Y": frozenset(f"#-/0123456789{_LETTERS[:26]}"),
    "Z": frozenset(f"-_=0123456789{_LETTERS}"),
}
"""The GS1 character sets 82, 39 and 64 (section 7.11)."""

_RANGES: Final = {"n": "012345", "q": "0123", "d": "0123456789"}
_PART: Final = re.compile(r"(\[?)([NXYZDFH])(\.\.)?([0-9]+)(!?)\]?", re.ASCII)


class Part(NamedTuple):
    """A stretch of an element's content: its kind, its least and largest length, whether it is checked.

    `characters` are those that it may have, empty for digits. An `optional` part may be absent as a whole.
    """

    kind: str
    characters: frozenset[str]
    optional: bool
    shortest: int
    longest: int
    checked: bool


class Element(NamedTuple):
    """What an identifier may be followed by; `length` is 0 when a separator or the end ends it."""

    identifier: str
    parts: tuple[Part, ...]
    length: int


def _elements() -> Iterator[Element]:
    for identifiers, written in TABLE:
        parts = tuple(map(_part, _PART.findall(written)))
        for pattern in identifiers.split():
            longest = sum(part.longest for part in parts) if PREDEFINED_LENGTH.match(pattern) else 0
            for last in _RANGES.get(pattern[-1], pattern[-1]):
                identifier = pattern[:-1] + last
                yield Element(identifier, parts, longest)


def _part(found: tuple[str, str, str, str, str]) -> Part:
    optional, kind, up_to, length, check = found
    longest = int(length)
    shortest = 1 if up_to else longest
    return Part(kind, CHARACTERS.get(kind, frozenset()), bool(optional), shortest, longest, bool(check))


ELEMENTS: Final = {element.identifier: element for element in _elements()}
"""Every element by its identifier."""

PREDEFINED_LENGTHS: Final = {
    identifier: element.length for identifier, element in ELEMENTS.items() if element.length
}
"""How long the content of an element is that needs no separator after it."""

IDENTIFIER_LENGTHS: Final = {identifier[:2]: len(identifier) for identifier in ELEMENTS}
"""How long an identifier is, by its first two digits (section 7.8)."""
