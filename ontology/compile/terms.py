"""Rows of the smaller tables: targets, classes, conditions, endpoints, regimens and stems."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ontology.compile import sources
from ontology.compile.conditions import Entry
from ontology.compile.flags import Row
from ontology.compile.genes import Genes
from ontology.compile.names import normalise, slug
from ontology.compile.overlay import formed
from ontology.compile.patterns import PATTERNS
from ontology.errors import VocabularyError
from ontology.tsv import Table, bad_cell, parts

Tables = dict[str, list[Sequence[str]]]
Names = dict[str, list[Row]]


def _calls(key: str, label: str, names: Iterable[tuple[str, str]], source: str) -> Iterable[Row]:
    """Name rows, the label first, none twice."""
    seen = {label.casefold()}
    yield (key, label, "preferred", "", source)
    for text, form in names:
        if text.casefold() not in seen:
            seen.add(text.casefold())
            yield (key, text, form, "", source)


def target_rows(genes: Genes, curated: Table, used: Iterable[str], made: Tables, names: Names) -> None:
    """A target of every symbol that a drug, a class or a curator names.

    Raises:
        VocabularyError: a symbol is neither in HGNC nor curated.
    """
    labels = {row[1]: (row[2], row[3]) for row in curated.rows}
    made["targets.tsv"], made["target_xrefs.tsv"], names["target_names.tsv"] = [], [], []
    for key in sorted({*used, *labels}):
        gene = genes.by_symbol.get(key)
        if gene is None and key not in labels:
            raise VocabularyError(f"{key!r} is no HGNC symbol", hint="name it in overlay/targets.tsv")
        label, more = labels.get(key, (key, ""))
        source = f"overlay:{key}" if key in labels else gene.hgnc.lower() if gene else ""
        rows = list(_calls(key, label, formed(more), source))
        made["targets.tsv"].append((key, label, source))
        if gene is not None:
            cited = gene.hgnc.lower()
            known = {row[1].casefold() for row in rows}
            extra = (key, gene.name, *gene.aliases)
            rows += [(key, n, "synonym", "", cited) for n in dict.fromkeys(extra) if n.casefold() not in known]
            made["target_xrefs.tsv"] += [
                (key, curie, cited) for curie in (cited, *(f"uniprot:{u}" for u in gene.uniprot))
            ]
        names["target_names.tsv"] += rows


def class_rows(folder: Path, curated: Table, made: Tables, names: Names) -> None:
    """Classes as curated, with the NCIt concept whose name is exactly theirs."""
    made["classes.tsv"], made["class_xrefs.tsv"], names["class_names.tsv"] = [], [], []
    ids = {slug(row[1]) for row in curated.rows}
    by_name: dict[str, str] = {}
    for number, (_, label, kind, therapy, parents, targets, more, *_rest) in enumerate(curated.rows):
        key = slug(label)
        above = [slug(p) for p in parts(parents)]
        if not set(above) <= ids:
            raise bad_cell(curated, number, "parents", f"no class {sorted(set(above) - ids)}")
        source = f"overlay:{key}"
        made["classes.tsv"].append((key, label, kind, therapy, "|".join(above), targets, source))
        rows = list(_calls(key, label, (*formed(more), *_car_t_names(label)), source))
        names["class_names.tsv"] += rows
        for row in rows:
            by_name.setdefault(normalise(row[1]), key)
    _class_xrefs(folder, by_name, made)


def _car_t_names(label: str) -> Iterable[tuple[str, str]]:
    """The names that a class of CAR-T cells has by its target (`CD19`, `CD19/CD22`); other words are no target."""
    target, ending, rest = label.partition(" CAR-T cell therapy")
    if ending and not rest and not target[:1].islower() and " " not in target:
        yield from ((name.format(x=target), "synonym") for name in PATTERNS.car_t_names)


def _class_xrefs(folder: Path, by_name: Mapping[str, str], made: Tables) -> None:
    """One NCIt concept a class: that of its label before that of a synonym; concepts join by display name only."""
    found: dict[str, tuple[bool, str]] = {}
    for row in sources.ncit(folder):
        key = by_name.get(normalise(row.name))
        if key is not None:
            exact = normalise(row.name) == normalise(key)
            found[key] = max(found.get(key, (False, "")), (exact, row.source))
    made["class_xrefs.tsv"] = [(key, source, source) for key, (_, source) in found.items()]
    levels = {code: by_name.get(normalise(name).removesuffix("s")) for code, name in sources.atc_levels(folder).items()}
    made["share_alike/class_xrefs.tsv"] = [
        (key, f"atc:{code}", f"pharmoncox:{code}") for code, key in levels.items() if key
    ]


def condition_rows(entries: Mapping[str, Entry], made: Tables, names: Names) -> None:
    """Conditions with their names and identifiers."""
    made["conditions.tsv"], made["condition_xrefs.tsv"], names["condition_names.tsv"] = [], [], []
    for key, entry in entries.items():
        made["conditions.tsv"].append((key, entry.name, entry.stage, "|".join(entry.parents), entry.source))
        names["condition_names.tsv"] += [(key, text, form, "", source) for text, form, source in entry.names.values()]
        made["condition_xrefs.tsv"] += [(key, curie, source) for curie, source in entry.xrefs.items()]


def endpoint_rows(curated: Table, made: Tables, names: Names) -> None:
    """Endpoints as curated."""
    made["endpoints.tsv"], made["endpoint_xrefs.tsv"], names["endpoint_names.tsv"] = [], [], []
    for _, key, label, more, ncit, *_ in curated.rows:
        source = f"overlay:{key}"
        made["endpoints.tsv"].append((key, label, source))
        names["endpoint_names.tsv"] += _calls(key, label, formed(more), source)
        made["endpoint_xrefs.tsv"] += [(key, f"ncit:{code}", source) for code in parts(ncit)]


def regimen_rows(curated: Table, made: Tables, names: Names) -> None:
    """Named regimens as curated; the reader checks that their parts are known."""
    made["regimens.tsv"], names["regimen_names.tsv"] = [], []
    for _, name, drugs, more, *_ in curated.rows:
        key = slug(name)
        made["regimens.tsv"].append((key, name, "|".join(map(slug, parts(drugs))), f"overlay:{key}"))
        names["regimen_names.tsv"] += _calls(key, name, formed(more), f"overlay:{key}")


def stem_rows(curated: Table) -> Iterable[Sequence[str]]:
    """INN stems as curated."""
    for _, suffix, kind, molecule, classes, *_ in curated.rows:
        yield (suffix, molecule, kind, "|".join(map(slug, parts(classes))), f"overlay:{suffix}")
