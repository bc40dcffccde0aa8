#!/usr/bin/env python3
"""Tills are set up on the device itself, with a real centre over HTTPS and a real broker: by codes,
interrupted anywhere, renewed, revoked, restored, cloned and reset.
Usage: provision_test.py COUNTERFOIL COUNTERFOIL_AGGREGATOR COUNTERFOIL_SYNC BROKER_TOOL"""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from centre_support import FREELY, PATIENCE_S, Centre, wait_for

PROGRAM = AGGREGATOR = SYNC = BROKER = ""


def run(*arguments, stdin="", environment=None):
    return subprocess.run([str(word) for word in arguments], capture_output=True, text=True,
                          input=stdin, timeout=PATIENCE_S, check=False,
                          env={**os.environ, **(environment or {})})


def good(*arguments, stdin=""):
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 0, done
    return done.stdout


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


class Refused(Exception):
    """The broker does not let it in."""


class Client:
    """The little of MQTT 3.1.1 that shows what a broker lets somebody do."""

    def __init__(self, port, authority, certificate, key, name):
        context = ssl.create_default_context(cafile=str(authority))
        context.load_cert_chain(str(certificate), str(key))
        try:
            plain = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            self.socket = context.wrap_socket(plain, server_hostname="localhost")
            self.socket.settimeout(PATIENCE_S)
            self.send(0x10, b"\0\4MQTT\4\2\0\x3c" + self.text(name))
            kind, content = self.receive()
        except (OSError, EOFError) as problem:
            raise Refused(str(problem)) from problem
        if (kind, content[1:]) != (0x20, b"\0"):
            raise Refused(f"{kind} {content!r}")

    @staticmethod
    def text(text):
        return struct.pack(">H", len(text)) + text.encode()

    def send(self, head, content):
        size, length = len(content), b""
        while True:
            length += bytes([size % 128 + (128 if size > 127 else 0)])
            size //= 128
            if not size:
                break
        self.socket.sendall(bytes([head]) + length + content)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def receive(self):
        head, size, shift = self.exactly(1)[0], 0, 0
        while True:
            byte = self.exactly(1)[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return head, self.exactly(size)

    def subscribe(self, topic):
        self.send(0x82, b"\0\1" + self.text(topic) + b"\0")
        assert self.receive()[0] == 0x90

    def publish(self, topic, payload):
        self.send(0x30, self.text(topic) + payload)

    def heard(self, patience_s):
        """What comes within that time, or nothing."""
        self.socket.settimeout(patience_s)
        try:
            while True:
                kind, content = self.receive()
                if kind & 0xf0 == 0x30:
                    size = struct.unpack(">H", content[:2])[0]
                    return content[2 + size:]
        except (TimeoutError, EOFError, ssl.SSLError, ConnectionError):
            return None

    def close(self):
        self.socket.close()


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
        good(BROKER, "init", cls.path / "b", "--centre", "centre", "probe")
        broker = cls.path / "b"
        cls.centre = Centre(
            AGGREGATOR, cls.path / "centre", *cls.options, "--https-certificate",
            cls.path / "server.pem", "--https-key", cls.path / "server.key", "--authority",
            broker / "ca.pem", "--certificate", broker / "clients" / "centre.pem", "--key",
            broker / "clients" / "centre.key", "--broker-port", str(cls.port), "--device-broker",
            f"localhost:{cls.port}")
        cls.addClassCleanup(cls.centre.stop)
        cls.admin = cls.centre.sign_in()
        wait_for((cls.centre.data / "authority-revoked.pem").exists)
        cls.broker = subprocess.Popen(
            [BROKER, "run", broker, "--port", str(cls.port), "--limits", "none", "--trust",
             cls.centre.data / "authority-certificate.pem", "--revocations",
             cls.centre.data / "authority-revoked.pem"], stdout=subprocess.PIPE,
            stderr=open(cls.path / "broker.log", "wb"), text=True)
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
        good(PROGRAM, "keys", "root", keys)
        good(PROGRAM, "keys", "issue", keys, "--for", "bundles")
        good(PROGRAM, "keys", "issue", keys, "--for", "coupons,members")
        made = good(PROGRAM, "bundle", "make", cls.path / "shop", "--keys", keys, "--demo")
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
        return [PROGRAM, "provision", "--data", data, "--code", code, "--url", self.url,
                "--authority", self.path / "server.pem", *more]

    def provision(self, terminal, *more, data=None):
        data = data or self.path / terminal
        said = good(*self.command(data, self.code(terminal), *more))
        return data, said

    def refused(self, done, code):
        self.assertEqual(done.returncode, 3, done)
        self.assertRegex(done.stderr, rf"\Acounterfoil: {code}: .+\n\Z")
        return done.stderr

    def load(self, data):
        good(PROGRAM, "bundle", "load", self.path / "shop", "--data", data, "--keys",
             self.path / "keys")
        good(PROGRAM, "till", "--data", data, "sign-in", "anna", stdin=self.pins["anna"] + "\n")

    def sell(self, data):
        return good(PROGRAM, "till", "--data", data, "sell", "101x2", "--cash", "50000")

    def events(self, data):
        done = good(PROGRAM, "ledger", "export", data / "journal.db", "-o", "-")
        return [json.loads(line.split("\t")[0]) for line in done.splitlines()[1:]]

    def verified(self, file, *more):
        return run(PROGRAM, "ledger", "verify", file, *more)

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


class SettingUp(ProvisionTest):
    def test_a_code_makes_a_till_that_sells_and_proves_its_epoch(self):
        data, said = self.provision("T01")
        self.assertIn("set up: T01 of store 3, epoch 1", said)
        for name in ("key.pem", "sync/key.pem"):
            self.assertEqual((data / name).stat().st_mode & 0o777, 0o600)
        self.assertNotEqual((data / "key.pem").read_text(), (data / "sync/key.pem").read_text())
        self.assertFalse((data / "pending").exists())
        settings = json.loads((data / "sync/sync.json").read_text())
        self.assertEqual((settings["broker"], settings["port"], settings["tenant"],
                          settings["url"]), ("localhost", self.port, "main", self.url))
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        self.sell(data)
        ledger = self.path / "t01.ledger"
        good(PROGRAM, "ledger", "export", data / "journal.db", "-o", ledger)
        proven = self.verified(ledger, "--root", self.centre.data / "authority-certificate.pem",
                               "--centre", self.centre.data / "certificate.pem")
        self.assertEqual(proven.returncode, 0, proven)
        self.assertIn("epoch 1 was opened by the centre at ", proven.stderr)
        other = self.verified(ledger, "--centre", data / "certificate.pem")
        self.assertEqual((other.returncode, other.stdout.split(":")[1]),
                         (1, " record 1, grant_wrong"))

    def test_what_it_was_given_lets_it_into_the_broker_under_its_name_alone(self):
        data, _ = self.provision("T02")
        probe = self.probe()
        probe.subscribe("v1/main/up/+/+")
        till = self.client(data, "T02")
        self.addCleanup(till.close)
        for name in ("T02", "T01"):
            till.publish(f"v1/main/up/7/{name}", name.encode())
        self.assertEqual(probe.heard(PATIENCE_S), b"T02")
        self.assertIsNone(probe.heard(1))

    def test_a_code_that_is_wrong_or_used_or_too_old_sets_nothing_up(self):
        data = self.path / "nobody"
        self.assertIn("TERMINAL_CODE_INVALID",
                      self.refused(run(*self.command(data, "0000-0000-0000")), "refused"))
        code = self.code("T03")
        good(*self.command(self.path / "T03", code))
        self.assertIn("TERMINAL_CODE_INVALID", self.refused(run(*self.command(data, code)),
                                                            "refused"))
        hungarian = run(*self.command(data, "0000-0000-0000", "--language", "hu"))
        self.assertIn("Ez a kód hibás", self.refused(hungarian, "refused"))
        old = self.code("T04")
        self.centre.stop()
        with contextlib.closing(sqlite3.connect(self.centre.data / "centre.db")) as store, store:
            store.execute("UPDATE terminal_code SET expires_ms = 1 WHERE terminal = 'T04'")
        self.centre.start()
        self.assertIn("TERMINAL_CODE_INVALID", self.refused(run(*self.command(data, old)),
                                                            "refused"))
        self.assertFalse((data / "journal.db").exists())
        self.assertFalse((data / "key.pem").exists())

    def test_a_centre_that_cannot_prove_itself_is_told_nothing(self):
        data = self.path / "careful"
        other = [*self.command(data, self.code("T05"))]
        other[other.index("--authority") + 1] = self.centre.data / "authority-certificate.pem"
        self.refused(run(*other), "bad_certificate")
        other[other.index("--url") + 1] = "http://192.0.2.1:80"
        self.refused(run(*other), "invalid_argument")

    def test_it_may_be_repeated_and_the_same_keys_are_answered_the_same(self):
        data, code = self.path / "T06", self.code("T06")
        first = good(*self.command(data, code))
        key = (data / "key.pem").read_bytes()
        self.assertIn("epoch 1", first)
        self.assertIn("before", good(*self.command(data, code)))
        self.assertEqual((data / "key.pem").read_bytes(), key)
        self.assertEqual(len(self.events(data)), 1)

    # Every third step: each takes a process that is traced, and one that goes on. Who is traced
    # cannot look for leaks.
    def test_killed_at_any_step_it_goes_on_by_the_same_command(self):
        calls = "trace=rename,link,unlink,mkdir,fsync,fdatasync,pwrite64,connect,sendto"
        step, ended = os.getpid() % 3 - 2, False
        while not ended:
            step += 3
            data, terminal = self.path / f"killed{step}", f"K{step}"
            command = self.command(data, self.code(terminal))
            killed = run("strace", "-f", "-qq", "-o", "/dev/null", "-e", calls, "-e",
                         f"inject={calls[6:]}:signal=KILL:when={step}", *command,
                         environment={"ASAN_OPTIONS": "detect_leaks=0"})
            ended = killed.returncode == 0
            self.assertTrue(ended or killed.returncode == -signal.SIGKILL, killed)
            said = good(*command)
            self.assertIn("set up: ", said)
            self.assertEqual([event["type"] for event in self.events(data)], ["genesis"])
            self.assertFalse((data / "pending").exists(), step)
            self.assertEqual(self.view(terminal)["epoch"], 1, step)
            shutil.rmtree(data)
        self.assertGreater(step, 30)


class StayingSetUp(ProvisionTest):
    def renew(self, data, at=None, key=None):
        sync = data / "sync"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                sync / "next.key")
        name = data.name
        request = openssl("req", "-new", "-sha256", "-key", sync / "next.key", "-subj",
                          f"/CN={name}")
        der = openssl("req", "-outform", "DER", given=request.encode(), text=False)
        certificate = (sync / "certificate.pem").read_text()
        leaf = openssl("x509", "-outform", "DER", given=certificate.encode(), text=False)
        at = at or time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        signed = json.dumps({"certificate": hashlib.sha256(leaf).hexdigest(),
                             "request": hashlib.sha256(der).hexdigest(), "at": at},
                            separators=(",", ":"))
        signature = raw_signature(key or sync / "key.pem",
                                  b"counterfoil/renewal/1\n" + signed.encode())
        return self.centre.ask("POST", "/api/terminals/renew",
                               {"certificate": certificate, "request": request, "at": at,
                                "signature": signature})

    def refusal(self, answer, code):
        self.assertEqual((answer.status, answer["error_code"]), (403, code), answer)

    def test_a_link_is_renewed_by_the_key_that_it_has(self):
        data, _ = self.provision("T11")
        self.refusal(self.renew(data, at="2020-01-01T00:00:00.000Z"), "TERMINAL_CLOCK_WRONG")
        self.refusal(self.renew(data, key=data / "key.pem"), "TERMINAL_CERTIFICATE_INVALID")
        answer = self.renew(data)
        self.assertEqual(answer.status, 200, answer)
        sync = data / "sync"
        (sync / "certificate.pem").write_text(answer["link_certificate"])
        shutil.copy(sync / "next.key", sync / "key.pem")
        self.client(data, "T11").close()
        self.assertEqual(self.renew(data).status, 200)
        # The ledger's certificate opens no link.
        shutil.copy(data / "certificate.pem", sync / "certificate.pem")
        self.refusal(self.renew(data, key=data / "key.pem"), "TERMINAL_CERTIFICATE_INVALID")

    def test_who_is_revoked_loses_the_broker_within_a_minute(self):
        data, _ = self.provision("T12")
        honest, _ = self.provision("T13")
        probe = self.probe()
        probe.subscribe("v1/main/up/+/+")
        till, other = self.client(data, "T12"), self.client(honest, "T13")
        self.addCleanup(till.close)
        self.addCleanup(other.close)
        till.subscribe("v1/main/dn/T12")
        till.publish("v1/main/up/7/T12", b"before")
        self.assertEqual(probe.heard(PATIENCE_S), b"before")
        probe.publish("v1/main/dn/T12", b"down")
        self.assertEqual(till.heard(PATIENCE_S), b"down")
        begun = time.monotonic()
        revoked = self.centre.ask("POST", "/api/terminals/T12/revoke", {"reason": "stolen"},
                                  self.admin)
        self.assertEqual(revoked.status, 200)

        def is_silent():
            till.publish("v1/main/up/7/T12", b"still")
            return probe.heard(0.5) is None
        wait_for(is_silent)
        took_s = time.monotonic() - begun
        print(f"revoked: silent after {took_s:.1f} s", file=sys.stderr)
        self.assertLess(took_s, 60)
        wait_for(lambda: till.heard(0.5) is None)
        probe.publish("v1/main/dn/T12", b"secret")
        self.assertIsNone(till.heard(1))
        with self.assertRaises(Refused):
            self.client(data, "T12")
        self.refusal(self.renew(data), "TERMINAL_CERTIFICATE_INVALID")
        other.publish("v1/main/up/7/T13", b"honest")
        self.assertEqual(probe.heard(PATIENCE_S), b"honest")
        again, said = self.provision("T12", "--export", self.path / "t12.ledger", data=data)
        self.assertIn("put aside", said)
        wait_for(lambda: self.lets_in(again, "T12"))

    def lets_in(self, data, name):
        try:
            self.client(data, name).close()
        except Refused:
            return False
        return True

    def test_what_an_older_device_of_a_name_was_given_is_good_no_more(self):
        old, _ = self.provision("T14", data=self.path / "T14-old")
        new, said = self.provision("T14", data=self.path / "T14-new")
        self.assertIn("epoch 2", said)
        wait_for(lambda: not self.lets_in(old, "T14"))
        self.assertTrue(self.lets_in(new, "T14"))


