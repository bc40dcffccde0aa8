"""A centre without a broker for tests over HTTP: it is started, asked, and every answer is held
against what its own description declares."""

import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.parse

PATIENCE_S = 60
# A connection of the test before can be there a moment longer, so that 64 at once would be more.
FREELY = ["--requests", "100000000", "--sign-ins", "100000000", "--connections", "1000"]


class Postgres:
    """A server of its own in a temporary folder, on a socket there alone."""

    def __init__(self):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        assert found, "there is no PostgreSQL"
        self.programs = found[-1]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="centre-postgres-"))
        self.user = None
        if os.geteuid() == 0:
            self.user = "postgres"
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.run("initdb", "-D", self.folder / "data", "-U", "counterfoil", "-A", "trust", "-E",
                 "UTF8", "--locale=C", "--no-sync")
        self.server = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c",
             "listen_addresses="], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=self.user, cwd=self.folder)
        wait_for(lambda: (self.folder / ".s.PGSQL.5432").exists())
        self.databases = 0

    def run(self, program, *arguments):
        subprocess.run([self.programs / program, *map(str, arguments)], check=True,
                       stdout=subprocess.DEVNULL, user=self.user, cwd=self.folder)

    def new_database(self):
        self.databases += 1
        name = f"centre{self.databases}"
        wait_for(lambda: subprocess.run(
            [self.programs / "createdb", "-h", self.folder, "-U", "counterfoil", name],
            stderr=subprocess.DEVNULL, check=False).returncode == 0)
        return f"host={self.folder} user=counterfoil dbname={name}"

    def stop(self):
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(PATIENCE_S)
        shutil.rmtree(self.folder)


def wait_for(condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def resolve(schema, document):
    while "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def fault_in(value, schema, document, place="the answer"):
    """What of the value is not as the schema declares it; none where all is."""
    schema = resolve(schema, document)
    if value is None:
        return None if schema.get("nullable") else f"{place} is null"
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    kind = kinds[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return f"{place} is no {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place} is none of {schema['enum']}"
    if kind is dict:
        members = schema.get("properties", {})
        for name in value:
            if name not in members and schema.get("additionalProperties", True) is False:
                return f"{place}.{name} is not declared"
        for name in schema.get("required", []):
            if name not in value:
                return f"{place}.{name} is missing"
        for name, member in value.items():
            if name in members:
                fault = fault_in(member, members[name], document, f"{place}.{name}")
                if fault:
                    return fault
    if kind is list:
        for i, item in enumerate(value):
            fault = fault_in(item, schema["items"], document, f"{place}[{i}]")
            if fault:
                return fault
    return None


def object_of(pairs):
    """An object's members, each of which stands there once: not every reader takes the last."""
    members = dict(pairs)
    assert len(members) == len(pairs), f"a member stands there twice: {pairs}"
    return members


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"{self.status} {self.body}"


class Centre:
    """One counterfoil-aggregator; `with` ends it."""

    def __init__(self, program, data, *options, postgres=None):
        self.program = program
        self.data = pathlib.Path(data)
        self.store = ["--postgres", postgres] if postgres else []
        self.options = list(options)
        self.trust = None  # of HTTPS: whom to believe
        self.document = None
        self.routes = []
        if "--https-certificate" in self.options:
            self.trust = ssl.create_default_context(
                cafile=self.options[self.options.index("--https-certificate") + 1])
        self.start()

    def start(self):
        self.log = open(f"{self.data}.log", "ab")
        self.process = subprocess.Popen(
            [self.program, "run", "--data", self.data, *self.store, "--port", "0", *self.options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.pin = None
        for line in self.process.stdout:
            admin = re.match(r"administrator: (\w+), PIN (\d{8})", line)
            if admin:
                self.admin_id, self.pin = admin.groups()
            listening = re.match(r"listening: https?://127\.0\.0\.1:(\d+)/", line)
            if listening:
                self.port = int(listening[1])
                break
        else:
            raise AssertionError(pathlib.Path(self.log.name).read_text())
        if self.document is None:
            self.document = self.ask("GET", "/api/openapi.json").body
            self.routes = [(method.upper(), path, operation)
                           for path, methods in self.document["paths"].items()
                           for method, operation in methods.items()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_S) == 0
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process.poll() is None:
            self.stop()

    def rebuild_check(self):
        return subprocess.run([self.program, "rebuild", "--check", "--data", self.data,
                               *self.store], capture_output=True, text=True, check=False)

    def operation(self, method, path):
        """What the description says of that request."""
        parts = path.split("?")[0].strip("/").split("/")
        best = None
        for known, pattern, operation in self.routes:
            places = pattern.strip("/").split("/")
            if known != method or len(places) != len(parts):
                continue
            if all(p.startswith("{") or p == q for p, q in zip(places, parts)):
                literals = sum(not p.startswith("{") for p in places)
                if best is None or literals > best[0]:
                    best = (literals, operation)
        return best and best[1]

    def connect(self):
        if self.trust:
            return http.client.HTTPSConnection("localhost", self.port, timeout=PATIENCE_S,
                                               context=self.trust)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def ask(self, method, path, body=None, token=None, raw=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            raw = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, urllib.parse.quote(path, safe="/?&=%"), raw, sent)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        is_json = "json" in (response.getheader("Content-Type") or "")
        answer = Answer(response.status, response.headers,
                        json.loads(text, object_pairs_hook=object_of) if is_json else text)
        self.hold(method, path, answer)
        return answer

    def hold(self, method, path, answer):
        """An answer that its description does not declare is a fault."""
        operation = self.document and self.operation(method, path)
        if not operation:
            return
        declared = operation["responses"].get(str(answer.status), operation["responses"]["default"])
        if answer.status < 300:
            assert str(answer.status) in operation["responses"], f"{method} {path}: {answer}"
        is_table = (answer.headers["Content-Type"] or "").startswith("text/csv")
        for kind, content in declared.get("content", {}).items():
            if kind == "application/json" and not is_table:
                fault = fault_in(answer.body, content["schema"], self.document)
                assert not fault, f"{method} {path}: {fault}: {answer}"

    def sign_in(self, loyalty_id=None, pin=None):
        answer = self.ask("POST", "/api/auth/login",
                          {"loyalty_id": loyalty_id or self.admin_id, "pin_code": pin or self.pin})
        assert answer.status == 200, answer
        return answer["access_token"]
