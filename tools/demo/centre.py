"""The centre and its broker, as a merchant's own people start them."""

import pathlib
import re
import shutil

from .basics import Process, free_port, run, wait_for
from .web import Web

BROKER_TOOL = pathlib.Path(__file__).resolve().parent.parent / "broker"
LIMITS = "counterfoil-broker-limits.so"
CENTRE_PORT = 8081
BROKER_PORT = 8883
STORE = 1
# Ten administrators' lists and twenty tills' codes in a minute.
OFTEN = ("--sign-ins", "200", "--requests", "2000")


def make_keys(folder):
    """The merchant's, the broker's and the centre's server's."""
    folder.tool("keys", "root", folder / "keys")
    folder.tool("keys", "issue", folder / "keys", "--for", "coupons,members")
    (folder / "centre").mkdir(mode=0o700)
    for name in ("root.pem", "keys.list"):  # the centre hands them to each till
        shutil.copy(folder / "keys" / name, folder / "centre" / name)
    run(BROKER_TOOL, "init", folder / "broker", "--centre", "centre")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-noenc", "-subj", "/CN=localhost", "-days", 3650, "-keyout", folder / "server.key",
        "-out", folder / "server.pem", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")


class Centre:
    """counterfoil-aggregator on SQLite, over HTTPS, with a broker that believes it."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = folder / "server.pem"
        self.process = self.broker = self.broker_port = self.web = None

    def start(self):
        self.start_centre()
        self.sign_in()
        self.start_broker()

    def start_centre(self):
        folder, own = self.folder, self.folder / "broker"
        self.broker_port = free_port(BROKER_PORT)
        self.process = Process(
            "the centre", folder.log("centre"), folder.program("counterfoil-aggregator"), "run",
            "--data", folder / "centre", "--port", free_port(CENTRE_PORT), "--https-certificate",
            self.authority, "--https-key", folder / "server.key", "--broker-port",
            self.broker_port, "--authority", own / "ca.pem", "--certificate",
            own / "clients" / "centre.pem", "--key", own / "clients" / "centre.key", *OFTEN)
        port = self.process.heard(r"listening: https://127\.0\.0\.1:(\d+)/")[1]
        told = re.search(r"administrator: (\w+), PIN (\d{8})", self.process.text())
        if told:
            folder.note(admin={"card": told[1], "pin": told[2]})
        self.web = Web(f"https://localhost:{port}", self.authority)

    def start_broker(self):
        """What it is to believe, the centre makes at its first start."""
        folder, port = self.folder / "broker", self.folder / "broker" / "port"
        own = self.folder / "centre"
        port.unlink(missing_ok=True)
        self.broker = Process(
            "the broker", self.folder.log("broker"), BROKER_TOOL, "run", folder, "--port",
            self.broker_port, "--limits", self.folder.program(LIMITS), "--trust",
            own / "authority-certificate.pem", "--revocations", own / "authority-revoked.pem")
        wait_for(lambda: port.exists() or self.broker.check(), "the broker")
        wait_for(self.has_broker, "the centre at its broker")

    def has_broker(self):
        self.process.check()
        parts = self.web.done("GET", "/health/detailed")["parts"]
        return {part["name"]: part["state"] for part in parts}["broker"] == "ok"

    def pin_file(self):
        return self.folder / "admin.pin"

    def sign_in(self):
        admin = self.folder.notes()["admin"]
        self.pin_file().touch(mode=0o600)
        self.pin_file().write_text(admin["pin"] + "\n", encoding="ascii")
        answer = self.web.done("POST", "/api/auth/login",
                               {"loyalty_id": admin["card"], "pin_code": admin["pin"]})
        self.web.token = answer["access_token"]

    def code_for(self, terminal):
        return self.web.done("POST", "/api/terminals/codes",
                             {"terminal": terminal, "store": STORE})["code"]

    def held(self, name):
        return self.web.done("GET", f"/api/terminals/{name}")["events_held"]

    def sales(self, name):
        """How many sales of that till it has, and their sum."""
        count = total = 0
        after = ""
        while after is not None:
            part = self.web.done("GET", f"/api/purchases?terminal={name}&kind=sale&limit=1000"
                                        + (f"&after={after}" if after else ""))
            count += len(part["purchases"])
            total += sum(one["amount"] for one in part["purchases"])
            after = part.get("next")
        return count, total

    def check(self):
        self.process.check()
        self.broker.check()

    def stop(self):
        for process in (self.process, self.broker):
            if process:
                process.stop()
