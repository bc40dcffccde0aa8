#!/usr/bin/env python3
"""What counterfoil-till gives the kiosk's pages: the pages themselves, a stream in the reader's
language, what was sold for the customer's display, and what a refund has to know.
Usage: till_screens_test.py COUNTERFOIL COUNTERFOIL_TILL COUNTERFOIL_PAPER"""

import gzip
import json
import os
import shutil

import till_support
from till_support import Screen, Till, until

CASH = {"payments": [{"kind": "cash", "amount_minor": 5000}]}


def told(heard, name):
    return [event for kind, event in heard if kind == name]


class Pages(Till):
    def place_program(self, pages):
        """The program as if it were installed; its pages lie where they belong."""
        root = self.data.parent / "usr"
        (root / "bin").mkdir(parents=True)
        program = root / "bin" / "counterfoil-till"
        try:
            os.link(till_support.PROGRAM, program)
        except OSError:
            shutil.copy(till_support.PROGRAM, program)
        if pages:
            folder = root / pages
            (folder / "assets").mkdir(parents=True)
            (folder / "index.html").write_text(f"<p>{pages}</p>")
            (folder / "assets" / "page-1f.js").write_text("plain")
            (folder / "assets" / "page-1f.js.gz").write_bytes(gzip.compress(b"packed"))
        self.end()
        self.start(program)
        return Screen(self.port)

    def test_they_come_with_the_program(self):
        screen = self.place_program("share/counterfoil/kiosk")
        status, text, headers = screen.ask("GET", "/")
        self.assertEqual((status, text), (200, b"<p>share/counterfoil/kiosk</p>"))
        self.assertEqual(headers["Cache-Control"], "no-cache")
        known = {"If-None-Match": headers["ETag"]}
        self.assertEqual(screen.ask("GET", "/index.html", headers=known)[0], 304)
        policy = dict(part.strip().split(" ", 1)
                      for part in headers["Content-Security-Policy"].split(";"))
        for name in ("default-src", "script-src", "style-src", "font-src", "form-action"):
            self.assertEqual(policy[name], "'self'")
        for name in ("worker-src", "frame-ancestors", "base-uri", "object-src"):
            self.assertEqual(policy[name], "'none'")
        self.assertNotIn("unsafe", headers["Content-Security-Policy"])
        packed = screen.ask("GET", "/assets/page-1f.js", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(gzip.decompress(packed[1]), b"packed")
        self.assertEqual((packed[2]["Content-Encoding"], packed[2]["Vary"]),
                         ("gzip", "Accept-Encoding"))
        self.assertEqual(packed[2]["Cache-Control"], "public, max-age=31536000, immutable")
        self.assertEqual(screen.ask("GET", "/assets/page-1f.js")[1], b"plain")
        self.assertEqual(screen.refused("GET", "/assets/none.js"), (404, "NOT_FOUND"))

    def test_a_build_has_them_beside_its_programs(self):
        screen = self.place_program("kiosk")
        self.assertEqual(screen.ask("GET", "/")[1], b"<p>kiosk</p>")

    def test_without_them_there_is_nothing_to_see(self):
        screen = self.place_program(None)
        self.assertEqual(screen.refused("GET", "/"), (404, "NOT_FOUND"))

    def test_the_boards_own_go_before(self):
        own = dict(till_support.BOARD, kiosk_folder="pages")
        (self.data / "board.json").write_text(json.dumps(own))
        (self.data / "pages").mkdir()
        (self.data / "pages" / "index.html").write_text("own")
        screen = self.place_program("kiosk")
        self.assertEqual(screen.ask("GET", "/")[1], b"own")


class Told(Till):
    def setUp(self):
        super().setUp()
        self.screen = self.signed_in()
        self.screen.done("POST", "/api/shift", {"float_minor": 20000})

    def ring_up(self, code="101", **more):
        return self.screen.done("POST", "/api/basket/lines", {"code": code, **more})

    def test_a_stream_speaks_the_language_that_it_was_asked_in(self):
        hungarian, english = (self.screen.events(f"?language={code}") for code in ("hu", "en"))
        until(lambda: hungarian and english)
        self.assertIn("eladás", hungarian[0][1]["sync"]["detail"])
        self.assertIn("Selling", english[0][1]["sync"]["detail"])
        self.scan("4006381333931")
        for heard, word in ((hungarian, "termék"), (english, "product")):
            scan = until(lambda: told(heard, "scan"))[0]
            self.assertIn(word, scan["detail"])
        self.ring_up()
        for heard, word in ((hungarian, "eladás"), (english, "Selling")):
            state = until(lambda: [s for s in told(heard, "state") if s["basket"]])[-1]
            self.assertIn(word, state["sync"]["detail"])
        for query in ("?language=fr", "?language=", "?language=hu-HU"):
            self.assertEqual(self.screen.refused("GET", f"/api/events{query}"),
                             (400, "LANGUAGE_UNKNOWN"))

    def test_a_state_has_what_paying_in_cash_must_know(self):
        state = self.ring_up("109", quantity_milli=352)
        self.assertEqual((state["currency"], state["currency_digits"], state["cash_step_minor"],
                          state["language"]), ("HUF", 0, 5, "hu"))
        self.assertGreaterEqual(state["tiers"], 1)
        basket = state["basket"]
        self.assertNotEqual(basket["total_minor"] % 5, 0)
        self.assertEqual(basket["cash_minor"], (basket["total_minor"] + 2) // 5 * 5)
        sold = self.screen.done("POST", "/api/sales", CASH)
        self.assertEqual(sold["change_minor"], 5000 - basket["cash_minor"])

    def test_what_was_recorded_is_told_once_where_it_was(self):
        other = self.signed_in("bela").events()
        heard = self.screen.events()
        until(lambda: heard and other)
        self.ring_up()
        member = self.screen.done("PUT", "/api/basket/member", {"code": "CUST001"})
        name, points = (member["basket"]["member"][key] for key in ("name", "points"))
        for _ in range(2):
            sold = self.screen.done("POST", "/api/sales", CASH, key="once")
        earned = sold["sale"]["points_earned"]
        self.assertGreater(earned, 0)
        self.ring_up()
        self.screen.done("POST", "/api/training", CASH)
        back = self.screen.done("POST", "/api/receipts/1/refund", {"reason": "cold"})
        self.ring_up()
        self.screen.done("POST", "/api/sales", CASH)
        self.screen.done("POST", "/api/receipts/3/void", {"reason": "x"})
        events = until(lambda: len(told(heard, "sold")) == 5 and told(heard, "sold"))
        self.assertEqual([(e["kind"], e["receipt"], e["total_minor"], e["change_minor"])
                          for e in events],
                         [("sale", 1, 1890, 3110), ("training", 0, 1890, 3110),
                          ("refund", 2, 1890, 0), ("sale", 3, 1890, 3110), ("void", 4, 1890, 0)])
        of_member = {"member_name": name, "points_earned": earned, "points_after": points + earned}
        self.assertEqual({**events[0], **of_member}, events[0])
        self.assertEqual(events[0]["seq"], sold["seq"])
        of_member.update(points_earned=-earned, points_after=points)
        self.assertEqual({**events[2], **of_member}, events[2])
        self.assertEqual(events[2]["seq"], back["seq"])
        self.assertNotIn("points_earned", events[3])
        self.assertEqual(told(other, "sold"), [])

    def test_a_receipt_has_what_can_still_be_given_back(self):
        self.ring_up(quantity_milli=3000)
        self.ring_up("109", quantity_milli=350)
        sold = self.screen.done("POST", "/api/sales",
                                {"payments": [{"kind": "cash", "amount_minor": 20000}]})
        wish = {"lines": [{"line": 1, "quantity_milli": 1000}], "reason": "cold"}
        self.screen.done("POST", "/api/receipts/1/refund", wish)
        receipt = self.screen.done("GET", "/api/receipts/1")
        self.assertEqual((receipt["kind"], receipt["total_minor"], receipt["back_minor"]),
                         ("sale", sold["sale"]["total_minor"], 1890))
        self.assertRegex(receipt["at"], r"^2\d{3}-\d\d-\d\dT.*Z$")
        first, second = receipt["lines_sold"]
        self.assertEqual((first["line"], first["code"], first["quantity_milli"],
                          first["left_milli"], first["by_weight"], first["unit_minor"],
                          first["paid_minor"]),
                         (1, sold["sale"]["lines"][0]["code"], 3000, 2000, False, 1890, 3 * 1890))
        self.assertTrue(first["name"])
        self.assertEqual((second["line"], second["left_milli"], second["by_weight"]),
                         (2, 350, True))
        self.assertEqual([t["kind"] for t in receipt["tenders"]], ["cash"])
        back = self.screen.done("GET", "/api/receipts/2")
        self.assertEqual((back["kind"], back["original_receipt"], back["lines_sold"]),
                         ("refund", 1, []))
        self.screen.done("POST", "/api/receipts/1/refund", {"reason": "all of it"})
        receipt = self.screen.done("GET", "/api/receipts/1")
        self.assertEqual([line["left_milli"] for line in receipt["lines_sold"]], [0, 0])
        self.assertEqual(Screen(self.port).refused("GET", "/api/receipts/1"),
                         (401, "NOT_SIGNED_IN"))


if __name__ == "__main__":
    till_support.main()
