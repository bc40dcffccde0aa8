#!/usr/bin/env python3
"""The coupon-book service of a centre over real HTTP, on both stores: each line of its document.
Usage: centre_books_test.py COUNTERFOIL_AGGREGATOR sqlite|postgres"""

import os
import pathlib
import re
import sys
import tempfile
import threading
import unittest

from centre_support import FREELY, Centre, Postgres

PROGRAM = STORE = ""
POSTGRES = None
NOBODY = "00000000-0000-7000-8000-000000000000"
PASSWORD = "demo123 and more"
V1 = "/api/v1"


class BooksTest(unittest.TestCase):
    options = [*FREELY, "--allow-registration"]

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.centre = Centre(PROGRAM, pathlib.Path(cls.folder.name) / "centre", *cls.options,
                            postgres=POSTGRES.new_database() if POSTGRES else None)
        cls.admin = cls.centre.sign_in()
        cls.users = 0

    @classmethod
    def tearDownClass(cls):
        cls.centre.stop()
        checked = cls.centre.rebuild_check()
        cls.folder.cleanup()
        assert checked.returncode == 0, checked

    def ask(self, method, path, body=None, token="admin", **more):
        return self.centre.ask(method, V1 + path, body,
                               self.admin if token == "admin" else token, **more)

    def done(self, method, path, body=None, status=200, **more):
        answer = self.ask(method, path, body, **more)
        self.assertEqual(answer.status, status, answer)
        return answer

    def refused(self, answer, status, code, detail=None):
        self.assertEqual((answer.status, answer["error_code"]), (status, code), answer)
        self.assertEqual(set(answer.body), {"detail", "error_code", "timestamp"})
        if detail is not None:
            self.assertEqual(answer["detail"], detail)

    def user(self, **more):
        """A new user, and the token with which he is signed in."""
        type(self).users += 1
        body = {"email": f"user{self.users}@example.com", "password": PASSWORD, **more}
        made = self.done("POST", "/auth/register", body, 201, token=None)
        return made["id"], self.login(body["email"])

    def login(self, email, password=PASSWORD):
        return self.done("POST", "/auth/login", {"email": email, "password": password},
                         token=None)["access_token"]

    def book(self, count=10, **more):
        body = {"name": "Summer Sale 2026", "pattern": {"prefix": "SUM", "suffix": "26"},
                "value": 500, **more}
        made = self.done("POST", "/books", body, 201)
        if count:
            self.done("POST", f"/books/{made['id']}/generate", {"count": count}, 201)
        return made["id"]

    def assigned(self, book, user):
        return self.done("POST", "/coupons/assign", {"book_id": book, "user_id": user})["code"]

    def pool(self, *users):
        made = self.done("POST", "/pools", {"name": "Beta Testers", "description": "first"}, 201)
        for user in users:
            self.done("POST", f"/pools/{made['id']}/users", {"user_id": user})
        return made["id"]


