#!/usr/bin/env python3
"""What the tests of the till's program have in common: a till with its files and its devices, and
the screens at it; no network but loopback."""

import ctypes
import fcntl
import http.client
import json
import pathlib
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOOL = PROGRAM = PAPER = ""
BOARD = {
    "name": "test", "listen": {"address": "127.0.0.1", "port": 8080},
    "scanners": [{"kind": "pty", "link": "scanner"}], "cameras": [],
    "printer": {"kind": "file", "path": "paper.escpos",
                "model": {"columns": 42, "dots": 576, "qr_command": True, "cut": "partial",
                          "drawer_pin": 2, "proof": "handed_over", "asks": False}},
    "display": {"kind": "file", "path": "display"}}


def unplug():
    """Leaves this process and its children no network but a loopback of their own."""
    clone_newuser, clone_newnet, siocsifflags, up = 0x10000000, 0x40000000, 0x8914, 1
    if ctypes.CDLL(None, use_errno=True).unshare(clone_newuser | clone_newnet) != 0:
        print(f"the network stays plugged in: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loopback:
        fcntl.ioctl(loopback, siocsifflags, struct.pack("16sh14x", b"lo", up))
    assert len(socket.if_nameindex()) == 1


def tool(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Screen:
    """A browser: keeps its cookie, gives each write a key of its own."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}
        self.keys = 0
        self.done("GET", "/api/till")
        assert self.cookies

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method, path, body=None, headers=None, key=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": self.cookie()} if self.cookies else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if method != "GET":
            self.keys += 1
            sent["Idempotency-Key"] = key or f"{id(self)}-{self.keys}"
        sent.update(headers or {})
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        is_json = "json" in (response.getheader("Content-Type") or "")
        return response.status, json.loads(text) if is_json else text, response.headers

    def done(self, method, path, body=None, **more):
        status, answer, _ = self.ask(method, path, body, **more)
        assert status == 200, (path, status, answer)
        return answer

    def refused(self, method, path, body=None, **more):
        status, answer, _ = self.ask(method, path, body, **more)
        assert status >= 400, (path, answer)
        assert set(answer) == {"detail", "error_code", "timestamp"}, answer
        return status, answer["error_code"]

    def events(self, query=""):
        """Reads the event stream in a thread of its own; returns the growing list."""
        heard = []
        self.stream = stream = socket.create_connection(("127.0.0.1", self.port))
        stream.sendall(f"GET /api/events{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                       f"Cookie: {self.cookie()}\r\n\r\n".encode())

        def read():
            name = ""
            try:
                for line in stream.makefile("r", encoding="utf-8"):
                    if line.startswith("event: "):
                        name = line[7:].strip()
                    if line.startswith("data: "):
                        heard.append((name, json.loads(line[6:])))
            except OSError:
                pass

        threading.Thread(target=read, daemon=True).start()
        return heard


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("nothing came of it")


class Till(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.shop = pathlib.Path(cls.folder.name)
        tool("keys", "root", cls.shop / "keys")
        tool("keys", "issue", cls.shop / "keys", "--for", "bundles,coupons,members")
        made = tool("bundle", "make", cls.shop / "b", "--keys", cls.shop / "keys", "--demo",
                    "--lease-to", "T01")
        cls.pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made))
        cls.coupons = re.findall(r"coupon: (\S+) ", made)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "till"
        tool("till", "--data", self.data, "init", "--terminal", "T01", "--store", "1")
        tool("bundle", "load", self.shop / "b", "--data", self.data, "--keys", self.shop / "keys")
        (self.data / "board.json").write_text(json.dumps(BOARD))
        self.till = None
        self.start()
        self.addCleanup(self.end)

    def start(self, program=None):
        self.till = subprocess.Popen(
            [program or PROGRAM, "--data", self.data, "--board", self.data / "board.json",
             "--port", "0"],
            stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/", self.till.stdout.readline()).group(1))

    def end(self, how=signal.SIGTERM):
        if self.till.poll() is None:
            self.till.send_signal(how)
        self.till.wait(timeout=20)
        self.till.stdout.close()

    def signed_in(self, staff="anna"):
        screen = Screen(self.port)
        screen.done("POST", "/api/session", {"staff": staff, "pin": self.pins[staff]})
        return screen

    def scan(self, text):
        with open(self.data / "scanner", "w", encoding="utf-8") as scanner:
            scanner.write(text + "\n")

    def receipt_code(self, screen, number):
        return screen.done("GET", f"/api/receipts/{number}")["qr"]

    def papers(self):
        """The titles of all that was printed, in order."""
        done = subprocess.run([PAPER, self.data / "paper.escpos", "-o", self.data / "p.png"],
                              capture_output=True, text=True, check=False)
        title = r"^ +((?:Nyugta|Visszáru|Sztornó|Z-jelentés) \d+|MÁSOLAT \d+|GYAKORLÁS.*)$"
        return [line.strip() for line in done.stdout.splitlines() if re.match(title, line)]


def main():
    """Runs the tests of the script that calls it: SCRIPT COUNTERFOIL COUNTERFOIL_TILL PAPER."""
    global TOOL, PROGRAM, PAPER
    unplug()
    PAPER = sys.argv.pop(3)
    PROGRAM = sys.argv.pop(2)
    TOOL = sys.argv.pop(1)
    unittest.main(verbosity=1, warnings="ignore")
