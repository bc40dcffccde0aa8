#!/usr/bin/env python3
"""What operators do with a centre over real HTTP, on both stores: set up terminals, bring data in
and take it out.
Usage: centre_operator_test.py COUNTERFOIL_AGGREGATOR sqlite|postgres"""

import csv
import io
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from centre_support import FREELY, Centre, Postgres, wait_for

PROGRAM = STORE = ""
POSTGRES = None


def openssl(*arguments, given=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class OperatorTest(unittest.TestCase):
    options = FREELY

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.centre = Centre(PROGRAM, cls.path / "centre", *cls.options,
                            postgres=POSTGRES.new_database() if POSTGRES else None)
        cls.admin = cls.centre.sign_in()

    @classmethod
    def tearDownClass(cls):
        cls.centre.stop()
        checked = cls.centre.rebuild_check()
        cls.folder.cleanup()
        assert checked.returncode == 0, checked

    def ask(self, method, path, body=None, token="admin", **more):
        return self.centre.ask(method, path, body, self.admin if token == "admin" else token,
                               **more)

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer["error_code"]), (status, code), answer)
        self.assertEqual(set(answer.body), {"detail", "error_code", "timestamp"})
        return answer["detail"]

    def good(self, answer, status=200):
        self.assertEqual(answer.status, status, answer)
        return answer


