#!/usr/bin/env python3
"""The loyalty interface of a centre over real HTTP, on both stores: what its document promises, who
may do what, what is refused and how.
Usage: centre_api_test.py COUNTERFOIL_AGGREGATOR sqlite|postgres"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

from centre_support import FREELY, Centre, Postgres

PROGRAM = STORE = ""
POSTGRES = None
SECRET = "a secret of more than thirty-two letters"
NOBODY = "00000000-0000-7000-8000-000000000000"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forged(token, secret=SECRET, header=None, **claims):
    """The same token with other claims, by whoever has the secret, or has not."""
    head, body, signature = token.split(".")
    said = json.loads(decoded(body))
    said.update(claims)
    head = encoded(json.dumps(header).encode()) if header else head
    text = f"{head}.{encoded(json.dumps(said, separators=(',', ':')).encode())}"
    if secret is None:
        return text + "."
    return text + "." + encoded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def together(count, act):
    """What `count` threads got that began at one moment."""
    gate = threading.Barrier(count)
    got = [None] * count

    def work(place):
        gate.wait()
        got[place] = act(place)
    threads = [threading.Thread(target=work, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


class CentreTest(unittest.TestCase):
    options = FREELY

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.secret = pathlib.Path(cls.folder.name) / "secret"
        cls.secret.touch(mode=0o600)
        cls.secret.write_text(SECRET + "\n", encoding="utf-8")
        cls.centre = Centre(PROGRAM, pathlib.Path(cls.folder.name) / "centre", *cls.options,
                            *cls.more_options(),
                            postgres=POSTGRES.new_database() if POSTGRES else None)
        cls.admin = cls.centre.sign_in()
        cls.customers = 0

    @classmethod
    def more_options(cls):
        return []

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
        self.assertTrue(answer["detail"])
        return answer["detail"]

    def customer(self, **more):
        type(self).customers += 1
        body = {"loyalty_id": f"CUST{self.customers:03}", "name": "Jane Smith",
                "email": "jane@example.com", "phone": "+36309876543", "role": "normal"}
        body.update(more)
        answer = self.ask("POST", "/api/customers", body)
        self.assertEqual(answer.status, 201, answer)
        return answer

    def buy(self, customer, amount=5000, **more):
        answer = self.ask("POST", "/api/purchases",
                          {"customer_id": customer, "amount": amount, **more})
        self.assertEqual(answer.status, 201, answer)
        return answer

    def signed_in(self, customer):
        return self.centre.sign_in(customer["loyalty_id"], customer["pin_code"])


class TheDocument(CentreTest):
    """Each example of the interface's document, as it stands there."""

    def test_signing_in_and_who_is_it(self):
        answer = self.centre.ask("POST", "/api/auth/login", {"loyalty_id": self.centre.admin_id,
                                                             "pin_code": self.centre.pin})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer["token_type"], "bearer")
        user = answer["user"]
        self.assertEqual(set(user), {"id", "loyalty_id", "name", "email", "role", "is_admin",
                                     "points"})
        self.assertEqual((user["loyalty_id"], user["is_admin"], user["role"], user["points"]),
                         ("ADMIN001", True, "normal", 0))
        claims = json.loads(decoded(answer["access_token"].split(".")[1]))
        self.assertEqual((claims["sub"], claims["loyalty_id"], claims["is_admin"],
                          claims["role"]), (user["id"], "ADMIN001", True, "normal"))
        self.assertEqual(claims["exp"] - claims["iat"], answer["expires_in"])
        me = self.ask("GET", "/api/auth/me", token=answer["access_token"])
        self.assertEqual(set(me.body), {"id", "loyalty_id", "name", "email", "phone", "points",
                                        "total_spent", "visit_count", "role", "is_admin",
                                        "created_at"})
        self.assertRegex(me["created_at"], TIME)

    def test_wrong_credentials(self):
        for loyalty_id, pin in ((self.centre.admin_id, "wrongpin"), ("NOBODY", "12345678"),
                                (self.centre.admin_id, "1" * 8)):
            answer = self.centre.ask("POST", "/api/auth/login", {"loyalty_id": loyalty_id,
                                                                 "pin_code": pin})
            said = self.refused(answer, 401, "INVALID_CREDENTIALS")
            self.assertEqual(said, "Invalid loyalty ID or PIN code")
        answer = self.centre.ask("POST", "/api/auth/login",
                                 {"loyalty_id": "NOBODY", "pin_code": "12345678"},
                                 Accept_Language="hu")
        self.assertEqual(answer["detail"], "Hibás hűségkártya szám vagy PIN kód")

    def test_a_customer_from_first_to_last(self):
        made = self.customer(loyalty_id="CUST100")
        self.assertRegex(made["id"], UUID)
        self.assertRegex(made["pin_code"], r"^\d{8}$")
        told = {"id": made["id"], "loyalty_id": "CUST100", "name": "Jane Smith",
                "email": "jane@example.com", "phone": "+36309876543", "points": 0,
                "total_spent": 0, "visit_count": 0, "role": "normal", "is_admin": False,
                "created_at": made["created_at"]}
        self.assertEqual(made.body, {**told, "pin_code": made["pin_code"]})
        self.assertEqual(self.ask("GET", f"/api/customers/{made['id']}").body, told)
        changed = self.ask("PUT", f"/api/customers/{made['id']}", {
            "name": "Jane Smith Updated", "email": "jane.new@example.com",
            "phone": "+36309876543", "points": 200, "visit_count": 15, "role": "loyal"})
        self.assertEqual(changed.status, 200)
        self.assertRegex(changed["updated_at"], TIME)
        self.assertEqual(changed.body, {
            "id": made["id"], "loyalty_id": "CUST100", "name": "Jane Smith Updated",
            "email": "jane.new@example.com", "phone": "+36309876543", "points": 200,
            "total_spent": 0, "visit_count": 15, "role": "loyal",
            "updated_at": changed["updated_at"]})
        removed = self.ask("DELETE", f"/api/customers/{made['id']}")
        self.assertEqual((removed.status, removed.body),
                         (200, {"message": "Customer deleted successfully"}))
        self.refused(self.ask("GET", f"/api/customers/{made['id']}"), 404, "CUSTOMER_NOT_FOUND")

    def test_the_list_of_customers(self):
        made = [self.customer(role=role) for role in ("loyal", "owner", "loyal")]
        answer = self.ask("GET", "/api/customers?skip=0&limit=100&role=loyal")
        mine = [one for one in answer["customers"] if one["id"] in [m["id"] for m in made]]
        self.assertEqual([one["id"] for one in mine], [made[0]["id"], made[2]["id"]])
        self.assertEqual(set(mine[0]), {"id", "loyalty_id", "name", "email", "phone", "points",
                                        "total_spent", "visit_count", "role", "created_at"})
        everybody = self.ask("GET", "/api/customers?limit=1000")
        self.assertEqual(everybody["total"], len(everybody["customers"]))
        for skip in range(everybody["total"] + 2):
            part = self.ask("GET", f"/api/customers?skip={skip}&limit=2")
            self.assertEqual(part["customers"], everybody["customers"][skip:skip + 2])
            self.assertEqual(part["total"], everybody["total"])

    def test_purchases_and_their_points(self):
        for role, amount, points in (("normal", 5000, 55), ("loyal", 5000, 70),
                                     ("owner", 5000, 85), ("loyal", 4500, 63),
                                     ("normal", 1550, 16), ("loyal", 1550, 21),
                                     ("owner", 1550, 25), ("normal", 99, 0)):
            customer = self.customer(role=role)
            made = self.buy(customer["id"], amount, receipt_number=f"REC-{role}-{amount}")
            self.assertEqual(made.body, {
                "id": made["id"], "customer_id": customer["id"], "amount": amount,
                "points_earned": points, "receipt_number": f"REC-{role}-{amount}",
                "created_at": made["created_at"],
                "customer": {"loyalty_id": customer["loyalty_id"], "name": "Jane Smith",
                             "new_points": points, "new_visit_count": 1}})
            self.assertRegex(made["id"], UUID)
        self.buy(customer["id"], 5000)
        listed = self.ask("GET", f"/api/purchases/{customer['id']}?skip=0&limit=50")
        self.assertEqual(listed["total"], 2)
        self.assertEqual(listed["purchases"][1], {
            "id": made["id"], "amount": 99, "points_earned": 0,
            "receipt_number": "REC-normal-99", "created_at": made["created_at"], "kind": "sale"})
        self.assertEqual(listed["purchases"][0]["receipt_number"], None)
        again = self.ask("POST", "/api/purchases", {"customer_id": customer["id"], "amount": 99,
                                                    "receipt_number": "REC-normal-99"})
        self.refused(again, 409, "RECEIPT_TAKEN")
        one = self.ask("GET", f"/api/customers/{customer['id']}")
        self.assertEqual((one["points"], one["total_spent"], one["visit_count"]), (55, 5099, 2))

    def test_a_coupon_from_points_to_the_counter(self):
        customer = self.customer(role="loyal")
        token = self.signed_in(customer)
        for amount in (5000, 9700):
            self.buy(customer["id"], amount)
        made = self.ask("POST", "/api/coupons/create", {"customer_id": customer["id"]},
                        token=token)
        self.assertEqual(made.status, 201)
        self.assertRegex(made["code"], r"^COUP-\d{4}-[0-9A-HJKMNP-TV-Z]{10}$")
        self.assertEqual(made.body, {
            "id": made["id"], "code": made["code"], "customer_id": customer["id"], "value": 1000,
            "is_redeemed": False, "created_at": made["created_at"],
            "customer": {"loyalty_id": customer["loyalty_id"], "name": "Jane Smith",
                         "remaining_points": 105}})
        found = self.ask("POST", "/api/coupons/lookup", {"code": made["code"]})
        self.assertEqual(found.body, {
            "id": made["id"], "code": made["code"], "value": 1000, "is_redeemed": False,
            "created_at": made["created_at"],
            "customer": {"id": customer["id"], "loyalty_id": customer["loyalty_id"],
                         "name": "Jane Smith", "phone": "+36309876543"}})
        redeemed = self.ask("PUT", f"/api/coupons/{made['code']}/redeem")
        self.assertEqual(redeemed.body, {
            "id": made["id"], "code": made["code"], "value": 1000, "is_redeemed": True,
            "created_at": made["created_at"], "redeemed_at": redeemed["redeemed_at"],
            "customer": {"loyalty_id": customer["loyalty_id"], "name": "Jane Smith"}})
        for again in (self.ask("POST", "/api/coupons/lookup", {"code": made["code"]}),
                      self.ask("PUT", f"/api/coupons/{made['code']}/redeem")):
            said = self.refused(again, 400, "COUPON_ALREADY_REDEEMED")
            self.assertEqual(said, "This coupon has already been redeemed on "
                                   f"{redeemed['redeemed_at']}")
        other = self.ask("POST", "/api/coupons/create", {"customer_id": customer["id"]},
                         token=token)
        poor = self.ask("POST", "/api/coupons/create", {"customer_id": customer["id"]},
                        token=token)
        self.assertEqual(self.refused(poor, 400, "POINTS_INSUFFICIENT"),
                         "Insufficient points. You need 100 points to create a coupon.")
        listed = self.ask("GET", f"/api/coupons/{customer['id']}", token=token)
        self.assertEqual(listed["total"], 2)
        for flag, codes in (("true", [made["code"]]), ("false", [other["code"]])):
            some = self.ask("GET", f"/api/coupons/{customer['id']}?is_redeemed={flag}")
            self.assertEqual([one["code"] for one in some["coupons"]], codes)
        missing = self.ask("POST", "/api/coupons/lookup", {"code": "COUP-2024-001"})
        self.assertEqual(self.refused(missing, 404, "COUPON_NOT_FOUND"), "Coupon not found")

    def test_each_route_is_described_and_has_a_name(self):
        described = {(method, path) for method, path, _ in self.centre.routes}
        for method, path in (("POST", "/api/auth/login"), ("POST", "/api/auth/refresh"),
                             ("GET", "/api/auth/me"), ("GET", "/api/customers"),
                             ("GET", "/api/customers/{id}"), ("POST", "/api/customers"),
                             ("PUT", "/api/customers/{id}"), ("DELETE", "/api/customers/{id}"),
                             ("POST", "/api/purchases"), ("GET", "/api/purchases/{customer_id}"),
                             ("GET", "/api/coupons/{customer_id}"),
                             ("POST", "/api/coupons/create"), ("POST", "/api/coupons/lookup"),
                             ("PUT", "/api/coupons/{code}/redeem"), ("GET", "/health"),
                             ("GET", "/metrics"), ("GET", "/api/openapi.json")):
            self.assertIn((method, path), described)


