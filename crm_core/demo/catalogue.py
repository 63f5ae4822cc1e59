"""The 120 products of the shop: what they are called, what they cost and what they sell for."""

from itertools import cycle

import numpy as np
import pandas as pd

from crm_core.demo.stories import SEED

CATEGORIES: dict[str, tuple[str, str]] = {
    "Cookware": (
        "Okrin, Velmora, Brasna",
        "Egg pan = 9.90; Milk pan = 14.90; Frying pan 20 cm = 19.90; Saucepan 16 cm = 24.90; "
        "Frying pan 28 cm = 34.90; Steamer = 42.90; Stockpot = 54.90; Wok = 69.00; Cast-iron pot = 119.00; "
        "Pan set = 189.00",
    ),
    "Bakeware": (
        "Morenta, Brasna",
        "Cookie cutters = 4.90; Muffin tin = 8.50; Springform = 13.50; Loaf tin = 11.50; "
        "Bread basket = 16.90; Baking mat = 21.50; Pizza stone = 32.90; Cake stand = 39.50; "
        "Dough machine = 149.00; Bread oven pot = 84.00",
    ),
    "Knives": (
        "Kandesi, Okrin",
        "Paring knife = 6.90; Bread knife = 18.90; Peeler = 5.50; Chef's knife = 49.90; Santoku = 64.00; "
        "Sharpener = 27.50; Kitchen shears = 15.50; Carving set = 89.00; Knife block = 139.00; "
        "Cutting board = 23.50",
    ),
    "Tableware": (
        "Pelvanni, Morenta",
        "Napkin rings = 7.50; Mug = 6.50; Soup plate = 8.90; Carafe = 17.90; Serving bowl = 22.50; "
        "Wine glasses, 6 = 29.50; Cutlery set = 74.00; Breakfast set = 44.90; Dinner service = 159.00; "
        "Tea set = 58.00",
    ),
    "Small appliances": (
        "Velmora, Zunvik",
        "Milk frother = 20.50; Hand blender = 37.50; Kettle = 41.50; Toaster = 46.50; "
        "Coffee grinder = 56.00; Juicer = 79.00; Food processor = 129.00; Waffle iron = 52.50; "
        "Espresso machine = 329.00; Stand mixer = 279.00",
    ),
    "Storage": (
        "Lunvik, Zunvik",
        "Spice jar = 3.50; Lunch box = 9.50; Preserving jars, 6 = 12.50; Bread bin = 31.50; Crate = 14.50; "
        "Tin set = 18.50; Shelf = 62.00; Bottle rack = 28.50; Laundry basket = 26.50; Trolley = 99.00",
    ),
    "Textiles": (
        "Lunvik, Hortavia",
        "Tea towel = 5.90; Apron = 16.50; Oven glove = 10.50; Table runner = 19.50; Cushion = 24.50; "
        "Tablecloth = 33.50; Bath towel = 15.90; Throw = 48.50; Curtain = 59.00; Duvet set = 94.00",
    ),
    "Lighting": (
        "Ceradol, Zunvik",
        "Candle = 4.50; Lantern = 13.90; Solar light = 17.50; Reading lamp = 36.50; String lights = 22.90; "
        "Pendant lamp = 76.00; Table lamp = 47.90; Floor lamp = 109.00; Outdoor lamp = 66.00; "
        "Candlestick = 11.90",
    ),
    "Garden tools": (
        "Gardrik, Hortavia",
        "Hand trowel = 7.90; Secateurs = 25.50; Rake = 21.90; Spade = 30.50; Watering can = 14.20; "
        "Hose 20 m = 38.50; Hedge shears = 43.50; Wheelbarrow = 87.00; Lawn mower = 249.00; "
        "Fruit press = 134.00",
    ),
    "Plants and pots": (
        "Hortavia, Ceradol",
        "Seeds = 3.90; Herb pot = 5.20; Soil 20 l = 8.20; Plant food = 9.20; Clay pot = 12.90; "
        "Planter = 27.90; Raised bed = 114.00; Lemon tree = 45.90; Rose bush = 23.90; Trellis = 35.50",
    ),
    "Outdoor living": (
        "Gardrik, Pelvanni",
        "Seat cushion = 18.20; Folding chair = 53.50; Picnic rug = 29.90; Parasol = 92.00; Hammock = 71.00; "
        "Bistro table = 124.00; Bench = 169.00; Sun lounger = 199.00; Garden set = 389.00; "
        "Bird feeder = 15.20",
    ),
    "Grills": (
        "Gardrik, Okrin",
        "Skewers = 6.20; Grill brush = 10.90; Charcoal 5 kg = 11.20; Tongs = 13.20; Thermometer = 26.90; "
        "Grill plate = 40.50; Kettle grill = 144.00; Fire bowl = 104.00; Gas grill = 359.00; Smoker = 219.00",
    ),
}
"""Category: its brands, then its products, each with the list price in euro."""

SUPPLIERS = (
    ("Dolna Ceramics", "Pelvanni, Ceradol"),
    ("Hartwin Metalworks", "Okrin, Brasna"),
    ("Saltmarsh Imports", "Velmora, Zunvik"),
    ("Rodopi Gardens", "Gardrik, Hortavia"),
    ("Wisla Wood & Weave", "Lunvik, Kandesi"),
    ("Morenta House", "Morenta"),
)


def products() -> pd.DataFrame:
    """One row per product: columns of `Kind.PRODUCTS`, ``cost`` and ``list_price`` in cents."""
    rng = np.random.default_rng([SEED, 1])
    supplier = {brand: name for name, brands in SUPPLIERS for brand in brands.split(", ")}
    rows: list[tuple[str, str, str, str, int]] = []
    for category, (brands, items) in CATEGORIES.items():
        for item, brand in zip(items.split("; "), cycle(brands.split(", ")), strict=False):
            product, price = item.split(" = ")
            rows.append((product, brand, f"{brand[:2].upper()}-{100 + 10 * len(rows)}", category, _cents(price)))
    frame = pd.DataFrame(rows, columns=["product", "brand", "model", "category", "list_price"])
    frame["cost"] = (frame.list_price * rng.uniform(0.5, 0.62, len(frame))).round().astype("int64")
    frame["product_id"] = [f"P{number:03d}" for number in range(1, len(frame) + 1)]
    return frame.assign(supplier=frame.brand.map(supplier))


def _cents(price: str) -> int:
    return int(price.replace(".", ""))
