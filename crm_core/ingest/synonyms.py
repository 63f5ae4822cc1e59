"""What columns are called in files: English, Bulgarian, Polish, Ukrainian, Russian.

Written as `mapping.plain` makes headers: lower case, one space between words.
"""

from crm_core.columns import Kind

_CUSTOMER_ID = (
    "customer id, customer, customer no, customer number, customer code, client, client id, client no, client number, "
    "client code, buyer id, user id, account, account id, account number, contact id, cust id, household id, "
    "клиент, клиент №, № на клиент, клиент id, клиент номер, номер на клиент, клиентски номер, "
    "код на клиент, ид на клиент, клиент код, "
    "klient, id klienta, nr klienta, numer klienta, kod klienta, identyfikator klienta, "
    "клієнт, клієнт №, № клієнта, id клієнта, номер клієнта, код клієнта, ідентифікатор клієнта, "
    "id клиента, № клиента, номер клиента, код клиента, идентификатор клиента, покупатель, id покупателя"
)
_EMAIL = (
    "email, e mail, email address, e mail address, mail, имейл, и мейл, е поща, електронна поща, "
    "имейл адрес, adres email, adres e mail, poczta, електронна адреса, ел пошта, пошта, эл почта, "
    "электронная почта, почта, адрес электронной почты, емейл"
)
_DATE = (
    "date, day, order date, purchase date, transaction date, sale date, invoice date, invoicedate, created at, "
    "order time, time, timestamp, date of order, date of purchase, "
    "дата, дата на поръчка, дата на поръчката, дата на покупка, дата на продажба, дата на фактура, ден, "
    "data, data zamówienia, data zakupu, data sprzedaży, data transakcji, data faktury, dzień, "
    "дата замовлення, дата покупки, дата продажу, день, "
    "дата заказа, дата продажи, дата операции"
)
_REGION = "region, area, state, province, county, область, регион, район, województwo, регіон, обл"
_CHANNEL = (
    "channel, sales channel, medium, канал, канал за продажба, канал на продажба, kanał, kanał sprzedaży, "
    "канал продажу, канал продаж"
)
_SOURCE = (
    "source, traffic source, lead source, origin, utm source, източник, произход, źródło, джерело, источник, "
    "source of enquiry, source of first enquiry"
)
_PRODUCT_ID = (
    "product id, product code, sku, item id, item code, article, article number, stock code, stockcode, ean, "
    "код на продукт, код на продукта, артикул, артикулен номер, код на стока, "
    "id produktu, kod produktu, indeks, symbol, numer artykułu, "
    "код товару, id товару, код продукту, код товара, id товара"
)
_PRODUCT = (
    "product, product name, item, item name, description, title, goods, name of product, "
    "продукт, наименование, име на продукта, стока, описание, "
    "produkt, nazwa produktu, towar, nazwa towaru, opis, "
    "товар, назва товару, назва продукту, опис, название, название товара"
)
_BRAND = "brand, manufacturer, марка, бранд, производител, marka, producent, бренд, виробник, производитель"
_MODEL = "model, модел, модель"
_CATEGORY = (
    "category, product category, department, group, product group, категория, група, отдел, kategoria, grupa, dział, "
    "категорія, група товарів, категория товара, группа, раздел"
)
_COST = (
    "cost, cost of goods, cogs, line cost, total cost, koszt, koszt własny, себестойност, собівартість, себестоимость"
)
_UNIT_COST = (
    "unit cost, purchase price, cost price, доставна цена, покупна цена, cena zakupu, ціна закупівлі, закупочная цена"
)
_AMOUNT = (
    "amount, total, line total, sum, revenue, sales, sales value, value, turnover, paid, net amount, gross amount, "
    "total amount, total price, order total, dollar value, "
    "сума, стойност, общо, оборот, платено, обща сума, "
    "kwota, wartość, suma, razem, obrót, kwota netto, kwota brutto, wartość sprzedaży, "
    "сума замовлення, вартість, всього, виручка, оплачено, "
    "сумма, стоимость, итого, выручка, сумма заказа"
)
_CURRENCY = "currency, currency code, валута, waluta, kod waluty, валюта, код валюти, код валюты, код на валута"
_LANGUAGE = "language, lang, locale, език, język, мова, язык"

COMMON: dict[str, str] = {
    "customer_id": _CUSTOMER_ID,
    "customer_email": (
        "customer email, email of customer, client email, buyer email, contact email, имейл на клиент, "
        "имейл на клиента, е поща на клиента, email klienta, e mail klienta, adres email klienta, "
        "електронна пошта клієнта, email клієнта, электронная почта клиента, email клиента, e mail клиента, "
        f"{_EMAIL}"
    ),
    "region": _REGION,
    "channel": _CHANNEL,
    "source": _SOURCE,
    "product_id": _PRODUCT_ID,
    "product": _PRODUCT,
    "brand": _BRAND,
    "model": _MODEL,
    "category": _CATEGORY,
    "cost": _COST,
    "amount": _AMOUNT,
    "date": _DATE,
    "language": _LANGUAGE,
    "currency": _CURRENCY,
    "campaign": "campaign, campaign name, utm campaign, кампания, kampania, кампанія",
}

