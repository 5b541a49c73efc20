"""A large shop for the benchmarks: products, prices, promotions and a till's folder that already has them.

Everything is made from word lists by number, so every run measures the same shop. The folder is kept
between runs, under a name that changes with the code that makes it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.places import DATA, ROOT, empty_folder
from pos_app.database.files import open_cache, open_journal
from pos_app.database.identity import Identity
from pos_app.database.journal import Journal
from pos_app.database.keys import KEY_FILE
from pos_app.database.streams import Streams
from pos_app.services.clock import Clock
from retail.barcode import BarcodeRule
from retail.catalogue import Category, LocalisedText, Price, Product, QuickKey, TaxClass
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit
from retail.staff import StaffMember
from retail.store import StoreSettings
from sync.protocol import STREAM_OF_ROW, STREAMS, Row

PRODUCTS = 100_000
PROMOTIONS = 200
KEY = "e7" * 32
PAGE = 5_000

CATEGORIES = ("bakery", "cafe", "produce", "dairy", "pantry", "apparel", "home")

NOUNS_TEXT = """
milk/牛奶/niu nai/dairy, oat milk/燕麦奶/yan mai nai/dairy, yoghurt/酸奶/suan nai/dairy,
butter/黄油/huang you/dairy, cheese/奶酪/nai lao/dairy, eggs/鸡蛋/ji dan/dairy,
cream/奶油/nai you/dairy, bread/面包/mian bao/bakery, croissant/可颂/ke song/bakery,
bagel/贝果/bei guo/bakery, cake/蛋糕/dan gao/bakery, biscuit/饼干/bing gan/bakery,
muffin/松饼/song bing/bakery, coffee/咖啡/ka fei/cafe, tea/茶/cha/cafe, cocoa/可可/ke ke/cafe,
juice/果汁/guo zhi/cafe, water/矿泉水/kuang quan shui/cafe, soda/汽水/qi shui/cafe,
banana/香蕉/xiang jiao/produce, apple/苹果/ping guo/produce, pear/梨/li/produce,
grape/葡萄/pu tao/produce, tomato/番茄/fan qie/produce, potato/土豆/tu dou/produce,
carrot/胡萝卜/hu luo bo/produce, cabbage/白菜/bai cai/produce, rice/大米/da mi/pantry,
noodles/面条/mian tiao/pantry, flour/面粉/mian fen/pantry, sugar/白糖/bai tang/pantry,
salt/食盐/shi yan/pantry, soy sauce/酱油/jiang you/pantry, vinegar/醋/cu/pantry,
oil/食用油/shi yong you/pantry, honey/蜂蜜/feng mi/pantry, jam/果酱/guo jiang/pantry,
shirt/衬衫/chen shan/apparel, socks/袜子/wa zi/apparel, scarf/围巾/wei jin/apparel,
trousers/裤子/ku zi/apparel, cap/帽子/mao zi/apparel, towel/毛巾/mao jin/home,
soap/香皂/xiang zao/home, candle/蜡烛/la zhu/home, cable/数据线/shu ju xian/home,
charger/充电器/chong dian qi/home, lamp/台灯/tai deng/home
"""
QUALITIES_TEXT = """
fresh/新鲜/xin xian, organic/有机/you ji, light/轻/qing, dark/黑/hei, red/红/hong, green/绿/lv,
white/白/bai, golden/金/jin, smooth/顺滑/shun hua, crisp/脆/cui, rich/浓/nong, mild/淡/dan,
large/大/da, small/小/xiao, family/家庭装/jia ting zhuang, travel/旅行装/lv xing zhuang,
classic/经典/jing dian, new/新/xin, soft/软/ruan, spicy/辣/la, sweet/甜/tian, sour/酸/suan,
salted/咸/xian, plain/原味/yuan wei
"""


def entries(text: str) -> tuple[tuple[str, ...], ...]:
    """Return a word list's entries, each split into its parts."""
    return tuple(tuple(entry.strip().split("/")) for entry in text.split(",") if entry.strip())


NOUNS = entries(NOUNS_TEXT)
"""(English, Chinese, pinyin, category)"""

QUALITIES = entries(QUALITIES_TEXT)
"""(English, Chinese, pinyin)"""

BRANDS = tuple(
    first + second
    for first in ("Har", "Mel", "Nor", "Sol", "Tam", "Vel", "Wes", "Kin", "Lor", "Bri")
    for second in ("bour", "low", "den", "ra", "ley", "ton", "mere", "vale", "wick")
)


