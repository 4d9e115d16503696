"""Ontologies in OBO flat file format 1.4: a header, then stanzas of `tag: value` lines."""

import re
from collections.abc import Iterator

from ontology.importers import families, xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Rows, distinct

Stanza = dict[str, list[str]]

_TAG = re.compile(r"([\w.-]+): ?(.*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(.*)')
_AFTER = re.compile(r"\s+(?:\{|! ).*$")
_ESCAPE = re.compile(r"\\(.)")
_BLANKS = {"n": "\n", "W": " ", "t": "\t"}


def recognise(head: str) -> str | None:
    """The source of an OBO file, by its header."""
    is_obo = head.lstrip().startswith("format-version:") or "\n[Term]" in head
    return families.owner(head) if is_obo else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every term of the source's own prefix; synonyms that are exact, parents that are named."""
    for place, stanza in _stanzas(file):
        found = xrefs.all_curies(stanza.get("id", ()))
        if found and found[0].startswith(f"{source}:"):
            yield _term(found[0], stanza, source, place)
        elif not stanza.get("id"):
            yield BadRow(place, "the term has no id")


def _term(curie: str, stanza: Stanza, source: str, place: str) -> ImportedTerm | BadRow:
    is_gone = "true" in stanza.get("is_obsolete", ())
    label = _unescaped(_bare(stanza.get("name", [""])[0]))
    if not label and not is_gone:
        return BadRow(place, f"{curie} has no name")
    quoted = (_QUOTED.match(value) for value in stanza.get("synonym", ()))
    exact = [_unescaped(found[1]) for found in quoted if found and found[2].startswith("EXACT")]
    values = (value.split(" ", 1) for value in stanza.get("property_value", ()))
    types = [_content(pair[1]) for pair in values if len(pair) == 2 and pair[0] in families.SEMANTIC_TYPE]
    return ImportedTerm(
        curie,
        label,
        families.kind(source, types),
        distinct(exact, without=label),
        xrefs.all_curies(_bare(value) for value in stanza.get("is_a", ())),
        xrefs.all_curies(_bare(value).split(' "')[0] for value in stanza.get("xref", ())),
        obsolete=is_gone,
    )


def _stanzas(file: VocabularyFile) -> Iterator[tuple[str, Stanza]]:
    """Every `[Term]`; the place is that of its first line."""
    stanza: Stanza | None = None
    place = ""
    for number, line in file.lines():
        if line.startswith("["):
            if stanza is not None:
                yield place, stanza
            stanza, place = ({} if line == "[Term]" else None), f"line {number}"
        elif line and not line.startswith("!"):
            tag = _TAG.fullmatch(line)
            if not tag:
                raise file.error("the line is no `tag: value`: cut, or no OBO", f"line {number}")
            if stanza is not None:
                stanza.setdefault(tag[1], []).append(tag[2])
    if stanza is not None:
        if "name" not in stanza and "is_obsolete" not in stanza:
            raise file.error("the last term is cut", place)
        yield place, stanza


def _bare(value: str) -> str:
    """A value without its trailing modifiers and comment."""
    return _AFTER.sub("", value).strip()


def _content(value: str) -> str:
    found = _QUOTED.match(value)
    return _unescaped(found[1]) if found else value


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _BLANKS.get(found[1], found[1]), text) if "\\" in text else text


LAYOUT = Layout("obo", recognise, read, families.release)