class Terminals(OperatorTest):
    def request(self, name, curve="P-256"):
        key = self.path / f"{name}-{curve}.key"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-out",
                key)
        return openssl("req", "-new", "-sha256", "-key", key, "-subj", f"/CN={name}")

    def code(self, name, store=3):
        return self.good(self.ask("POST", "/api/terminals/codes",
                                  {"terminal": name, "store": store}), 201)["code"]

    def provision(self, code, request):
        return self.centre.ask("POST", "/api/terminals/provision",
                               {"code": code, "request": request})

    def test_a_terminal_is_set_up_by_a_code_and_a_request(self):
        request = self.request("T01")
        code = self.code("T01")
        self.assertRegex(code, r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$")
        made = self.good(self.provision(code.lower().replace("-", " "), request))
        self.assertEqual((made["terminal"], made["store"], made["epoch"]), ("T01", 3, 1))
        for name, text in (("leaf", made["certificate"]), ("root", made["authority"])):
            (self.path / f"{name}.pem").write_text(text, encoding="utf-8")
        openssl("verify", "-CAfile", self.path / "root.pem", self.path / "leaf.pem")
        self.assertEqual(openssl("x509", "-noout", "-pubkey", given=made["certificate"]),
                         openssl("req", "-noout", "-pubkey", given=request))
        self.assertEqual(made["centre_certificate"],
                         (self.centre.data / "certificate.pem").read_text(encoding="utf-8"))
        view = self.good(self.ask("GET", "/api/terminals/T01"))
        self.assertEqual((view["store"], view["is_revoked"], view["events_held"], view["epoch"],
                          view["last_seen"]), (3, False, 0, 1, None))

    def test_a_code_is_good_once_but_an_answer_that_was_lost_comes_again(self):
        request = self.request("T02")
        code = self.code("T02")
        first = self.good(self.provision(code, request))
        self.assertEqual(self.good(self.provision(code, request)).body, first.body)
        self.refused(self.provision(code, self.request("T02")), 403, "TERMINAL_CODE_INVALID")
        self.assertEqual(self.good(self.ask("GET", "/api/terminals/T02"))["epoch"], 1)

    def test_a_code_is_for_its_terminal_and_a_newer_one_ends_it(self):
        code = self.code("T03")
        self.refused(self.provision(code, self.request("T04")), 422, "TERMINAL_REQUEST_INVALID")
        self.refused(self.provision(code, self.request("T03", "P-384")), 422,
                     "TERMINAL_REQUEST_INVALID")
        self.refused(self.provision(code, "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"), 422,
                     "TERMINAL_REQUEST_INVALID")
        newer = self.code("T03")
        self.refused(self.provision(code, self.request("T03")), 403, "TERMINAL_CODE_INVALID")
        self.good(self.provision(newer, self.request("T03")))
        self.refused(self.provision("0000-0000-0000", self.request("T03")), 403,
                     "TERMINAL_CODE_INVALID")
        self.refused(self.ask("GET", "/api/terminals/T04"), 404, "TERMINAL_NOT_FOUND")

    def test_nobody_but_an_admin_makes_codes_lists_or_revokes(self):
        for method, path, body in (("POST", "/api/terminals/codes", {"terminal": "T", "store": 1}),
                                   ("GET", "/api/terminals", None),
                                   ("POST", "/api/terminals/T/revoke", {"reason": "x"})):
            self.refused(self.ask(method, path, body, token=None), 401, "TOKEN_MISSING")
        for body in ({"terminal": "centre", "store": 1}, {"terminal": "a b", "store": 1},
                     {"terminal": "T", "store": 0}):
            self.refused(self.ask("POST", "/api/terminals/codes", body), 422, "VALIDATION_ERROR")

    def test_a_code_is_told_once_also_to_who_repeats_the_request(self):
        body = {"terminal": "T05", "store": 1}
        first = self.good(self.ask("POST", "/api/terminals/codes", body, Idempotency_Key="k"), 201)
        again = self.good(self.ask("POST", "/api/terminals/codes", body, Idempotency_Key="k"), 201)
        self.assertIsNone(again["code"])
        self.good(self.provision(first["code"], self.request("T05")))

    def test_a_terminal_is_revoked_and_may_be_set_up_again(self):
        self.good(self.provision(self.code("T06"), self.request("T06")))
        revoked = self.good(self.ask("POST", "/api/terminals/T06/revoke", {"reason": "stolen"}))
        self.assertTrue(revoked["is_revoked"])
        self.refused(self.ask("POST", "/api/terminals/T99/revoke", {"reason": "stolen"}), 404,
                     "TERMINAL_NOT_FOUND")
        self.good(self.provision(self.code("T06", 4), self.request("T06")))
        listed = self.good(self.ask("GET", "/api/terminals?limit=1000"))
        found = [one for one in listed["terminals"] if one["name"] == "T06"]
        self.assertEqual([(one["store"], one["is_revoked"]) for one in found], [(4, False)])
        self.assertEqual(listed["total"], len(listed["terminals"]))
        self.assertNotIn("centre", [one["name"] for one in listed["terminals"]])

    def by_hand(self, certificate):
        """From a shell, with a certificate that was made elsewhere, while the centre is down."""
        self.centre.stop()
        done = subprocess.run([PROGRAM, "provision", "--data", self.centre.data,
                               *self.centre.store, "--store", "7", certificate],
                              capture_output=True, text=True, check=False)
        revoked = self.centre.data / "authority-revoked.pem"
        revoked.unlink(missing_ok=True)
        self.centre.start()
        wait_for(revoked.exists)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return openssl("crl", "-in", revoked, "-noout", "-text")

    def test_what_an_older_device_was_given_is_no_good_after_a_shell_set_up_another(self):
        made = self.good(self.centre.ask("POST", "/api/terminals/provision", {
            "code": self.code("T07"), "request": self.request("T07"),
            "link_request": self.request("T07")}))
        serial = openssl("x509", "-noout", "-serial", given=made["link_certificate"])
        serial = serial.strip().removeprefix("serial=")
        (self.path / "same.pem").write_text(made["certificate"], encoding="utf-8")
        self.assertNotIn(serial, self.by_hand(self.path / "same.pem"))
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", "/CN=T07", "-keyout", self.path / "other.key", "-out",
                self.path / "other.pem")
        self.assertIn(serial, self.by_hand(self.path / "other.pem"))
        view = self.good(self.ask("GET", "/api/terminals/T07"))
        self.assertEqual((view["store"], view["epoch"]), (7, 2))


OLD = {
    "customers": [
        {"id": 7, "loyalty_id": "CUST001", "name": "John Doe", "email": "john@example.com",
         "phone": "+36301234567", "pin_code": "12345678", "points": 150, "total_spent": 20000,
         "visits": 10, "role": "loyal", "is_admin": False},
        {"loyalty_id": "CUST002", "name": "=Jane", "email": "jane@example.com", "points": 0,
         "role": "normal"}],
    "purchases": [
        {"customer_loyalty_id": "CUST001", "amount": 5000, "points_earned": 70,
         "receipt_number": "REC-2024-001", "date": "2024-01-20T16:00:00.000Z"},
        {"customer_loyalty_id": "CUST001", "amount": 100, "points_earned": 1,
         "receipt_number": None, "date": "2024-01-18"}],
    "coupons": [
        {"code": "COUP-2024-001", "customer_loyalty_id": "CUST001", "value": 1000,
         "redeemed": True, "created": "2024-01-15T10:00:00Z",
         "redeemed_at": "2024-01-18T12:30:00Z"},
        {"code": "COUP-2024-002", "customer_loyalty_id": "CUST001", "value": 1000,
         "redeemed": False, "created": "2024-01-16T10:00:00Z"}]}