class Sessions(CentreTest):
    def tokens(self, customer):
        answer = self.centre.ask("POST", "/api/auth/login", {"loyalty_id": customer["loyalty_id"],
                                                             "pin_code": customer["pin_code"]})
        return answer["access_token"], answer["refresh_token"]

    def refresh(self, token):
        return self.centre.ask("POST", "/api/auth/refresh", {"refresh_token": token})

    def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_session(self):
        customer = self.customer()
        _, first = self.tokens(customer)
        second = self.refresh(first)
        self.assertEqual(second.status, 200)
        self.assertEqual(self.ask("GET", "/api/auth/me", token=second["access_token"]).status, 200)
        self.refused(self.refresh(first), 401, "SESSION_REUSED")
        self.refused(self.refresh(second["refresh_token"]), 401, "SESSION_OVER")

    def test_signing_out_ends_the_session(self):
        _, token = self.tokens(self.customer())
        self.assertEqual(self.centre.ask("POST", "/api/auth/logout",
                                         {"refresh_token": token}).status, 200)
        self.refused(self.refresh(token), 401, "SESSION_OVER")

    def test_a_new_pin_ends_what_was_open(self):
        customer = self.customer()
        access, token = self.tokens(customer)
        reset = self.ask("POST", f"/api/customers/{customer['id']}/pin")
        self.assertEqual(reset.status, 200)
        self.refused(self.ask("GET", "/api/auth/me", token=access), 401, "TOKEN_INVALID")
        self.refused(self.refresh(token), 401, "SESSION_OVER")
        self.refused(self.centre.ask("POST", "/api/auth/login",
                                     {"loyalty_id": customer["loyalty_id"],
                                      "pin_code": customer["pin_code"]}),
                     401, "INVALID_CREDENTIALS")
        self.centre.sign_in(customer["loyalty_id"], reset["pin_code"])

    def test_who_is_removed_is_out_and_forgotten(self):
        customer = self.customer(name="Árvíztűrő Tükörfúrógép")
        access, token = self.tokens(customer)
        self.buy(customer["id"])
        self.assertEqual(self.ask("DELETE", f"/api/customers/{customer['id']}").status, 200)
        self.refused(self.ask("GET", "/api/auth/me", token=access), 401, "TOKEN_INVALID")
        self.refused(self.refresh(token), 401, "SESSION_OVER")
        self.refused(self.ask("GET", f"/api/purchases/{customer['id']}"), 404,
                     "CUSTOMER_NOT_FOUND")
        listed = self.ask("GET", "/api/customers?limit=1000")
        self.assertNotIn(customer["id"], [one["id"] for one in listed["customers"]])
        again = self.customer(loyalty_id=customer["loyalty_id"])
        self.assertNotEqual(again["id"], customer["id"])

    def test_the_last_administrator_stays(self):
        me = self.ask("GET", "/api/auth/me")
        self.refused(self.ask("DELETE", f"/api/customers/{me['id']}"), 409, "LAST_ADMIN")
        second = self.customer(is_admin=True)
        self.assertEqual(self.ask("DELETE", f"/api/customers/{second['id']}").status, 200)

    def test_what_was_done_is_there_after_a_start(self):
        customer = self.customer()
        self.buy(customer["id"])
        before = self.ask("GET", f"/api/customers/{customer['id']}").body
        self.centre.stop()
        self.centre.start()
        self.assertIsNone(self.centre.pin)
        self.assertEqual(self.ask("GET", f"/api/customers/{customer['id']}").body, before)