class Guarding(ProvisionTest):
    def receipt(self, data, seq):
        """What the centre would sign, kept where the sync daemon keeps it."""
        events = good(PROGRAM, "ledger", "export", data / "journal.db", "-o", "-").splitlines()
        event = events[seq].split("\t")[0]
        head = hashlib.sha256(b"counterfoil/event/1\n" + event.encode()).hexdigest()
        said = json.loads(event)
        text = json.dumps({"v": 1, "terminal": said["terminal"], "epoch": said["epoch"],
                           "seq": seq, "head": head, "server_time": "2026-11-21T08:01:36.000Z",
                           "credit": 500, "versions": {}}, separators=(",", ":"))
        signature = raw_signature(self.centre.data / "key.pem",
                                  b"counterfoil/receipt/1\n" + text.encode())
        (data / "sync/receipt").write_text(f"{text}\t{signature}")

    def test_a_reset_throws_away_nothing_that_is_nowhere_else(self):
        data, _ = self.provision("T21")
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        self.sell(data)
        count = len(self.events(data))
        reset = [PROGRAM, "till", "--data", data, "reset"]
        self.assertIn(f"{count} events", self.refused(run(*reset, "--language", "en"), "unsynced"))
        self.assertIn(f"{count} esemény", self.refused(run(*reset, "--language", "hu"),
                                                       "unsynced"))
        self.receipt(data, count - 1)
        for more in ([], ["--check"]):
            self.assertIn("1 events", self.refused(run(*reset, "--language", "en", *more),
                                                   "unsynced"))
        ledger = self.path / "t21.ledger"
        good(*reset, "--export", ledger)
        self.assertTrue(self.verified(ledger).stdout.startswith(f"ok: {count} events"))
        self.assertEqual(list(data.iterdir()), [])
        self.refused(run(*reset), "not_found")

    def test_a_till_whose_events_are_all_held_is_reset_at_once(self):
        data, _ = self.provision("T22")
        self.receipt(data, 1)
        self.assertIn("may be reset", good(PROGRAM, "till", "--data", data, "reset", "--check"))
        self.assertTrue((data / "journal.db").exists())
        self.assertIn("reset: ", good(PROGRAM, "till", "--data", data, "reset"))
        self.assertEqual(list(data.iterdir()), [])

    def test_setting_up_over_a_till_saves_what_only_it_has(self):
        data, _ = self.provision("T23")
        self.load(data)
        code = self.code("T23")
        self.assertIn("events", self.refused(run(*self.command(data, code, "--language", "en")),
                                             "unsynced"))
        ledger = self.path / "t23.ledger"
        said = good(*self.command(data, code, "--export", ledger))
        self.assertIn("exported: ", said)
        self.assertIn("epoch 2", said)
        self.assertEqual(self.verified(ledger).returncode, 0)
        self.assertFalse((data / "mirror.db").exists())
        self.assertEqual(len(self.events(data / "old/epoch-1")), 1)

    def test_a_restored_image_begins_the_next_epoch(self):
        data, _ = self.provision("T24")
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        image = self.path / "image"
        image.mkdir()
        for path in data.glob("journal.db*"):
            shutil.copy(path, image)
        self.sell(data)
        for path in data.glob("journal.db*"):
            path.unlink()
        for path in image.iterdir():
            shutil.copy(path, data)
        status = run(PROGRAM, "till", "--data", data, "--language", "en", "status")
        self.assertIn("restored_copy", status.stderr)
        said = good(*self.command(data, self.code("T24")))
        self.assertIn("epoch 2", said)
        exported = re.search(r"exported: (.*)", said)[1]
        self.assertEqual(self.verified(exported).returncode, 0)
        self.assertEqual([event["epoch"] for event in self.events(data)], [2])
        self.assertGreater(len(self.events(data / "old/epoch-1")), 1)
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        self.sell(data)


