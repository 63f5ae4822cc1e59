"""What customers write, by language: one sentence of praise or complaint per subject."""

SENTENCES: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "en": {
        "quality": (
            ("The pan is solid and nothing sticks.", "Good quality, it looks as in the pictures."),
            ("The handle came off after two weeks.", "The glaze was chipped, poor quality for a gift."),
        ),
        "price": (
            ("Fair price for what you get.", "The autumn discount made it a bargain."),
            ("Too expensive compared with other shops.", "The price went up between two orders."),
        ),
        "delivery": (
            ("Delivered in two days, well packed.", "The courier called ahead, fast delivery."),
            ("The delivery came twelve days late.", "The parcel was left in the rain and arrived broken."),
        ),
        "service_before": (
            ("The staff knew which knife I needed.", "Helpful advice on the phone before I ordered."),
            ("Nobody could tell me whether it fits an induction hob.", "I waited half an hour for advice."),
        ),
        "service_after": (
            ("They replaced the lid at once.", "The refund was on my account the next day."),
            ("My complaint was not answered for three weeks.", "I had to call four times about the return."),
        ),
    },
    "bg": {
        "quality": (
            ("Тиганът е здрав и нищо не залепва.", "Добро качество, точно като на снимките."),
            ("Дръжката падна след две седмици.", "Лошо качество, глазурата беше напукана."),
        ),
        "price": (
            ("Цената е коректна.", "С есенната отстъпка беше изгодно."),
            ("Прекалено скъпо в сравнение с други магазини.", "Цената се вдигна между две поръчки."),
        ),
        "delivery": (
            ("Доставката дойде за два дни, добре опаковано.", "Куриерът се обади, бърза доставка."),
            ("Доставката закъсня с дванадесет дни.", "Пратката пристигна счупена и мокра."),
        ),
        "service_before": (
            ("Консултантката знаеше точно кой нож ми трябва.", "Полезен съвет по телефона."),
            ("Никой не можа да ми каже дали става за индукция.", "Чаках половин час за консултация."),
        ),
        "service_after": (
            ("Смениха капака веднага.", "Върнаха ми парите още на другия ден."),
            ("Три седмици никой не отговори на рекламацията ми.", "Звъня вече четвърти път за връщането."),
        ),
    },
    "pl": {
        "quality": (
            ("Patelnia jest solidna i nic nie przywiera.", "Dobra jakość, dokładnie jak na zdjęciach."),
            ("Uchwyt odpadł po dwóch tygodniach.", "Słaba jakość, szkliwo było wyszczerbione."),
        ),
        "price": (
            ("Uczciwa cena za to, co się dostaje.", "Z jesienną zniżką to była okazja."),
            ("Za drogo w porównaniu z innymi sklepami.", "Cena wzrosła między dwoma zamówieniami."),
        ),
        "delivery": (
            ("Dostawa w dwa dni, dobrze zapakowane.", "Kurier zadzwonił wcześniej, szybka dostawa."),
            ("Dostawa spóźniła się o dwanaście dni.", "Paczka przyszła rozbita, kurier zostawił ją na deszczu."),
        ),
        "service_before": (
            ("Pani w sklepie od razu wiedziała, który nóż wybrać.", "Pomocna rada przez telefon."),
            ("Nikt nie wiedział, czy nadaje się na indukcję.", "Pół godziny czekałem na poradę."),
        ),
        "service_after": (
            ("Pokrywkę wymieniono od ręki.", "Zwrot pieniędzy był na koncie następnego dnia."),
            ("Przez trzy tygodnie nikt nie odpowiedział na reklamację.", "Dzwonię czwarty raz w sprawie zwrotu."),
        ),
    },
    "uk": {
        "quality": (
            ("Сковорода міцна, нічого не пригорає.", "Гарна якість, усе як на фото."),
            ("Ручка відпала за два тижні.", "Погана якість, полива була надщерблена."),
        ),
        "price": (
            ("Чесна ціна за такий товар.", "З осінньою знижкою вийшло вигідно."),
            ("Задорого порівняно з іншими магазинами.", "Ціна зросла між двома замовленнями."),
        ),
        "delivery": (
            ("Доставка за два дні, добре запаковано.", "Кур'єр зателефонував заздалегідь, швидка доставка."),
            ("Доставка запізнилася на дванадцять днів.", "Посилка прийшла розбита й мокра."),
        ),
        "service_before": (
            ("Продавчиня знала, який ніж мені потрібен.", "Корисна порада телефоном."),
            ("Ніхто не зміг сказати, чи підходить для індукції.", "Пів години чекав на консультацію."),
        ),
        "service_after": (
            ("Кришку замінили одразу.", "Гроші повернули наступного дня."),
            ("Три тижні ніхто не відповідає на скаргу.", "Дзвоню вчетверте щодо повернення."),
        ),
    },
    "ru": {
        "quality": (
            ("Сковорода крепкая, ничего не пригорает.", "Хорошее качество, всё как на фото."),
            ("Ручка отвалилась через две недели.", "Плохое качество, глазурь со сколом."),
        ),
        "price": (
            ("Честная цена за такой товар.", "С осенней скидкой вышло выгодно."),
            ("Слишком дорого по сравнению с другими.", "Цена выросла между двумя заказами."),
        ),
        "delivery": (
            ("Доставка за два дня, хорошо упаковано.", "Курьер позвонил заранее, быстрая доставка."),
            ("Доставка опоздала на двенадцать дней.", "Посылка пришла разбитая и мокрая."),
        ),
        "service_before": (
            ("Продавец сразу понял, какой нож мне нужен.", "Полезный совет по телефону."),
            ("Никто не смог сказать, подойдёт ли для индукции.", "Полчаса ждал консультации."),
        ),
        "service_after": (
            ("Крышку заменили сразу.", "Деньги вернули на следующий день."),
            ("Три недели никто не отвечает на жалобу.", "Звоню уже в четвёртый раз насчёт возврата."),
        ),
    },
}
"""Language: subject (a driver of satisfaction): sentences of praise, sentences of complaint."""