class Repeating(CentreTest):
    def test_the_same_key_is_the_same_request(self):
        customer = self.customer()
        body = {"customer_id": customer["id"], "amount": 5000}
        first = self.ask("POST", "/api/purchases", body, Idempotency_Key="k1")
        again = self.ask("POST", "/api/purchases", body, Idempotency_Key="k1")
        self.assertEqual((again.status, again.body), (201, first.body))
        other = self.ask("POST", "/api/purchases", {**body, "amount": 1}, Idempotency_Key="k1")
        self.refused(other, 409, "IDEMPOTENCY_KEY_REUSED")
        self.assertEqual(self.ask("GET", f"/api/purchases/{customer['id']}")["total"], 1)

    def test_a_pin_is_told_once(self):
        body = {"loyalty_id": "ONCE1", "name": "A", "email": "a@example.com"}
        first = self.ask("POST", "/api/customers", body, Idempotency_Key="k2")
        self.assertRegex(first["pin_code"], r"^\d{8}$")
        again = self.ask("POST", "/api/customers", body, Idempotency_Key="k2")
        self.assertEqual(again.body, {**first.body, "pin_code": None})

    def test_64_at_once_with_one_key_are_one(self):
        customer = self.customer()
        body = {"customer_id": customer["id"], "amount": 5000}
        got = together(64, lambda _: self.ask("POST", "/api/purchases", body,
                                              Idempotency_Key="k3"))
        self.assertEqual({answer["id"] for answer in got}, {got[0]["id"]})
        self.assertEqual(self.ask("GET", f"/api/purchases/{customer['id']}")["total"], 1)

    def test_64_buy_a_coupon_with_points_for_one(self):
        customer = self.customer()
        token = self.signed_in(customer)
        self.buy(customer["id"], 10000)
        got = together(64, lambda _: self.ask("POST", "/api/coupons/create",
                                              {"customer_id": customer["id"]}, token=token))
        self.assertEqual(sorted(answer.status for answer in got), [201] + 63 * [400])
        self.assertEqual(self.ask("GET", "/api/auth/me", token=token)["points"], 10)

    def test_64_redeem_one_coupon(self):
        customer = self.customer()
        self.buy(customer["id"], 10000)
        coupon = self.ask("POST", "/api/coupons/create", {"customer_id": customer["id"]},
                          token=self.signed_in(customer))
        got = together(64, lambda _: self.ask("PUT", f"/api/coupons/{coupon['code']}/redeem"))
        self.assertEqual(sorted(answer.status for answer in got), [200] + 63 * [400])


