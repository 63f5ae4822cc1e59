"""A chart's specification, taken apart: its layers with their rows, and the columns they name."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def layers(spec: Json) -> Iterator[tuple[Json, list[Json]]]:
    """Every layer that draws, with the rows it is given."""
    for layer in spec.get("layer", [spec]):
        data = layer.get("data", spec.get("data"))
        yield layer, spec["datasets"][data["name"]]


def fields(part: Any) -> set[str]:
    """Columns named anywhere in ``part``: encoded, or in an expression."""
    if isinstance(part, dict):
        own = {part["field"]} if isinstance(part.get("field"), str) else set()
        return own.union(*(fields(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(fields(value) for value in part))
    if isinstance(part, str):
        found = re.findall(r"datum\.(\w+)|datum\['(\w+)'\]", part)
        return {name for names in found for name in names if name} - {"label"}
    return set()


def encodings(spec: Json) -> Iterator[tuple[str, Json]]:
    """Every (channel, definition) that takes its values from a column."""
    for layer, _ in layers(spec):
        for channel, definition in layer["encoding"].items():
            for one in definition if isinstance(definition, list) else [definition]:
                if "field" in one:
                    yield channel, one


def scale_domains(spec: Json) -> dict[str, list[Any]]:
    """Domain fixed by hand, by the column drawn."""
    return {one["field"]: one["scale"]["domain"] for _, one in encodings(spec) if "domain" in (one.get("scale") or {})}