class Accounts(BooksTest):
    def test_register_login_and_me(self):
        made = self.done("POST", "/auth/register", {"email": "Alice@Example.com",
                                                    "password": PASSWORD, "name": "Alice"}, 201,
                         token=None)
        self.assertEqual((made["email"], made["role"]), ("Alice@Example.com", "USER"))
        answer = self.done("POST", "/auth/login", {"email": "alice@example.COM",
                                                   "password": PASSWORD}, token=None)
        self.assertEqual(answer["token_type"], "bearer")
        self.assertEqual(answer["user"]["id"], made["id"])
        me = self.done("GET", "/auth/me", token=answer["access_token"])
        self.assertEqual(me.body, answer["user"])
        again = self.done("POST", "/auth/refresh", {"refresh_token": answer["refresh_token"]},
                          token=None)
        self.done("POST", "/auth/logout", {"refresh_token": again["refresh_token"]}, token=None)
        self.refused(self.ask("POST", "/auth/refresh", {"refresh_token": again["refresh_token"]},
                              token=None), 401, "SESSION_OVER")

    def test_wrong_and_unknown_look_the_same(self):
        self.user()
        for email in (f"user{self.users}@example.com", "fake@test.com"):
            answer = self.ask("POST", "/auth/login", {"email": email, "password": "not this one"},
                              token=None)
            self.refused(answer, 401, "INVALID_CREDENTIALS", "Invalid e-mail address or password")

    def test_passwords_are_counted_in_bytes(self):
        for count, (password, status) in enumerate([("x" * 7, 422), ("x" * 8, 201),
                                                    ("x" * 72, 201), ("x" * 73, 422),
                                                    ("é" * 36, 201), ("é" * 37, 422)]):
            answer = self.ask("POST", "/auth/register", {"email": f"bytes{count}@example.com",
                                                         "password": password}, token=None)
            self.assertEqual(answer.status, status, (password, answer))

    def test_an_address_opens_one_account(self):
        body = {"email": "once@example.com", "password": PASSWORD}
        self.done("POST", "/auth/register", body, 201, token=None)
        body["email"] = "ONCE@example.com"
        self.refused(self.ask("POST", "/auth/register", body, token=None), 409, "EMAIL_TAKEN")
        other, _ = self.user()
        self.refused(self.ask("PATCH", f"/users/{other}", {"email": "once@example.com"}), 409,
                     "EMAIL_TAKEN")

    def test_a_users_own_is_a_name_and_a_password(self):
        user, token = self.user()
        self.assertEqual(self.done("PATCH", f"/users/{user}", {"name": "Bob"}, token=token)["name"],
                         "Bob")
        for body in ({"role": "ADMIN"}, {"email": "bob@example.com"}, {"phone": "+36301234567"}):
            self.refused(self.ask("PATCH", f"/users/{user}", body, token=token), 403,
                         "ADMIN_REQUIRED")
        fresh = {"password": "another one", "current_password": "not this"}
        self.refused(self.ask("PATCH", f"/users/{user}", fresh, token=token), 401,
                     "INVALID_CREDENTIALS")
        fresh["current_password"] = PASSWORD
        self.done("PATCH", f"/users/{user}", fresh, token=token)
        self.refused(self.ask("GET", "/auth/me", token=token), 401, "TOKEN_INVALID")
        self.login(f"user{self.users}@example.com", "another one")
        other, stranger = self.user()
        self.refused(self.ask("PATCH", f"/users/{user}", {"name": "x"}, token=stranger), 403,
                     "NOT_YOURS")
        self.refused(self.ask("GET", f"/users/{user}", token=stranger), 403, "NOT_YOURS")
        self.done("GET", f"/users/{other}", token=stranger)

    def test_an_admin_is_given_an_address_and_a_password(self):
        me = self.done("GET", "/auth/me")["id"]
        self.refused(self.ask("PATCH", f"/users/{me}", {"password": PASSWORD}), 422,
                     "VALIDATION_ERROR")
        self.refused(self.ask("PATCH", f"/users/{me}", {"role": "USER"}), 409, "LAST_ADMIN")
        self.done("PATCH", f"/users/{me}", {"password": PASSWORD, "email": "admin@example.com"})
        type(self).admin = self.login("admin@example.com")
        self.assertEqual(self.done("GET", "/auth/me")["role"], "ADMIN")
        user, token = self.user()
        self.refused(self.ask("GET", "/auth/admin/users", token=token), 403, "ADMIN_REQUIRED")
        self.done("PATCH", f"/users/{user}", {"role": "ADMIN"})
        self.done("GET", "/auth/admin/users", token=token)
        self.done("PATCH", f"/users/{user}", {"role": "USER"})
        self.refused(self.ask("GET", "/auth/admin/users", token=token), 403, "ADMIN_REQUIRED")

    def test_users_are_listed_in_parts_and_found(self):
        user, token = self.user()
        total = self.done("GET", "/auth/admin/users")["total"]
        part = self.done("GET", f"/auth/admin/users?limit=1&offset={total - 1}")
        self.assertEqual([one["id"] for one in part["users"]], [user])
        email = f"USER{self.users}@example.com"
        self.assertEqual(self.done("GET", f"/users/search/by-email?email={email}")["id"], user)
        self.refused(self.ask("GET", "/users/search/by-email?email=fake@test.com"), 404,
                     "USER_NOT_FOUND", "User not found")
        self.refused(self.ask("GET", "/users/search/by-email"), 422, "VALIDATION_ERROR")
        self.refused(self.ask("GET", f"/users/search/by-email?email={email}", token=token), 403,
                     "ADMIN_REQUIRED")
        self.refused(self.ask("GET", f"/users/{NOBODY}"), 404, "USER_NOT_FOUND")


