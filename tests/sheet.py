"""The table of number fields as AppTest has it: what the browser is given to draw, and what somebody enters."""

import json

NAME = "relate.sheet"


def _data(page):
    (element,) = (one.proto for one in page.get("bidi_component") if one.proto.component_name == NAME)
    return json.loads(element.json)


def cells(page):
    """Key to the cell, in the order of the page."""
    return {cell["key"]: cell for row in _data(page)["rows"] for cell in row["cells"]}


def texts(page):
    """Key to what stands in the field."""
    return {key: cell["text"] for key, cell in cells(page).items()}


def enter(page, values):
    """Fill fields in, None to empty one; AppTest has no browser that would tell of it."""
    for key, value in values.items():
        page.session_state[key] = value
    return page.run()