class Forgetting(CentreTest):
    """Who was removed is found nowhere: in no table, no file of the centre, and no backup."""

    NEEDLES = ("Zebulon Quillfeather", "zebulon.quill@example.com", "+36709998877",
               "Zebulina Quillfeather")

    def test_nothing_of_who_was_removed_is_left(self):
        name, email, phone, other_name = self.NEEDLES
        made = self.customer(name=name, email=email, phone=phone, loyalty_id="ZEB1")
        key = iter(range(1000))

        def keyed(method, path, body=None):
            answer = self.ask(method, path, body, Idempotency_Key=f"forget{next(key)}")
            self.assertLess(answer.status, 300, answer)
            return answer
        create = {"loyalty_id": "ZEB2", "name": name, "email": email, "phone": phone}
        second = keyed("POST", "/api/customers", create)
        ids = [made["id"], second["id"]]
        for each in ids:
            keyed("PUT", f"/api/customers/{each}", {"name": other_name})
            keyed("POST", f"/api/customers/{each}/pin")
            keyed("PATCH", f"/api/v1/users/{each}", {"name": name})
            keyed("POST", "/api/purchases", {"customer_id": each, "amount": 90_000})
        pin = self.ask("POST", f"/api/customers/{made['id']}/pin")["pin_code"]
        coupon = self.ask("POST", "/api/coupons/create", {"customer_id": made["id"]},
                          token=self.centre.sign_in("ZEB1", pin), Idempotency_Key="mine")
        keyed("PUT", f"/api/coupons/{coupon['code']}/redeem")
        book = keyed("POST", "/api/v1/books", {"name": "B", "pattern": {"length": 12}})
        keyed("POST", f"/api/v1/books/{book['id']}/generate", {"count": 4})
        pool = keyed("POST", "/api/v1/pools", {"name": "P"})
        for each in ids:
            keyed("POST", f"/api/v1/pools/{pool['id']}/users", {"user_id": each})
        deal = {"book_id": book["id"], "count": 4, "mode": "equal"}
        path = f"/api/v1/pools/{pool['id']}/distribute"
        dealt = self.ask("POST", path, deal, Idempotency_Key="deal")
        self.assertIn(email, [user["email"] for user in dealt["users"]])
        again = self.ask("POST", path, deal, Idempotency_Key="deal")
        self.assertEqual(again.body, {**dealt.body, "users": [
            {**user, "email": None} for user in dealt["users"]]})
        for each in ids:
            keyed("DELETE", f"/api/customers/{each}")
        # Whoever repeats what made one of them makes nobody, and hears nothing.
        self.refused(self.ask("POST", "/api/customers", create, Idempotency_Key="forget0"), 404,
                     "CUSTOMER_NOT_FOUND")
        self.centre.stop()
        folder = pathlib.Path(self.folder.name)
        self.searched(self.centre.data)
        self.backed_up(folder)
        if POSTGRES:
            dumped = subprocess.run(
                [POSTGRES.programs / "pg_dump", self.centre.store[1]], check=True,
                capture_output=True, user=POSTGRES.user, cwd=POSTGRES.folder)
            self.found_nothing(dumped.stdout, "the database")
        self.centre.start()

    def backed_up(self, folder):
        """Its backup, as a file that a store is made of again."""
        backup, other = folder / "forgotten.backup", folder / "other"
        subprocess.run([PROGRAM, "backup", backup, "--data", self.centre.data,
                        *self.centre.store], check=True, capture_output=True)
        self.found_nothing(backup.read_bytes(), "the backup")
        other.mkdir()
        for name in ("key.pem", "certificate.pem"):
            (other / name).write_bytes((self.centre.data / name).read_bytes())
            (other / name).chmod(0o600)
        subprocess.run([PROGRAM, "restore", backup, "--data", other], check=True,
                       capture_output=True)
        self.searched(other)

    def searched(self, folder):
        files = [file for file in folder.rglob("*") if file.is_file()]
        self.assertTrue(files)
        for file in files:
            self.found_nothing(file.read_bytes(), file)

    def found_nothing(self, content, where):
        for needle in self.NEEDLES:
            self.assertNotIn(needle.encode(), content, where)


