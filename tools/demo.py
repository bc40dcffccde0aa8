"""What tools/run is made of: the processes of a small merchant on one machine, and their folder."""

import contextlib
import ctypes
import datetime
import fcntl
import http.client
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_S = 60
LAST_RECEIPT_S = 5
STORE = 1
CENTRE_PORT = 8081
BROKER_PORT = 8883
FIRST_TILL_PORT = 8091
MEMBERS = """loyalty_id,name,email,phone,role
DEMO001,Kovács Anna,anna@example.com,+36301234567,normal
DEMO002,Tóth Béla,bela@example.com,+36201234567,loyal
DEMO003,Nagy Csilla,csilla@example.com,,normal
"""


class Refused(Exception):
    """What cannot be done, as a code and a sentence."""


def say(text):
    print(text, flush=True)


def wait_for(what, sentence, seconds=PATIENCE_S):
    """Until it gives something; told every few seconds that it takes long."""
    begun = told = time.monotonic()
    while True:
        found = what()
        if found:
            return found
        now = time.monotonic()
        if now - begun > seconds:
            raise Refused(f"too_late: {sentence} did not come within {seconds} s")
        if now - told > 3:
            told = now
            say(f"  waiting for {sentence}, {now - begun:.0f} s ...")
        time.sleep(0.02)


def preferred(port):
    """That port where it is free, else 0: any."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    return 0


def end_with_parent():
    """However this program ends, nothing that it started stays."""
    parent_ends = 1
    ctypes.CDLL(None).prctl(parent_ends, signal.SIGKILL)


class Process:
    """A program of the demo; what it says goes into a log. Ctrl-C is not for it, but for us."""

    def __init__(self, name, log, words):
        self.name = name
        self.log = log
        with open(log, "wb") as out:
            self.program = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def has_ended(self):
        return self.program.poll() is not None

    def check(self):
        if self.has_ended():
            last = self.text().strip().splitlines()[-1:] or ["nothing"]
            raise Refused(f"ended: {self.name} ended by itself; it said: {last[0]}")
        return True

    def heard(self, pattern):
        """The first place in what it says where that stands; waits for it."""
        def found():
            place = re.search(pattern, self.text())
            return place or (self.check() and None)
        return wait_for(found, self.name)

    def stop(self, patience_s=30):
        if not self.has_ended():
            self.program.send_signal(signal.SIGTERM)
        try:
            self.program.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()


class Web:
    """One server as its users see it; cookies are kept in a file that curl reads, too."""

    def __init__(self, port, jar=None):
        self.port = port
        self.token = None
        self.jar = http.cookiejar.MozillaCookieJar(jar) if jar else None
        if jar and pathlib.Path(jar).exists():
            self.jar.load(ignore_discard=True)

    def cookies(self):
        return "; ".join(f"{one.name}={one.value}" for one in self.jar or [])

    def keep_cookies(self, response):
        for header in response.headers.get_all("Set-Cookie") or []:
            name, value = header.split(";")[0].split("=", 1)
            self.jar.set_cookie(http.cookiejar.Cookie(
                0, name, value, None, False, "127.0.0.1", True, False, "/", True, False,
                int(time.time()) + 10 * 366 * 86400, False, None, None, {}))
            self.jar.save(ignore_discard=True)

    def ask(self, method, path, body=None):
        """Status and answer; (0, {}) where nobody listens."""
        sent = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies():
            sent["Cookie"] = self.cookies()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            text = response.read()
        except OSError:
            return 0, {}
        finally:
            connection.close()
        if self.jar is not None:
            self.keep_cookies(response)
        is_json = "json" in (response.headers["Content-Type"] or "")
        return response.status, json.loads(text) if is_json else text.decode()

    def done(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if status not in (200, 201, 202):
            raise Refused(f"refused: {method} {path} was answered {status}: {answer}")
        return answer


class Folder:
    """Where a demo lies: its keys, its broker, its centre, its tills, and demo.json with the PINs
    that are told only once. `ready` is the last thing that is made."""

    def __init__(self, path, programs):
        self.path = path
        self.programs = programs

    def __truediv__(self, name):
        return self.path / name

    def program(self, name):
        return self.programs / name

    def till(self, name):
        return self.path / "tills" / name

    def tills(self):
        return sorted(path.name for path in (self.path / "tills").glob("T*"))

    def notes(self):
        with contextlib.suppress(FileNotFoundError):
            return json.loads((self / "demo.json").read_text(encoding="utf-8"))
        return {}

    def note(self, **news):
        beside = self / "demo.json.new"
        beside.write_text(json.dumps(self.notes() | news, indent=2), encoding="utf-8")
        beside.rename(self / "demo.json")

    @contextlib.contextmanager
    def held(self):
        """One tools/run at a time. The lock lies beside, so that the folder can be removed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_name(self.path.name + ".lock"), "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"in_use: a demo runs in {self.path}; end it first") from None
            yield

    def run(self, *words):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise Refused(f"refused: {' '.join(map(str, words[:4]))} ...: {done.stderr.strip()}")
        return done.stdout

    def tool(self, *words):
        return self.run(self.program("counterfoil"), *words)