class Buyer:
    """Buys all the time while others do something, and knows how long each purchase took."""

    def __init__(self, test):
        self.test = test
        self.waits, self.refused, self.is_ending = [], 0, False
        self.customer = test.good(test.ask("POST", "/api/customers", {
            "loyalty_id": f"BUYER{time.monotonic_ns() % 10 ** 9}", "name": "B",
            "email": "b@example.com"}), 201)["id"]
        self.thread = threading.Thread(target=self.buy)

    def buy(self):
        while not self.is_ending:
            begun = time.monotonic()
            made = self.test.ask("POST", "/api/purchases",
                                 {"customer_id": self.customer, "amount": 100})
            self.waits.append(time.monotonic() - begun)
            self.refused += made.status != 201

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.is_ending = True
        self.thread.join()


class Imports(OperatorTest):
    def members(self, text, query="", **headers):
        return self.ask("POST", "/api/imports/members" + query, raw=text.encode(),
                        Content_Type="text/csv", **headers)

    def done(self, answer):
        self.good(answer, 202)

        def is_over():
            self.state = self.good(self.ask("GET", f"/api/imports/{answer['id']}"))
            return self.state["state"] != "working"
        wait_for(is_over)
        self.assertEqual(self.state["state"], "done", self.state)
        return self.state

    def customers(self):
        found = {}
        while True:
            listed = self.good(self.ask("GET", f"/api/customers?limit=1000&skip={len(found)}"))
            found.update({one["loyalty_id"]: one for one in listed["customers"]})
            if len(found) >= listed["total"]:
                return found

    def test_what_a_browser_has_kept_comes_along(self):
        path = "/api/imports/browser-data"
        dry = self.good(self.ask("POST", path + "?dry_run=true", OLD), 202)
        self.assertEqual((dry["state"], dry["customers"], dry["purchases"], dry["coupons"],
                          dry["problem_count"]), ("checked", 2, 2, 2, 0))
        self.refused(self.ask("GET", f"/api/imports/{dry['id']}"), 404, "IMPORT_NOT_FOUND")
        self.assertNotIn("CUST001", self.customers())
        state = self.done(self.ask("POST", path, OLD))
        self.assertEqual((state["customers"], state["purchases"], state["coupons"]), (2, 2, 2))
        john = self.customers()["CUST001"]
        self.assertEqual((john["points"], john["total_spent"], john["visit_count"], john["role"]),
                         (150, 20000, 10, "loyal"))
        self.centre.sign_in("CUST001", "12345678")
        bought = self.good(self.ask("GET", f"/api/purchases/{john['id']}"))["purchases"]
        self.assertEqual([(one["amount"], one["points_earned"], one["created_at"])
                          for one in bought], [(5000, 70, "2024-01-20T16:00:00Z"),
                                               (100, 1, "2024-01-18T00:00:00Z")])
        said = self.ask("POST", "/api/coupons/lookup", {"code": "COUP-2024-001"})
        self.assertIn("2024-01-18T12:30:00Z", said["detail"])
        self.good(self.ask("PUT", "/api/coupons/COUP-2024-002/redeem"))
        self.assertEqual(self.done(self.ask("POST", path, OLD))["customers"], 2)
        self.assertEqual(self.customers()["CUST001"]["points"], 150)
        self.centre.stop()
        self.centre.start()
        self.assertEqual(self.done(self.ask("POST", path, OLD))["customers"], 2)
        again = self.ask("POST", path, OLD, Idempotency_Key="another")
        self.assertIn("customers[0]", self.refused(again, 422, "IMPORT_INVALID"))
        first = list(self.customers()).index("CUST001")
        table = self.good(self.ask("GET", f"/api/customers?format=csv&limit=2&skip={first}"))
        table = table.body.decode()
        rows = {row["loyalty_id"]: row for row in csv.DictReader(io.StringIO(table))}
        self.assertEqual((rows["CUST001"]["points"], rows["CUST001"]["phone"],
                          rows["CUST002"]["name"]), ("150", "'+36301234567", "'=Jane"))

    def test_each_bad_line_is_told_and_nothing_is_written(self):
        text = ("loyalty_id,name,email,phone,role\r\nM1,One,one@example.com,,\r\n"
                "M 2,Two,,,\r\nM3,\"Three\nlines\",,,\r\nM4,Four,four,,\r\n"
                "M1,Five,,,\r\nM6,Six,,,king\r\nM7,Seven\r\n")
        dry = self.good(self.members(text, "?dry_run=true"), 202)
        self.assertEqual([one["place"] for one in dry["problems"]],
                         ["line 3", "line 4", "line 6", "line 7", "line 8", "line 9"])
        self.assertTrue(dry["problems"][0]["sentence"].startswith("loyalty_id: "))
        self.assertIn("line 3", self.refused(self.members(text), 422, "IMPORT_INVALID"))
        told = self.members(text, Accept_Language="hu")
        self.assertIn("betű", self.refused(told, 422, "IMPORT_INVALID"))
        self.assertNotIn("M1", self.customers())
        for wrong in ("name\nx\n", "loyalty_id,name,pin\nM1,One,1\n", "M1\"\n"):
            self.refused(self.members(wrong), 422, "IMPORT_INVALID")
        bad = {"purchases": [{"customer_loyalty_id": "NOBODY", "amount": 1, "points_earned": 0,
                              "date": "yesterday"}]}
        answer = self.good(self.ask("POST", "/api/imports/browser-data?dry_run=true", bad), 202)
        self.assertEqual([one["place"] for one in answer["problems"]], ["purchases[0]"] * 2)

    def products(self, text, query="", **headers):
        return self.ask("POST", "/api/imports/products" + query, raw=text.encode(),
                        Content_Type="text/csv", **headers)

    def test_each_bad_line_of_a_table_of_products_is_told_and_nothing_is_written(self):
        head = "gtin,plu,name,category,unit_price_minor,vat_basis_points,sold_by\r\n"
        good = "5990000000016,17,\"Alma, piros\",Gyümölcs,550,2700,weight\r\n"
        text = (head + good + "5990000000023,,Körte,Gyümölcs,sok,2700,piece\r\n"
                "5990000000030,,Szilva,Gyümölcs,1,2700,crate\r\n"
                "5990000000016,,Alma,Gyümölcs,1,2700,piece\r\n"
                "5990000000047,17,Meggy,Gyümölcs,1,2700,piece\r\n"
                "5990000000017,,Dió,Gyümölcs,1,2700,piece\r\n5990000000054,Mák\r\n")
        dry = self.good(self.products(text, "?dry_run=true"))
        self.assertEqual((dry["done"], dry["problem_count"]), (False, 6))
        self.assertEqual([(one["place"], one["sentence"].split(":")[0])
                          for one in dry["problems"]],
                         [("line 3", "unit_price_minor"), ("line 4", "sold_by"),
                          ("line 5", "gtin"), ("line 6", "plu"), ("line 7", "gtin"),
                          ("line 8", "line")])
        self.assertIn("line 3", self.refused(self.products(text), 422, "IMPORT_INVALID"))
        told = self.products(text, "?dry_run=true", Accept_Language="hu")
        self.assertEqual(told["problems"][2]["sentence"], "gtin: kétszer szerepel")
        self.refused(self.ask("GET", "/api/products/5990000000016"), 404, "PRODUCT_NOT_FOUND")
        for wrong in ("gtin,name\nx\n", head + '5990000000016"\n'):
            self.refused(self.products(wrong), 422, "IMPORT_INVALID")
        dry = self.good(self.products(head + good, "?dry_run=true"))
        self.assertEqual((dry["done"], dry["products"], dry["problems"]), (False, 1, []))
        self.refused(self.ask("GET", "/api/products/5990000000016"), 404, "PRODUCT_NOT_FOUND")
        self.assertTrue(self.good(self.products(head + good))["done"])
        self.assertEqual(self.good(self.ask("GET", "/api/products/5990000000016"))["name"],
                         "Alma, piros")
        taken = self.products(head + "5990000000023,17,Körte,Gyümölcs,1,2700,piece\r\n",
                              "?dry_run=true")
        self.assertEqual([one["place"] for one in self.good(taken)["problems"]], ["line 2"])

    def test_members_come_without_pins_and_get_one_later(self):
        self.done(self.members("name,loyalty_id\nAnna,A1\n\"Béla, ifj.\",A2\n"))
        found = self.customers()
        self.assertEqual((found["A1"]["name"], found["A2"]["name"], found["A2"]["role"]),
                         ("Anna", "Béla, ifj.", "normal"))
        made = self.good(self.ask("POST", f"/api/customers/{found['A1']['id']}/pin"))
        self.centre.sign_in("A1", made["pin_code"])

    def test_ten_thousand_lines(self):
        lines = [f"X{n},Member {n},x{n}@example.com,+3630{n:07},loyal" for n in range(10_000)]
        begun = time.monotonic()
        with Buyer(self) as buyer:
            state = self.done(self.members("loyalty_id,name,email,phone,role\n"
                                           + "\n".join(lines)))
        print(f"10,000 members in {time.monotonic() - begun:.1f} s; beside them "
              f"{len(buyer.waits)} purchases, the longest {max(buyer.waits):.2f} s, the median "
              f"{sorted(buyer.waits)[len(buyer.waits) // 2] * 1000:.1f} ms", file=sys.stderr)
        self.assertEqual(buyer.refused, 0)
        self.assertEqual(state["customers"], 10_000)
        listed = self.good(self.ask("GET", "/api/customers?format=csv&limit=1000&skip=3000"))
        self.assertGreaterEqual(int(listed.headers["X-Total-Count"]), 10_000)
        self.assertEqual(listed.body.count(b"\r\n"), 1001)

    def test_who_may_and_in_what_form(self):
        self.refused(self.centre.ask("POST", "/api/imports/members", raw=b"x",
                                     Content_Type="text/csv"), 401, "TOKEN_MISSING")
        self.refused(self.ask("POST", "/api/imports/members", {"a": 1}), 415, "NOT_CSV")
        self.refused(self.ask("POST", "/api/imports/browser-data", raw=b"a,b",
                              Content_Type="text/csv"), 415, "NOT_JSON")


