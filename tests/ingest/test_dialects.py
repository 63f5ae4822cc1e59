import pytest

from crm_core.columns import Kind
from crm_core.ingest import dialects, synonyms
from crm_core.ingest.mapping import known_fields, names_last_first, suggested

EXPORTS = [
    (
        Kind.ORDER_LINES,
        "Name,Email,Financial Status,Currency,Subtotal,Total,Discount Amount,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem sku,Billing Name,Id",
        {"order_id": "Name", "customer_email": "Email", "date": "Created at", "quantity": "Lineitem quantity",
         "product": "Lineitem name",
         "unit_price": "Lineitem price", "product_id": "Lineitem sku", "currency": "Currency",
         "status": "Financial Status"},
    ),
    (
        Kind.CUSTOMERS,
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address City,Phone,"
        "Accepts SMS Marketing",
        {"customer_id": "Customer ID", "first_name": "First Name", "last_name": "Last Name", "email": "Email",
         "consent": "Accepts Email Marketing", "city": "Default Address City", "phone": "Phone"},
    ),
    (
        Kind.ORDER_LINES,
        "Order Number,Order Status,Order Date,Order Total Amount,SKU,Item #,Item Name,Quantity,Item Cost,"
        "Customer User ID",
        {"order_id": "Order Number", "status": "Order Status", "date": "Order Date", "product_id": "SKU",
         "line": "Item #", "product": "Item Name", "quantity": "Quantity", "unit_price": "Item Cost",
         "customer_id": "Customer User ID"},
    ),
    (
        Kind.ORDER_LINES,
        "id_order,id_customer,date_add,product_id,product_name,product_quantity,unit_price_tax_incl,total_price_tax_incl",
        {"order_id": "id_order", "customer_id": "id_customer", "date": "date_add", "product_id": "product_id",
         "product": "product_name", "quantity": "product_quantity", "unit_price": "unit_price_tax_incl",
         "amount": "total_price_tax_incl"},
    ),
    (
        Kind.ORDER_LINES,
        "Numer zamówienia,Data zamówienia,Login kupującego,Nazwa oferty,Liczba sztuk,Cena za sztukę,Wartość,Sygnatura",
        {"order_id": "Numer zamówienia", "date": "Data zamówienia", "customer_id": "Login kupującego",
         "product": "Nazwa oferty", "quantity": "Liczba sztuk", "unit_price": "Cena za sztukę", "amount": "Wartość",
         "product_id": "Sygnatura"},
    ),
    (
        Kind.CUSTOMERS,
        "ID,ПІБ,Телефон,Електронна пошта,Місто,Дата створення",
        {"customer_id": "ID", "full_name": "ПІБ", "phone": "Телефон", "email": "Електронна пошта", "city": "Місто",
         "created": "Дата створення"},
    ),
    (
        Kind.ORDER_LINES,
        "Дата,Номер,Контрагент,Номенклатура,Артикул,Количество,Цена,Сумма,Менеджер",
        {"date": "Дата", "order_id": "Номер", "customer_id": "Контрагент", "product": "Номенклатура",
         "product_id": "Артикул", "quantity": "Количество", "unit_price": "Цена", "amount": "Сумма",
         "salesperson": "Менеджер"},
    ),
    (
        Kind.CUSTOMERS,
        "Nr klienta,Imię i nazwisko,E-mail,Telefon,Miasto",
        {"customer_id": "Nr klienta", "full_name": "Imię i nazwisko", "email": "E-mail", "phone": "Telefon",
         "city": "Miasto"},
    ),
    (
        Kind.ORDER_LINES,
        "Дата,Фактура №,Клиент,Описание,К-во,Ед. цена,Стойност без ДДС",
        {"date": "Дата", "order_id": "Фактура №", "customer_id": "Клиент", "product": "Описание", "quantity": "К-во",
         "unit_price": "Ед. цена", "amount": "Стойност без ДДС"},
    ),
    (
        Kind.ORDER_LINES,
        "customer_id,date,number_of_cds,dollar_value",
        {"customer_id": "customer_id", "date": "date", "quantity": "number_of_cds", "amount": "dollar_value"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "header", "fields"), EXPORTS)
def test_the_exports_of_common_programs_map_by_themselves(kind, header, fields):
    assert suggested(kind, header.split(",")).fields == fields


def test_every_name_belongs_to_a_field_that_there_is():
    for kind, names in dialects.BY_KIND.items():
        assert set(names) <= {each.name for each in known_fields(kind)}
    assert set(dialects.COMMON) <= set(synonyms.COMMON)


@pytest.mark.parametrize(("header", "is_so"), [("ФИО", True), ("Nazwisko i imię", True), ("Full name", False)])
def test_some_headers_say_that_the_last_name_comes_first(header, is_so):
    assert names_last_first(header) is is_so
