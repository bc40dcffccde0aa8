#!/usr/bin/env python3
"""Drives `counterfoil till` as a cashier and a script do, without a network.
Usage: till_cli_test.py PROGRAM"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""


def run(*arguments, stdin=""):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          input=stdin, timeout=120, check=False)


class Till(unittest.TestCase):
    """A till of the demo shop that was set up and loaded once for all."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.shop = pathlib.Path(cls.folder.name)
        keys = cls.shop / "keys"
        cls.good("keys", "root", keys)
        cls.good("keys", "issue", keys, "--for", "bundles")
        cls.good("keys", "issue", keys, "--for", "coupons,members")
        made = cls.good("bundle", "make", cls.shop / "b", "--keys", keys, "--demo",
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
        self.good("till", "--data", self.data, "init", "--terminal", "T01", "--store", "1",
                  "--language", "en")
        self.good("bundle", "load", self.shop / "b", "--data", self.data, "--keys",
                  self.shop / "keys")

    @staticmethod
    def good(*arguments):
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def till(self, *arguments, stdin=""):
        return run("till", "--data", self.data, *arguments, stdin=stdin)

    def done(self, *arguments, stdin=""):
        done = self.till("--json", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def refused(self, code, *arguments, stdin=""):
        done = self.till("--json", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, 3, done.stdout)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["error_code"], code.upper())
        self.assertEqual(set(answer), {"detail", "error_code", "timestamp"})
        return answer["detail"]

    def begin(self, staff="anna"):
        self.done("sign-in", "anna", stdin=self.pins["anna"] + "\n")
        self.done("open", "20000")
        if staff != "anna":
            self.done("sign-in", staff, stdin=self.pins[staff] + "\n")


class Selling(Till):
    def test_a_day(self):
        self.assertIsNone(self.done("status")["signed_in"])
        self.refused("not_signed_in", "open", "20000")
        self.begin()
        sold = self.done("sell", "101x2", "109x0.35", "--member", "CUST001", "--coupon",
                         self.coupons[0], "--card", "2000:A17", "--cash", "5000")
        sale = sold["sale"]
        self.assertEqual(sale["total_minor"], 2 * 1890 + 1222 - 1000)
        self.assertEqual(sale["points_earned"], 44)
        self.assertEqual(sold["change_minor"], 2000 + 5000 - 4000)
        self.assertEqual(self.done("refund", "1", "--line", "1x1", "--reason", "cold")["refund"]
                         ["original_receipt"], 1)
        self.done("sell", "102", "--cash", "5000")
        self.assertEqual(self.done("void", "3", "--reason", "mistyped")["refund"]["receipt"], 4)
        self.assertEqual(self.done("reprint", "1"), {"receipt": 1, "copy": 1})
        self.done("cash-in", "500", "--reason", "coins")
        self.done("cash-out", "700", "--reason", "bank")
        self.done("drawer", "--reason", "change")
        self.done("train", "101", "--cash", "2000")
        figures = self.done("x")
        self.assertEqual((figures["sales"], figures["refunds"], figures["voids"]), (2, 2, 1))
        closed = self.done("close", figures["expected_minor"] - 5)
        self.assertEqual(closed["number"], 1)
        self.refused("no_shift", "x")
        export = self.data / "export"
        self.good("ledger", "export", self.data / "journal.db", "-o", export)
        self.good("ledger", "verify", export)

    def test_paper_in_both_languages(self):
        self.begin()
        hungarian = self.till("--language", "hu", "sell", "101", "--cash", "2000").stdout
        self.assertIn("ÖSSZESEN", hungarian)
        self.assertRegex(hungarian, r"QR: https://burger\.example/r#CR1:T01:4:[0-9a-f]{16}\.")
        english = self.till("--language", "en", "reprint", "1").stdout
        self.assertIn("COPY 1", english)
        self.assertIn("TOTAL", english)

    def test_a_cashier_asks_a_manager(self):
        self.begin("bela")
        self.refused("manager_needed", "sell", "101@1500", "--reason", "dented", "--cash", "2000")
        pin = self.data / "pin"
        pin.write_text(self.pins["anna"] + "\n")
        sold = self.done("--approve", "anna", "--pin-file", pin, "sell", "101@1500", "103-10%",
                         "102-150", "--reason", "dented", "--cash", "9000")
        self.assertEqual(sold["sale"]["total_minor"], 1500 + 1935 + 2540)
        self.refused("sign_in_wrong", "--approve", "anna", "close", "0", stdin="12345678\n")

    def test_a_phone_proves_its_member(self):
        self.begin()
        member = self.done("member", "CUST001")
        self.assertFalse(member["proven"])
        self.refused("member_not_proven", "points-to-coupon", "CUST001")
        code = self.good("token", "make", "member", "--keys", self.shop / "keys", "--member",
                         member["id"], "--device", self.data / "phone.key").strip()
        spent = self.done("--request", "p1", "points-to-coupon", code)
        self.assertEqual(spent["points_after"], member["points"] - 100)
        self.assertEqual(self.done("--request", "p1", "points-to-coupon", code), spent)
        self.refused("replayed", "points-to-coupon", code)

    def test_what_makes_no_sense(self):
        self.begin()
        for code, *arguments in (
                ("not_paid", "101", "--cash", "1000"),
                ("amount_not_positive", "101x-1", "--cash", "1000"),
                ("amount_not_positive", "101", "--cash=-1"),
                ("amount_too_large", "101", "--cash", "9999999999999999"),
                ("invalid_argument", "101", "--cash", "99999999999999999999"),
                ("invalid_argument", "101xx", "--cash", "1"),
                ("currency_foreign", "101", "--cash", "50EUR"),
                ("product_unknown", "998", "--cash", "1000"),
                ("quantity_not_whole", "101x0.5", "--cash", "1000"),
                ("coupon_unknown", "101", "--coupon", "COUP-2026-ZZZZZZZZZZ", "--cash", "1"),
                ("parked_unknown", "--parked", "nothing", "--cash", "1")):
            detail = self.refused(code, "sell", *arguments)
            self.assertRegex(detail, r"[a-z]")
        self.assertEqual(self.done("status")["shift"]["sales"], 0)
        self.assertEqual(self.till("--language", "xx", "status").returncode, 2)
        hungarian = self.till("--language", "hu", "sell", "998", "--cash", "1").stderr
        self.assertIn("Ilyen termék nincs", hungarian)

    def test_another_stores_coupon(self):
        self.begin()
        code = self.good("token", "make", "coupon", "--keys", self.shop / "keys", "--book", "1",
                         "--value", "1000", "--store", "2").strip()
        self.refused("wrong_store", "sell", "101x2", "--coupon", code, "--cash", "9000")

    def test_parked_baskets(self):
        self.begin()
        self.assertEqual(self.done("park", "101", "110", "--label", "red"), {"label": "red"})
        self.assertEqual(self.done("park", "102"), {"label": "1"})
        self.assertEqual([b["label"] for b in self.done("parked")["parked"]], ["red", "1"])
        self.assertEqual(self.done("sell", "--parked", "red", "--cash", "9000")["sale"]
                         ["total_minor"], 1890 + 690)
        self.done("drop", "1")
        self.assertEqual(self.done("parked")["parked"], [])


class AtOnce(Till):
    def test_who_waits_for_another_program_is_told_so(self):
        self.begin()
        words = [PROGRAM, "till", "--data", str(self.data)]
        # It has the till, and waits for the manager's PIN.
        with subprocess.Popen([*words, "sign-in", "anna"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL) as first:
            time.sleep(1)
            with subprocess.Popen([*words, "status"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as second:
                self.assertRegex(second.stderr.readline(), "another program works on .* 60 s")
                first.communicate((self.pins["anna"] + "\n").encode())
                self.assertIn("T01", second.stdout.read())
                self.assertEqual(second.wait(), 0)

    def test_sixty_four_redeem_one_coupon(self):
        self.begin()
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            tries = [pool.submit(self.till, "--json", "sell", "101x2", "--coupon",
                                 self.coupons[0], "--cash", "9000") for _ in range(64)]
            ended = [one.result() for one in tries]
        self.assertEqual([one.returncode for one in ended].count(0), 1)
        codes = {json.loads(one.stdout)["error_code"] for one in ended if one.returncode != 0}
        self.assertEqual(codes, {"TERMINAL_STATE"})
        self.assertEqual(self.done("status")["shift"]["sales"], 1)

    def test_sixty_four_with_one_key_are_one_sale(self):
        self.begin()
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            tries = [pool.submit(self.done, "--request", "once", "sell", "101", "--cash", "2000")
                     for _ in range(64)]
            answers = [one.result() for one in tries]
        self.assertEqual(len({json.dumps(one) for one in answers}), 1)
        self.assertEqual(self.done("status")["shift"]["sales"], 1)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