class Rights(CentreTest):
    """Every cell of the permission matrix, with every kind of token."""

    @classmethod
    def more_options(cls):
        return ["--token-secret", cls.secret]

    def test_the_matrix(self):
        me, other = self.customer(), self.customer()
        own, foreign = self.signed_in(me), self.signed_in(other)
        self.buy(me["id"], 100_000)

        def code():
            return self.ask("POST", "/api/coupons/create", {"customer_id": me["id"]},
                            token=own)["code"]

        def victim():
            return self.customer()["id"]
        # The request; what the customer himself, another one and an admin get.
        matrix = [
            ("GET", lambda: "/api/auth/me", None, 200, 200, 200),
            ("GET", lambda: "/api/customers", None, 403, 403, 200),
            ("GET", lambda: f"/api/customers/{me['id']}", None, 200, 403, 200),
            ("POST", lambda: "/api/customers",
             lambda: {"loyalty_id": f"X{time.monotonic_ns()}", "name": "X",
                      "email": "x@example.com"}, 403, 403, 201),
            ("PUT", lambda: f"/api/customers/{me['id']}", lambda: {"points": 5000}, 403, 403, 200),
            ("POST", lambda: f"/api/customers/{victim()}/pin", None, 403, 403, 200),
            ("DELETE", lambda: f"/api/customers/{victim()}", None, 403, 403, 200),
            ("POST", lambda: "/api/purchases",
             lambda: {"customer_id": me["id"], "amount": 100}, 403, 403, 201),
            ("GET", lambda: f"/api/purchases/{me['id']}", None, 200, 403, 200),
            ("GET", lambda: f"/api/coupons/{me['id']}", None, 200, 403, 200),
            ("POST", lambda: "/api/coupons/create", lambda: {"customer_id": me["id"]},
             201, 403, 403),
            ("POST", lambda: "/api/coupons/lookup", lambda: {"code": code()}, 403, 403, 200),
            ("PUT", lambda: f"/api/coupons/{code()}/redeem", None, 403, 403, 200),
        ]
        past = int(time.time()) - 10
        for method, path, body, of_self, of_other, of_admin in matrix:
            with self.subTest(method=method, path=path()):
                for token, status in ((own, of_self), (foreign, of_other),
                                      (self.admin, of_admin)):
                    answer = self.ask(method, path(), body and body(), token=token)
                    self.assertEqual(answer.status, status, answer)
                place, said = path(), body and body()
                for token, code_told in (
                        (None, "TOKEN_MISSING"),
                        (forged(self.admin, exp=past), "TOKEN_EXPIRED"),
                        (forged(self.admin, exp=past, secret="x" * 40), "TOKEN_INVALID"),
                        (forged(own, is_admin=True, secret="y" * 40), "TOKEN_INVALID"),
                        (self.admin[:-1] + ("A" if self.admin[-1] != "A" else "B"),
                         "TOKEN_INVALID"),
                        (forged(self.admin, None, {"alg": "none", "typ": "JWT"}),
                         "TOKEN_INVALID"),
                        (forged(self.admin, header={"alg": "HS512", "typ": "JWT"}),
                         "TOKEN_INVALID"),
                        (forged(self.admin, sub=NOBODY), "TOKEN_INVALID"),
                        (forged(self.admin, generation=9), "TOKEN_INVALID"),
                        ("x", "TOKEN_INVALID"), ("a.b.c", "TOKEN_INVALID"),
                        ("." * 3000, "TOKEN_INVALID")):
                    answer = self.ask(method, place, said, token=token)
                    self.refused(answer, 401, code_told)
                    self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")

    def test_a_claim_to_be_an_admin_is_looked_up(self):
        token = self.signed_in(self.customer())
        self.refused(self.ask("GET", "/api/customers", token=forged(token, is_admin=True)), 403,
                     "ADMIN_REQUIRED")