class Closed(BooksTest):
    options = ["--requests", "1000000", "--sign-ins", "1000000", "--guesses", "3"]

    def test_nobody_registers_where_that_is_not_wanted(self):
        self.refused(self.ask("POST", "/auth/register", {"email": "a@example.com",
                                                         "password": PASSWORD}, token=None),
                     403, "REGISTRATION_CLOSED")

    def test_whoever_guesses_has_to_wait(self):
        me = self.done("GET", "/auth/me")["id"]
        self.done("PATCH", f"/users/{me}", {"password": PASSWORD, "email": "admin@example.com"})
        for email in ("admin@example.com", "nobody@example.com"):
            for _ in range(3):
                self.refused(self.ask("POST", "/auth/login", {"email": email, "password": "wrong"},
                                      token=None), 401, "INVALID_CREDENTIALS")
            answer = self.ask("POST", "/auth/login", {"email": email.upper(), "password": "wrong"},
                              token=None)
            self.refused(answer, 429, "TOO_MANY_SIGN_INS")
            self.assertTrue(int(answer.headers["Retry-After"]) > 0)


class Limited(BooksTest):
    options = ["--allow-registration"]

    def test_five_sign_ins_a_minute(self):
        answers = [self.ask("POST", "/auth/login", {"email": "a@example.com", "password": "wrong"},
                            token=None).status for _ in range(5)]
        self.assertEqual(answers, [401] * 4 + [429])  # the admin's was the first