BY_KIND: dict[Kind, dict[str, str]] = {
    Kind.CUSTOMERS: {
        "customer_id": f"id, number, no, код, номер, ид, numer, nr, kod, {_CUSTOMER_ID}",
        "first_name": ("first name, given name, forename, firstname, име, собствено име, imię, ім я, імя, имя"),
        "last_name": "last name, surname, family name, lastname, фамилия, фамилно име, nazwisko, прізвище",
        "email": _EMAIL,
        "phone": (
            "phone, telephone, mobile, cell, phone number, mobile phone, телефон, тел, мобилен, мобилен телефон, gsm, "
            "telefon, komórka, numer telefonu, nr telefonu, номер телефону, мобільний, номер телефона, мобильный"
        ),
        "birthday": (
            "birthday, birth date, date of birth, dob, рожден ден, дата на раждане, data urodzenia, urodziny, "
            "дата народження, день народження, дата рождения, день рождения"
        ),
        "country": "country, държава, страна, kraj, країна",
        "city": "city, town, place, град, населено място, miasto, miejscowość, місто, город",
        "address": "address, street, street address, адрес, улица, adres, ulica, адреса, вулиця",
        "postal_code": (
            "postal code, postcode, zip, zip code, пощенски код, пк, kod pocztowy, поштовий індекс, індекс, "
            "почтовый индекс, индекс"
        ),
        "company": (
            "company, company name, organisation, organization, firm, employer, фирма, компания, организация, "
            "дружество, firma, nazwa firmy, компанія, організація, название компании"
        ),
        "party_type": (
            "party type, customer type, type, segment type, тип, вид клиент, тип клиент, typ, typ klienta, "
            "тип клієнта, тип клиента"
        ),
        "preferred_medium": (
            "preferred medium, preferred channel, contact preference, предпочитан канал, preferowany kanał, "
            "бажаний канал, предпочитаемый канал"
        ),
        "manager": (
            "manager, account manager, owner, assigned to, мениджър, отговорник, менеджер, menedżer, opiekun, "
            "opiekun klienta, ответственный"
        ),
        "club_member": (
            "club member, member, loyalty member, loyalty, club, клубен член, член на клуба, лоялен клиент, "
            "członek klubu, klub, член клубу, член клуба"
        ),
        "interests": "interests, interest, hobbies, интереси, zainteresowania, інтереси, интересы",
        "services_needed": "services needed, needs, нужни услуги, potrzebne usługi, потрібні послуги, нужные услуги",
        "readiness_to_buy": (
            "readiness to buy, readiness, готовност за покупка, gotowość zakupu, готовність до покупки, "
            "готовность к покупке"
        ),
        "created": (
            "created, created at, creation date, registered, registration date, sign up date, signup date, "
            "customer since, since, member since, date, дата на регистрация, регистриран, клиент от, data rejestracji, "
            "utworzono, klient od, дата реєстрації, створено, дата регистрации, создан"
        ),
        "consent": (
            "consent, opt in, optin, marketing consent, email consent, newsletter, subscribed, accepts marketing, "
            "съгласие, абониран, бюлетин, zgoda, zgoda marketingowa, згода, підписка, согласие, подписка"
        ),
        "consent_date": (
            "consent date, opt in date, consent at, дата на съгласие, data zgody, дата згоди, дата согласия"
        ),
        "consent_source": (
            "consent source, opt in source, източник на съгласие, źródło zgody, джерело згоди, источник согласия"
        ),
        "consent_wording": (
            "consent wording, consent text, opt in text, текст на съгласие, treść zgody, текст згоди, текст согласия"
        ),
    },
    Kind.ORDER_LINES: {
        "order_id": (
            "order id, order, order no, order number, invoice, invoice no, invoiceno, invoice number, transaction id, "
            "transaction, receipt, receipt no, basket id, document, document no, "
            "поръчка, поръчка №, № на поръчка, номер на поръчка, поръчка номер, фактура, номер на фактура, документ, "
            "zamówienie, numer zamówienia, nr zamówienia, id zamówienia, faktura, numer faktury, paragon, "
            "замовлення, замовлення №, номер замовлення, рахунок, чек, "
            "заказ, заказ №, № заказа, номер заказа, id заказа, счет, номер счета"
        ),
        "line": (
            "line, line no, line number, position, item no, ред, позиция, номер на ред, linia, "
            "pozycja, рядок, позиція, "
            "строка, номер строки"
        ),
        "quantity": (
            "quantity, qty, units, pieces, count, количество, бр, брой, ilość, szt, liczba, кількість, кол во, шт"
        ),
        "unit_price": (
            "unit price, price, price per unit, item price, unitprice, ед цена, единична цена, цена, cena, "
            "cena jednostkowa, ціна, ціна за одиницю, цена за единицу"
        ),
        "discount": "discount, rebate, discount amount, отстъпка, намаление, rabat, zniżka, знижка, скидка",
        "salesperson": (
            "salesperson, sales person, seller, sales rep, agent, cashier, продавач, търговец, търговски представител, "
            "sprzedawca, handlowiec, продавець, продавец"
        ),
        "status": "status, order status, state of order, статус, състояние, stan, стан",
        "return_of": (
            "return of, returned order, original order, original order id, original order number, original invoice, "
            "original invoice no, refund of, refunded order, credit note for, "
            "връщане по поръчка, върната поръчка, първоначална поръчка, към фактура, "
            "zwrot do zamówienia, zwrot zamówienia, zamówienie pierwotne, korekta do faktury, "
            "повернення замовлення, початкове замовлення, повернення за замовленням, "
            "возврат заказа, исходный заказ, возврат по заказу"
        ),
    },
    Kind.PRODUCTS: {
        "product_id": f"id, code, код, ид, kod, {_PRODUCT_ID}",
        "product": f"name, име, nazwa, назва, название, {_PRODUCT}",
        "cost": f"{_COST}, {_UNIT_COST}",
        "list_price": (
            "list price, price, retail price, selling price, цена, продажна цена, каталожна цена, cena, "
            "cena katalogowa, cena sprzedaży, ціна, розничная цена"
        ),
        "supplier": "supplier, vendor, доставчик, dostawca, постачальник, поставщик",
    },
    Kind.COSTS: {
        "amount": (
            "cost, costs, spend, spent, ad spend, budget, разход, разходи, koszt, wydatki, витрати, расходы, " + _AMOUNT
        ),
    },
    Kind.ANSWERS: {
        "response_id": (
            "response id, response, answer id, respondent id, submission id, id, отговор, номер на отговор, "
            "id odpowiedzi, nr ankiety, id відповіді, id ответа, номер анкеты"
        ),
        "date": f"submitted, submitted at, answered at, completed at, дата на отговор, {_DATE}",
        "survey": "survey, questionnaire, wave, анкета, проучване, ankieta, badanie, опитування, опрос",
        "nps": (
            "nps, nps score, recommend, would you recommend us, how likely are you to recommend us, "
            "бихте ли ни препоръчали, препоръка, czy polecisz nas, polecenie, рекомендація, рекомендация"
        ),
        "csat": (
            "csat, satisfaction, overall satisfaction, how satisfied are you, удовлетвореност, "
            "zadowolenie, satysfakcja, "
            "задоволеність, удовлетворенность"
        ),
        "ces": "ces, effort, ease, лекота, łatwość, легкість, легкость",
        "quality": "quality, product quality, качество, jakość, якість",
        "price": "price, price satisfaction, цена, cena, ціна",
        "delivery": "delivery, shipping, доставка, dostawa",
        "service_before": (
            "service before, service before sale, service before the sale, обслужване преди продажба, "
            "obsługa przed sprzedażą, обслуговування до продажу, обслуживание до продажи"
        ),
        "service_after": (
            "service after, service after sale, service after the sale, обслужване след продажба, "
            "obsługa po sprzedaży, обслуговування після продажу, обслуживание после продажи"
        ),
        "comment": (
            "comment, comments, feedback, remark, verbatim, коментар, коментари, мнение, komentarz, uwagi, opinia, "
            "відгук, комментарий, отзыв"
        ),
    },
    Kind.INTERACTIONS: {
        "interaction_id": "interaction id, id, ticket, ticket id, case, case id, номер, numer, заявка, zgłoszenie",
        "interaction": (
            "interaction, interaction type, type, kind, activity, тип, вид, контакт, rodzaj, typ, typ kontaktu, "
            "вид контакту, вид контакта"
        ),
        "subject": "subject, topic, title, тема, относно, temat",
        "text": (
            "text, note, notes, body, message, description, текст, бележка, описание, treść, notatka, примітка, заметка"
        ),
        "user": (
            "user, agent, employee, handled by, operator, служител, агент, pracownik, співробітник, сотрудник, оператор"
        ),
    },
    Kind.EXCHANGE_RATES: {
        "date": f"valid from, rate date, {_DATE}",
        "currency": f"from currency, foreign currency, code, код, kod, {_CURRENCY}",
        "rate": (
            "rate, exchange rate, fx rate, mid rate, value, курс, валутен курс, обменен курс, kurs, kurs średni, "
            "kurs waluty, обмінний курс, курс валюти, обменный курс, курс валюты"
        ),
    },
}