class Tables(OperatorTest):
    def setUp(self):
        self.customer = self.good(self.ask("POST", "/api/customers",
                                           {"loyalty_id": f"C{time.monotonic_ns()}",
                                            "name": 'A "b", c', "email": "c@example.com"}), 201)
        self.receipt = f"@SUM(A{time.monotonic_ns()})"
        self.bought = self.good(self.ask("POST", "/api/purchases", {
            "customer_id": self.customer["id"], "amount": 900,
            "receipt_number": self.receipt}), 201)

    def table(self, path):
        answer = self.good(self.ask("GET", path, Accept="text/csv"))
        self.assertTrue(answer.headers["Content-Type"].startswith("text/csv; charset=utf-8"))
        rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
        total = answer.headers["X-Total-Count"]
        if total is not None and "limit" not in path:
            self.assertEqual(len(rows), int(total))
        return answer, rows

    def test_every_list_can_be_had_as_a_table(self):
        book = self.good(self.ask("POST", "/api/v1/books", {
            "name": "Summer", "pattern": {"prefix": "SUM", "length": 12}}), 201)
        self.good(self.ask("POST", f"/api/v1/books/{book['id']}/generate", {"count": 3}), 201)
        user = {"user_id": self.customer["id"]}
        coupon = self.good(self.ask("POST", "/api/v1/coupons/assign",
                                    {"book_id": book["id"], **user}))
        self.good(self.ask("POST", f"/api/v1/coupons/redeem/{coupon['code']}"))
        pool = self.good(self.ask("POST", "/api/v1/pools", {"name": "Beta"}), 201)
        self.good(self.ask("POST", f"/api/v1/pools/{pool['id']}/users", user))
        code = self.good(self.ask("POST", "/api/terminals/codes",
                                  {"terminal": "T01", "store": 3}), 201)["code"]
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                self.path / "T01.key")
        self.good(self.centre.ask("POST", "/api/terminals/provision", {
            "code": code, "request": openssl("req", "-new", "-sha256", "-key",
                                             self.path / "T01.key", "-subj", "/CN=T01")}))
        self.good(self.ask("PUT", "/api/settings/cash_step_minor", {"value": "5"}))
        places = {"{customer_id}": self.customer["id"], "{code}": coupon["code"],
                  "{name}": "T01"}
        rows_of = {}
        for method, path, operation in self.centre.routes:
            declared = operation["responses"].get("200", {}).get("content", {})
            schema = declared.get("application/json", {}).get("schema", {})
            if method != "GET" or "total" not in schema.get("properties", {}):
                continue
            with self.subTest(path=path):
                self.assertIn("format", [one["name"] for one in operation["parameters"]])
                asked = path
                for place, value in places.items():
                    asked = asked.replace(place, value)
                for part, one in (("books", book), ("pools", pool), ("users", self.customer)):
                    asked = asked.replace(f"{part}/{{id}}", f"{part}/{one['id']}")
                answer, rows_of[path] = self.table(asked)
                name = next(name for name, member in schema["properties"].items()
                            if member["type"] == "array")
                self.assertIn(f"{name}.csv", answer.headers["Content-Disposition"])
                self.assertIn("total",
                              self.ask("GET", asked + "?format=json", Accept="text/csv").body)
        self.assertEqual(len(rows_of), 21)
        self.assertEqual({path for path, rows in rows_of.items() if not rows},
                         {"/api/products", "/api/staff", "/api/terminals/{name}/forks",
                          "/api/terminals/{name}/quarantine",
                          "/api/v1/users/me/coupons", "/api/v1/users/me/redemptions"})
        self.assertEqual(rows_of["/api/v1/books"][0]["pattern_prefix"], "SUM")
        self.assertIn({"name": "cash_step_minor", "value": "5"}, rows_of["/api/settings"])
        self.assertIn('A "b", c', [row["name"] for row in rows_of["/api/customers"]])
        self.assertEqual(rows_of["/api/purchases/{customer_id}"][0]["receipt_number"],
                         "'" + self.receipt)
        self.refused(self.ask("GET", "/api/customers?format=xls"), 422, "VALIDATION_ERROR")
        self.refused(self.ask("GET", "/api/customers?format=csv", token=None), 401,
                     "TOKEN_MISSING")

    def test_long_lists_are_walked_from_part_to_part(self):
        bought = [self.good(self.ask("POST", "/api/purchases", {
            "customer_id": self.customer["id"], "amount": amount}), 201)["id"]
            for amount in (100, 200, 300)]
        found, after = [], ""
        while True:
            part = self.good(self.ask("GET", f"/api/purchases?limit=2{after}"))
            found += part["purchases"]
            if part["next"] is None:
                break
            after = f"&after={part['next']}"
        self.assertEqual(len(found), part["total"])
        self.assertEqual([one["id"] for one in found][:4],
                         bought[::-1] + [self.bought["id"]])
        self.assertEqual((found[3]["customer_id"], found[3]["terminal"], found[3]["kind"],
                          found[3]["receipt_number"]),
                         (self.customer["id"], "centre", "sale", self.receipt))
        first = self.table("/api/purchases?limit=2&terminal=centre")[0]
        rest, rows = self.table("/api/purchases?limit=1000&terminal=centre&after="
                                + first.headers["X-Next"])
        self.assertEqual(len(rows), part["total"] - 2)
        self.assertIsNone(rest.headers["X-Next"])
        self.assertEqual(self.ask("GET", "/api/purchases?to=2020-01-01T00:00:00Z")["purchases"],
                         [])
        self.assertEqual(self.ask("GET", "/api/purchases?kind=void").body,
                         {"total": None, "purchases": [], "next": None})
        for query in ("after=x", "kind=gift", "from=yesterday", "limit=0", "skip=1",
                      "terminal=a b"):
            for path in ("purchases", "coupons"):
                self.refused(self.ask("GET", f"/api/{path}?{query}"), 422, "VALIDATION_ERROR")
        for path in ("/api/purchases", "/api/coupons", "/api/terminals/T/forks",
                     "/api/terminals/T/quarantine"):
            self.refused(self.ask("GET", path, token=None), 401, "TOKEN_MISSING")
            token = self.centre.sign_in(self.customer["loyalty_id"], self.customer["pin_code"])
            self.refused(self.ask("GET", path, token=token), 403, "ADMIN_REQUIRED")
        self.refused(self.ask("GET", "/api/terminals/T99/forks"), 404, "TERMINAL_NOT_FOUND")