def make_merchant(folder):
    """Keys, and a burger shop's members, catalogue, coupons and staff, signed."""
    say("  a merchant's keys; a burger shop with 1,000 members, 20 products and 500 coupons")
    folder.tool("keys", "root", folder / "keys")
    folder.tool("keys", "issue", folder / "keys", "--for", "bundles,coupons,members")
    made = folder.tool("bundle", "make", folder / "shop.bundle", "--keys", folder / "keys",
                       "--demo", "--lease-to", "T01")
    folder.note(pins=dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made)),
                coupons=re.findall(r"coupon: (\S+) ", made))


def make_broker(folder):
    say("  a broker's certificates")
    folder.run(ROOT / "tools" / "broker", "init", folder / "broker", "--centre", "centre")


def make_till(folder, name):
    """Beside, and then in its place: a till that is there is whole. The centre is stopped."""
    say(f"  till {name}: its key, its ledger, its certificates, the shop's data")
    beside = folder / "new-till"
    shutil.rmtree(beside, ignore_errors=True)
    folder.tool("till", "--data", beside, "init", "--terminal", name, "--store", STORE)
    folder.tool("bundle", "load", folder / "shop.bundle", "--data", beside, "--keys",
                folder / "keys")
    shutil.copy(ROOT / "boards" / "sim" / "board.json", beside / "board.json")
    shutil.copy(ROOT / "boards" / "sim" / "logo.png", beside / "logo.png")
    folder.run(folder.program("counterfoil-aggregator"), "provision", "--data", folder / "centre",
               "--store", STORE, beside / "certificate.pem")
    if not (folder / "broker" / "clients" / f"{name}.pem").exists():
        folder.run(ROOT / "tools" / "broker", "terminal", folder / "broker", name)
    (beside / "sync").mkdir()
    for to, source in {"broker-authority.pem": folder / "broker" / "ca.pem",
                       "certificate.pem": folder / "broker" / "clients" / f"{name}.pem",
                       "key.pem": folder / "broker" / "clients" / f"{name}.key",
                       "centre.pem": folder / "centre" / "certificate.pem"}.items():
        shutil.copy(source, beside / "sync" / to)
    folder.till(name).parent.mkdir(exist_ok=True)
    beside.rename(folder.till(name))


def prepare(folder, count):
    """All that the first start makes, and what more tills need later."""
    if folder.path.exists() and not folder.notes().get("ready"):
        shutil.rmtree(folder.path)  # an interrupted first start; nothing was sold yet
    wanted = [f"T{number:02}" for number in range(1, count + 1)]
    missing = [name for name in wanted if name not in folder.tills()]
    if not missing:
        return
    say("Setting up (only once):")
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    folder.path.chmod(0o700)
    if not folder.notes():
        make_merchant(folder)
        make_broker(folder)
    for name in missing:
        make_till(folder, name)
    folder.note(ready=True)