def gtin13(number: int) -> str:
    """Return the number as a GTIN-13 with its check digit (GS1 General Specifications, 7.9)."""
    digits = f"690{number:09d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def product(number: int) -> Product:
    """Return product `number`; all are different below the product of the three lists' lengths."""
    noun, noun_zh, noun_pinyin, category = NOUNS[number % len(NOUNS)]
    quality, quality_zh, quality_pinyin = QUALITIES[number // len(NOUNS) % len(QUALITIES)]
    brand = BRANDS[number // (len(NOUNS) * len(QUALITIES)) % len(BRANDS)]
    pinyin = f"{quality_pinyin} {noun_pinyin}"
    weighed = category == "produce"
    return Product(
        product_id=f"P{number:06d}",
        sku=f"SKU-{number:06d}",
        name=LocalisedText(f"{brand} {quality} {noun}", f"{brand} {quality_zh}{noun_zh}"),
        category_id=category,
        tax_class_id="A" if category in ("cafe", "bakery", "apparel") else "Z",
        unit=SellingUnit.KILOGRAM if weighed else SellingUnit.PIECE,
        codes=(gtin13(number),),
        pinyin=pinyin,
        initials="".join(syllable[0] for syllable in pinyin.split()),
        popularity=number * 7919 % 10_007,
    )


def pieces(count: int) -> tuple[Product, ...]:
    """Return products that are sold by the piece, so that a scan alone puts them on a line."""
    numbers = (product(number) for number in range(PRODUCTS))
    return tuple(islice((each for each in numbers if each.unit is SellingUnit.PIECE), count))


def promotion(number: int) -> Promotion:
    """Return promotion `number`: percentages on categories and products, and N for a price."""
    label = LocalisedText(f"Offer {number}", f"优惠 {number}")
    name = f"offer-{number:04d}"
    if number < len(CATEGORIES):
        arguments, categories = {"percent": "5"}, (CATEGORIES[number],)
        return Promotion(
            promotion_id=name, kind="percent_off", label=label, arguments=arguments, category_ids=categories
        )
    ids = tuple(product(number * 3 + step).product_id for step in range(3))
    kind, arguments = (
        ("percent_off", {"percent": "10"})
        if number % 2
        else ("n_for_price", {"quantity": "2", "price_minor": "700"})
    )
    return Promotion(promotion_id=name, kind=kind, label=label, arguments=arguments, product_ids=ids)


def rows() -> Iterator[Row]:
    """Yield every row of the shop."""
    yield from shelves()
    for number in range(PRODUCTS):
        yield product(number)
        yield Price(product_id=f"P{number:06d}", unit_price_minor=Decimal(100 + number % 4000))
    yield from house_rows()


def shelves() -> Iterator[Row]:
    """Yield what the catalogue has besides its products."""
    for position, category in enumerate(CATEGORIES):
        yield Category(
            category_id=category, name=LocalisedText(category.title()), colour=category, position=position
        )
    yield TaxClass(tax_class_id="A", code="A", name=LocalisedText("Standard", "标准"), rate=Decimal(9))
    yield TaxClass(tax_class_id="Z", code="Z", name=LocalisedText("Zero", "零税"), rate=Decimal(0))


def house_rows() -> Iterator[Row]:
    """Yield the shop's promotions, its quick keys, its people and its settings."""
    for number in range(PROMOTIONS):
        yield promotion(number)
    for position, each in enumerate(pieces(25)):
        yield QuickKey(position=position, product_id=each.product_id)
    yield StaffMember(staff_id="C1", display_name="Noor A.", badge_code="STF0001")
    yield BarcodeRule(position=1, pattern="20IIIIINNNNNC", kind="weight")
    yield BarcodeRule(position=2, pattern="21IIIIINNNNNC", kind="price")
    yield StoreSettings(
        store_id="S1",
        name=LocalisedText("Harbour Lane Market", "海港巷市场"),
        currency="SGD",
        cash_rounding_minor=5,
        denominations_minor=(10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
        smallest_note_minor=200,
        points_per_major_unit=1,
    )


@contextmanager
def till_folder(name: str) -> Iterator[Path]:
    """Give a copy of an enrolled till's folder that has the whole shop; it is gone afterwards."""
    whole = _kept_folder()
    with empty_folder(name) as folder:
        shutil.copytree(whole, folder, dirs_exist_ok=True)
        yield folder


def _kept_folder() -> Path:
    digest = hashlib.sha256()
    makers = [
        Path(__file__),
        *(ROOT / "pos_app/database").rglob("*.py"),
        ROOT / "retail/catalogue.py",
        ROOT / "retail/search_text.py",
    ]
    for source in sorted(makers):
        digest.update(source.read_bytes())
    kept = DATA / f"shop-{digest.hexdigest()[:12]}"
    if not kept.exists():
        for old in DATA.glob("shop-*"):
            shutil.rmtree(old)
        with empty_folder("shop-in-the-making") as folder:
            _fill(folder)
            shutil.copytree(folder, kept)
    return kept


def _fill(folder: Path) -> None:
    """Enrol a till in the folder and load every stream, as a first synchronisation does."""
    (folder / KEY_FILE).write_text(KEY + "\n", encoding="ascii")
    clock = Clock()
    journal_file = open_journal(folder, KEY)
    journal = Journal(journal_file, now=clock.now, monotonic_ms=clock.monotonic_ms, new_id=clock.new_id)
    journal.enrol(
        Identity(
            device_id=clock.new_id(),
            incarnation=clock.new_id(),
            store_id="S1",
            till_id="S1-T2",
            till_number=2,
            token="benchmark",
            server_url="http://127.0.0.1:9",  # the discard port: nobody answers, as on a day offline
        )
    )
    journal_file.close()
    cache_file = open_cache(folder, KEY)
    streams = Streams(cache_file, clock.now)
    encode = msgspec.json.Encoder(order="sorted", decimal_format="string").encode
    by_stream: dict[str, list[tuple[str, bytes]]] = {stream: [] for stream in STREAMS}
    for row in rows():
        tag = str(type(row).__struct_config__.tag)
        by_stream[STREAM_OF_ROW[tag]].append((f"{tag}:{row.key}", encode(row)))
    for stream, found in by_stream.items():
        streams.begin_bootstrap(stream, "benchmark", len(found), len(found))
        for start in range(0, len(found), PAGE):
            streams.stage(stream, found[start : start + PAGE], "")
        finished = streams.finish_bootstrap(stream, lambda: True)
        assert finished, stream
    cache_file.close()
