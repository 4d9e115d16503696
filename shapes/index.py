"""A graph as dictionaries of N-Triples terms: what compiled shapes look into."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rdflib import RDF, RDFS, XSD

from ontology.rdf import to_term

LINE = re.compile(
    r'^(<[^<>" \n]*+>) (<[^<>" \n]*+>) '
    r'(<[^<>" \n]*+>|"[^"\\\n]*+(?:\\[\\"nr][^"\\\n]*+)*+"(?:\^\^<[^<>" \n]*+>)?) \.\n',
    re.M,
)
"""A line as our writer writes it."""
LONG_STRING = f"^^<{XSD.string}>"
TYPE, SUBCLASS = to_term(RDF.type), to_term(RDFS.subClassOf)

Values: TypeAlias = Collection[str]


class NotOursError(Exception):
    """Something that pySHACL must judge."""


@dataclass(frozen=True, slots=True)
class Data:
    """A graph by subject and predicate; what is asked the other way round is indexed when a predicate is first asked.

    Values are the keys of dictionaries: each once, in the order of the text.
    """

    forward: Mapping[str, Mapping[str, dict[str, None]]]
    backward: dict[str, dict[str, list[str]]]

    @classmethod
    def of(cls, ntriples: bytes) -> "Data":
        """The index of a text in which each line is a triple as our writer writes it: one spelling for each term.

        Raises:
            NotOursError: some line is written otherwise, or classes have subclasses.
        """
        text = ntriples.decode("utf-8")
        found = LINE.findall(text)
        if len(found) != text.count("\n") or not text.endswith("\n") or LONG_STRING in text or SUBCLASS in text:
            raise NotOursError
        forward: dict[str, dict[str, dict[str, None]]] = {}
        subject, properties = "", {}
        for about, predicate, value in found:
            if about != subject:  # what is said of a node mostly stands together
                subject, properties = about, forward.setdefault(about, {})
            values = properties.get(predicate)
            if values is None:
                properties[predicate] = {value: None}
            else:
                values[value] = None
        return cls(forward, {})

    def objects(self, subject: str, predicate: str) -> Values:
        """The values of a property."""
        return self.forward.get(subject, {}).get(predicate, ())

    def subjects(self, predicate: str, value: str) -> Values:
        """What has that value."""
        return self.inverse(predicate).get(value, ())

    def inverse(self, predicate: str) -> Mapping[str, list[str]]:
        """Every value of a property, with what has it."""
        found = self.backward.get(predicate)
        if found is None:
            found = self.backward[predicate] = {}
            for about, properties in self.forward.items():
                for value in properties.get(predicate, ()):
                    found.setdefault(value, []).append(about)
        return found
