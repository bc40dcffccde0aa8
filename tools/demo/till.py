"""A till and its sync daemon, set up as a customer does it."""

import json
import pathlib
import re
import shutil
import tempfile

from .basics import Process, Refused, free_port, run, say, wait_for
from .web import Web

BOARD = pathlib.Path(__file__).resolve().parent.parent.parent / "boards" / "sim"
FIRST_PORT = 8091
LAST_RECEIPT_S = 5


class Till:
    def __init__(self, folder, name, centre):
        self.folder = folder
        self.name = name
        self.centre = centre
        self.path = folder.till(name)
        self.program = self.sync = None

    def set_up(self):
        """By a code of the centre's; what was interrupted is gone on with. Its prices, members and
        staff come by sync."""
        is_set_up = (self.path / "journal.db").exists() and not (self.path / "pending").exists()
        if not is_set_up:
            say(f"  till {self.name}: its keys are made there, the centre vouches for them")
            self.path.mkdir(exist_ok=True)
            for name in ("board.json", "logo.png"):
                shutil.copy(BOARD / name, self.path / name)
            self.folder.tool("provision", "--data", self.path, "--code",
                             self.centre.code_for(self.name), "--url", self.centre.web.url,
                             "--authority", self.centre.authority)

    def start_sync(self):
        # The port is another one where somebody else has taken the one that it was set up with.
        self.sync = Process(
            f"sync {self.name}", self.folder.log(f"{self.name}.sync"),
            self.folder.program("counterfoil-sync"), "--data", self.path, "--broker",
            f"localhost:{self.centre.broker_port}")

    def knows_prices(self):
        try:
            return self.folder.tool("till", "--data", self.path, "products")
        except Refused:
            return self.sync.check()

    def start(self, with_sync):
        """Anna signs in and opens a shift, where that is not so already."""
        is_new = not (self.path / "mirror.db").exists()
        if with_sync or is_new:
            self.start_sync()
        if is_new:
            wait_for(self.knows_prices, f"{self.name}'s prices")
        self.start_program()
        anna = self.folder.notes()["pins"]["anna"]
        wait_for(self.knows_staff, f"{self.name}'s staff")
        if not self.state().get("staff"):
            self.web.done("POST", "/api/session", {"staff": "anna", "pin": anna})
        if not self.state().get("shift"):
            self.web.done("POST", "/api/shift", {"float_minor": 20000})
        if not with_sync:
            self.stop_sync()

    def start_program(self):
        self.program = Process(
            f"till {self.name}", self.folder.log(self.name),
            self.folder.program("counterfoil-till"), "--data", self.path, "--board",
            self.path / "board.json", "--port", free_port(FIRST_PORT + int(self.name[1:]) - 1))
        url = self.program.heard(r"listening: (http://127\.0\.0\.1:\d+)/")[1]
        self.web = Web(url, jar=self.path / "jar")

    def state(self):
        return self.web.done("GET", "/api/till")

    def knows_staff(self):
        self.check()
        people = self.web.done("GET", "/api/staff")["staff"]
        return "anna" in [person["staff"] for person in people]

    def is_home(self):
        self.check()
        return self.state()["sync"]["unsynced"] == 0

    def sell(self):
        self.web.done("POST", "/api/basket/lines", {"code": "101"})
        return self.web.done("POST", "/api/sales",
                             {"payments": [{"kind": "cash", "amount_minor": 5000}]})["sale"]

    def events(self):
        """Of its ledger, from an export that was verified."""
        with tempfile.TemporaryDirectory() as place:
            file = pathlib.Path(place, "ledger")
            self.folder.tool("ledger", "export", self.path / "journal.db", "-o", file)
            self.folder.tool("ledger", "verify", file)
            records = [line.split("\t")[0] for line in file.read_text("utf-8").splitlines()]
        return [json.loads(record) for record in records[1:] if '"seq":' in record]

    def check(self):
        for process in (self.program, self.sync):
            if process:
                process.check()

    def bring_home(self):
        """What was sold, where there is time and a centre for it."""
        try:
            wait_for(self.is_home, f"{self.name}'s last receipt", LAST_RECEIPT_S)
        except Refused as problem:
            say(f"  {self.name} keeps what is not at the centre: {problem}")

    def stop_sync(self):
        if self.sync:
            self.sync.stop()
        self.sync = None

    def stop(self):
        if self.program and self.sync:
            self.bring_home()
        if self.program:
            self.program.stop()
        self.stop_sync()