class Limited(CentreTest):
    options = []

    def test_as_often_as_the_document_says(self):
        began = time.monotonic() - 12
        for attempt in range(100):
            answer = self.centre.ask("POST", "/api/auth/login", {"loyalty_id": "NOBODY",
                                                                 "pin_code": "12345678"})
            if answer.status == 429:
                break
        # Signing in as the administrator was the first; a slow machine gets some back meanwhile.
        self.assertIn(attempt, range(4, 5 + int((time.monotonic() - began) / 12)))
        self.refused(answer, 429, "TOO_MANY_SIGN_INS")
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        began = time.monotonic()
        allowed = 0
        while (answer := self.ask("GET", "/api/auth/me")).status == 200:
            allowed += 1
        self.assertIn(allowed, range(100, 102 + int((time.monotonic() - began) * 100 / 60)))
        self.refused(answer, 429, "TOO_MANY_REQUESTS")


class BehindAServer(CentreTest):
    """Another server stands before it, which says who asks; pages of one origin may read."""

    options = ["--requests", "100000000", "--proxy", "127.0.0.1", "--guesses", "8", "--origin",
               "https://shop.example"]

    def sign_in_from(self, address, customer, pin):
        return self.centre.ask("POST", "/api/auth/login",
                               {"loyalty_id": customer["loyalty_id"], "pin_code": pin},
                               X_Forwarded_For=f"spoofed, {address}")

    def test_who_guesses_locks_nobody_else_out(self):
        customer, pin = self.customer(), "00000000"
        self.assertNotEqual(customer["pin_code"], pin)
        self.assertEqual(self.sign_in_from("10.0.0.1", customer, customer["pin_code"]).status, 200)
        got = [self.sign_in_from(f"10.1.0.{i}", customer, pin) for i in range(9)]
        self.assertEqual([answer.status for answer in got], 8 * [401] + [429])
        # Even the right one does not get in from an address that nobody knows, and who knows the
        # card does.
        strange = self.sign_in_from("10.2.0.1", customer, customer["pin_code"])
        self.refused(strange, 429, "TOO_MANY_SIGN_INS")
        self.assertGreater(int(strange.headers["Retry-After"]), 60)
        self.assertEqual(self.sign_in_from("10.0.0.1", customer, customer["pin_code"]).status, 200)
        other = self.customer()
        self.assertEqual(self.sign_in_from("10.2.0.2", other, other["pin_code"]).status, 200)

    def test_each_address_has_attempts_of_its_own(self):
        for address, count in (("10.3.0.1", 7), ("10.3.0.2", 7)):
            began = time.monotonic()
            got = [self.sign_in_from(address, {"loyalty_id": f"NOBODY{i}"}, "00000000").status
                   for i in range(count)]
            back = int((time.monotonic() - began) / 12)
            self.assertEqual(got[:5], 5 * [401])
            self.assertIn(got.count(401), range(5, 6 + back))

    def test_only_pages_of_the_origin_may_read(self):
        for origin, allowed in (("https://shop.example", "https://shop.example"),
                                ("https://evil.example", None), ("null", None)):
            answer = self.ask("GET", "/api/auth/me", Origin=origin)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], allowed)
        asked = self.centre.ask("OPTIONS", "/api/customers", Origin="https://shop.example",
                                Access_Control_Request_Method="POST")
        self.assertEqual(asked.status, 204)
        self.assertIn("POST", asked.headers["Access-Control-Allow-Methods"])
        self.assertIn("Idempotency-Key", asked.headers["Access-Control-Allow-Headers"])

    def test_what_every_answer_tells_browsers(self):
        for path in ("/api/auth/me", "/api/customers/x/y", "/health"):
            headers = self.ask("GET", path).headers
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(self.ask("GET", "/api/auth/me").headers["Cache-Control"], "no-store")
        self.assertTrue(self.ask("GET", "/api/auth/me").headers["X-Request-Id"])


