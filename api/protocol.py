"""The SPARQL 1.1 Protocol's requests, section 2: from method, query string, media type and body to an operation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ontology.errors import MediaTypeError, UsageError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MAX_PARAMETERS = 1000

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """A query (2.1). The graphs are None where the request names none."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class UpdateOperation:
    """An update (2.2)."""

    text: str
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    timeout: float | None = None


Operation = QueryOperation | UpdateOperation


def read_get(query_string: bytes) -> QueryOperation | None:
    """A query by GET (2.1.1), or None where there is none: then the service describes itself.

    Raises:
        UsageError: more than one query, an update, or text that is no UTF-8.
    """
    parameters = read_parameters(query_string)
    if "update" in parameters:
        raise UsageError("an update cannot come by GET", hint="POST it (SPARQL 1.1 Protocol, 2.2)")
    return query_operation(parameters) if parameters else None


def read_post(query_string: bytes, content_type: str, body: bytes) -> Operation:
    """An operation by POST: a form (2.1.2, 2.2.1), or a query or update itself (2.1.3, 2.2.2).

    Raises:
        UsageError: it is not one operation, or no UTF-8.
        MediaTypeError: the body is of another type.
    """
    bare, _, rest = content_type.partition(";")
    kind = bare.strip().lower()
    if kind not in {FORM, QUERY, UPDATE}:
        hint = f"send {FORM}, {QUERY} or {UPDATE}"
        raise MediaTypeError(f"a body of type {kind or 'none'} is no query and no update", hint=hint)
    charset = rest.lower().partition("charset=")[2].strip(' "')
    if charset not in {"", "utf-8", "utf8"}:
        raise MediaTypeError(f"the body is said to be in {charset}", hint="send UTF-8")
    parameters = read_parameters(query_string)
    if kind == FORM:
        for name, values in read_parameters(body).items():
            parameters.setdefault(name, []).extend(values)
    elif "query" in parameters or "update" in parameters:
        raise UsageError("the body holds the operation, and so does the address", hint="send one")
    else:
        parameters["query" if kind == QUERY else "update"] = [decode(body)]
    return read_operation(parameters)


def read_operation(parameters: Parameters) -> Operation:
    """The one operation that parameters describe."""
    if ("query" in parameters) == ("update" in parameters):
        raise UsageError("the request must hold either a query or an update")
    return query_operation(parameters) if "query" in parameters else update_operation(parameters)


def query_operation(parameters: Parameters) -> QueryOperation:
    """A query with its dataset (2.1.4)."""
    default, named = parameters.get("default-graph-uri"), parameters.get("named-graph-uri")
    return QueryOperation(
        only(parameters, "query"),
        tuple(default) if default is not None else None,
        tuple(named) if named is not None else None,
        timeout_of(parameters),
    )


def update_operation(parameters: Parameters) -> UpdateOperation:
    """An update with its dataset (2.2.3)."""
    using, named = parameters.get("using-graph-uri", ()), parameters.get("using-named-graph-uri", ())
    return UpdateOperation(only(parameters, "update"), tuple(using), tuple(named), timeout_of(parameters))


def read_parameters(encoded: bytes) -> dict[str, list[str]]:
    """Percent-decoded parameters in their order.

    Raises:
        UsageError: not UTF-8, or too many of them.
    """
    found: dict[str, list[str]] = {}
    try:
        text = encoded.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise UsageError("the parameters are not percent-encoded UTF-8") from error
    except ValueError as error:
        raise UsageError(f"the parameters cannot be read: {error}") from error
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def only(parameters: Parameters, name: str) -> str:
    """The value of a parameter that must be there once (2.1, 2.2)."""
    values = parameters.get(name, ())
    if len(values) != 1:
        raise UsageError(f"the parameter `{name}` must be there once, and is there {len(values)} times")
    return values[0]


def decode(body: bytes) -> str:
    """A body as text; the protocol knows UTF-8 alone."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"the body is not UTF-8 at byte {error.start}") from error


def timeout_of(parameters: Parameters) -> float | None:
    """The seconds that a client allows; an extension of ours, and it can only lower the service's own limit."""
    if "timeout" not in parameters:
        return None
    value = only(parameters, "timeout")
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"`timeout` must be a number of seconds above 0, and is {value[:40]!r}")
    return seconds