class Unsynced:
    """What only the tills of a stopped demo have."""

    def __init__(self, folder):
        self.count = 0
        self.oldest = None
        for name in folder.tills():
            self.add(folder, name)

    def add(self, folder, name):
        receipted = receipted_by(folder.till(name) / "sync" / "receipt")
        for event in events_of(folder, name):
            if event["seq"] > receipted:
                self.count += 1
                self.oldest = min(self.oldest or event["at"], event["at"])

    def age_s(self):
        made = datetime.datetime.fromisoformat(self.oldest.replace("Z", "+00:00"))
        return max(0, time.time() - made.timestamp())


def receipted_by(path):
    """Up to which event the last receipt goes that the sync daemon has verified and kept."""
    with contextlib.suppress(FileNotFoundError):
        found = re.search(rb'"seq":(\d+)', path.read_bytes())
        return int(found[1]) if found else 0
    return 0


def events_of(folder, name):
    """The events of a till's ledger, from an export that was verified."""
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place, "ledger")
        folder.tool("ledger", "export", folder.till(name) / "journal.db", "-o", file)
        folder.tool("ledger", "verify", file)
        for line in file.read_text(encoding="utf-8").splitlines():
            record = line.split("\t")[0]
            if record.startswith('{"v"') and '"seq":' in record:
                yield json.loads(record)


class Till:
    """A till's program and its sync daemon."""

    def __init__(self, folder, name, broker_port):
        self.name = name
        self.folder = folder
        self.path = folder.till(name)
        self.broker_port = broker_port
        self.jar = self.path / "jar"
        port = preferred(FIRST_TILL_PORT + int(name[1:]) - 1)
        self.till = Process(f"till {name}", folder / "logs" / f"{name}.log", [
            folder.program("counterfoil-till"), "--data", self.path, "--board",
            self.path / "board.json", "--port", port])
        self.sync = None

    def open(self):
        """Anna signs in and opens a shift, where that is not so already."""
        self.port = int(self.till.heard(r"listening: http://127\.0\.0\.1:(\d+)/")[1])
        self.web = Web(self.port, self.jar)
        state = self.web.done("GET", "/api/till")
        if not state.get("staff"):
            self.web.done("POST", "/api/session",
                          {"staff": "anna", "pin": self.folder.notes()["pins"]["anna"]})
            state = self.web.done("GET", "/api/till")
        if not state.get("shift"):
            self.web.done("POST", "/api/shift", {"float_minor": 20000})

    def start_sync(self):
        self.sync = Process(f"sync {self.name}", self.folder / "logs" / f"{self.name}.sync.log", [
            self.folder.program("counterfoil-sync"), "--data", self.path, "--broker",
            f"localhost:{self.broker_port}"])

    def standing(self):
        return self.web.done("GET", "/api/till")["sync"]

    def is_home(self):
        self.till.check()
        if self.sync:
            self.sync.check()
        return self.standing()["unsynced"] == 0

    def sell(self):
        self.web.done("POST", "/api/basket/lines", {"code": "101"})
        return self.web.done("POST", "/api/sales",
                             {"payments": [{"kind": "cash", "amount_minor": 5000}]})

    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def stop_sync(self):
        """With all that was sold at home, where the centre can be reached."""
        if not self.sync:
            return
        receipt = self.path / "sync" / "receipt"
        last = max((event["seq"] for event in events_of(self.folder, self.name)), default=0)
        with contextlib.suppress(Refused):
            wait_for(lambda: receipted_by(receipt) >= last or self.sync.has_ended(),
                     f"{self.name}'s last receipt", LAST_RECEIPT_S)
        self.sync.stop()


