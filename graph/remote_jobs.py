"""Users' writes to a remote store, in a process of their own: `python -m graph.remote_jobs MEMORY_BYTES`.

Jobs come on standard input and outcomes go to standard output, as with `graph.writer`.
"""

import json
import sys
from dataclasses import replace

from graph.backing import given_endpoint
from graph.confine import confine
from graph.formats import FORMATS
from graph.remote_query import with_base
from graph.sparql_client import SparqlClient
from graph.writer import jobs, told
from graph.writes import DropGraph, Job, PutGraph, Update, check
from ontology.errors import NotFoundError, RefusedError, TrialGraphError


def outcome(client: SparqlClient, job: Job) -> dict[str, object]:
    """Do a job, and say how it went."""
    try:
        return {"created": run(check(job), client)}
    except TrialGraphError as error:
        return told(error)


def run(job: Job, client: SparqlClient) -> bool:
    """Do it; True where a graph came to be that was not there.

    Raises:
        RefusedError: it is of the default graph, where another graph stands for that.
        NotFoundError: the graph to remove is not there.
        TrialGraphError: whatever the store says.
    """
    match job:
        case Update():
            client.update(with_base(job.text, job.base))
            return False
        case PutGraph():
            _refuse_default(job.graph, client)
            return _put(job, client)
        case DropGraph():
            _refuse_default(job.graph, client)
            if not client.drop_graph(job.graph):
                raise NotFoundError(f"there is no graph <{job.graph}>")
            return False


def _put(job: PutGraph, client: SparqlClient) -> bool:
    created = False
    for number, (body, name) in enumerate(job.bodies):
        send = client.put_graph if job.replace and number == 0 else client.post_graph
        created = send(job.graph, body, FORMATS[name].bare) or created
    return created


def _refuse_default(graph: str | None, client: SparqlClient) -> None:
    if graph is None and client.endpoint.union is not None:
        raise RefusedError("the default graph of this store is all of its graphs", hint="write a named graph")


def main() -> None:
    """Entry of the process."""
    confine(int(sys.argv[1]))
    # Once: a user's update may count something up, or coin blank nodes.
    client = SparqlClient(replace(given_endpoint(), attempts=1))
    for job in jobs(sys.stdin.buffer):
        sys.stdout.write(json.dumps(outcome(client, job)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
