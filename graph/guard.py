"""What a query or an update may not do, told from its text alone.

Nothing here has to be right for the service to be safe: the engine never reads a file, and a reader process can open
no connection (`graph.confine`). It is here so that a client is told what is refused, and why.

SERVICE and LOAD are looked for in the raw text, with no regard to quotes and comments. The grammar's tokens depend on
their context (`?a <?b#>` is a comparison and a comment, or an IRI), so a lexer can be led to see a string where the
engine sees a clause; the raw text cannot. The price: a literal that holds a whole SERVICE clause is refused too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from ontology.errors import LimitError, RefusedError

MAX_DEPTH = 256
"""How deep brackets may nest. The engine's parser recurses, and its process ends at some thousands."""

_SPACE = r"(?:\s|\#[^\n\r]*[\n\r])*"
_IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"
_NAME = r"[\w.\-]*:(?:[\w.:%\-]|\\.)*"
SERVICE = re.compile(rf"SERVICE{_SPACE}(?:SILENT{_SPACE})?({_IRI}|[?$]\w+|{_NAME}){_SPACE}\{{", re.IGNORECASE)
_LOAD = re.compile(rf"LOAD{_SPACE}(?:SILENT{_SPACE})?(?:{_IRI}|{_NAME})", re.IGNORECASE)
_WORTH_A_LOOK = ("from", "using", "file:", "\\u")
_MAY_DIFFER = ("now", "rand", "uuid", "bnode", "service")
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE|SERVICE)\b", re.IGNORECASE)
# A string that never ends is taken to its line's end or the text's: looking for its end again from every quote inside
# it would take time with the square of its length.
_TOKEN = re.compile(
    rf"""(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\")?|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?
         |"(?:[^"\\\n\r]|\\.)*+"?|'(?:[^'\\\n\r]|\\.)*+'?)
       |(?P<iri>{_IRI})|(?P<comment>\#[^\n\r]*)|(?P<variable>[?$]\w+)|(?P<name>{_NAME})|(?P<word>\w+)
       |(?P<open>[({{\[])|(?P<close>[)}}\]])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is neither space, string nor comment."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a query is made of that matters here: its dataset clauses as IRIs, and whether two runs may differ."""

    dataset: tuple[str, ...]
    volatile: bool


def inspect_query(text: str) -> Inspection:
    """Look at a query.

    Raises:
        RefusedError: it has a SERVICE clause, or an IRI of a local file.
        LimitError: its brackets nest too deep.
    """
    folded = text.lower()
    if "service" in folded and (found := SERVICE.search(text)):
        hint = "ask the other endpoint yourself"
        raise RefusedError(f"SERVICE {found[1]} would reach out of this store", hint=hint)
    check_depth(text)
    dataset: tuple[str, ...] = ()
    if any(mark in folded for mark in _WORTH_A_LOOK):
        tokens = list(tokenize(text))
        refuse_files(tokens)
        dataset = tuple(dataset_iris(tokens))
    volatile = any(word in folded for word in _MAY_DIFFER) and bool(_VOLATILE.search(text))
    return Inspection(dataset, volatile=volatile)


def refuse_load(text: str) -> None:
    """Refuse an update that has a LOAD operation."""
    if _LOAD.search(text):
        hint = "send the triples themselves: PUT or POST to /store"
        raise RefusedError("LOAD would reach out of this store", hint=hint)


def refuse_file_iri(iri: str) -> None:
    """Refuse the IRI of a local file as the name of a graph."""
    if unescape(iri).lstrip().lower().startswith("file:"):
        raise RefusedError(f"<{iri}> is the address of a local file; files are never read", hint="name a graph")


def refuse_files(tokens: list[Token]) -> None:
    """Refuse the IRI of a local file anywhere in a query."""
    for token in tokens:
        if token.kind == "iri":
            refuse_file_iri(token.text[1:-1])


def check_depth(text: str) -> None:
    """Refuse brackets that nest deeper than `MAX_DEPTH`; most texts have too few to need a closer look."""
    if text.count("(") + text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for token in tokenize(text):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > MAX_DEPTH:
            hint = f"nest at most {MAX_DEPTH} brackets"
            raise LimitError("the query nests too deep", limit="query_depth", hint=hint)


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of a query that can mean something here, in their order."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in {"string", "comment"}:
            yield Token(match.lastgroup or "", match[0], match.start())


def dataset_iris(tokens: list[Token]) -> Iterator[str]:
    """The IRIs of FROM, FROM NAMED, USING and USING NAMED, resolved against BASE and PREFIX."""
    base, prefixes = "", dict[str, str]()
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.kind == "iri" and before is not None:
            word = before.text.upper()
            if word == "BASE":
                base = token.text[1:-1]
            elif word in {"FROM", "USING", "NAMED"}:
                yield urljoin(base, unescape(token.text[1:-1]))
        if token.kind == "name" and before is not None and before.text.upper() == "PREFIX" and after is not None:
            prefixes[token.text[:-1]] = urljoin(base, unescape(after.text[1:-1]))
        elif token.kind == "name" and before is not None and before.text.upper() in {"FROM", "USING", "NAMED"}:
            prefix, _, local = token.text.partition(":")
            yield prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)


def unescape(text: str) -> str:
    r"""The text with its `\uXXXX` and `\UXXXXXXXX` replaced (SPARQL 1.1 Query, 19.2)."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]
