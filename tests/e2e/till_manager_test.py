#!/usr/bin/env python3
"""What counterfoil-till gives to managers: the ledger and whether it holds, the shift's figures,
what is risked while the centre is away, the board.
Usage: till_manager_test.py COUNTERFOIL COUNTERFOIL_TILL COUNTERFOIL_PAPER"""

import re
import sqlite3
import subprocess
import time

import till_support
from till_support import Till, tool, until



class Managers(Till):
    def setUp(self):
        super().setUp()
        self.anna = self.signed_in()
        self.bela = self.signed_in("bela")
        self.anna.done("POST", "/api/shift", {"float_minor": 20000})

    def approval(self, staff="anna"):
        return {"approval": {"staff": staff, "pin": self.pins[staff]}}

    def sell(self, pieces=1, payments=None):
        self.anna.done("POST", "/api/basket/lines",
                       {"code": "101", "quantity_milli": 1000 * pieces})
        cash = {"payments": [{"kind": "cash", "amount_minor": 20000}]}
        return self.anna.done("POST", "/api/sales", payments or cash)

    def test_cashiers_are_told_to_fetch_one(self):
        stranger = till_support.Screen(self.port)
        for path in ("/api/journal", "/api/journal/1", "/api/shift/figures", "/api/exposure",
                     "/api/board"):
            self.assertEqual(self.bela.refused("GET", path), (403, "MANAGER_NEEDED"), path)
            self.assertEqual(stranger.refused("GET", path), (401, "NOT_SIGNED_IN"), path)
        for path in ("/api/journal/verify", "/api/board/test-print", "/api/shift/report/print"):
            self.assertEqual(self.bela.refused("POST", path, {}), (403, "MANAGER_NEEDED"), path)
            self.assertEqual(self.bela.refused("POST", path, self.approval("bela")),
                             (403, "NOT_A_MANAGER"), path)
            self.bela.done("POST", path, self.approval())

    def test_the_ledger_is_read_backwards_a_page_at_a_time(self):
        for _ in range(3):
            sold = self.sell()
        page = self.anna.done("GET", "/api/journal?limit=2")
        head = self.anna.done("GET", "/health")["events"]
        self.assertEqual(page["head"]["seq"], head)
        self.assertEqual([e["seq"] for e in page["events"]], [head, head - 1])
        newest = page["events"][0]
        self.assertEqual((newest["type"], newest["receipt"], newest["total_minor"],
                          newest["staff"], newest["synced"], newest["seq"]),
                         ("sale", 3, 1890, "anna", False, sold["seq"]))
        self.assertEqual((page["receipted_seq"], page["unsynced"]), (0, head))
        self.assertGreaterEqual(page["oldest_unsynced_s"], 0)
        older = self.anna.done("GET", f"/api/journal?before={head - 1}&limit=1000")["events"]
        self.assertEqual([e["seq"] for e in older], list(range(head - 2, 0, -1)))
        self.assertEqual(older[-1]["type"], "genesis")
        self.assertEqual(self.anna.done("GET", "/api/journal?before=1")["events"], [])
        event = self.anna.done("GET", f"/api/journal/{head}")
        self.assertEqual(event["hash"], page["head"]["hash"])
        self.assertEqual(event["prev"],
                         self.anna.done("GET", f"/api/journal/{head - 1}")["hash"])
        self.assertEqual((event["signed"], event["body"]["receipt"]), (True, 3))
        self.assertEqual(self.anna.refused("GET", f"/api/journal/{head + 1}"),
                         (404, "EVENT_UNKNOWN"))
        self.assertEqual(self.anna.refused("GET", "/api/journal/x"), (404, "EVENT_UNKNOWN"))

    def test_a_broken_event_is_found(self):
        for _ in range(3):
            sold = self.sell()
        whole = self.anna.done("POST", "/api/journal/verify", {})
        head = self.anna.done("GET", "/health")["events"]
        self.assertEqual(whole, {"checked": head, "from_seq": 1, "to_seq": head, "unsigned": 0,
                                 "ok": True})
        last = self.anna.done("POST", "/api/journal/verify", {"events": 2})
        self.assertEqual((last["from_seq"], last["checked"]), (head - 1, 2))
        self.assertEqual(self.anna.refused("POST", "/api/journal/verify", {"events": 0})[0], 400)
        self.assertEqual(self.anna.refused("POST", "/api/journal/verify", {"events": 2001})[0],
                         400)
        # Behind the till's back, as a disk or a thief would.
        with sqlite3.connect(self.data / "journal.db") as database:
            database.execute("DROP TRIGGER event_stays")
            database.execute("UPDATE event SET signature = zeroblob(64) WHERE seq = ?",
                             (sold["seq"] - 1,))
        database.close()
        broken = self.anna.done("POST", "/api/journal/verify", {})
        self.assertEqual((broken["ok"], broken["first_bad_seq"], broken["fault"]),
                         (False, sold["seq"] - 1, "signature_wrong"))
        self.assertTrue(broken["detail"])

    def test_the_shifts_figures_follow_what_is_sold(self):
        self.assertEqual(self.anna.done("GET", "/api/shift/figures")["products"], [])
        self.sell(2)
        card = {"payments": [{"kind": "card", "amount_minor": 1890, "reference": "A1"}]}
        self.sell(1, card)
        self.anna.done("POST", "/api/receipts/1/refund",
                       {"lines": [{"line": 1, "quantity_milli": 1000}], "reason": "cold"})
        figures = self.anna.done("GET", "/api/shift/figures")
        [product] = figures["products"]
        self.assertEqual((product["quantity_milli"], product["paid_minor"]), (2000, 2 * 1890))
        self.assertTrue(product["name"])
        self.assertEqual(sum(hour["sales"] for hour in figures["hours"]), 2)
        self.assertEqual(sum(hour["total_minor"] for hour in figures["hours"]), 3 * 1890)
        self.assertEqual(sum(hour["back_minor"] for hour in figures["hours"]), 1890)
        self.assertRegex(figures["hours"][0]["hour"], r"^2\d{3}-\d\d-\d\dT\d\d:00$")
        self.assertEqual({t["kind"]: t["amount_minor"] for t in figures["tenders"]},
                         {"cash": 1890, "card": 1890})
        self.end()
        self.start()
        self.anna.port = self.port
        self.assertEqual(self.anna.done("GET", "/api/shift/figures"), figures)
        report = self.anna.done("POST", "/api/shift/report", {})
        self.anna.done("POST", "/api/shift/close", {"counted_minor": report["expected_minor"]})
        self.assertEqual(self.anna.refused("GET", "/api/shift/figures"), (409, "NO_SHIFT"))
        self.anna.done("POST", "/api/shift", {"float_minor": 20000})
        self.assertEqual(self.anna.done("GET", "/api/shift/figures")["hours"], [])

    def test_who_is_locked_out_is_told_to_managers(self):
        for _ in range(5):
            self.anna.refused("POST", "/api/session", {"staff": "bela", "pin": "00000000"})
        locked = {person["staff"]: person.get("locked_s")
                  for person in self.anna.done("GET", "/api/staff")["staff"]}
        self.assertEqual(locked["anna"], 0)
        self.assertTrue(20 < locked["bela"] <= 30, locked)
        for person in self.bela.done("GET", "/api/staff")["staff"]:
            self.assertNotIn("locked_s", person)

    def test_the_board_and_a_slip_that_tries_the_printer(self):
        board = self.anna.done("GET", "/api/board")
        self.assertEqual([(d["name"], d["kind"]) for d in board["devices"]],
                         [("scanner 1", "pty"), ("printer", "file"), ("display", "file")])
        self.assertEqual((board["name"], board["printer"]), ("test", {"columns": 42, "dots": 576}))
        self.assertEqual(board["listen"], f"http://127.0.0.1:{self.port}/")
        self.assertGreater(board["free_bytes"], 0)
        self.assertRegex(board["version"], r"^\d+\.\d+\.\d+$")
        self.assertGreater(board["central_version"], 0)
        self.assertTrue(board["central_as_of"])
        events = self.anna.done("GET", "/health")["events"]
        self.anna.done("POST", "/api/board/test-print", {})
        slip = until(self.slip)
        self.assertIn("árvíztűrő tükörfúrógép", slip)
        self.assertIn("123456789012345678901234567890123456789012\n", slip)
        self.assertEqual(self.anna.done("GET", "/health")["events"], events)

    def test_an_x_report_is_printed_and_nothing_is_recorded(self):
        self.sell()
        events = self.anna.done("GET", "/health")["events"]
        self.anna.done("POST", "/api/shift/report/print", {})
        until(lambda: "X-jelentés" in self.paper())
        self.assertEqual(self.anna.done("GET", "/health")["events"], events)

    def paper(self):
        done = subprocess.run([till_support.PAPER, self.data / "paper.escpos", "-o",
                               self.data / "p.png"], capture_output=True, text=True, check=False)
        return done.stdout

    def slip(self):
        paper = self.paper()
        return paper if "PRÓBANYOMAT" in paper else None

    def test_without_paper_no_slip_waits(self):
        self.end()
        (self.data / "paper.escpos").unlink(missing_ok=True)
        (self.data / "paper.escpos").mkdir()
        self.start()
        self.anna.port = self.port
        self.assertEqual(self.anna.refused("POST", "/api/board/test-print", {}),
                         (409, "PRINTER_NOT_READY"))