class Hidden(CentreTest):
    """Over TLS, which the centre speaks itself."""

    @classmethod
    def more_options(cls):
        cls.files = pathlib.Path(cls.folder.name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        cls.files / "https.key", "-out", cls.files / "https.pem"],
                       check=True, capture_output=True)
        os.chmod(cls.files / "https.key", 0o600)
        return ["--https-certificate", str(cls.files / "https.pem"), "--https-key",
                str(cls.files / "https.key")]

    def test_what_is_said_is_hidden_and_the_same(self):
        customer = self.customer(name="Ő" * 100)
        self.assertEqual(self.buy(customer["id"])["points_earned"], 55)
        connection = self.centre.connect()
        for _ in range(20):
            connection.request("GET", f"/api/customers/{customer['id']}",
                               headers={"Authorization": f"Bearer {self.admin}"})
            self.assertEqual(json.loads(connection.getresponse().read())["points"], 55)
        self.assertGreaterEqual(connection.sock.version(), "TLSv1.2")
        connection.close()
        big = self.ask("POST", "/api/purchases", raw=b"x" * 1_000_000,
                       Content_Type="application/json")
        self.assertEqual(big.status, 413)

    def test_who_speaks_otherwise_is_left(self):
        with socket.create_connection(("127.0.0.1", self.centre.port), timeout=60) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"200 OK", plain.recv(1000))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", self.centre.port), timeout=60) as plain:
            with self.assertRaises(ssl.SSLError):
                old.wrap_socket(plain)
        silent = [socket.create_connection(("127.0.0.1", self.centre.port)) for _ in range(20)]
        self.assertEqual(self.ask("GET", "/health")["status"], "ok")
        for one in silent:
            one.close()

    def test_a_key_that_others_may_read_is_refused(self):
        exposed = self.files / "exposed.key"
        exposed.write_bytes((self.files / "https.key").read_bytes())
        exposed.chmod(0o644)
        ran = subprocess.run([PROGRAM, "run", "--data", self.files / "other", "--port", "0",
                              "--https-certificate", self.files / "https.pem", "--https-key",
                              exposed], capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 3)
        self.assertIn("key_exposed", ran.stderr)
        with Centre(PROGRAM, self.files / "other") as other:
            self.assertTrue(other.pin, "told by the first start that works")


