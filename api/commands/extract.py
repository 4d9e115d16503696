"""`trialgraph extract`: what records say, to standard output; nothing is stored."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from api.commands.common import complain, existing, few, read, results
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from api.settings import Settings
from api.stores import open_store
from extract.model import Document, Failure
from graph.extracted import FactFormat, FactWriter, lost, without_prefixes
from graph.imported_names import names_file
from graph.pool import spread


def run(sources: Sequence[str], writer: FactWriter, settings: Settings) -> int:
    """Write the facts of every document, in the order of reading."""
    found, complete = existing(sources)
    if not found:
        return EXIT_USAGE
    writer = replace(writer, names=names_file(open_store(settings)))
    records, is_small = few(read(found))
    jobs = 1 if is_small else settings.jobs or os.cpu_count() or 1
    faults: list[Failure] = []
    documents = _documents(records, faults)
    written = failed = 0
    for _, result in spread(documents, writer, jobs=jobs, on_death=lost):
        failed += _tell(faults)
        if isinstance(result, Failure):
            complain(str(result))
            failed += 1
            continue
        is_later_turtle = writer.file_format is FactFormat.TTL and written
        results().write(without_prefixes(result) if is_later_turtle else result)
        written += 1
    failed += _tell(faults)
    return EXIT_USAGE if not complete else EXIT_FAULT if failed else EXIT_DONE


def _documents(records: Iterable[Document | Failure], faults: list[Failure]) -> Iterator[Document]:
    for record in records:
        if isinstance(record, Document):
            yield record
        else:
            faults.append(record)


def _tell(faults: list[Failure]) -> int:
    """Say what could not be read, and how much that was."""
    for fault in faults:
        complain(str(fault))
    count = len(faults)
    faults.clear()
    return count