class SyncingTest(ProvisionTest):
    @contextlib.contextmanager
    def syncing(self, data):
        """The daemon at work, and what it has logged."""
        log = data.with_name(f"{data.name}.log")
        with open(log, "ab") as out:
            process = subprocess.Popen([SYNC, "--data", data, "--heartbeat-ms", "500",
                                        "--retry-ms", "1000"], stderr=out)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

    def shop(self, terminal):
        data, _ = self.provision(terminal)
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        self.sell(data)
        return data

    def is_home(self, terminal, data):
        return self.view(terminal)["events_held"] == len(self.events(data))


class Syncing(SyncingTest):
    def test_what_it_sells_comes_home_and_then_it_may_be_reset(self):
        data = self.shop("T31")
        with self.syncing(data):
            wait_for(lambda: self.is_home("T31", data))
            self.sell(data)
            wait_for(lambda: self.is_home("T31", data))
        self.assertIn("reset: ", good(PROGRAM, "till", "--data", data, "reset"))

    def test_a_restored_image_sends_what_follows_under_its_next_epoch(self):
        data = self.shop("T32")
        with self.syncing(data):
            wait_for(lambda: self.is_home("T32", data))
        held = self.view("T32")["events_held"]
        (data / "journal.mark").unlink()
        self.assertIn("restored_copy", run(PROGRAM, "till", "--data", data, "status").stderr)
        self.assertIn("epoch 2", good(*self.command(data, self.code("T32"))))
        self.load(data)
        good(PROGRAM, "till", "--data", data, "open", "20000")
        with self.syncing(data):
            count = held + len(self.events(data))
            wait_for(lambda: self.view("T32")["events_held"] == count)

    def test_a_clone_that_works_too_is_found_out_and_harms_nobody_else(self):
        honest, twice = self.shop("T33"), self.shop("T34")
        clone = self.path / "T34-clone"
        shutil.copytree(twice, clone)
        self.sell(twice)
        self.sell(clone)
        good(PROGRAM, "till", "--data", clone, "drawer", "--reason", "change")
        begun = time.monotonic()
        with self.syncing(twice), self.syncing(clone), self.syncing(honest):
            wait_for(lambda: self.judged("T34"))
            print(f"clone: judged after {time.monotonic() - begun:.1f} s", file=sys.stderr)
            self.sell(honest)
            wait_for(lambda: self.is_home("T33", honest))
        # One of them is the ledger that is held, and nothing of the other has got into it.
        held = self.view("T34")["events_held"]
        self.assertIn(held, range(1, len(self.events(clone)) + 1))
        self.assertEqual(self.judged("T33"), set())

    def judged(self, terminal):
        log = pathlib.Path(f"{self.centre.data}.log").read_text(encoding="utf-8")
        said = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        return {line["reason"] for line in said
                if line["event"] == "terminal_judged" and line["terminal"] == terminal}