class Description(OperatorTest):
    def part(self, path):
        answer = self.good(self.ask("GET", path, token=None))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        return answer.headers["Content-Type"].split(";")[0], answer

    def test_there_is_a_page_for_people_that_needs_nobody_else(self):
        kind, page = self.part("/api/docs")
        text = page.body.decode()
        self.assertEqual(kind, "text/html")
        self.assertRegex(page.headers["Content-Security-Policy"], r"^default-src 'self'(;|$)")
        # That lets it have what is ours and stands in files of its own, and nothing else.
        self.assertEqual(re.findall(r"<style| style=| on[a-z]+=|javascript:", text), [])
        self.assertEqual(re.findall(r"<script[^>]*>[^<]", text), [])
        parts = set(re.findall(r'(?:src|href)="([^"]*)"', text))
        self.assertEqual({path: self.part(path)[0] for path in parts},
                         {"/api/docs.css": "text/css", "/api/docs.js": "text/javascript",
                          "/api/openapi.json": "application/json"})
        for path in ("/api/docs.css", "/api/docs.js"):
            drawn = self.part(path)[1].body.decode()
            self.assertEqual(re.findall(r"https?:|@import|url\(|eval\(|innerHTML|\.style\b",
                                        drawn), [])
            self.assertEqual(re.findall(r'fetch\("([^"]*)"', drawn),
                             ["/api/openapi.json"] if path.endswith(".js") else [])


