from crm_core.store.names import customer_names
from crm_core.store.tables import Customer


def test_a_person_goes_by_both_names_and_a_company_by_its_own(database):
    with database.write() as session:
        session.add_all(
            [
                Customer(customer_id="1", first_name="Анна", last_name="Илиева", company="Ltd"),
                Customer(customer_id="2", last_name="Nowak"),
                Customer(customer_id="3", company="Tilia OOD"),
                Customer(customer_id="4"),
                Customer(customer_id="5", first_name="Not", last_name="Asked"),
            ]
        )
    with database.read() as session:
        names = customer_names(session, ["1", "2", "3", "4", "not in the table"])
    assert names == {"1": "Анна Илиева", "2": "Nowak", "3": "Tilia OOD"}
