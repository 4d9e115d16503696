"""Options that several groups of commands share."""

from typing import Annotated

import typer

StoreOption = Annotated[
    str | None, typer.Option("--store", metavar="DIR|URL", help="The store [TRIALGRAPH_STORE; default: .trialgraph]")
]