class Strangers(CentreTest):
    """What nobody should send is refused with its code, and the centre goes on."""

    def test_bodies_that_are_none(self):
        for raw, status, code in (
                (b"", 400, "BODY_MISSING"), (b"{", 400, "MALFORMED"), (b"[]", 400, "MALFORMED"),
                (b"null", 400, "MALFORMED"), (b"\xff\xfe{}", 400, "MALFORMED"),
                (b'{"amount":1,"amount":2}', 400, "MALFORMED"),
                (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400, "MALFORMED"),
                (b'{"amount":1e999}', 400, "MALFORMED"),
                (b'{"x":"' + b"y" * 60_000 + b'"}', 422, "VALIDATION_ERROR")):
            answer = self.ask("POST", "/api/purchases", raw=raw, Content_Type="application/json")
            self.refused(answer, status, code)
        self.refused(self.ask("POST", "/api/purchases", raw=b"{}", Content_Type="text/plain"),
                     415, "NOT_JSON")
        big = self.ask("POST", "/api/purchases", raw=b"x" * 100_000,
                       Content_Type="application/json")
        self.assertEqual(big.status, 413)

    def test_fields_that_are_not_what_they_must_be(self):
        customer = self.customer()["id"]
        good = {"customer_id": customer, "amount": 100}
        for wrong in ({"amount": 0}, {"amount": -1}, {"amount": 1.5}, {"amount": "100"},
                      {"amount": True}, {"amount": None}, {"amount": 10 ** 15},
                      {"amount": 10 ** 30}, {"customer_id": "x"}, {"customer_id": 1},
                      {"receipt_number": "x" * 51}, {"receipt_number": ""},
                      {"receipt_number": "a\u0000b"}, {"receipt_number": "a\nb"},
                      {"unknown": 1}):
            answer = self.ask("POST", "/api/purchases", {**good, **wrong})
            self.assertIn(answer.status, (400, 422), wrong)
            if answer.status == 422:
                said = self.refused(answer, 422, "VALIDATION_ERROR")
                self.assertTrue(said.startswith(list(wrong)[0]), said)
        self.refused(self.ask("POST", "/api/purchases", {**good, "customer_id": NOBODY}), 404,
                     "CUSTOMER_NOT_FOUND")
        for wrong in ({"loyalty_id": "with space"}, {"loyalty_id": "x" * 21},
                      {"loyalty_id": "é"}, {"email": "nobody"}, {"email": "a@b"},
                      {"email": "a@@b.c"}, {"phone": "12"}, {"name": ""}, {"name": "x" * 101},
                      {"role": ""}):
            answer = self.ask("POST", "/api/customers", {
                "loyalty_id": "GOOD1", "name": "A", "email": "a@example.com", **wrong})
            self.refused(answer, 422, "VALIDATION_ERROR")
        self.refused(self.ask("POST", "/api/customers", {
            "loyalty_id": "GOOD1", "name": "A", "email": "a@example.com", "role": "king"}), 404,
            "TIER_UNKNOWN")

    def test_names_are_kept_as_they_are(self):
        for name in ("Robert'); DROP TABLE account;--", "<script>alert(1)</script>",
                     "Ő" * 100, "👩‍🌾 Kovács", '"quoted" \\ back'):
            made = self.customer(name=name)
            self.assertEqual(self.ask("GET", f"/api/customers/{made['id']}")["name"], name)

    def test_pages_that_cannot_be(self):
        for query in ("skip=-1", "limit=0", "limit=1001", "limit=x", "skip=1e3", "limit=",
                      "skip=99999999999999999999", "other=1", "role="):
            self.refused(self.ask("GET", f"/api/customers?{query}"), 422, "VALIDATION_ERROR")
        far = self.ask("GET", "/api/customers?skip=1000000000")
        self.assertEqual(far["customers"], [])

    def test_somebody_elses_is_never_told(self):
        me, other = self.customer(), self.customer()
        token = self.signed_in(me)
        for path in (f"/api/customers/{other['id']}", f"/api/purchases/{other['id']}",
                     f"/api/coupons/{other['id']}", f"/api/customers/{NOBODY}",
                     "/api/customers/x"):
            self.refused(self.ask("GET", path, token=token), 403, "NOT_YOURS")

    def test_an_id_is_taken_once(self):
        customer = self.customer()
        again = self.ask("POST", "/api/customers", {"loyalty_id": customer["loyalty_id"],
                                                    "name": "B", "email": "b@example.com"})
        self.refused(again, 409, "LOYALTY_ID_TAKEN")

    def test_a_flood_of_halves_leaves_it_well(self):
        halves = []
        for _ in range(50):
            half = socket.create_connection(("127.0.0.1", self.centre.port))
            half.sendall(b"POST /api/purchases HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n")
            halves.append(half)
        self.assertEqual(self.ask("GET", "/health")["status"], "ok")
        for half in halves:
            half.close()


if __name__ == "__main__":
    PROGRAM, STORE = os.path.abspath(sys.argv[1]), sys.argv[2]
    if STORE == "postgres":
        POSTGRES = Postgres()
    try:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
    finally:
        if POSTGRES:
            POSTGRES.stop()