class Books(BooksTest):
    def test_a_book_is_made_as_it_was_asked_for(self):
        vip = self.done("POST", "/books", {
            "name": "VIP Rewards", "allow_multi_redemption": True, "max_redemptions_per_user": 3,
            "max_assignments_per_user": 5, "expires_at": "2099-12-31T23:59:59Z", "value": 1000,
            "pattern": {"prefix": "VIP", "length": 16, "charset": "0123456789"}}, 201)
        self.assertEqual((vip["allow_multi_redemption"], vip["max_redemptions_per_user"],
                          vip["max_assignments_per_user"], vip["value"]), (True, 3, 5, 1000))
        self.assertEqual(vip["expires_at"], "2099-12-31T23:59:59Z")
        made = self.done("POST", f"/books/{vip['id']}/generate", {"count": 500}, 201)
        self.assertEqual((made["generated"], made["book"]["total_codes"]), (500, 500))
        coupons = self.done("GET", f"/books/{vip['id']}/coupons?limit=1000")["coupons"]
        codes = {coupon["code"] for coupon in coupons}
        self.assertEqual(len(codes), 500)
        for code in codes:
            self.assertRegex(code, r"^VIP-[0-9]{16}$")

    def test_what_is_no_book_is_refused(self):
        for more, status, code in (
                ({"pattern": {"length": 9}}, 422, "PATTERN_TOO_WEAK"),
                ({"pattern": {"charset": "AAB"}}, 422, "VALIDATION_ERROR"),
                ({"pattern": {"prefix": "a b"}}, 422, "VALIDATION_ERROR"),
                ({"expires_at": "tomorrow"}, 422, "VALIDATION_ERROR"),
                ({"max_redemptions_per_coupon": 2}, 422, "VALIDATION_ERROR"),
                ({"max_redemptions_per_user": 0}, 422, "VALIDATION_ERROR"),
                ({"value": -1}, 422, "VALIDATION_ERROR"),
                ({"colour": "red"}, 422, "VALIDATION_ERROR")):
            self.refused(self.ask("POST", "/books", {"name": "B", **more}), status, code)
        _, token = self.user()
        self.refused(self.ask("POST", "/books", {"name": "B"}, token=token), 403,
                     "ADMIN_REQUIRED")
        self.refused(self.ask("POST", "/books", {"name": "B"}, token=None), 401, "TOKEN_MISSING")

    def test_books_are_filtered_and_paged(self):
        ids = [self.book(0, name=f"Filtered {name}", allow_multi_redemption=name == "b")
               for name in "abc"]
        self.book(0, name="Filtered old", expires_at="2020-01-01T00:00:00Z")
        page = self.done("GET", "/books?search=FILTERED&limit=2&offset=1")
        self.assertEqual(page["total"], 4)
        self.assertEqual([book["id"] for book in page["books"]], [ids[2], ids[1]])
        for query, total in (("allow_multi_redemption=true", 1), ("is_expired=true", 1),
                             ("is_expired=false&allow_multi_redemption=false", 2)):
            self.assertEqual(self.done("GET", f"/books?search=filtered&{query}")["total"], total)
        self.refused(self.ask("GET", "/books?limit=0"), 422, "VALIDATION_ERROR")
        self.refused(self.ask("GET", f"/books/{NOBODY}"), 404, "BOOK_NOT_FOUND", "Book not found")

    def test_a_book_tells_its_states(self):
        user, token = self.user()
        book = self.book(10)
        codes = [self.assigned(book, user) for _ in range(3)]
        self.done("POST", f"/coupons/lock/{codes[0]}", token=token)
        self.done("POST", f"/coupons/redeem/{codes[1]}", token=token)
        told = self.done("GET", f"/books/{book}", token=token)
        self.assertEqual(told["counts"], {"AVAILABLE": 7, "ASSIGNED": 1, "LOCKED": 1,
                                          "REDEEMED": 1, "EXPIRED": 0, "REVOKED": 0,
                                          "CONFLICT": 0})
        for state, total in told["counts"].items():
            page = self.done("GET", f"/books/{book}/coupons?state={state}")
            self.assertEqual(page["total"], total)
            self.assertEqual({one["state"] for one in page["coupons"]}, {state} if total else set())
        self.refused(self.ask("GET", f"/books/{book}/coupons", token=token), 403,
                     "ADMIN_REQUIRED")
        mine = self.done("GET", "/users/me/coupons?state=LOCKED", token=token)
        self.assertEqual([one["code"] for one in mine["coupons"]], [codes[0]])
        self.assertEqual(self.done("GET", f"/users/{user}/coupons")["total"], 3)

    def test_codes_are_uploaded_as_a_list_and_as_csv(self):
        book = self.done("POST", "/books", {"name": "Uploaded"}, 201)["id"]
        listed = self.done("POST", f"/books/{book}/codes", {
            "codes": ["LISTED-1", "", "LISTED-2", "LISTED-1", "x" * 300]})
        self.assertEqual((listed["added"], listed["rejected"]), (2, 3))
        self.assertEqual([error["line"] for error in listed["errors"]], [2, 4, 5])
        csv = "code,note\r\nLISTED-1,a\r\nCSV-0001,b\r\nnot a code,c\r\n"
        lines = self.done("POST", f"/books/{book}/codes", raw=csv.encode(), Content_Type="text/csv",
                          Accept_Language="hu")
        self.assertEqual((lines["added"], lines["rejected"]), (1, 2))
        self.assertEqual(lines["errors"][0], {"line": 2, "code": "LISTED-1",
                                              "reason": "ilyen kódú kupon már van"})
        self.assertEqual(lines["book"]["total_codes"], 3)
        for raw, kind, status, code in ((b"\xff\xfe", "text/csv", 400, "MALFORMED"),
                                        (b"x", "text/plain", 415, "NOT_JSON")):
            self.refused(self.ask("POST", f"/books/{book}/codes", raw=raw, Content_Type=kind),
                         status, code)
        self.refused(self.ask("POST", f"/books/{NOBODY}/codes", {"codes": ["ABCDEF"]}), 404,
                     "BOOK_NOT_FOUND")
        self.refused(self.ask("POST", f"/books/{book}/generate", {"count": 1}), 409,
                     "CODES_UPLOADED_ONLY")

    def test_an_upload_may_be_large_but_not_larger(self):
        book = self.done("POST", "/books", {"name": "Large"}, 201)["id"]
        many = "".join(f"LARGE-{number:010}\n" for number in range(30_000)).encode()
        added = self.done("POST", f"/books/{book}/codes", raw=many, Content_Type="text/csv")
        self.assertEqual((added["added"], added["rejected"]), (30_000, 0))
        too_many = "".join(f"ANOTHER-{number:06}\n" for number in range(50_001)).encode()
        self.refused(self.ask("POST", f"/books/{book}/codes", raw=too_many,
                              Content_Type="text/csv"), 422, "VALIDATION_ERROR")


