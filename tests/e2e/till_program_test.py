#!/usr/bin/env python3
"""A whole day at counterfoil-till, over HTTP, its event stream, a scanner on a pseudo-terminal and
a printer that is a file; no network but loopback.
Usage: till_program_test.py COUNTERFOIL COUNTERFOIL_TILL COUNTERFOIL_PAPER"""

import http.client
import json
import pathlib
import re
import signal
import socket
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


def tool(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Screen:
    """A browser: keeps its cookie, gives each write a key of its own."""

    def __init__(self, port):
        self.port = port
        self.cookie = ""
        self.keys = 0
        status, _, headers = self.ask("GET", "/api/till")
        assert status == 200
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def ask(self, method, path, body=None, headers=None, key=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": self.cookie} if self.cookie else {}
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

    def events(self):
        """Reads the event stream in a thread of its own; returns the growing list."""
        heard = []
        stream = socket.create_connection(("127.0.0.1", self.port))
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                       f"Cookie: {self.cookie}\r\n\r\n".encode())

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

    def start(self):
        self.till = subprocess.Popen(
            [PROGRAM, "--data", self.data, "--board", self.data / "board.json", "--port", "0"],
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

    def papers(self):
        """The titles of all that was printed, in order."""
        done = subprocess.run([PAPER, self.data / "paper.escpos", "-o", self.data / "p.png"],
                              capture_output=True, text=True, check=False)
        title = r"^ +((?:Nyugta|Visszáru|Sztornó|Z-jelentés) \d+|MÁSOLAT \d+|GYAKORLÁS.*)$"
        return [line.strip() for line in done.stdout.splitlines() if re.match(title, line)]


class WholeDay(Till):
    def test_sells_all_day(self):
        screen = self.signed_in()
        heard = screen.events()
        self.assertEqual(screen.refused("POST", "/api/sales", {"payments": []}),
                         (422, "cart_empty"))
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        self.scan("5991234000018")
        until(lambda: [e for n, e in heard if n == "scan" and e["taken"]])
        self.scan("5991234000018")
        self.scan("4006381333931")
        bad = until(lambda: [e for n, e in heard if n == "scan" and not e["taken"]])[0]
        self.assertEqual((bad["error_code"], bad["kind"]), ("product_unknown", "product"))
        self.scan("CUST001")
        self.scan(self.coupons[0])
        until(lambda: len([1 for n, e in heard if n == "scan"]) == 5)
        state = screen.done("GET", "/api/till")
        self.assertEqual(state["basket"]["total_minor"], 2 * 1890 - 1000)
        self.assertTrue(state["basket"]["member"]["name"])
        sold = screen.done("POST", "/api/sales",
                           {"payments": [{"kind": "card", "amount_minor": 2000, "reference": "A1"},
                                         {"kind": "cash", "amount_minor": 1000}]}, key="sale-1")
        self.assertEqual(sold["change_minor"], 220)
        again = screen.done("POST", "/api/sales", {"payments": []}, key="sale-1")
        self.assertEqual(again, sold)
        self.assertIsNone(screen.done("GET", "/api/till")["basket"])
        screen.done("POST", "/api/basket/lines", {"code": "109", "quantity_milli": 350})
        self.assertEqual(screen.refused("POST", "/api/basket/lines", {"code": "109"}),
                         (422, "weight_needed"))
        self.assertEqual(screen.done("POST", "/api/parked", {"label": "red"}), {"label": "red"})
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        self.assertEqual(screen.refused("POST", "/api/parked/red/recall", {}),
                         (422, "basket_not_empty"))
        screen.done("POST", "/api/training", {"payments": [{"kind": "cash",
                                                            "amount_minor": 2000}]})
        screen.done("POST", "/api/parked/red/recall", {})
        screen.done("POST", "/api/sales", {"payments": [{"kind": "cash", "amount_minor": 2000}]})
        screen.done("POST", "/api/receipts/1/refund",
                    {"lines": [{"line": 1, "quantity_milli": 1000}], "reason": "cold",
                     "tender": "cash"})
        screen.done("POST", "/api/receipts/1/reprint", {})
        screen.done("POST", "/api/cash-out", {"amount_minor": 1000, "reason": "bank"})
        report = screen.done("POST", "/api/shift/report", {})
        self.assertEqual((report["sales"], report["refunds"]), (2, 1))
        closed = screen.done("POST", "/api/shift/close",
                             {"counted_minor": report["expected_minor"]})
        self.assertEqual(closed["number"], 1)
        until(lambda: "Z-jelentés 1" in self.papers())
        self.assertEqual(self.papers(),
                         ["Nyugta 1", "GYAKORLÁS, NEM NYUGTA", "GYAKORLÁS, NEM NYUGTA", "Nyugta 2",
                          "Visszáru 3", "MÁSOLAT 1", "Nyugta 1", "Z-jelentés 1"])
        self.end()
        tool("ledger", "export", self.data / "journal.db", "-o", self.data / "x")
        self.assertIn("ok:", tool("ledger", "verify", self.data / "x"))

    def test_a_kill_loses_no_basket_no_sale_and_prints_none_twice(self):
        screen = self.signed_in()
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        for number in range(1, 6):
            screen.done("POST", "/api/basket/lines", {"code": "101"})
            self.end(signal.SIGKILL)
            self.start()
            screen.port = self.port
            self.assertEqual(screen.done("GET", "/api/till")["basket"]["total_minor"], 1890)
            screen.done("POST", "/api/sales", {"payments": [{"kind": "cash",
                                                             "amount_minor": 2000}]})
            self.end(signal.SIGKILL)
            self.start()
            screen.port = self.port
            self.assertIsNone(screen.done("GET", "/api/till")["basket"])
            self.assertEqual(screen.done("POST", "/api/shift/report", {})["sales"], number)
        papers = screen.done("GET", "/api/papers")
        until(lambda: not screen.done("GET", "/api/papers")["waiting"])
        printed = [title for title in self.papers() if title.startswith("Nyugta")]
        self.assertEqual(len(printed), len(set(printed)))
        offered = {paper["receipt"] for paper in screen.done("GET", "/api/papers")["offered"]}
        missing = {number for number in range(1, 6) if f"Nyugta {number}" not in printed}
        self.assertLessEqual(missing, offered, papers)


class Strangers(Till):
    def test_what_a_stranger_may_not(self):
        screen = Screen(self.port)
        self.assertEqual(screen.refused("POST", "/api/shift", {"float_minor": 5}),
                         (401, "not_signed_in"))
        self.assertEqual(screen.refused("POST", "/api/session",
                                        {"staff": "anna", "pin": "00000000"}),
                         (401, "sign_in_wrong"))
        mine = self.signed_in()
        mine.done("POST", "/api/shift", {"float_minor": 5})
        mine.done("POST", "/api/basket/lines", {"code": "101"})
        self.assertIsNone(screen.done("GET", "/api/till")["basket"], "another browser's")
        for headers, code in (({"Host": "evil.example"}, "wrong_host"),
                              ({"Origin": "http://evil.example"}, "wrong_origin"),
                              ({"Content-Type": "text/plain"}, "not_json")):
            self.assertEqual(mine.refused("POST", "/api/basket/lines", {"code": "101"},
                                          headers=headers)[1], code)
        self.assertEqual(mine.refused("POST", "/api/sales", {"payments": "x"})[0], 400)
        self.assertEqual(mine.refused("POST", "/api/sales", {"payments": [
            {"kind": "cash", "amount_minor": 10 ** 30}]})[0], 400)
        self.assertEqual(mine.refused("POST", "/api/basket/lines",
                                      {"code": "x" * 70000})[0], 413)
        self.assertEqual(mine.refused("GET", "/api/nothing")[0], 404)
        self.assertEqual(mine.refused("PUT", "/api/sales", {})[0], 405)

    def test_floods_and_slow_clients_do_not_stop_the_till(self):
        mine = self.signed_in()
        slow = []
        for _ in range(40):
            stream = socket.create_connection(("127.0.0.1", self.port))
            stream.sendall(b"POST /api/sales HTTP/1.1\r\nHost: loc")
            slow.append(stream)
        dead = mine.events()
        for _ in range(50):
            mine.done("GET", "/api/till")
        self.assertEqual(mine.done("GET", "/health")["status"], "ok")
        for stream in slow:
            stream.close()
        self.assertTrue(until(lambda: dead))

    def test_the_description_has_every_route(self):
        screen = Screen(self.port)
        described = screen.done("GET", "/api/openapi.json")
        self.assertGreater(len(described["paths"]), 25)
        self.assertIn("/api/sales", described["paths"])
        self.assertIn("counterfoil_sales_total 0", screen.ask("GET", "/metrics")[1].decode())

    def test_errors_in_the_readers_language(self):
        screen = self.signed_in()
        for language, word in (("hu-HU,hu;q=0.9", "termék"), ("en", "product")):
            _, answer, _ = screen.ask("POST", "/api/basket/lines", {"code": "998"},
                                      headers={"Accept-Language": language})
            self.assertIn(word, answer["detail"])


if __name__ == "__main__":
    PAPER = sys.argv.pop(3)
    PROGRAM = sys.argv.pop(2)
    TOOL = sys.argv.pop(1)
    unittest.main(verbosity=1)
