#!/usr/bin/env python3
"""What operators do with a centre over real HTTP, on both stores: set up terminals, bring data in
and take it out.
Usage: centre_operator_test.py COUNTERFOIL_AGGREGATOR sqlite|postgres"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from centre_support import FREELY, Centre, Postgres

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


class FewTries(OperatorTest):
    options = ["--requests", "100000000", "--sign-ins", "3"]

    def test_codes_are_not_guessed(self):
        answers = [self.centre.ask("POST", "/api/terminals/provision",
                                   {"code": f"{n:012}", "request": "-----BEGIN X"})
                   for n in range(4)]
        self.assertEqual([answer.status for answer in answers], [403, 403, 429, 429])


if __name__ == "__main__":
    PROGRAM, STORE = os.path.abspath(sys.argv[1]), sys.argv[2]
    if STORE == "postgres":
        POSTGRES = Postgres()
    try:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
    finally:
        if POSTGRES:
            POSTGRES.stop()