class FewTries(OperatorTest):
    options = ["--requests", "100000000", "--sign-ins", "3", "--proxy", "127.0.0.1"]

    def test_codes_are_not_guessed(self):
        answers = [self.centre.ask("POST", "/api/terminals/provision",
                                   {"code": f"{n:012}", "request": "-----BEGIN X"})
                   for n in range(4)]
        self.assertEqual([answer.status for answer in answers], [403, 403, 403, 429])
        looked = self.centre.ask("POST", "/api/terminals/codes/lookup", {"code": "000000000000"})
        self.refused(looked, 429, "TOO_MANY_SIGN_INS")
        # Who signs in from there is not kept out by that, nor by devices that are set up well.
        self.centre.sign_in()

    def test_what_goes_well_is_not_counted(self):
        self.assertEqual(self.codes_looked_up(5), [200] * 5)

    def codes_looked_up(self, times):
        code = self.good(self.ask("POST", "/api/terminals/codes",
                                  {"terminal": "T01", "store": 1}), 201)["code"]
        return [self.centre.ask("POST", "/api/terminals/codes/lookup", {"code": code},
                                X_Forwarded_For="10.0.0.9").status for _ in range(times)]


class FewConnections(OperatorTest):
    options = ["--requests", "100000000"]
    most = 64

    def held(self):
        """A connection that was answered and stays; none where it is refused."""
        connection = self.centre.connect()
        try:
            connection.request("GET", "/health")
            response = connection.getresponse()
            response.read()
        except ConnectionError:
            return None  # reset, where what it had asked was not read before the end
        if response.status == 503 and response.getheader("Connection") == "close":
            connection.close()
            return None
        self.all.append(connection)
        return connection

    def setUp(self):
        self.all = []

    def tearDown(self):
        for connection in self.all:
            connection.close()

    def test_an_address_has_so_many_connections_and_is_told_why_no_more(self):
        for _ in range(self.most):
            wait_for(self.held)  # what was open before may be there a moment longer
        with socket.create_connection(("127.0.0.1", self.centre.port), 60) as more:
            said = b""
            while piece := more.recv(4096):
                said += piece
        head, body = said.split(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 503 "), head)
        self.assertIn(b"Connection: close", head)
        told = json.loads(body)
        self.assertEqual((told["error_code"], told["detail"]),
                         ("TOO_MANY_CONNECTIONS",
                          "Too many connections are open. Try again in a moment."))
        # Those that are there work on, and who goes makes room.
        self.all[0].request("GET", "/health")
        self.all[0].getresponse().read()
        self.assertIsNone(self.held())
        self.all.pop().close()
        wait_for(self.held)
        self.assertIsNone(self.held())


class FewerConnections(FewConnections):
    options = [*FewConnections.options, "--connections", "3"]
    most = 3


if __name__ == "__main__":
    PROGRAM, STORE = os.path.abspath(sys.argv[1]), sys.argv[2]
    if STORE == "postgres":
        POSTGRES = Postgres()
    try:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
    finally:
        if POSTGRES:
            POSTGRES.stop()
