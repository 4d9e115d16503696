"""Templates filled in: HTML with every value escaped, and the few filters that they use."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from jinja2 import ChainableUndefined, Environment, FunctionLoader
from markupsafe import Markup

# In a data block of HTML these would end it, or start a comment; JSON may write any sign as an escape.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


CUT = Markup("<!--cut-->")


def page(template: str, **values: object) -> str:
    """A template filled in; every value is escaped."""
    return environment().get_template(template).render(values)


def pieces(template: str, **values: object) -> Iterator[str]:
    """A template filled in, cut where it says `{{ cut }}`: what stands before can go out while the rest is made."""
    held: list[str] = []
    for part in environment().get_template(template).generate({**values, "cut": CUT}):
        if part == CUT:
            yield "".join(held)
            held.clear()
        else:
            held.append(part)
    yield "".join(held)


@cache
def environment() -> Environment:
    """Templates from `api/web/templates`, HTML escaping always on."""
    found = Environment(
        loader=FunctionLoader(lambda name: files("api").joinpath("web", "templates", name).read_text("utf-8")),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        line_words=line_words, is_choice=is_choice, marked=marked, data_block=data_block, href=href, asked=asked,
        clip=clip, thousands=thousands, plain=plain,
    )  # fmt: skip
    return found


def static_folder() -> Path:
    """Where the style sheet lies."""
    return Path(str(files("api").joinpath("web", "static")))


def data_block(value: object) -> Markup:
    """JSON that is safe inside `<script type="application/ld+json">`, which browsers never run."""
    text = orjson.dumps(value).decode()
    for sign, escape in UNSAFE.items():
        text = text.replace(sign, escape)
    return Markup(text)  # noqa: S704 - no sign is left in it that HTML gives a meaning to


def href(thing: Mapping[str, Any], prefix: str = "") -> str:
    """The address of a thing's page: `/drug/onelimab`."""
    return f"{prefix}/{thing['kind']}/{quote(str(thing['id']), safe='')}"


def asked(values: Mapping[str, Any] | list[tuple[str, Any]], path: str = "/ask") -> str:
    """The address of an answer with these parameters."""
    return f"{path}?{urlencode(values, doseq=True)}"


def line_words(line: Mapping[str, Any]) -> str:
    """Words for a line: "line 2", "line 2 or later", "line 1 to 3", with the arm where cohorts differ."""
    low, high, arm = line["min"], line["max"], line.get("arm")
    span = f"line {low}" if low == high else f"line {low} or later" if high is None else f"line {low} to {high}"
    return f"{span} ({arm})" if arm else span


def marked(evidence: Mapping[str, Any], most: int = 600) -> Markup:
    """The sentence with the quote marked in it, escaped; clipped around the quote where it is very long."""
    quoted = str(evidence["quote"])
    before, found, after = str(evidence.get("sentence") or quoted).partition(quoted)
    room = max(most - len(quoted), 0) // 2
    before = "…" + before[-room:] if len(before) > room else before
    return Markup("{}<mark>{}</mark>{}").format(before, clip(found or quoted, most), clip(after, room))


def clip(text: str, most: int) -> str:
    """The text, cut off with an ellipsis where it is longer than `most`."""
    return text if len(text) <= most else text[:most] + "…"


def thousands(number: int) -> str:
    """12,345."""
    return f"{number:,}"


def plain(name: object) -> str:
    """A code or key in plain words: `PHASE2` is phase 2, `NOT_YET_RECRUITING` not yet recruiting."""
    text = str(name).replace("_", " ").lower()
    return re.sub(r"phase(?=\d)", "phase ", text)


def is_choice(regimen: Mapping[str, Any], name: str) -> bool:
    """True where a therapy of a regimen is one of several alternatives."""
    return any(name in group for group in regimen["one_of"])
