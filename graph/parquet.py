"""Tables as Parquet files. Needs pyarrow, which is installed with `trialgraph[parquet]`."""

from typing import IO

from graph.batches import batches
from graph.export import table
from graph.store import Reader
from ontology.errors import UsageError

ROWS = 50_000
"""Rows of one row group, and in memory at a time."""


def write_parquet(reader: Reader, name: str, output: IO[bytes]) -> None:
    """One table; all columns are strings, as in the CSV, and null where a trial has nothing.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional, and large
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise UsageError("parquet needs pyarrow", hint="pip install 'trialgraph[parquet]'") from None
    columns, rows = table(reader, name)
    schema = pa.schema([(column, pa.string()) for column in columns])
    with parquet.ParquetWriter(output, schema) as writer:
        for batch in batches(rows, ROWS):
            values = [[row[place] or None for row in batch] for place in range(len(columns))]
            writer.write_table(pa.table(dict(zip(columns, values, strict=True)), schema=schema))