class Centre:
    """counterfoil-aggregator on SQLite."""

    def __init__(self, folder, broker_port):
        self.folder = folder
        broker = folder / "broker"
        self.process = Process("the centre", folder / "logs" / "centre.log", [
            folder.program("counterfoil-aggregator"), "run", "--data", folder / "centre",
            "--port", preferred(CENTRE_PORT), "--broker-port", broker_port, "--authority",
            broker / "ca.pem", "--certificate", broker / "clients" / "centre.pem", "--key",
            broker / "clients" / "centre.key"])
        self.port = int(self.process.heard(r"listening: http://127\.0\.0\.1:(\d+)/")[1])
        told = re.search(r"administrator: (\w+), PIN (\d{8})", self.process.text())
        if told:
            folder.note(admin={"card": told[1], "pin": told[2]})
        self.web = Web(self.port)
        self.sign_in()

    def admin(self, *words):
        return self.folder.tool("admin", "--session", self.folder / "session", *words)

    def pin_file(self):
        return self.folder / "admin.pin"

    def sign_in(self):
        admin = self.folder.notes()["admin"]
        self.pin_file().touch(mode=0o600)
        self.pin_file().write_text(admin["pin"] + "\n", encoding="ascii")
        answer = self.web.done("POST", "/api/auth/login",
                               {"loyalty_id": admin["card"], "pin_code": admin["pin"]})
        self.web.token = answer["access_token"]

    def add_members(self):
        """Three, once."""
        if self.folder.notes().get("members"):
            return
        table = self.folder / "members.csv"
        table.write_text(MEMBERS, encoding="utf-8")
        self.admin("sign-in", "--url", self.url(), "--card", self.folder.notes()["admin"]["card"],
                   "--pin-file", self.pin_file())
        self.admin("imports", "members", table)
        self.folder.note(members=True)

    def held(self, name):
        return self.web.done("GET", f"/api/terminals/{name}")["events_held"]

    def sales(self, name):
        """How many sales of that till it has, and their sum."""
        count = total = 0
        after = ""
        while True:
            part = self.web.done("GET", f"/api/purchases?terminal={name}&kind=sale&limit=1000"
                                        + (f"&after={after}" if after else ""))
            count += len(part["purchases"])
            total += sum(one["amount"] for one in part["purchases"])
            after = part.get("next")
            if not after:
                return count, total

    def url(self):
        return f"http://127.0.0.1:{self.port}"


def start_broker(folder):
    port = folder / "broker" / "port"
    port.unlink(missing_ok=True)
    process = Process("the broker", folder / "logs" / "broker.log", [
        ROOT / "tools" / "broker", "run", folder / "broker", "--port", preferred(BROKER_PORT)])
    wait_for(lambda: port.exists() or (process.check() and None), "the broker")
    return process, int(port.read_text(encoding="ascii"))


class Demo:
    """All of it, started from the broker on, and ended the other way round."""

    def __init__(self, folder, with_sync=True):
        self.folder = folder
        self.with_sync = with_sync
        self.broker = self.centre = None
        self.tills = []

    def start(self):
        self.broker, port = start_broker(self.folder)
        self.centre = Centre(self.folder, port)
        self.centre.add_members()
        self.tills = [Till(self.folder, name, port) for name in self.folder.tills()]
        for till in self.tills:
            till.open()
            if self.with_sync:
                till.start_sync()

    def check(self):
        for process in [self.broker, self.centre.process, *(till.till for till in self.tills),
                        *(till.sync for till in self.tills if till.sync)]:
            process.check()

    def totals(self):
        """Both sides, each by itself: the till's ledger, and what the centre answers."""
        for till in self.tills:
            events = list(events_of(self.folder, till.name))
            sums = [event["body"]["total_minor"] for event in events if event["type"] == "sale"]
            yield (till.name, (len(events), len(sums), sum(sums)),
                   (self.centre.held(till.name), *self.centre.sales(till.name)))

    def stop(self):
        """First the tills, then what brings home what they have sold, then where it comes to."""
        for till in self.tills:
            till.till.stop()
        for till in self.tills:
            till.stop_sync()
        for process in (self.centre and self.centre.process, self.broker):
            if process:
                process.stop()
