"""A graph as dictionaries of N-Triples terms: what compiled shapes look into."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rdflib import RDF, RDFS, XSD

from ontology.rdf import to_term

LINE = re.compile(
    r'^(<[^<>" \n]*+>) (<[^<>" \n]*+>) (<[^<>" \n]*+>|"(?:[^"\\\n]++|\\[\\"nr])*+"(?:\^\^<[^<>" \n]*+>)?) \.$', re.M
)
LONG_STRING = f"^^<{XSD.string}>"
TYPE, SUBCLASS = to_term(RDF.type), to_term(RDFS.subClassOf)


class NotOursError(Exception):
    """Something that pySHACL must judge."""


@dataclass(frozen=True, slots=True)
class Data:
    """A graph by subject and predicate, and by predicate and object."""

    forward: Mapping[str, Mapping[str, list[str]]]
    backward: Mapping[str, Mapping[str, list[str]]]

    @classmethod
    def of(cls, ntriples: bytes) -> "Data":
        """The index of a text in which each line is a triple as our writer writes it: one spelling for each term.

        Raises:
            NotOursError: some line is written otherwise, or classes have subclasses.
        """
        text = ntriples.decode("utf-8")
        found = LINE.findall(text)
        if len(found) != text.count("\n") or not text.endswith("\n") or LONG_STRING in text:
            raise NotOursError
        forward: dict[str, dict[str, list[str]]] = {}
        backward: dict[str, dict[str, list[str]]] = {}
        subject, properties = "", {}
        for about, predicate, value in dict.fromkeys(found):
            if about != subject:  # what is said of a node mostly stands together
                subject, properties = about, forward.setdefault(about, {})
            properties.setdefault(predicate, []).append(value)
            backward.setdefault(predicate, {}).setdefault(value, []).append(about)
        if SUBCLASS in backward:
            raise NotOursError
        return cls(forward, backward)

    def objects(self, subject: str, predicate: str) -> Collection[str]:
        """The values of a property."""
        return self.forward.get(subject, {}).get(predicate, ())

    def subjects(self, predicate: str, value: str) -> Collection[str]:
        """What has that value."""
        return self.backward.get(predicate, {}).get(value, ())
