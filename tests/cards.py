"""The rows of key figures as AppTest has them: what the browser is given to draw, and a press of one of its buttons."""

import json

NAME = "relate.figures"


def _rows(page):
    return [element.proto for element in page.get("bidi_component") if element.proto.component_name == NAME]


def cards(page):
    """What each card shows, in the order of the page."""
    return [card for row in _rows(page) for card in json.loads(row.json)["cards"]]


def metrics(page):
    """Label to value."""
    return {card["label"]: card["value"] for card in cards(page)}


def deltas(page):
    """Label to change, or what stands in its place."""
    return {card["label"]: card["change"]["text"] if card["change"] else card["note"] for card in cards(page)}


def behind(page):
    """The lists of customers that open: the label of their figure, and their name."""
    return [(card["label"], button["name"]) for card in cards(page) for button in card["behind"]]


def press(page, button):
    """Press a button of a card, ``"class-a.top"``; AppTest has no browser that would tell of it."""
    slug, name = button.split(".")
    label = next(label for label, listed in behind(page) if (label.lower().replace(" ", "-"), listed) == (slug, name))
    (row,) = (row for row in _rows(page) if any(card["label"] == label for card in json.loads(row.json)["cards"]))
    # The identity of an element ends with its key.
    key = row.id.split("-", 2)[2]
    page.session_state[f"state.held.{key}"] = name
    return page