class Coupons(BooksTest):
    def test_the_table_of_states(self):
        """Feature 1 of the document, line by line."""
        user, token = self.user()
        book = self.book()
        code = self.assigned(book, user)
        self.assertEqual(self.done("GET", f"/coupons/{code}", token=token)["state"], "ASSIGNED")
        locked = self.done("POST", f"/coupons/lock/{code}", token=token)
        self.assertEqual((locked["state"], locked["locked_by"]), ("LOCKED", user))
        self.assertTrue(locked["locked_until"])
        self.refused(self.ask("POST", f"/coupons/redeem/{code}"), 423, "COUPON_LOCKED",
                     "Cannot redeem LOCKED coupon")
        self.refused(self.ask("POST", f"/coupons/lock/{code}", token=token), 423, "ALREADY_LOCKED",
                     "Already locked")
        self.refused(self.ask("POST", f"/coupons/unlock/{code}"), 423, "LOCK_NOT_YOURS")
        unlocked = self.done("POST", f"/coupons/unlock/{code}", token=token)
        self.assertEqual((unlocked["state"], unlocked["locked_by"]), ("ASSIGNED", None))
        redeemed = self.done("POST", f"/coupons/redeem/{code}", token=token)
        self.assertEqual(redeemed["state"], "REDEEMED")
        self.refused(self.ask("POST", f"/coupons/redeem/{code}", token=token), 409,
                     "TERMINAL_STATE", "Terminal state")
        self.refused(self.ask("POST", f"/coupons/lock/{code}", token=token), 409,
                     "INVALID_TRANSITION", "Invalid transition")
        other = self.assigned(book, user)
        self.done("POST", f"/coupons/lock/{other}", token=token)
        self.assertEqual(self.done("POST", f"/coupons/redeem/{other}", token=token)["state"],
                         "REDEEMED", "whose lock it is may redeem")

    def redeemed_in_many_windows(self, code, token):
        gate = threading.Barrier(16)
        answers = []

        def press():
            gate.wait()
            answers.append(self.ask("POST", f"/coupons/redeem/{code}", token=token))
        threads = [threading.Thread(target=press) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answer.status for answer in answers), [200] + 15 * [409])
        return {answer["detail"] for answer in answers if answer.status != 200}

    def test_of_two_windows_one_redeems(self):
        user, token = self.user()
        book = self.book(count=50, max_assignments_per_user=50, max_redemptions_per_user=50)
        # Whether a second one comes while the first is under way is chance.
        for _ in range(50):
            said = self.redeemed_in_many_windows(self.assigned(book, user), token)
            self.assertLessEqual(said, {"Concurrent redemption detected", "Terminal state"})
            if "Concurrent redemption detected" in said:
                return
        self.fail("nobody was told that it came at the same time")

    def test_assignments(self):
        """Feature 3 of the document, line by line."""
        user, token = self.user()
        book = self.book(10, max_assignments_per_user=5)
        found = self.done("GET", f"/users/search/by-email?email=user{self.users}@example.com")
        self.assertEqual(found["id"], user)
        for _ in range(4):
            self.assigned(book, user)
        free = self.done("GET", f"/books/{book}/coupons?state=AVAILABLE")["coupons"]
        path = f"/coupons/assign/{free[0]['code']}"
        self.assertEqual(self.done("POST", path, {"user_id": user})["user_id"], user)
        self.refused(self.ask("POST", path, {"user_id": user}), 409, "COUPON_NOT_AVAILABLE",
                     "Coupon not available")
        full = "Maximum assignments exceeded (5/5)"
        self.refused(self.ask("POST", "/coupons/assign", {"book_id": book, "user_id": user}), 409,
                     "MAXIMUM_ASSIGNMENTS_EXCEEDED", full)
        self.refused(self.ask("POST", f"/coupons/assign/{free[1]['code']}", {"user_id": user}),
                     409, "MAXIMUM_ASSIGNMENTS_EXCEEDED", full)
        self.refused(self.ask("POST", "/coupons/assign", {"book_id": book, "user_id": NOBODY}),
                     404, "USER_NOT_FOUND", "User not found")
        self.refused(self.ask("POST", "/coupons/assign", {"book_id": NOBODY, "user_id": user}),
                     404, "BOOK_NOT_FOUND")
        self.refused(self.ask("POST", "/coupons/assign/NONE-OF-OURS", {"user_id": user}), 404,
                     "COUPON_NOT_FOUND")
        self.refused(self.ask("POST", "/coupons/assign", {"book_id": book, "user_id": user},
                              token=token), 403, "ADMIN_REQUIRED")
        self.refused(self.ask("POST", f"/coupons/redeem/{free[2]['code']}"), 409,
                     "COUPON_NOT_ASSIGNED")

    def test_single_and_multiple_use(self):
        """Feature 5 of the document."""
        user, token = self.user()
        vip = self.book(allow_multi_redemption=True, max_redemptions_per_user=3)
        code = self.assigned(vip, user)
        for count in range(1, 4):
            redeemed = self.done("POST", f"/coupons/redeem/{code}", token=token)
            self.assertEqual((redeemed["state"], redeemed["times_redeemed"]), ("ASSIGNED", count))
        self.refused(self.ask("POST", f"/coupons/redeem/{code}", token=token), 409,
                     "MAXIMUM_REDEMPTIONS_EXCEEDED", "Maximum redemptions exceeded (3/3)")
        twice = self.assigned(self.book(allow_multi_redemption=True, max_redemptions_per_coupon=2),
                              user)
        self.done("POST", f"/coupons/redeem/{twice}", token=token)
        last = self.done("POST", f"/coupons/redeem/{twice}", token=token)
        self.assertEqual((last["state"], last["times_redeemed"]), ("REDEEMED", 2))
        history = self.done("GET", f"/coupons/redemptions/{twice}", token=token)
        self.assertEqual([one["number"] for one in history["redemptions"]], [2, 1])
        self.assertEqual(history["redemptions"][0]["redeemed_by"], user)
        mine = self.done("GET", "/users/me/redemptions?limit=2", token=token)
        self.assertEqual((mine["total"], len(mine["redemptions"])), (5, 2))
        self.assertEqual(self.done("GET", f"/users/{user}/redemptions")["total"], 5)

    def test_what_is_anothers_is_not_told_nor_used(self):
        user, _ = self.user()
        _, stranger = self.user()
        code = self.assigned(self.book(), user)
        for method, path in (("GET", f"/coupons/{code}"), ("POST", f"/coupons/redeem/{code}"),
                             ("POST", f"/coupons/lock/{code}"), ("GET", f"/users/{user}/coupons"),
                             ("GET", f"/coupons/redemptions/{code}"),
                             ("GET", f"/users/{user}/redemptions")):
            self.refused(self.ask(method, path, token=stranger), 403, "NOT_YOURS")

    def test_a_repeated_request_redeems_once(self):
        user, token = self.user()
        code = self.assigned(self.book(allow_multi_redemption=True), user)
        answers = [self.done("POST", f"/coupons/redeem/{code}", token=token, Idempotency_Key="k")
                   for _ in range(3)]
        self.assertEqual({answer["times_redeemed"] for answer in answers}, {1})


