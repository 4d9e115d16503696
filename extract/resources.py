"""What the components are built from: vocabulary, names and rules' needs, from `pipeline.build_pipeline`."""

from dataclasses import dataclass
from typing import Self

from spacy.language import Language

from extract.lexicon import Lexicon
from extract.matcher import Matcher
from ontology.model import Vocabulary

KEY = "trialgraph"


@dataclass(frozen=True, slots=True)
class Resources:
    """Read-only values shared by all components of one pipeline."""

    vocabulary: Vocabulary
    matcher: Matcher
    lexicon: Lexicon

    def attach(self, nlp: Language) -> None:
        """Make them reachable for factories, which spaCy calls with `nlp` and a name only."""
        nlp.meta[KEY] = self

    @classmethod
    def of(cls, nlp: Language) -> Self:
        """The resources of a pipeline.

        Raises:
            KeyError: the pipeline was not made by `build_pipeline`.
        """
        found = nlp.meta[KEY]
        if not isinstance(found, cls):
            raise KeyError(KEY)
        return found
