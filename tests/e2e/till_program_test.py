#!/usr/bin/env python3
"""A whole day at counterfoil-till, over HTTP, its event stream, a scanner on a pseudo-terminal and
a printer that is a file; no network but loopback.
Usage: till_program_test.py COUNTERFOIL COUNTERFOIL_TILL COUNTERFOIL_PAPER"""

import json
import signal
import socket
import struct

import till_support
from till_support import Screen, Till, tool, until


class WholeDay(Till):
    def test_sells_all_day(self):
        screen = self.signed_in()
        heard = screen.events()
        self.assertEqual(screen.refused("POST", "/api/sales", {"payments": []}),
                         (422, "CART_EMPTY"))
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        self.scan("5991234000018")
        until(lambda: [e for n, e in heard if n == "scan" and e["taken"]])
        self.scan("5991234000018")
        self.scan("4006381333931")
        bad = until(lambda: [e for n, e in heard if n == "scan" and not e["taken"]])[0]
        self.assertEqual((bad["error_code"], bad["kind"]), ("PRODUCT_UNKNOWN", "product"))
        self.scan("CUST001")
        self.scan(self.coupons[0])
        until(lambda: len([1 for n, e in heard if n == "scan"]) == 5)
        state = screen.done("GET", "/api/till")
        self.assertEqual(state["basket"]["total_minor"], 2 * 1890 - 1000)
        self.assertTrue(state["basket"]["member"]["name"])
        payments = {"payments": [{"kind": "card", "amount_minor": 2000, "reference": "A1"},
                                 {"kind": "cash", "amount_minor": 1000}]}
        sold = screen.done("POST", "/api/sales", payments, key="sale-1")
        self.assertEqual(sold["change_minor"], 220)
        again = screen.done("POST", "/api/sales", payments, key="sale-1")
        self.assertEqual(again, sold)
        self.assertEqual(screen.refused("POST", "/api/sales", {"payments": []}, key="sale-1"),
                         (409, "REQUEST_REUSED"))
        self.assertIsNone(screen.done("GET", "/api/till")["basket"])
        found = screen.done("POST", "/api/scan", {"text": self.receipt_code(screen, 1)})["scan"]
        self.assertEqual(found, {"kind": "receipt", "receipt": 1})
        screen.done("POST", "/api/basket/lines", {"code": "109", "quantity_milli": 350})
        self.assertEqual(screen.refused("POST", "/api/sales", {"payments": []}, key="sale-1"),
                         (409, "REQUEST_REUSED"))
        self.assertEqual(screen.refused("POST", "/api/basket/lines", {"code": "109"}),
                         (422, "WEIGHT_NEEDED"))
        self.assertEqual(screen.done("POST", "/api/parked", {"label": "red"}), {"label": "red"})
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        self.assertEqual(screen.refused("POST", "/api/parked/red/recall", {}),
                         (422, "BASKET_NOT_EMPTY"))
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
        until(lambda: "counterfoil_papers_printed_total 6" in
              screen.ask("GET", "/metrics")[1].decode().splitlines())
        self.end()
        tool("ledger", "export", self.data / "journal.db", "-o", self.data / "x")
        self.assertIn("ok:", tool("ledger", "verify", self.data / "x"))

    def test_a_kill_loses_no_basket_no_sale_and_prints_none_twice(self):
        screen = self.signed_in()
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        for number in range(1, 6):
            for _ in range(2):  # the second time, nobody has heard the answer of the first
                screen.done("POST", "/api/basket/lines", {"code": "101"}, key=f"line {number}")
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


    def test_the_beep_comes_after_the_line_is_kept(self):
        screen = self.signed_in()
        for number in range(1, 6):
            heard = screen.events()
            until(lambda: heard)
            self.scan("5991234000018")
            until(lambda: [e for n, e in heard if n == "scan" and e["taken"]], 20)
            self.end(signal.SIGKILL)
            self.start()
            screen.port = self.port
            lines = screen.done("GET", "/api/till")["basket"]["lines"]
            self.assertEqual(lines[0]["quantity_milli"], 1000 * number)

    def test_a_parked_basket_and_a_shift_are_told_to_all_screens(self):
        screen, other = self.signed_in(), self.signed_in("bela")
        heard = other.events()
        until(lambda: heard)
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        until(lambda: [1 for n, _ in heard if n == "changed"])
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        for _ in range(2):
            parked = screen.done("POST", "/api/parked", {}, key="park")
            self.assertEqual(parked, {"label": "1"})
        state = other.done("GET", "/api/till")
        self.assertEqual((state["parked"], state["shift"] is None), (1, False))
        other.done("POST", "/api/parked/1/recall", {})
        self.assertEqual(screen.refused("POST", "/api/parked/1/recall", {}), (422, "PARKED_HELD"))

    def test_what_is_wrong_with_the_printer_is_in_the_state(self):
        self.end()
        (self.data / "paper.escpos").unlink(missing_ok=True)
        (self.data / "paper.escpos").mkdir()
        self.start()
        screen = self.signed_in()
        heard = screen.events()
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        screen.done("POST", "/api/sales", {"payments": [{"kind": "cash", "amount_minor": 2000}]})
        # The queue sees what is owed after the sale is answered, and the screens are told then.
        owed = {"state": "away", "papers_waiting": 1, "code": "printer_away"}
        until(lambda: owed.items() <= screen.done("GET", "/api/till")["printer"].items())
        until(lambda: [name for name, _ in heard].count("changed") >= 3)
        self.assertEqual(screen.done("GET", "/health")["status"], "degraded")