class Pools(BooksTest):
    def test_a_pool_is_made_listed_and_changed(self):
        (first, token), (second, _) = self.user(), self.user()
        pool = self.pool(first, second)
        self.assertEqual(self.done("GET", "/pools?limit=1")["pools"][0]["id"], pool)
        told = self.done("GET", f"/pools/{pool}")
        self.assertEqual((told["users"], told["description"]), (2, "first"))
        self.assertEqual({member["user_id"] for member in told["members"]}, {first, second})
        self.refused(self.ask("POST", f"/pools/{pool}/users", {"user_id": first}), 409,
                     "ALREADY_IN_POOL")
        self.refused(self.ask("POST", f"/pools/{pool}/users", {"user_id": NOBODY}), 404,
                     "USER_NOT_FOUND")
        self.assertEqual(self.done("DELETE", f"/pools/{pool}/users/{first}")["users"], 1)
        self.refused(self.ask("DELETE", f"/pools/{pool}/users/{first}"), 404, "NOT_IN_POOL")
        self.refused(self.ask("GET", f"/pools/{NOBODY}"), 404, "POOL_NOT_FOUND", "Pool not found")
        for method, path, body in (("GET", "/pools", None), ("POST", "/pools", {"name": "x"}),
                                   ("GET", f"/pools/{pool}", None)):
            self.refused(self.ask(method, path, body, token=token), 403, "ADMIN_REQUIRED")

    def test_a_distribution_is_shown_before_it_is_done(self):
        users = [self.user()[0] for _ in range(3)]
        pool, book = self.pool(*users), self.book(20)
        order = {"book_id": book, "count": 10, "mode": "random", "preview": True}
        preview = self.done("POST", f"/pools/{pool}/distribute", order)
        self.assertEqual((preview["preview"], preview["distribution_id"]), (True, None))
        self.assertEqual(self.done("GET", f"/books/{book}")["counts"]["AVAILABLE"], 20)
        order.update(preview=False, seed=preview["seed"])
        made = self.done("POST", f"/pools/{pool}/distribute", order)
        self.assertEqual((made["users"], made["seed"]), (preview["users"], preview["seed"]))
        self.assertEqual(sum(user["assigned"] for user in made["users"]), 10)
        self.assertEqual(made["statistics"]["users"], 3)
        for user in made["users"]:
            coupons = self.done("GET", f"/users/{user['user_id']}/coupons")
            self.assertEqual(coupons["total"], user["assigned"])
        self.assertEqual(self.done("GET", f"/books/{book}")["counts"]["AVAILABLE"], 10)

    def test_equal_is_equal_and_nothing_is_done_by_halves(self):
        users = [self.user()[0] for _ in range(3)]
        pool, book = self.pool(*users), self.book(10, max_assignments_per_user=3)
        path = f"/pools/{pool}/distribute"
        order = {"book_id": book, "mode": "equal"}
        self.refused(self.ask("POST", path, {**order, "count": 11}), 409, "TOO_FEW_COUPONS",
                     "The book has too few available coupons (10/11)")
        self.refused(self.ask("POST", path, {**order, "count": 10}), 409,
                     "MAXIMUM_ASSIGNMENTS_EXCEEDED")
        made = self.done("POST", path, {**order, "count": 7})
        self.assertEqual(sorted(user["assigned"] for user in made["users"]), [2, 2, 3])
        self.assertEqual((made["statistics"]["least"], made["statistics"]["most"]), (2, 3))
        self.refused(self.ask("POST", path, {**order, "count": 0}), 422, "VALIDATION_ERROR")
        self.refused(self.ask("POST", path, {**order, "count": 1, "mode": "RANDOM"}), 422,
                     "VALIDATION_ERROR")
        self.refused(self.ask("POST", f"/pools/{self.pool()}/distribute", {**order, "count": 1}),
                     409, "POOL_EMPTY")


