import pytest

from crm_core.ingest.alphabet import likely_encoding

POLISH = "imię;miasto\nŁukasz Żółw;Gdańsk\nKaźmierz Ślęzak;Łódź\n"
FRENCH = "nom;ville\nHélène;Besançon\nFrançois;Orléans\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "име;град\nИван Петров;София\n"),
        ("cp1251", "ім'я;місто\nОлена;Київ\n"),
        ("cp1251", "id;имя\n1;Ян\n"),
        ("cp1251", "ИМЯ;ГОРОД\nИВАН;МОСКВА\n"),
        ("koi8-u", "ім'я;місто\nОлена;Київ\n"),
        ("cp866", "имя;город\nИван;Тверь\n"),
        ("cp1250", POLISH),
        ("iso8859-2", POLISH),
        ("cp1250", "id;nazwa\n1;wąż\n"),
        ("iso8859-2", "id;nazwa\n1;wąż\n"),
        ("cp1252", FRENCH),
        ("cp1252", "país;descripción\nEspaña;acción pública\n"),
        ("cp1252", "Straße;Größe\nÖlmühle;10 €\n"),
    ],
)
def test_the_encoding_is_told_by_the_words_it_makes(encoding, text):
    assert likely_encoding(text.encode(encoding)) == encoding


def test_where_two_encodings_make_the_same_text_either_will_do():
    sample = "kółko;Paweł\n".encode("iso8859-2")
    assert sample.decode(likely_encoding(sample)) == "kółko;Paweł\n"
