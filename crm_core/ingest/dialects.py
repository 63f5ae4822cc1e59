"""What columns are called in the exports of shop systems and of bookkeeping, and by hand: after `synonyms`."""

from crm_core.columns import Kind

FULL_NAME = (
    "full name, name, customer name, client name, contact name, contact, billing name, имена, име и фамилия, "
    "имена на клиента, три имена, imię i nazwisko, klient, nazwa klienta, повне ім я, ім я та прізвище, "
    "имя и фамилия, полное имя, nazwisko i imię, прізвище та ім я, піб, пиб, фио, фамилия имя отчество, "
    "прізвище ім я по батькові, прізвище ім я, фамилия имя, фамилия и имя"
)
"""The whole name of a person in one column."""

COMMON: dict[str, str] = {
    "customer_id": (
        "id customer, customer user id, master id, login kupującego, контрагент, замовник, заказчик, nabywca, "
        "kupujący, odbiorca"
    ),
    "customer_email": (
        "billing email, email billing, buyer email address, purchaser email, e mail kupującego, email kupującego, "
        "e mail покупателя, email покупателя, email покупця, e mail замовника, емайл, мейл, електронна пошта"
    ),
    "date": (
        "date add, order created at, created, paid at, date placed, date created, transaction time, дата на документ, "
        "дата документа, дата створення, data wystawienia, data złożenia zamówienia, data dokumentu"
    ),
    "product_id": (
        "lineitem sku, product reference, product sku, item number, item sku, variant sku, номенклатура код, код "
        "номенклатуры, sygnatura, sygnatura oferty, numer oferty, id oferty, код товара артикул, kod towaru"
    ),
    "product": (
        "lineitem name, product title, номенклатура, nazwa oferty, tytuł oferty, позиція, найменування, найменування "
        "товару, наименование, наименование товара"
    ),
    "amount": (
        "total price tax incl, total price tax excl, line amount, extended price, стойност без ддс, стойност с ддс, "
        "wartość netto, wartość brutto, cena całkowita, вартість з пдв, вартість без пдв, стоимость с ндс, стоимость "
        "без ндс, amount spent, kwota wydana, net sales, gross sales, item total, net total, gross total"
    ),
}

BY_KIND: dict[Kind, dict[str, str]] = {
    Kind.CUSTOMERS: {
        "full_name": FULL_NAME,
        "first_name": "billing first name, first name billing, кръстно име, imię kupującego, first",
        "last_name": ("billing last name, last name billing, last, nazwisko kupującego, презиме и фамилия"),
        "email": (
            "billing email, email billing, customer email, e mail kupującego, email kupującego, e mail клиента, "
            "емайл, мейл, електронна пошта"
        ),
        "phone": (
            "billing phone, phone billing, default address phone, telefon kupującego, контактний телефон, контактный "
            "телефон, телефонен номер, gsm номер"
        ),
        "country": (
            "country region, default address country, country code, default address country code, billing country"
        ),
        "city": ("billing city, city billing, default address city, населений пункт, населенный пункт"),
        "address": ("address 1, address1, billing street, default address address1, billing address 1"),
        "postal_code": "default address zip, billing zip, zip postal code",
        "company": (
            "default address company, billing company, наименование, контрагент, фірма, найменування, nazwa kontrahenta"
        ),
        "manager": "contact owner, основной менеджер, основний менеджер, handlowiec",
        "created": (
            "create date, date registered, date created, date add, дата створення, дата создания, data utworzenia, "
            "дата на създаване"
        ),
        "consent": "accepts email marketing",
    },
    Kind.ORDER_LINES: {
        "order_id": (
            "id order, order reference, invoice id, фактура №, номер на документ, nr faktury, nr dokumentu, numer "
            "dokumentu, накладна, № накладної, номер накладної, накладная, № накладной, номер накладной, sales order, "
            "номер документа, номер"
        ),
        "line": "item line, lp, № на ред",
        "quantity": (
            "quant, number of cds, lineitem quantity, product quantity, quantity ordered, к во, к сть, кіл ть, liczba "
            "sztuk, кол во шт, кількість шт, ilość sztuk"
        ),
        "unit_price": (
            "lineitem price, unit price tax incl, unit price tax excl, product price, cena za sztukę, cena netto, "
            "cena brutto, cena jednostkowa netto, ціна за од, цена за ед, ед цена без ддс"
        ),
        "discount": "lineitem discount, kwota rabatu, сума знижки, сумма скидки, отстъпка сума",
        "salesperson": "менеджер, ответственный, відповідальний, мениджър",
        "status": (
            "financial status, payment status, status zamówienia, статус замовлення, статус заказа, статус на поръчка"
        ),
    },
    Kind.PRODUCTS: {
        "cost": ("cost per item, цена закупки, закупівельна ціна, закупочна ціна, cena zakupu netto"),
        "list_price": "variant price, цена продажи, ціна продажу",
    },
}

LAST_NAME_FIRST = (
    "nazwisko i imię, прізвище та ім я, піб, пиб, фио, фамилия имя отчество, прізвище ім я по батькові, прізвище ім я, "
    "фамилия имя, фамилия и имя"
)
"""Those of them that say that the last name comes first."""

DIALECTS: tuple[tuple[str, dict[str, str]], ...] = (
    # Shopify gives the totals of an order on its first line only, and calls the order's number its name.
    (
        "lineitem price",
        {
            "name": "order id", "total": "", "subtotal": "", "taxes": "", "shipping": "", "id": "",
            "discount amount": "", "paid at": "", "vendor": "brand", "billing name": "", "refunded amount": "",
        },
    ),
    (
        "item cost",
        {
            "item cost": "unit price", "item": "line", "order total amount": "", "order subtotal amount": "",
            "discount amount": "", "cart discount amount": "",
        },
    ),
)  # fmt: skip
"""A column that betrays the program a file of order lines comes from, and what others mean there; "": no field."""