class Documented(BooksTest):
    def test_every_endpoint_of_the_document_is_there(self):
        """As its summary lists them."""
        listed = """
            POST /auth/register POST /auth/login GET /auth/me GET /auth/admin/users
            POST /books GET /books GET /books/{id} GET /books/{id}/coupons POST /books/{id}/codes
            POST /coupons/assign POST /coupons/assign/{code} POST /coupons/lock/{code}
            POST /coupons/unlock/{code} POST /coupons/redeem/{code} GET /users/{id}/coupons
            GET /users/me/coupons POST /pools GET /pools POST /pools/{id}/users
            POST /pools/{id}/distribute GET /users/search/by-email GET /users/{id}
            PATCH /users/{id}"""
        served = {(method, path) for method, path, _ in self.centre.routes}
        for method, path in re.findall(r"(GET|POST|PATCH) (\S+)", listed):
            self.assertIn((method, V1 + path), served)

    def test_hungarian_is_said_to_who_asks_for_it(self):
        answer = self.ask("GET", f"/books/{NOBODY}", Accept_Language="hu")
        self.refused(answer, 404, "BOOK_NOT_FOUND", "A kuponfüzet nem található")


if __name__ == "__main__":
    PROGRAM, STORE = os.path.abspath(sys.argv[1]), sys.argv[2]
    if STORE == "postgres":
        POSTGRES = Postgres()
    try:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
    finally:
        if POSTGRES:
            POSTGRES.stop()
