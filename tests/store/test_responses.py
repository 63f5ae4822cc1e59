import sqlalchemy as sa

from crm_core.store.responses import respondents, responses
from crm_core.store.tables import Answer, Customer, Response

DAY = 20_600


def store(database, *, response_id, answers, comment=None, **fields):
    rows = [{"code": code, "number": number, "text": None} for code, number in answers.items()]
    if comment is not None:
        rows.append({"code": "comment", "number": None, "text": comment})
    with database.write() as session:
        session.add(Response(response_id=response_id, day=fields.pop("day", DAY), **fields))
        session.flush()
        session.add_all(Answer(response_id=response_id, **row) for row in rows)


def read(database, question):
    with database.read() as session:
        return question(session)


def test_a_response_becomes_one_row_with_a_column_for_each_question(database):
    store(
        database,
        response_id="r1",
        customer_id="ann",
        survey="Spring",
        language="bg",
        answers={"nps": 9, "csat": 5, "delivery": 1},
        comment="Бързо",
    )
    [row] = read(database, responses).to_dict("records")
    assert {key: row[key] for key in ("response_id", "customer_id", "day", "survey", "language", "comment")} == {
        "response_id": "r1",
        "customer_id": "ann",
        "day": DAY,
        "survey": "Spring",
        "language": "bg",
        "comment": "Бързо",
    }
    assert (row["nps"], row["csat"], row["delivery"]) == (9.0, 5.0, 1.0)


def test_a_skipped_question_is_missing_and_never_zero(database):
    store(database, response_id="r1", answers={"nps": 0})
    frame = read(database, responses)
    assert frame.nps.tolist() == [0.0]
    assert frame[["csat", "ces", "quality", "price", "service_after", "comment", "customer_id"]].isna().all(axis=None)


def test_a_response_without_any_answer_is_still_a_row(database):
    store(database, response_id="r1", answers={})
    assert len(read(database, responses)) == 1


def test_an_answer_outside_its_range_does_not_count(database):
    store(database, response_id="r1", answers={"nps": 11, "csat": 0, "ces": 7})
    [row] = read(database, responses)[["nps", "csat", "ces"]].isna().to_dict("records")
    assert row == {"nps": True, "csat": True, "ces": False}


def test_a_comment_of_spaces_is_no_comment(database):
    store(database, response_id="r1", answers={}, comment="   ")
    assert read(database, responses).comment.isna().all()


def test_responses_come_in_order_of_day(database):
    store(database, response_id="a", answers={}, day=DAY + 1)
    store(database, response_id="b", answers={}, day=DAY)
    assert read(database, responses).response_id.tolist() == ["b", "a"]


def test_without_responses_the_columns_and_their_types_are_the_same(database):
    empty = read(database, responses)
    store(database, response_id="r1", customer_id="ann", survey="s", language="en", answers={"nps": 9}, comment="x")
    assert empty.dtypes.to_dict() == read(database, responses).dtypes.to_dict()


def test_all_responses_are_read_in_one_statement(database):
    store(database, response_id="r1", answers={"nps": 9, "csat": 5})
    statements = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    read(database, responses)
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_respondents_are_the_known_customers_who_answered(database):
    with database.write() as session:
        session.add(Customer(customer_id="ann", first_name="Ann", last_name="Ode", region="North", club_member=True))
        session.add(Customer(customer_id="firm", company="Firm Ltd", language="pl"))
        session.add(Customer(customer_id="silent", first_name="Never", last_name="Answered"))
    for number, customer_id in enumerate(["ann", "ann", "firm", "stranger", None]):
        store(database, response_id=f"r{number}", customer_id=customer_id, answers={})
    frame = read(database, respondents)
    assert frame.customer_id.tolist() == ["ann", "firm"]
    assert frame.columns.tolist() == ["customer_id", "region", "language", "club_member"]
    assert frame.region.fillna("-").tolist() == ["North", "-"]
    assert frame.language.fillna("-").tolist() == ["-", "pl"]
    assert frame.club_member.fillna(False).tolist() == [True, False]
    assert frame.club_member.isna().tolist() == [False, True]
