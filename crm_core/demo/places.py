"""Where the shop sells: regions with their languages, towns, streets and sales staff."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Town:
    """A town; ``postal`` is a pattern in which ``#`` stands for a digit."""

    name: str
    country: str
    postal: str


@dataclass(frozen=True)
class Region:
    """One sales region; ``share`` of the customers, ``languages`` with their shares in the region."""

    name: str
    share: float
    languages: dict[str, float]
    towns: tuple[Town, ...]
    sales: tuple[str, str]


REGIONS = (
    Region(
        "West Bulgaria",
        0.21,
        {"bg": 0.93, "en": 0.04, "ru": 0.03},
        (Town("София", "BG", "1###"), Town("Пловдив", "BG", "40##"), Town("Перник", "BG", "23##")),
        ("Милена Стоева", "Росен Даков"),
    ),
    Region(
        "Black Sea",
        0.13,
        {"bg": 0.78, "ru": 0.16, "en": 0.06},
        (Town("Варна", "BG", "90##"), Town("Бургас", "BG", "80##"), Town("Добрич", "BG", "93##")),
        ("Калина Радева", "Тодор Мичев"),
    ),
    Region(
        "North Poland",
        0.18,
        {"pl": 0.94, "uk": 0.04, "en": 0.02},
        (Town("Gdańsk", "PL", "80-###"), Town("Olsztyn", "PL", "10-###"), Town("Warszawa", "PL", "00-###")),
        ("Jagoda Wrońska", "Błażej Sowa"),
    ),
    Region(
        "South Poland",
        0.17,
        {"pl": 0.9, "uk": 0.08, "en": 0.02},
        (Town("Kraków", "PL", "30-###"), Town("Wrocław", "PL", "50-###"), Town("Rzeszów", "PL", "35-###")),
        ("Łucja Brzoza", "Emil Żak"),
    ),
    Region(
        "West Ukraine",
        0.13,
        {"uk": 0.94, "ru": 0.04, "pl": 0.02},
        (Town("Львів", "UA", "79###"), Town("Чернівці", "UA", "58###"), Town("Ужгород", "UA", "88###")),
        ("Соломія Гайда", "Остап Лугів"),
    ),
    Region(
        "Baltics",
        0.1,
        {"ru": 0.68, "en": 0.32},
        (Town("Rīga", "LV", "LV-10##"), Town("Daugavpils", "LV", "LV-54##"), Town("Narva", "EE", "20###")),
        ("Алина Берг", "Tomas Lind"),
    ),
    Region(
        "Ireland",
        0.08,
        {"en": 0.9, "pl": 0.1},
        (Town("Dublin", "IE", "D#"), Town("Galway", "IE", "H91"), Town("Cork", "IE", "T12")),
        ("Orla Keane", "Declan Frost"),
    ),
)
REGION_NAMES = tuple(region.name for region in REGIONS)
PARTNER_DESK = "Iwona Zaleska"

STREETS = {
    "BG": ("ул. Липа", "ул. Роза", "ул. Здравец", "бул. Орех", "ул. Явор"),
    "PL": ("ul. Lipowa", "ul. Różana", "ul. Klonowa", "al. Dębowa", "ul. Źródlana"),
    "UA": ("вул. Липова", "вул. Садова", "вул. Кленова", "вул. Ясенева", "вул. Їжакова"),
    "LV": ("Liepu iela", "Rožu iela", "Kļavu iela", "Ozolu iela", "Bērzu iela"),
    "EE": ("Pärna tn", "Roosi tn", "Vahtra tn", "Tamme tn", "Kase tn"),
    "IE": ("Linden Row", "Rose Lane", "Maple Road", "Oak Avenue", "Birch Close"),
}
"""Streets named after plants: such a street exists somewhere in most towns, and points at nobody."""
