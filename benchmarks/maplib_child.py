"""maplib in a process of its own: reads a file of N-Triples, then answers queries from stdin.

It runs with the Python of an environment that has maplib and nothing of kg, with a file and a size
as its arguments. Each query comes as its length in so many bytes and its text; the answer goes back
the same way, after one byte that tells whether it is one. A query on which maplib panics ends the
process, which could answer no other one.
"""

import sys

from maplib import MaplibException, Model  # type: ignore[import-not-found]


def main(file: str, size: int) -> None:
    """Read the file, say so by an empty answer, and answer until stdin ends."""
    model = Model()
    model.read(file, format="ntriples")

    def write(kind: bytes, data: bytes) -> None:
        sys.stdout.buffer.write(kind + len(data).to_bytes(size) + data)
        sys.stdout.buffer.flush()

    write(b"+", b"")
    while length := sys.stdin.buffer.read(size):
        text = sys.stdin.buffer.read(int.from_bytes(length)).decode()
        try:
            found = model.query(text, return_json=True)
        except MaplibException as error:
            write(b"-", str(error).encode())
        else:
            write(b"+", str(found).encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
