"""A file from the user's disk into the figures and out again: uploads, the question of dates, check, undo."""

import json
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def imports(admin_page):
    admin_page.goto("/imports")
    return admin_page


@pytest.fixture
def written(tmp_path):
    """``written("orders.csv", text)``: a file on the user's disk."""

    def write(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def orders(rows, *, first=0, amount="10,50"):
    lines = [f"A{row};c{row % 7};0{1 + row % 9}.0{1 + row % 5}.2025;{amount}" for row in range(first, first + rows)]
    return "Order;Client;Date;Amount\n" + "\n".join(lines) + "\n"


def kept(server):
    """The uploaded files that lie on the server's disk."""
    return [path for path in (server.home / "uploads").rglob("*") if path.is_file()]


def slowly(visitor, bytes_a_second):
    """From now on the visitor's connection is that of a train."""
    network = visitor.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    network.send("Network.emulateNetworkConditions", conditions)


def test_a_file_is_uploaded_asked_about_checked_imported_and_taken_back(imports, server, written):
    imports.choose("What the file holds", "Order lines")
    imports.upload(written("orders.csv", orders(40)))
    imports.sees("Which is right?")
    imports.page.get_by_text("Day, month, year").click()
    imports.sees("Import 40 rows")
    imports.settle()
    imports.shot("imports_check")
    imports.click("Import 40 rows")
    imports.sees("is done. Order lines: 40 new. It can be undone.")
    imports.settle()
    imports.shot("imports_done")
    assert kept(server) == []
    imports.page.get_by_role("button", name="Undo…").first.click()
    imports.click("Undo")
    imports.sees("is undone: the data are as before it.")
    imports.choose("Take back an import, or bring one back", "1: orders.csv (undone)")
    imports.click("Undo the undo")
    imports.sees("counts again")


def test_a_corrected_file_takes_the_place_of_the_first(imports, server, written):
    imports.choose("What the file holds", "Order lines")
    imports.upload(written("corrected.csv", orders(40, amount="11,50")))
    imports.page.get_by_text("Day, month, year").click()
    imports.sees("What changes")
    imports.sees("Import 40 rows")
    imports.settle()
    imports.shot("imports_changes")
    imports.page.get_by_text("Replace an earlier import by this corrected file").click()
    imports.sees("Choose the import that this file corrects")
    imports.page.get_by_role("combobox", name="The import that this file corrects").press("ArrowDown")
    imports.page.get_by_role("option").first.click()
    imports.sees("Import 40 rows")
    imports.settle()
    imports.click("Import 40 rows")
    imports.sees("Import 2 of corrected.csv is done. Order lines: 40 new.")
    imports.settle()
    imports.shot("imports_history")
    assert [each["status"] for each in json.loads(server.crm("imports", "--json").stdout)] == ["committed", "undone"]
    assert kept(server) == []


def test_the_check_of_a_large_file_shows_its_rows_and_can_be_cancelled(imports, server, written):
    imports.choose("What the file holds", "Order lines")
    imports.upload(written("large.csv", orders(1_500_000)))
    imports.sees("Which is right?", seconds=60)
    imports.page.get_by_text("Day, month, year").click()
    expect(imports.page.get_by_text(re.compile(r"^Reading: [\d,]+ of about 1,500,000 rows"))).to_be_visible()
    imports.shot("imports_checking")
    imports.click("Cancel")
    imports.sees("Stopped. Nothing was imported.")
    imports.click("Another file")
    expect(imports.page.get_by_text("or drop it here")).to_be_visible()
    assert kept(server) == []


def test_an_upload_shows_how_far_it_is_and_can_be_cancelled(imports, server, written):
    slowly(imports, 300_000)
    imports.page.get_by_label("Choose a file").set_input_files(written("big.csv", orders(1) + "x" * 6_000_000))
    words = imports.page.get_by_text(re.compile(r"of 6 MB, .* a second, about \d+ seconds left"))
    expect(words).to_be_visible()
    expect(imports.page.get_by_role("progressbar", name="Upload")).to_be_visible()
    assert imports.page.get_by_role("button", name="Cancel the upload").evaluate("e => e.matches(':focus')")
    imports.shot("imports_uploading")
    imports.click("Cancel the upload")
    expect(imports.page.get_by_role("status").filter(has_text="The upload was cancelled")).to_have_count(1)
    expect(imports.page.get_by_text("or drop it here")).to_be_visible()
    for _ in range(50):
        if kept(server):  # the server hears of the broken connection a moment later
            imports.page.wait_for_timeout(100)
    assert kept(server) == []


def test_what_is_no_table_is_refused_in_words_and_another_file_can_be_taken(imports, written):
    imports.upload(written("report.pdf", b"%PDF-1.7 nothing"))
    imports.sees("is a PDF document")
    imports.assert_no_error()
    imports.click("Another file")
    expect(imports.page.get_by_text("or drop it here")).to_be_visible()


def test_an_empty_file_is_refused_before_it_is_sent(imports, written):
    sent = []
    imports.page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    imports.page.get_by_label("Choose a file").set_input_files(written("empty.csv", ""))
    expect(imports.page.get_by_role("alert").filter(has_text="The file is empty")).to_be_visible()
    assert sent == []


def test_a_file_chosen_before_the_field_is_ready_is_taken(admin_page, written):
    held = []

    def hold(route):
        held.append(route)

    admin_page.page.route(re.compile(r"/upload[^/]*\.js"), hold)
    admin_page.page.goto(f"{admin_page.server.url}/imports")
    field = admin_page.page.get_by_label("Choose a file")
    field.wait_for(state="attached")
    field.set_input_files(written("empty.csv", ""))
    assert held
    held[0].continue_()
    expect(admin_page.page.get_by_role("alert").filter(has_text="The file is empty")).to_be_visible()


def test_a_file_stays_while_one_looks_at_another_page(imports, server, written):
    imports.choose("What the file holds", "Customers")
    imports.upload(written("people.csv", "id,first name\n1,Ann\n2,Bob\n"))
    imports.sees("Import 2 rows")
    imports.open_page("Overview")
    imports.open_page("Imports")
    imports.sees("Import 2 rows")
    assert len(kept(server)) == 1
    imports.click("Another file")
    expect(imports.page.get_by_text("or drop it here")).to_be_visible()
    assert kept(server) == []