class Strangers(Till):
    def test_how_it_stands_with_the_centre_is_told_everywhere(self):
        screen = self.signed_in()
        heard = screen.events()
        begun = screen.done("GET", "/api/till")["sync"]
        self.assertEqual(begun["state"], "no_sync")
        self.assertEqual(oct((self.data / "doorbell").stat().st_mode & 0o777), "0o600")
        with socket.socket(socket.AF_UNIX) as bell:
            bell.settimeout(20)
            bell.connect(str(self.data / "doorbell"))
            lines = bell.makefile("r", encoding="utf-8")

            def stand(state, receipted, reason=""):
                told = {"state": state, "reason": reason, "epoch": 1, "receipted": receipted,
                        "mirror": 0, "server_time": "2026-11-21T08:01:36.000Z"}
                bell.sendall((json.dumps(told) + "\n").encode())
                until(lambda: [e for n, e in heard if n == "sync" and e["state"] == state])
                return screen.done("GET", "/api/till")["sync"]

            now = stand("no_broker", 1, "the connection broke")
            self.assertEqual((now["state"], now["reason"]), ("no_broker", "the connection broke"))
            self.assertEqual(now["unsynced"], begun["unsynced"] - 1)
            hungarian = screen.ask("GET", "/api/till", headers={"Accept-Language": "hu"})[1]
            self.assertIn("Az eladás folytatódik", hungarian["sync"]["detail"])
            screen.done("POST", "/api/shift", {"float_minor": 20000})
            rung = json.loads(lines.readline())["events"]
            self.assertEqual(rung, screen.done("GET", "/health")["events"])
            self.assertEqual(screen.done("GET", "/health")["unsynced"], rung - 1)
            self.assertEqual(screen.done("GET", "/health")["status"], "ok")
            self.assertEqual(stand("online", rung)["unsynced"], 0)
            figures = screen.ask("GET", "/metrics")[1].decode()
            self.assertIn("counterfoil_online 1\n", figures)
            self.assertIn("counterfoil_unsynced_events 0\n", figures)
            stand("refused", rung, "fork: see to it")
            self.assertEqual(screen.done("GET", "/health")["status"], "degraded")
            bell.sendall(b"nonsense\n")
            self.assertEqual(lines.readline(), "")
            until(lambda: screen.done("GET", "/health")["sync"] == "no_sync")
        self.assertEqual(screen.done("GET", "/api/till")["sync"]["unsynced"], 0)

    def test_what_a_stranger_may_not(self):
        screen = Screen(self.port)
        self.assertEqual(screen.refused("POST", "/api/shift", {"float_minor": 5}),
                         (401, "NOT_SIGNED_IN"))
        self.assertEqual(screen.refused("POST", "/api/session",
                                        {"staff": "anna", "pin": "00000000"}),
                         (401, "SIGN_IN_WRONG"))
        mine = self.signed_in()
        mine.done("POST", "/api/shift", {"float_minor": 5})
        mine.done("POST", "/api/basket/lines", {"code": "101"})
        self.assertIsNone(screen.done("GET", "/api/till")["basket"], "another browser's")
        name = next(name for name in mine.cookies if name.startswith("screen"))
        screen.cookies = {name: mine.cookies[name]}
        self.assertIsNone(screen.done("GET", "/api/till")["basket"], "who knows a screen's name")
        self.assertEqual(screen.refused("POST", "/api/basket/lines", {"code": "101"}),
                         (401, "NOT_SIGNED_IN"))
        heard = screen.events()
        until(lambda: heard)
        mine.done("POST", "/api/basket/lines", {"code": "101"})
        self.assertEqual(mine.refused("POST", "/api/basket/lines", {"code": "101"},
                                      headers={"Idempotency-Key": ""})[1],
                         "IDEMPOTENCY_KEY_MISSING")
        self.assertTrue(all(e["basket"] is None for n, e in heard if n == "state"))
        for headers, code in (({"Host": "evil.example"}, "WRONG_HOST"),
                              ({"Origin": "http://evil.example"}, "WRONG_ORIGIN"),
                              ({"Content-Type": "text/plain"}, "NOT_JSON")):
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
        mine.done("POST", "/api/shift", {"float_minor": 20000})
        slow = []
        for _ in range(40):
            stream = socket.create_connection(("127.0.0.1", self.port))
            stream.sendall(b"POST /api/sales HTTP/1.1\r\nHost: loc")
            slow.append(stream)
        for _ in range(50):
            mine.done("GET", "/api/till")
        for _ in range(40):
            slow.append(socket.create_connection(("127.0.0.1", self.port)))
        refused = until(lambda: b"TOO_MANY_CONNECTIONS" in slow[-1].recv(1000))
        self.assertTrue(refused)
        for stream in slow:
            stream.close()
        until(lambda: mine.ask("GET", "/health")[0] == 200)
        self.assertTrue(self.sells(mine))
        self.assertEqual(mine.done("GET", "/health")["status"], "ok")

    def test_a_stream_that_dies_stops_nobody(self):
        mine = self.signed_in()
        mine.done("POST", "/api/shift", {"float_minor": 20000})
        for _ in range(5):
            heard = mine.events()
            until(lambda: heard)
            linger = struct.pack("ii", 1, 0)  # goes with a reset, and not with a word
            mine.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            mine.stream.shutdown(socket.SHUT_RDWR)
            mine.stream.close()
            self.assertTrue(self.sells(mine))
        _, figures, _ = mine.ask("GET", "/metrics")
        self.assertIn("counterfoil_sales_total 5", figures.decode())

    @staticmethod
    def sells(screen):
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        payments = [{"kind": "cash", "amount_minor": 2000}]
        sold = screen.done("POST", "/api/sales", {"payments": payments}, key=f"s{screen.keys}")
        again = screen.done("POST", "/api/sales", {"payments": payments}, key=f"s{screen.keys - 1}")
        return sold == again

    def test_the_description_has_every_route(self):
        screen = Screen(self.port)
        described = screen.done("GET", "/api/openapi.json")
        self.assertGreater(len(described["paths"]), 25)
        self.assertIn("/api/sales", described["paths"])
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                named = {parameter["name"] for parameter in operation["parameters"]}
                keyless = ("/api/session", "/api/shift/report", "/api/journal/verify")
                if method != "get" and path not in keyless:
                    self.assertIn("Idempotency-Key", named, path)
        self.assertIn("counterfoil_sales_total 0", screen.ask("GET", "/metrics")[1].decode())

    def test_errors_in_the_readers_language(self):
        screen = self.signed_in()
        for language, word in (("hu-HU,hu;q=0.9", "termék"), ("en", "product")):
            _, answer, _ = screen.ask("POST", "/api/basket/lines", {"code": "998"},
                                      headers={"Accept-Language": language})
            self.assertIn(word, answer["detail"])
        for language, word in (("hu", "semmi"), ("en", "nothing"), ("fr", "nothing")):
            _, answer, _ = screen.ask("GET", "/api/none", headers={"Accept-Language": language})
            self.assertIn(word, answer["detail"])


if __name__ == "__main__":
    till_support.main()
