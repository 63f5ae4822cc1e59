"""Names of the shop's customers by language, and how they are written in an e-mail address."""

import numpy as np
from numpy.typing import NDArray

GIVEN = {
    "bg": (
        "Георги, Иван, Димитър, Николай, Петър, Христо, Стефан, Васил, Борис, Калоян, Пламен",
        "Мария, Елена, Десислава, Йорданка, Цветелина, Радка, Ива, Гергана, Теодора, Биляна",
    ),
    "pl": (
        "Piotr, Krzysztof, Tomasz, Paweł, Michał, Łukasz, Grzegorz, Wojciech, Stanisław, Jan",
        "Anna, Katarzyna, Małgorzata, Agnieszka, Barbara, Ewa, Zofia, Joanna, Wiesława, Żaneta",
    ),
    "uk": (
        "Олександр, Андрій, Сергій, Тарас, Богдан, Юрій, Ігор, Василь, Роман, Євген, Данило",
        "Оксана, Наталія, Ірина, Олена, Леся, Ганна, Соломія, Юлія, Катерина, Їванна, Зоряна",
    ),
    "ru": (
        "Алексей, Дмитрий, Сергей, Андрей, Михаил, Юрий, Павел, Константин, Игорь, Артём",
        "Ольга, Татьяна, Наталья, Светлана, Людмила, Ирина, Екатерина, Юлия, Алёна, Вера",
    ),
    "en": (
        "Liam, Conor, Seán, Patrick, James, Michael, Thomas, Oliver, Rory, Daniel, Martin",
        "Aoife, Niamh, Sinéad, Emma, Grace, Sarah, Kate, Ciara, Zoë, Helen, Laura",
    ),
}
"""Per language: men's names, women's names."""

FAMILY = {
    "bg": (
        "Иванов, Георгиев, Димитров, Петров, Николов, Христов, Тодоров, Стоянов, Илиев, Василев, Ангелов, Колев, "
        "Маринов, Попов, Щерев, Желев, Янков, Чолаков, Кръстев, Мъглов"
    ),
    "pl": (
        "Kowalski, Wiśniewski, Wójcik, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Mazur, Krawczyk, "
        "Jabłoński, Wróbel, Dąbrowski, Pawłowski, Górski, Nowak, Sikora, Żuraw, Śliwa"
    ),
    "uk": (
        "Шевчук, Бондаренко, Коваленко, Кравченко, Ткачук, Мельник, Поліщук, Савчук, Руденко, Гнатюк, Левченко, "
        "Кузьменко, Яремчук, Ґоляк, Петренко, Щербак, Ющук, Їжак, Дячук"
    ),
    "ru": (
        "Смирнов, Иванов, Кузнецов, Соколов, Попов, Лебедев, Козлов, Новиков, Морозов, Волков, Соловьёв, "
        "Васильев, Зайцев, Павлов, Семёнов, Голубев, Щукин, Жуков, Цветков, Юдин"
    ),
    "en": (
        "Murphy, Kelly, O'Sullivan, Walsh, Smith, O'Brien, Byrne, Ryan, O'Connor, Doyle, McCarthy, Gallagher, "
        "Doherty, Kennedy, Lynch, Murray, Quinn, Moore, Ó Briain, Hughes"
    ),
}

_LATIN = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh щ=sht "
    "ъ=a ы=y ь= э=e ю=yu я=ya ё=yo є=ye і=i ї=yi ґ=g ą=a ć=c ę=e ł=l ń=n ó=o ś=s ź=z ż=z á=a é=e ë=e í=i '="
)
_OWN_LATIN = {"bg": "", "pl": "", "en": "", "uk": "г=h и=y х=kh щ=shch", "ru": "х=kh щ=shch"}


def _letters(pairs: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


_ROMAN = {language: str.maketrans(_letters(_LATIN) | _letters(own)) for language, own in _OWN_LATIN.items()}


def family_name(name: str, language: str, *, female: bool) -> str:
    """The form of a family name that a woman or a man bears."""
    if not female:
        return name
    if language in {"bg", "ru"}:
        return name + "а"
    return name[:-1] + "a" if language == "pl" and name.endswith(("ski", "cki")) else name


def latin(name: str, language: str) -> str:
    """The name in lower-case ASCII letters, as in the person's e-mail address."""
    return name.lower().replace(" ", "").translate(_ROMAN[language])


def people(languages: NDArray[np.str_], rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """First and last names, one pair per language given."""
    female = rng.random(len(languages)) < 0.58
    given, family = rng.random(len(languages)), rng.random(len(languages))
    first, last = [], []
    for language, woman, g, f in zip(languages.tolist(), female.tolist(), given.tolist(), family.tolist(), strict=True):
        names, families = GIVEN[language][int(woman)].split(", "), FAMILY[language].split(", ")
        first.append(names[int(g * len(names))])
        last.append(family_name(families[int(f * len(families))], language, female=woman))
    return first, last