class Risks(Till):
    """A shop whose coupons nobody has leased, and which bears what that may cost."""

    def test_what_was_taken_without_a_right_is_listed(self):
        made = tool("bundle", "make", self.shop / "risky", "--keys", self.shop / "keys", "--demo",
                    "--policy", "bounded", "--version", int(time.time()) + 60)
        self.end()
        tool("bundle", "load", self.shop / "risky", "--data", self.data, "--keys",
             self.shop / "keys")
        self.pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made))
        coupon = re.findall(r"coupon: (\S+) ", made)[0]
        self.start()
        anna = self.signed_in()
        anna.done("POST", "/api/shift", {"float_minor": 20000})
        before = anna.done("GET", "/api/exposure")
        self.assertEqual(before["policy"], {"bounded": True, "face_minor": 2000,
                                            "terminal_minor": 20000, "member_minor": 5000,
                                            "hours": 72})
        self.assertEqual((before["used_minor"], before["left_minor"], before["coupons"]),
                         (0, 20000, []))
        self.assertTrue(0 <= before["age_s"] < 3600, before)
        for _ in range(2):
            anna.done("POST", "/api/basket/lines", {"code": "101"})
        anna.done("POST", "/api/basket/coupons", {"code": coupon})
        sold = anna.done("POST", "/api/sales", {"payments": [{"kind": "cash",
                                                              "amount_minor": 5000}]})
        value = 2 * 1890 - sold["sale"]["total_minor"]
        self.assertGreater(value, 0)
        after = anna.done("GET", "/api/exposure")
        self.assertEqual((after["used_minor"], after["left_minor"]), (value, 20000 - value))
        [taken] = after["coupons"]
        self.assertEqual((taken["value_minor"], taken["receipt"], taken["coupon"]),
                         (value, 1, sold["sale"]["coupons"][0]["coupon"]))
        self.assertTrue(taken["at"])


if __name__ == "__main__":
    till_support.main()
