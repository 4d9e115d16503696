"""Bytes that come in chunks, as the file that a parser reads."""

from collections.abc import Iterator


class ByteStream:
    """As much of a binary file as a parser asks for: `read`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        """Up to that many bytes, b"" at the end; a negative size means all that is left."""
        if size < 0:
            data, self.rest = self.rest + b"".join(self.chunks), b""
            return data
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return b""
            self.rest = chunk
        data, self.rest = self.rest[:size], self.rest[size:]
        return data
