import pytest

from crm_core.columns import FIELDS, Kind
from crm_core.errors import IngestError
from crm_core.ingest.mapping import ColumnMapping, from_json, header_hash, plain, refuse_incomplete, suggested

FILES = [
    (Kind.CUSTOMERS, "Client ID,Imię,Nazwisko,E-mail,Telefon", "customer_id first_name last_name email phone"),
    (Kind.CUSTOMERS, "ID клієнта,Ім'я,Прізвище,Ел. пошта,Згода", "customer_id first_name last_name email consent"),
    (Kind.CUSTOMERS, "Код клиента,Имя,Фамилия,Телефон,Город", "customer_id first_name last_name phone city"),
    (Kind.CUSTOMERS, "Клиент №,Име,Фамилия,Имейл,Рожден ден", "customer_id first_name last_name email birthday"),
    (
        Kind.ORDER_LINES,
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
        "order_id product_id product quantity date unit_price customer_id",
    ),
    (
        Kind.ORDER_LINES,
        "Номер на поръчка,Дата на поръчката,Клиент,Продукт,Количество,Сума (лв.)",
        "order_id date customer_id product quantity amount",
    ),
    (Kind.PRODUCTS, "SKU,Name,Brand,Unit cost,Price", "product_id product brand cost list_price"),
    (Kind.COSTS, "Date,Channel,Campaign,Spend", "date channel campaign amount"),
    (Kind.ANSWERS, "ID,Client,Date,NPS,Satisfaction,Comments", "response_id customer_id date nps csat comment"),
    (Kind.INTERACTIONS, "Ticket,Customer,Date,Type,Notes", "interaction_id customer_id date interaction text"),
]


@pytest.mark.parametrize(("kind", "header", "fields"), FILES)
def test_columns_are_known_by_their_names_in_five_languages(kind, header, fields):
    names = header.split(",")
    assert suggested(kind, names).fields == dict(zip(fields.split(), names, strict=True))


@pytest.mark.parametrize("kind", list(Kind))
def test_our_own_names_are_always_understood(kind):
    names = [field.name for field in FIELDS[kind]]
    assert suggested(kind, names).fields == {name: name for name in names}


def test_a_misspelt_column_is_found_by_likeness():
    assert suggested(Kind.ORDER_LINES, ["order number", "custommer id", "quantitty"]).fields == {
        "order_id": "order number",
        "customer_id": "custommer id",
        "quantity": "quantitty",
    }


def test_what_is_left_of_a_customers_file_becomes_custom_fields_but_not_our_own_remarks():
    mapping = suggested(Kind.CUSTOMERS, ["customer_id", "Shoe size", "import problem"])
    assert mapping.extra == ("Shoe size",)
    assert suggested(Kind.PRODUCTS, ["sku", "Shoe size"]).extra == ()


def test_the_cost_of_one_piece_is_not_taken_for_the_cost_of_a_line():
    assert "cost" not in suggested(Kind.ORDER_LINES, ["order_id", "unit cost", "purchase price"]).fields


@pytest.mark.parametrize(
    "content",
    [
        {"customer_id": "Who", "email": "Mail"},
        {"Who": "customer_id", "Mail": "email"},
        {"fields": {"customer_id": "Who", "email": "Mail"}},
    ],
)
def test_a_mapping_may_be_written_either_way_round(content):
    mapping = from_json(Kind.CUSTOMERS, ["Who", "Mail", "Hat"], content)
    assert mapping == ColumnMapping(Kind.CUSTOMERS, {"customer_id": "Who", "email": "Mail"}, ("Hat",))


def test_a_mapping_survives_being_kept():
    mapping = ColumnMapping(Kind.CUSTOMERS, {"customer_id": "Who"}, ("Hat",))
    assert from_json(Kind.CUSTOMERS, ["Who", "Hat", "Coat"], mapping.as_json()) == mapping


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (["customer_id"], "not understood"),
        ({"customer_id": 3}, "not understood"),
        ({"shoe": "Who"}, "'shoe', which is no field"),
        ({"customer_id": "Nobody"}, "a column 'Nobody' that the file does not have"),
        ({"customer_id": "Who", "email": "Who"}, "column 'Who' for two fields"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(content, message):
    with pytest.raises(IngestError, match=message):
        from_json(Kind.CUSTOMERS, ["Who"], content)


def test_a_missing_field_is_named_beside_the_columns_that_were_found():
    with pytest.raises(IngestError, match=r"No column for date, amount was found among: order_id, x"):
        refuse_incomplete(ColumnMapping(Kind.ORDER_LINES, {"order_id": "order_id"}), ["order_id", "x"])


def test_what_can_be_worked_out_needs_no_column():
    fields = {name: name for name in ("customer_id", "date", "quantity", "unit_price")}
    refuse_incomplete(ColumnMapping(Kind.ORDER_LINES, fields), list(fields))
    del fields["quantity"]
    with pytest.raises(IngestError, match="No column for amount"):
        refuse_incomplete(ColumnMapping(Kind.ORDER_LINES, fields), list(fields))


def test_a_header_is_recognised_whatever_its_case_marks_and_units():
    assert plain("E-Mail") == plain("email") == plain("e mail")
    assert plain("Сума (лв.)") == plain("сума")
    assert header_hash(["E-Mail", "ID"]) == header_hash(["email", "id"]) != header_hash(["id", "email"])


def test_a_word_more_makes_another_column_and_consent_is_never_guessed():
    assert suggested(Kind.ORDER_LINES, ["customer note", "order no"]).fields == {"order_id": "order no"}
    assert "consent" not in suggested(Kind.CUSTOMERS, ["id", "accepts marketingg", "Accepts SMS Marketing"]).fields


def test_a_whole_name_is_left_alone_where_both_parts_have_columns():
    assert "full_name" not in suggested(Kind.CUSTOMERS, ["id", "name", "first name", "last name"]).fields
    assert suggested(Kind.CUSTOMERS, ["id", "name"]).fields["full_name"] == "name"


def test_further_columns_are_a_list_and_each_counts_once():
    content = {"fields": {"customer_id": "id"}, "extra": ["hat", "hat"]}
    assert from_json(Kind.CUSTOMERS, ("id", "hat"), content).extra == ("hat",)
    with pytest.raises(IngestError, match='"extra" is a list'):
        from_json(Kind.CUSTOMERS, ("id", "hat"), content | {"extra": 5})
