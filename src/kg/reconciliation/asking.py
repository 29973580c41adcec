"""The other side of `kg.processes.reconciling`: a process that asks it, over a socket."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.reconciliation.service import Answer, Question
from kg.store import wire
from kg.store.folder import Folder

SOCKET: Final = "names.sock"
START_SECONDS: Final = 3.0
"""How long whoever asks waits for a process that is being started."""
AGAIN_SECONDS: Final = 0.05


def socket_of(folder: Folder) -> Path:
    """Where the process with the index listens."""
    return folder.run / SOCKET


class AskedReconciler:
    """Asks the process of a server that keeps the index."""

    def __init__(self, folder: Folder, *, patience: float) -> None:
        """`patience` is how many seconds an answer may take to come."""
        self._folder = folder
        self._patience = patience

    def ask(self, question: Question) -> Answer:
        """See `Reconciler.ask`."""
        try:
            with self._connected() as connection:
                wire.send(connection, dict(question))
                found = wire.receive(connection)
        except OSError as error:
            words = f"the index of names does not answer: {error}"
            raise StoreError(words, hint="it is being started; try again") from error
        if found is None:
            raise StoreError("the index of names has ended", hint="it is started again; try again")
        if "error" in found[0]:
            raise wire.error_of(found[0])
        return found[0]

    def _connected(self) -> socket.socket:
        """A connection; one that is refused is tried again, since a process may be starting."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self._patience)
            try:
                with wire.address(socket_of(self._folder)) as name:
                    connection.connect(name)
            except OSError:
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(AGAIN_SECONDS)
            else:
                return connection
