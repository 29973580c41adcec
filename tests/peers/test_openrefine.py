"""A session of OpenRefine, the real program, driven by the commands that its pages send.

Where it is not installed, `tests/reconciliation/test_openrefine.py` replays its requests.
"""

from __future__ import annotations

import csv
import json
import os
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from tests.peers.servers import OPENREFINE, openrefine
from tests.peers.test_serving import running
from tests.seeded import Seeded

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        not (OPENREFINE / "refine").exists(),
        reason=f"OpenRefine is not in {OPENREFINE}: apt-get install openrefine, or KG_OPENREFINE",
    ),
]

TABLE = """name\tknown as
Pashinyan, Nikol\tQ7035479
Владимир Путин\t
Ilham Aliyev\t
Emmanuel Macron\t
Jane Doe\t
"""

ROWS = json.dumps({"facets": [], "mode": "row-based"})
BORDER = "kg-border"
SECONDS = 60.0


class Program:
    """OpenRefine with one project, and the service that the project uses."""

    def __init__(self, commands: str, service: str) -> None:
        self._commands = commands
        self.service = service
        manifest = json.load(urlopen(service, timeout=SECONDS))
        self._spaces = {name: manifest[name] for name in ("identifierSpace", "schemaSpace")}
        self.project = self._created(TABLE)

    def _get(self, name: str, **fields: str) -> Any:
        return json.load(urlopen(f"{self._commands}{name}?{urlencode(fields)}", timeout=SECONDS))

    def _token(self) -> str:
        return str(self._get("get-csrf-token")["token"])

    def _created(self, text: str) -> str:
        options = {"separator": "\t", "headerLines": 1, "encoding": "UTF-8"}
        fields = {"format": "text/line-based/*sv", "options": json.dumps(options)}
        parts = [f'name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
        parts.append(f'name="project-file"; filename="names.tsv"\r\n\r\n{text}\r\n')
        head = f"--{BORDER}\r\nContent-Disposition: form-data; "
        body = "".join(head + part for part in parts) + f"--{BORDER}--\r\n"
        address = f"{self._commands}create-project-from-upload?csrf_token={self._token()}"
        kind = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
        with urlopen(Request(address, body.encode(), kind), timeout=SECONDS) as response:
            found = re.search(r"project=(\d+)", response.geturl())
        assert found
        return found[1]

    def post(self, name: str, **fields: object) -> str:
        """The answer to a command on the project, whose parts are JSON where they are no text."""
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
        sent |= {"project": self.project, "engine": ROWS, "csrf_token": self._token()}
        with urlopen(f"{self._commands}{name}", urlencode(sent).encode(), SECONDS) as response:
            return str(response.read().decode())

    def wait(self, name: str, **fields: object) -> None:
        """Run a command that takes its time to the end."""
        assert json.loads(self.post(name, **fields))["code"] == "pending"
        deadline = time.monotonic() + SECONDS
        while self._get("get-processes", project=self.project)["processes"]:
            assert time.monotonic() < deadline, f"{name} does not end"
            time.sleep(0.1)

    def reconcile(self, kind: str) -> None:
        """Match the names, with the other column as a property."""
        detail = {"column": "known as", "propertyName": "Wikidata", "propertyID": "wikidata"}
        config = {
            "mode": "standard-service",
            "service": self.service,
            "type": {"id": kind, "name": kind},
            "autoMatch": True,
            "columnDetails": [detail],
            "limit": 0,
            **self._spaces,
        }
        self.wait("reconcile", columnName="name", config=config)

    def extend(self, *properties: str) -> None:
        """Add columns with values of properties."""
        extension = {"properties": [{"id": each, "name": each} for each in properties]}
        place = {"baseColumnName": "name", "columnInsertIndex": "2", "endpoint": self.service}
        self.wait("extend-data", extension=extension, **place, **self._spaces)

    def matched(self) -> dict[str, str]:
        """The cells that are matched, with the identifiers."""
        found = json.loads(self.post("get-rows", start="0", limit="100"))
        recons = found["pool"]["recons"]
        cells = [(row["cells"][0]["v"], recons[row["cells"][0]["r"]]) for row in found["rows"]]
        return {name: recon["m"]["id"] for name, recon in cells if recon["j"] == "matched"}

    def exported(self) -> list[list[str]]:
        """The table as it is exported."""
        text = self.post("export-rows/names.tsv", format="tsv")
        return list(csv.reader(text.splitlines(), delimiter="\t"))


@pytest.fixture(scope="module")
def program(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("openrefine")
    seeded.copy_to(folder / "home")
    environment = {**os.environ, "KG_HOME": str(folder / "home")}
    with running(environment, folder / "serve.log") as port, openrefine() as commands:
        yield Program(commands, f"http://127.0.0.1:{port}/reconcile")


def test_a_session_guesses_types_matches_names_and_adds_columns(program: Program) -> None:
    guessed = json.loads(
        program.post("guess-types-of-column", columnName="name", service=program.service)
    )
    assert "Person" in {kind["id"] for kind in guessed["types"][:3]}
    program.reconcile("Person")
    assert program.matched() == {
        "Pashinyan, Nikol": "person/nikol-pashinyan",
        "Владимир Путин": "person/vladimir-putin",
        "Ilham Aliyev": "person/ilham-aliyev",
        "Emmanuel Macron": "person/emmanuel-macron",
    }
    program.extend("wikidata", "alias")
    table = program.exported()
    assert table[0] == ["name", "known as", "Wikidata identifier", "other name"]
    assert [row[2] for row in table if row[0] and row[0] != "name"] == [
        "Q7035479",
        "Q7747",
        "Q57371",
        "Q3052772",
        "",
    ]