class Renewing(SyncingTest):
    options = [*FREELY, "--link-seconds", "120"]

    def test_a_link_is_renewed_in_time_and_used_from_then_on(self):
        data = self.shop("T41")
        certificate = data / "sync/certificate.pem"
        first, key = certificate.read_text(), (data / "sync/key.pem").read_text()
        with self.syncing(data) as log:
            wait_for(lambda: certificate.read_text() != first)
            wait_for(lambda: "link_renewed" in log.read_text())
            wait_for(lambda: self.is_home("T41", data))
        self.assertNotEqual((data / "sync/key.pem").read_text(), key)
        self.assertEqual((data / "sync/key.pem").stat().st_mode & 0o777, 0o600)
        self.assertEqual([path.name for path in (data / "sync").glob("next-*")], [])
        self.client(data, "T41").close()
        self.sell(data)
        with self.syncing(data):
            wait_for(lambda: self.is_home("T41", data))


class FewTries(ProvisionTest):
    options = ["--requests", "100000000", "--sign-ins", "4"]

    def test_codes_are_not_guessed_by_looking_them_up(self):
        answers = [self.centre.ask("POST", "/api/terminals/codes/lookup", {"code": f"{n:012}"})
                   for n in range(5)]
        self.assertEqual([answer.status for answer in answers], [403, 403, 403, 429, 429])


if __name__ == "__main__":
    PROGRAM, AGGREGATOR, SYNC, BROKER = (os.path.abspath(path) for path in sys.argv[1:5])
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]])
