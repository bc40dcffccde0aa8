"""A merchant whose tills are set up on the device itself, with a real centre over HTTPS and a real
broker. The tests of it are started with BIN TOOLS_BROKER [TEST ...]."""

import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import types
import unittest

from broker_client import Client
from centre_support import FREELY, PATIENCE_S, Centre, wait_for

programs = types.SimpleNamespace()


def main():
    binaries = pathlib.Path(sys.argv[1]).absolute()
    programs.counterfoil = binaries / "counterfoil"
    programs.aggregator = binaries / "counterfoil-aggregator"
    programs.sync = binaries / "counterfoil-sync"
    programs.broker = pathlib.Path(sys.argv[2]).absolute()
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[3:]])


def run(*arguments, stdin="", environment=None):
    return subprocess.run([str(word) for word in arguments], capture_output=True, text=True,
                          input=stdin, timeout=PATIENCE_S, check=False,
                          env={**os.environ, **(environment or {})})


def good(*arguments, stdin=""):
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 0, done
    return done.stdout


def ask_tool(*arguments):
    return run(programs.counterfoil, *arguments)


def tool(*arguments, stdin=""):
    return good(programs.counterfoil, *arguments, stdin=stdin)


def openssl(*arguments, given=None, text=True):
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True,
                          text=text, check=True)
    return done.stdout


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def raw_signature(key, data):
    """ECDSA as R and S, 32 bytes each, in base64url."""
    der = openssl("dgst", "-sha256", "-sign", key, given=data, text=False)
    numbers, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big"))
        at += 2 + size
    raw = b"".join(number.to_bytes(32, "big") for number in numbers)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class ProvisionTest(unittest.TestCase):
    """One merchant: keys, a bundle, a centre over HTTPS, a broker that believes it."""
    options = FREELY

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.path = pathlib.Path(cls.place.name)
        cls.make_merchant()
        cls.make_server_certificate()
        cls.port = free_port()
        good(programs.broker, "init", cls.path / "b", "--centre", "centre", "probe")
        broker = cls.path / "b"
        cls.centre = Centre(
            programs.aggregator, cls.path / "centre", *cls.options, "--https-certificate",
            cls.path / "server.pem", "--https-key", cls.path / "server.key", "--authority",
            broker / "ca.pem", "--certificate", broker / "clients" / "centre.pem", "--key",
            broker / "clients" / "centre.key", "--broker-port", str(cls.port), "--device-broker",
            f"localhost:{cls.port}")
        cls.addClassCleanup(cls.centre.stop)
        cls.admin = cls.centre.sign_in()
        wait_for((cls.centre.data / "authority-revoked.pem").exists)
        log = cls.enterClassContext(open(cls.path / "broker.log", "wb"))
        cls.broker = subprocess.Popen(
            [programs.broker, "run", broker, "--port", str(cls.port), "--limits", "none", "--trust",
             cls.centre.data / "authority-certificate.pem", "--revocations",
             cls.centre.data / "authority-revoked.pem"], stdout=subprocess.PIPE,
            stderr=log, text=True)
        cls.addClassCleanup(cls.end_broker)
        assert cls.broker.stdout.readline() == f"listening: {cls.port}\n"
        wait_for(cls.is_broker_reached)

    @classmethod
    def is_broker_reached(cls):
        told = cls.centre.ask("GET", "/health/detailed", None, cls.admin)
        return {part["name"]: part["state"] for part in told["parts"]}["broker"] == "ok"

    @classmethod
    def end_broker(cls):
        cls.broker.terminate()
        cls.broker.wait(PATIENCE_S)
        cls.broker.stdout.close()

    @classmethod
    def make_merchant(cls):
        keys = cls.path / "keys"
        tool("keys", "root", keys)
        tool("keys", "issue", keys, "--for", "bundles")
        tool("keys", "issue", keys, "--for", "coupons,members")
        made = tool("bundle", "make", cls.path / "shop", "--keys", keys, "--demo")
        cls.pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made))
        (cls.path / "centre").mkdir()
        for name in ("root.pem", "keys.list"):
            shutil.copy(keys / name, cls.path / "centre" / name)

    @classmethod
    def make_server_certificate(cls):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                "-subj", "/CN=localhost", "-days", "2", "-keyout", cls.path / "server.key",
                "-out", cls.path / "server.pem", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1")

    @property
    def url(self):
        return f"https://localhost:{self.centre.port}"

    def code(self, terminal, store=3):
        answer = self.centre.ask("POST", "/api/terminals/codes",
                                 {"terminal": terminal, "store": store}, self.admin)
        self.assertEqual(answer.status, 201, answer)
        return answer["code"]

    def command(self, data, code, *more):
        return [programs.counterfoil, "provision", "--data", data, "--code", code, "--url",
                self.url, "--authority", self.path / "server.pem", *more]

    def provision(self, terminal, *more, data=None):
        data = data or self.path / terminal
        said = good(*self.command(data, self.code(terminal), *more))
        return data, said

    def refused(self, done, code):
        self.assertEqual(done.returncode, 3, done)
        self.assertRegex(done.stderr, rf"\Acounterfoil: {code}: .+\n\Z")
        return done.stderr

    def load(self, data):
        tool("bundle", "load", self.path / "shop", "--data", data, "--keys",
             self.path / "keys")
        tool("till", "--data", data, "sign-in", "anna", stdin=self.pins["anna"] + "\n")

    def sell(self, data):
        return tool("till", "--data", data, "sell", "101x2", "--cash", "50000")

    def events(self, data):
        done = tool("ledger", "export", data / "journal.db", "-o", "-")
        return [json.loads(line.split("\t")[0]) for line in done.splitlines()[1:]]

    def verified(self, file, *more):
        return ask_tool("ledger", "verify", file, *more)

    def view(self, terminal):
        return self.centre.ask("GET", f"/api/terminals/{terminal}", None, self.admin)

    def client(self, data, name):
        sync = data / "sync"
        return Client(self.port, sync / "broker-authority.pem", sync / "certificate.pem",
                      sync / "key.pem", name)

    def probe(self):
        clients = self.path / "b" / "clients"
        probe = Client(self.port, self.path / "b" / "ca.pem", clients / "probe.pem",
                       clients / "probe.key", "probe")
        self.addCleanup(probe.close)
        return probe


class SyncingTest(ProvisionTest):
    @staticmethod
    def log_of(data):
        return data.with_name(f"{data.name}.log")

    @contextlib.contextmanager
    def syncing(self, data):
        """The daemon at work; what it says is in log_of()."""
        log = self.log_of(data)
        with open(log, "ab") as out:
            process = subprocess.Popen([programs.sync, "--data", data, "--heartbeat-ms", "500",
                                        "--retry-ms", "1000"], stderr=out)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

    def shop(self, terminal):
        data, _ = self.provision(terminal)
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        self.sell(data)
        return data

    def is_home(self, terminal, data):
        return self.view(terminal)["events_held"] == len(self.events(data))
