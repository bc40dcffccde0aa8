#!/usr/bin/env python3
"""How a centre says that it is well or not, to whom, and what it counts, over real HTTP.
Usage: centre_health_test.py COUNTERFOIL_AGGREGATOR TOOLS_BROKER"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from centre_support import FREELY, Centre, Postgres, wait_for

PROGRAM = BROKER = ""
PARTS = ["store", "broker", "backlog", "disk", "audit", "readers", "imports"]


class HealthTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def start(self, *options, **more):
        centre = Centre(PROGRAM, self.path / "centre", *FREELY, *options, **more)
        self.addCleanup(centre.__exit__)
        return centre

    def parts(self, centre, token, **headers):
        answer = centre.ask("GET", "/health/detailed", token=token, **headers)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual([part["name"] for part in answer["parts"]], PARTS)
        states = {part["state"] for part in answer["parts"]}
        self.assertEqual(answer["status"], "degraded" if "degraded" in states else "ok")
        return {part["name"]: part for part in answer["parts"]}

    def test_strangers_hear_one_word_and_administrators_all(self):
        centre = self.start()
        well = centre.ask("GET", "/health")
        self.assertEqual((well.status, well.body), (200, {"status": "ok"}))
        self.assertEqual(centre.ask("GET", "/health/detailed").status, 401)
        admin = centre.sign_in()
        made = centre.ask("POST", "/api/customers", {"loyalty_id": "C1", "name": "C",
                                                     "email": "c@example.com"}, admin)
        customer = centre.sign_in("C1", made["pin_code"])
        refused = centre.ask("GET", "/health/detailed", token=customer)
        self.assertEqual((refused.status, refused["error_code"]), (403, "ADMIN_REQUIRED"))
        parts = self.parts(centre, admin)
        for name in ("store", "readers"):
            self.assertIn(parts[name]["latency_ms"], range(10_000))
        self.assertRegex(parts["disk"]["sentence"], r"^Free where its data lies: \d+ MB\.$")
        self.assertEqual(parts["broker"]["sentence"], "There is none.")
        wait_for(lambda: self.parts(centre, admin)["audit"]["age_s"] is not None)
        hungarian = self.parts(centre, admin, Accept_Language="hu")
        self.assertRegex(hungarian["disk"]["sentence"], r"^Szabad hely")

    def test_an_import_under_way_is_told(self):
        centre = self.start()
        admin = centre.sign_in()
        customers = [{"loyalty_id": f"C{n}", "name": "C", "email": f"c{n}@example.com",
                      "pin_code": "12345678", "points": 0, "role": "normal"} for n in range(30)]
        centre.ask("POST", "/api/imports/browser-data", {"customers": customers}, admin)
        said = self.parts(centre, admin)["imports"]["sentence"]
        self.assertRegex(said, r"^Under way: 1; PINs to be made: [1-9]\d*\.$")

    def test_without_its_broker_it_is_degraded_and_works(self):
        folder = self.path / "broker"
        subprocess.run([BROKER, "init", folder, "--centre", "centre", "--terminal", "T01"],
                       check=True, capture_output=True)
        centre = self.start("--authority", folder / "ca.pem", "--certificate",
                            folder / "clients/centre.pem", "--key", folder / "clients/centre.key",
                            "--broker", "127.0.0.1", "--broker-port", "1")
        said = centre.ask("GET", "/health")
        self.assertEqual((said.status, said.body), (200, {"status": "degraded"}))
        self.assertEqual(self.parts(centre, centre.sign_in())["broker"]["state"], "degraded")

    def test_a_store_that_fails_is_told_to_whoever_shares_requests_out(self):
        postgres = Postgres()
        stopped = False
        try:
            centre = self.start(postgres=postgres.new_database())
            admin = centre.sign_in()
            self.assertEqual(self.parts(centre, admin)["store"]["state"], "ok")
            postgres.stop()
            stopped = True
            wait_for(lambda: centre.ask("GET", "/health").status == 503)
            self.assertEqual(centre.ask("GET", "/health").body, {"status": "degraded"})
            store = self.parts(centre, admin)["store"]
            self.assertEqual(store["state"], "degraded")
            self.assertTrue(store["sentence"].startswith("It cannot be read: "), store)
            self.assertEqual(centre.ask("GET", "/api/auth/me", token=admin).status, 503)
        finally:
            if not stopped:
                postgres.stop()

    def figures(self, centre):
        answer = centre.ask("GET", "/metrics")
        self.assertEqual(answer.status, 200)
        lines = answer.body.decode().splitlines()
        return dict(line.removeprefix("counterfoil_").rsplit(" ", 1) for line in lines
                    if not line.startswith("#"))

    def test_what_is_asked_is_counted(self):
        centre = self.start("--guesses", "100000")
        admin = centre.sign_in()

        def ask(method, path, body=None, token=admin):
            return centre.ask(method, path, body, token)
        before = self.figures(centre)
        for name in ("bonus_accrued_total", "cross_promo_triggered_total", "qr_scans_total",
                     "lock_contention_total", 'redemptions_total{result="done"}'):
            self.assertEqual(before[name], "0", name)
        made = ask("POST", "/api/customers", {"loyalty_id": "C1", "name": "C",
                                              "email": "c@example.com"})
        bought = ask("POST", "/api/purchases", {"customer_id": made["id"], "amount": 5000})
        book = ask("POST", "/api/v1/books", {"name": "B", "pattern": {"length": 12}})["id"]
        ask("POST", f"/api/v1/books/{book}/generate", {"count": 1})
        code = ask("POST", "/api/v1/coupons/assign",
                   {"book_id": book, "user_id": made["id"]})["code"]
        ask("POST", "/api/coupons/lookup", {"code": code})
        ask("POST", f"/api/v1/coupons/lock/{code}")
        other = centre.sign_in("C1", made["pin_code"])
        self.assertEqual(ask("POST", f"/api/v1/coupons/lock/{code}", token=other).status, 423)
        self.assertEqual(ask("PUT", f"/api/coupons/{code}/redeem").status, 200)
        self.assertEqual(ask("POST", f"/api/v1/coupons/redeem/{code}").status, 409)
        after = self.figures(centre)
        self.assertEqual(int(after["bonus_accrued_total"]), bought["points_earned"])
        self.assertEqual(after["qr_scans_total"], "5")
        self.assertEqual(after["lock_contention_total"], "1")
        self.assertEqual(after['redemptions_total{result="done"}'], "1")
        self.assertEqual(after['redemptions_total{result="refused"}'], "1")
        for kind, least in (("sign_in", 2), ("read", 1), ("write", 8), ("import", 0)):
            buckets = [int(value) for name, value in after.items()
                       if name.startswith(f'request_seconds_bucket{{kind="{kind}"')]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], int(after[f'request_seconds_count{{kind="{kind}"}}']))
            self.assertGreaterEqual(buckets[-1], least, kind)
        # A PIN takes a good part of a second to be hashed.
        self.assertGreater(float(after['request_seconds_sum{kind="sign_in"}']), 0.05)
        self.assertTrue(all(re.fullmatch(r"\d+(\.\d+)?", value) for value in after.values()))

    def test_figures_are_for_its_own_machine(self):
        centre = self.start()
        self.assertEqual(centre.ask("GET", "/metrics", X_Forwarded_For="10.0.0.1").status, 404)


if __name__ == "__main__":
    PROGRAM, BROKER = (os.path.abspath(word) for word in sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
