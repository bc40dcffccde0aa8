#!/usr/bin/env python3
"""What an administrator does from a shell, against a real centre over HTTPS.
Usage: admin_cli_test.py COUNTERFOIL COUNTERFOIL_AGGREGATOR"""

import csv
import io
import json
import os
import pathlib
import pty
import re
import stat
import subprocess
import sys
import tempfile
import unittest

from centre_support import FREELY, Centre

COUNTERFOIL = AGGREGATOR = ""
PATIENCE_S = 60
NAME = "Árvíztűrő Tükörfúrógép, ifj. Nagyon Hosszú Nevű Vásárló"


def certificate(folder, name, names="DNS:localhost"):
    """A certificate that vouches for itself, and its key."""
    pem, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", f"subjectAltName={names}", "-keyout", key, "-out", pem],
                   check=True, capture_output=True)
    key.chmod(0o600)
    return pem, key


class AdminTest(unittest.TestCase):
    options = []

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.temporary.name)
        cls.pem, key = certificate(cls.path, "https")
        cls.centre = Centre(AGGREGATOR, cls.path / "centre", *FREELY, *cls.options,
                            "--https-certificate", str(cls.pem), "--https-key", str(key))
        cls.url = f"https://localhost:{cls.centre.port}"
        cls.session = cls.path / "session"
        cls.pin = cls.file("pin", cls.centre.pin + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.centre.stop()
        cls.temporary.cleanup()

    @classmethod
    def file(cls, name, content):
        path = cls.path / name
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)
        return path

    def run_admin(self, *words, session=None, given=""):
        return subprocess.run(
            [COUNTERFOIL, "admin", "--session", session or self.session, *map(str, words)],
            input=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    def good(self, *words, code=0, **more):
        done = self.run_admin(*words, **more)
        self.assertEqual((done.returncode, done.stderr if code == 0 else ""), (code, ""), done)
        return done.stdout

    def told(self, *words, **more):
        lines = self.good("--json", *words, **more).splitlines()
        self.assertEqual(len(lines), 1)
        return json.loads(lines[0])

    def refused(self, code, *words, exit_code=3, **more):
        done = self.run_admin(*words, **more)
        self.assertEqual((done.returncode, done.stdout), (exit_code, ""), done)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith(f"counterfoil: {code}: "), done.stderr)
        return done.stderr

    def sign_in(self, *words, session=None):
        return self.run_admin("sign-in", "--url", self.url, "--card", self.centre.admin_id,
                              "--authority", self.pem, "--pin-file", self.pin, *words,
                              session=session)

    def setUp(self):
        done = self.sign_in()
        self.assertEqual(done.returncode, 0, done)


class Work(AdminTest):
    def customer(self, number):
        return self.told("customers", "add", "--card", f"CARD{number}", "--name", NAME, "--email",
                         f"c{number}@example.com")

    def test_members_live_their_lives(self):
        made = self.customer(1)
        self.assertRegex(made["pin_code"], r"^\d{8}$")
        for where in (made["id"], "c1@example.com", "CARD1"):
            self.assertEqual(self.told("customers", "show", where)["loyalty_id"], "CARD1")
        changed = self.told("customers", "change", "c1@example.com", "--phone", "+36301234567",
                            "--points", 120, "--visits", 3, "--tier", "loyal")
        self.assertEqual((changed["phone"], changed["points"], changed["visit_count"],
                          changed["role"]), ("+36301234567", 120, 3, "loyal"))
        self.refused("VALIDATION_ERROR", "customers", "change", made["id"], "--phone", "")
        self.centre.sign_in("CARD1", made["pin_code"])
        reset = self.good("customers", "reset-pin", made["id"])
        pin = re.search(r"^PIN: +(\d{8})$", reset, re.MULTILINE)[1]
        self.centre.sign_in("CARD1", pin)
        self.assertNotIn(pin, self.session.read_text())
        self.assertIn("deleted", self.good("customers", "remove", made["id"]))
        self.refused("CUSTOMER_NOT_FOUND", "customers", "show", made["id"])
        self.refused("USER_NOT_FOUND", "customers", "show", "c1@example.com")
        self.assertIn("CARD1", self.refused("CUSTOMER_NOT_FOUND", "customers", "show", "CARD1"))
        boss = self.told("customers", "add", "--card", "BOSS1", "--name", "Boss", "--email",
                         "boss@example.com", "--admin")
        self.assertTrue(boss["is_admin"])
        self.assertEqual(self.told("customers", "show", "BOSS1")["id"], boss["id"])
        self.assertEqual(self.told("customers", "list", "--card", "BOSS1")["total"], 1)
        self.assertEqual(self.told("customers", "list", "--card", "BOSS1", "--skip",
                                   1)["customers"], [])
        self.assertEqual(self.told("customers", "list", "--card", "CARD1")["total"], 0)

    def test_purchases_are_recorded_once(self):
        customer = self.customer(2)
        words = ["--request", "k1", "purchases", "add", "c2@example.com", 5000, "--receipt", "R-1"]
        self.assertEqual(self.told(*words), self.told(*words))
        self.refused("RECEIPT_TAKEN", "purchases", "add", customer["id"], 5000, "--receipt", "R-1")
        self.good("purchases", "add", "CARD2", 300)
        listed = self.told("purchases", "list", customer["id"])
        self.assertEqual([one["amount"] for one in listed["purchases"]], [300, 5000])
        table = self.good("purchases", "list", customer["id"]).splitlines()
        self.assertRegex(table[0], r"^created +kind +amount +points +receipt +id$")
        self.assertRegex(table[2], r"sale +5000 +55 +R-1 ")
        self.refused("VALIDATION_ERROR", "purchases", "add", customer["id"], -1)

    def test_everybodys_purchases_are_walked(self):
        self.customer(5)
        for amount in (111, 222, 333):
            self.good("purchases", "add", "CARD5", amount)
        first = self.run_admin("purchases", "all", "--limit", 1, "--terminal", "centre")
        self.assertRegex(first.stdout, r"^created +terminal +kind +amount +points +receipt +id\n")
        self.assertIn(" 333 ", first.stdout)
        place = re.fullmatch(r"more: --after (\S+)\n", first.stderr)[1]
        self.assertIn(" 222 ", self.run_admin("purchases", "all", "--limit", 1, "--after",
                                              place).stdout)
        table = list(csv.DictReader(io.StringIO(self.good("--csv", "purchases", "all"))))
        self.assertEqual([row["amount"] for row in table[:3]], ["333", "222", "111"])
        self.assertEqual(self.told("purchases", "all", "--kind", "refund")["purchases"], [])
        self.assertIn("(none)", self.good("purchases", "all", "--to", "2000-01-01T00:00:00Z"))
        self.refused("VALIDATION_ERROR", "purchases", "all", "--from", "yesterday")

    def test_a_table_is_aligned_whatever_the_names_are(self):
        self.customer(3)
        self.told("customers", "add", "--card", "CARD4", "--name", "x\u202ey\u200e日本",
                  "--email", "c4@example.com")
        lines = self.good("customers", "list", "--limit", 1000).splitlines()
        self.assertEqual(lines[0].split()[:5], ["card", "name", "e-mail", "phone", "points"])
        at = lines[0].index("e-mail")
        found = [line for line in lines if "c3@" in line][0]
        self.assertEqual(found.index("c3@example.com"), at)
        self.assertIn(NAME[:39] + "…", found)
        long = "Nagyon " * 12 + "hosszú"  # what stands last is shown whole
        self.told("settings", "set", "receipt_footer", f'"{long}"')
        self.assertIn(long, self.good("settings", "list"))
        self.told("settings", "remove", "receipt_footer")
        strange = [line for line in lines if "c4@" in line][0]
        self.assertEqual(strange.index("c4@example.com"), at - 2)  # two letters are wide
        self.assertIn("x?y?日本", strange)
        hungarian = self.good("--language", "hu", "customers", "list").splitlines()
        self.assertEqual(hungarian[0].split()[:4], ["kártya", "név", "e-mail", "telefon"])
        self.assertIn("nem található", self.refused("CUSTOMER_NOT_FOUND", "--language", "hu",
                                                    "customers", "show", "0" * 8 + "-0000" * 3 +
                                                    "-" + "0" * 12))

    def test_coupons_go_from_hand_to_hand(self):
        customer = self.customer(20)
        book = self.told("books", "add", "--name", "Nyári kuponok", "--length", 10, "--prefix",
                         "NYAR", "--value", 500, "--expires", "2099-12-31T23:59:59Z")
        self.assertEqual(book["pattern"]["prefix"], "NYAR")
        self.assertEqual(self.told("books", "generate", book["id"], 5)["generated"], 5)
        codes = self.file("codes", "OWN-00000000001\nOWN-00000000002\n\n")
        self.assertEqual(self.told("books", "upload", book["id"], codes)["added"], 2)
        again = self.good("books", "upload", book["id"], codes, code=1)
        self.assertRegex(again, r"(?m)^rejected: +2$")
        self.assertRegex(again, r"(?m)^ +1  OWN-00000000001  ")
        self.assertIn("Nyári", self.good("books", "list", "--search", "nyári", "--expired",
                                         "false"))
        self.assertEqual(self.told("books", "show", book["id"])["counts"]["AVAILABLE"], 7)
        given = self.told("books", "assign", book["id"], "c20@example.com")
        self.assertEqual(given["user_id"], customer["id"])
        # By chance it can be one of these.
        own = "OWN-00000000001" if given["code"] != "OWN-00000000001" else "OWN-00000000002"
        self.told("coupons", "assign", own, "c20@example.com")
        self.assertEqual(self.told("coupons", "show", own)["state"], "ASSIGNED")
        self.assertEqual(self.told("coupons", "lock", own)["state"], "LOCKED")
        self.told("coupons", "unlock", own)
        self.assertEqual(self.told("coupons", "lookup", given["code"])["customer"]["id"],
                         customer["id"])
        self.good("coupons", "redeem", given["code"])
        self.assertEqual(self.told("coupons", "history", given["code"])["total"], 1)
        self.assertEqual(self.told("users", "redemptions", customer["id"])["total"], 1)
        self.assertEqual(self.told("users", "coupons", customer["id"], "--state",
                                   "ASSIGNED")["total"], 1)
        self.assertEqual(self.told("books", "coupons", book["id"], "--state",
                                   "AVAILABLE")["total"], 5)
        listed = self.told("coupons", "list", "c20@example.com", "--redeemed", "true")
        self.assertEqual([one["code"] for one in listed["coupons"]], [given["code"]])
        redeemed = self.told("coupons", "all", "--redeemed", "true")["coupons"]
        self.assertIn(given["code"], [one["code"] for one in redeemed])
        whole = list(csv.DictReader(io.StringIO(self.good("--csv", "coupons", "all"))))
        self.assertTrue({given["code"], "OWN-00000000001"} <= {row["code"] for row in whole})

    def test_coupons_are_dealt_out_to_a_pool(self):
        members = [self.customer(number) for number in range(30, 33)]
        book = self.told("books", "add", "--name", "Deal", "--length", 12)
        self.told("books", "generate", book["id"], 9)
        pool = self.told("pools", "add", "--name", "Törzsvendégek", "--description", "x")
        for member in members:
            self.told("pools", "add-user", pool["id"], member["id"])
        self.assertEqual(self.told("pools", "remove-user", pool["id"], "c32@example.com")["users"],
                         2)
        self.assertIn("c31@example.com", self.good("pools", "show", pool["id"]))
        self.assertIn("Törzsvendégek", self.good("pools", "list"))
        words = ["pools", "distribute", pool["id"], "--book", book["id"], "--count", 6, "--mode",
                 "equal", "--seed", "s"]
        preview = self.told(*words, "--dry-run")
        self.assertEqual(self.told("books", "show", book["id"])["counts"]["AVAILABLE"], 9)
        made = self.told(*words)
        self.assertEqual(made["users"], preview["users"])
        self.assertEqual(made["statistics"]["least"], 3)
        self.assertEqual(self.told("books", "show", book["id"])["counts"]["AVAILABLE"], 3)

    def test_users_are_found_and_changed(self):
        customer = self.customer(40)
        self.assertEqual(self.told("users", "search", "c40@example.com")["id"], customer["id"])
        self.told("users", "change", customer["id"], "--name", "Új Név", "--role", "ADMIN")
        self.assertEqual(self.told("users", "show", "c40@example.com")["name"], "Új Név")
        self.assertIn("c40@example.com", self.good("users", "list", "--limit", 1000))
        self.assertEqual(self.told("who")["loyalty_id"], self.centre.admin_id)

    def test_terminals_are_set_up_and_revoked(self):
        code = self.told("terminals", "code", "T01", "--store", 2)["code"]
        key = self.path / "t01.key"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-out", key], check=True, capture_output=True)
        request = subprocess.run(["openssl", "req", "-new", "-sha256", "-key", key, "-subj",
                                  "/CN=T01"], check=True, capture_output=True, text=True).stdout
        made = self.centre.ask("POST", "/api/terminals/provision",
                               {"code": code, "request": request})
        self.assertEqual(made.status, 200, made)
        self.assertRegex(self.good("terminals", "list"), r"(?m)^T01 +2  ")
        self.assertEqual(self.told("terminals", "show", "T01")["store"], 2)
        for evidence in ("forks", "quarantine"):
            self.assertEqual(self.good("terminals", evidence, "T01"), "(none)\n")
            self.refused("TERMINAL_NOT_FOUND", "terminals", evidence, "T99")
        self.assertRegex(self.good("terminals", "revoke", "T01", "--reason", "stolen"),
                         r"(?m)^revoked: +yes$")

    def test_products_are_set_imported_and_removed(self):
        words = ["products", "set", "5991234567894", "--name", "Tej 1,5%", "--category",
                 "Tejtermék", "--vat", 1800, "--sold-by", "piece"]
        made = self.told(*words, "--price", 389, "--plu", 17)
        self.assertEqual((made["gtin"], made["plu"], made["unit_price_minor"]),
                         (5991234567894, 17, 389))
        self.told(*words, "--price", 399)
        self.assertEqual(self.told("products", "show", "5991234567894")["unit_price_minor"], 399)
        self.refused("VALIDATION_ERROR", *words, "--price", -1)
        head = "gtin,plu,name,category,unit_price_minor,vat_basis_points,sold_by\n"
        wrong = self.file("products-wrong.csv",
                          head + "5990000000016,,Alma,Gyümölcs,sok,2700,piece\n"
                          "5990000000023,,Körte,Gyümölcs,1,2700,crate\n")
        told = self.good("products", "import", wrong, "--dry-run", code=1)
        self.assertRegex(told, r"(?m)^line 2  unit_price_minor: ")
        self.assertRegex(told, r"(?m)^line 3  sold_by: ")
        self.assertIn("line 2", self.refused("IMPORT_INVALID", "products", "import", wrong))
        right = self.file("products.csv", head + "5990000000016,,Alma,Gyümölcs,550,2700,weight\n")
        self.assertFalse(self.told("products", "import", right, "--dry-run")["done"])
        self.assertEqual(self.told("products", "list")["total"], 1)
        self.assertTrue(self.told("products", "import", right)["done"])
        self.assertIn("Alma", self.good("products", "list"))
        self.good("products", "remove", "5990000000016")
        self.refused("PRODUCT_NOT_FOUND", "products", "show", "5990000000016")

    def test_staff_gets_pins_once_and_settings_are_set_and_unset(self):
        words = ["staff", "set", "anna", "--name", "Kovács Anna", "--role"]
        self.assertRegex(self.told(*words, "cashier")["pin_code"], r"^\d{6}$")
        self.assertIsNone(self.told(*words, "manager")["pin_code"])
        self.assertRegex(self.good("staff", "reset-pin", "anna"), r"(?m)^PIN: +\d{6}$")
        self.assertRegex(self.good("staff", "list"), r"(?m)^anna +Kovács Anna +manager$")
        self.good("staff", "remove", "anna")
        self.refused("STAFF_NOT_FOUND", "staff", "remove", "anna")
        self.assertEqual(self.told("settings", "set", "cash_step_minor", "5")["value"], "5")
        self.good("settings", "set", "shop_name", '"Sarki bolt"')
        rows = csv.DictReader(io.StringIO(self.good("--csv", "settings", "list")))
        known = {row["name"]: row["value"] for row in rows}
        self.assertEqual(known["cash_step_minor"], "5")
        self.assertEqual(known["shop_name"], '"Sarki bolt"')
        self.assertEqual(self.told("settings", "list")["total"], len(known))
        self.good("settings", "remove", "cash_step_minor")
        self.assertNotIn("cash_step_minor", self.good("settings", "list"))

    def test_imports_say_what_is_wrong_and_write_all_or_nothing(self):
        wrong = self.file("wrong.csv", "loyalty_id,name\nM1,One\nM 2,Two\nM3,\n")
        told = self.good("imports", "members", wrong, "--dry-run", code=1)
        self.assertRegex(told, r"(?m)^line 3  loyalty_id: ")
        self.assertRegex(told, r"(?m)^line 4  name: ")
        self.assertIn("line 3", self.refused("IMPORT_INVALID", "imports", "members", wrong))
        right = self.file("right.csv", "loyalty_id,name\nM1,One\nM2,Két\n")
        self.assertEqual(self.told("imports", "members", right, "--dry-run")["state"], "checked")
        done = self.told("imports", "members", right)
        self.assertEqual((done["state"], done["customers"]), ("done", 2))
        self.assertEqual(self.told("imports", "show", done["id"])["state"], "done")
        kept = self.file("kept.json", json.dumps(
            {"customers": [{"loyalty_id": "OLD1", "name": "Old", "email": "old@example.com",
                            "pin_code": "12345678", "points": 5, "role": "normal"}]}))
        self.assertEqual(self.told("imports", "browser-data", kept)["state"], "done")
        self.centre.sign_in("OLD1", "12345678")


class Lists(AdminTest):
    def test_lists_say_what_they_leave_out_and_go_to_spreadsheets_whole(self):
        for number in range(10, 13):
            self.told("customers", "add", "--card", f"CARD{number}", "--name", NAME, "--email",
                      f"c{number}@example.com")
        done = self.run_admin("customers", "list", "--limit", 2)
        self.assertRegex(done.stderr, r"^2 of \d+; more: --skip 2\n$")
        self.assertEqual(len(done.stdout.splitlines()), 3)
        rows = list(csv.DictReader(io.StringIO(self.good("--csv", "customers", "list"))))
        self.assertIn(NAME, [row["name"] for row in rows])
        many = self.file("many.csv", "loyalty_id,name\n" + "".join(f"Q{n},Q\n"
                                                                   for n in range(1100)))
        self.good("imports", "members", many)
        rows = list(csv.DictReader(io.StringIO(self.good("--csv", "customers", "list"))))
        cards = [row["loyalty_id"] for row in rows]
        self.assertEqual(len(cards), len(set(cards)))
        self.assertGreaterEqual(len(cards), 1100)
        part = self.good("--csv", "customers", "list", "--limit", 1, "--skip", 1).splitlines()
        self.assertEqual(len(part), 2)
        self.assertEqual(self.run_admin("--csv", "customers", "show", "x").returncode, 2)
        self.assertEqual(self.run_admin("--csv", "--json", "customers", "list").returncode, 2)


class Sessions(AdminTest):
    def held(self):
        return json.loads(self.session.read_text())

    def run_out(self):
        """As if a quarter of an hour had gone by."""
        self.session.write_text(json.dumps({**self.held(), "access_ends_ms": 0}))

    def test_a_session_is_its_owners_alone_and_knows_no_pin(self):
        self.assertEqual(stat.S_IMODE(self.session.stat().st_mode), 0o600)
        self.assertNotIn(self.centre.pin, self.session.read_text())
        self.session.chmod(0o640)
        self.refused("key_exposed", "who")
        home = self.path / "home"
        home.mkdir()
        words = [COUNTERFOIL, "admin"]
        for variables, place in (({"HOME": str(home)}, home / ".local/state"),
                                 ({"XDG_STATE_HOME": str(home / "x")}, home / "x")):
            done = subprocess.run(
                [*words, "sign-in", "--url", self.url, "--card", self.centre.admin_id,
                 "--authority", self.pem.name, "--pin-file", self.pin], env=variables,
                cwd=self.path, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done)
            folder = place / "counterfoil"
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            self.assertEqual(stat.S_IMODE((folder / "admin.json").stat().st_mode), 0o600)
            # What was said of the authority holds in every folder.
            done = subprocess.run([*words, "who"], env=variables, cwd="/", capture_output=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, done)

    def test_a_token_that_ran_out_is_renewed_by_rotation(self):
        first = self.held()
        self.run_out()
        self.told("who")
        second = self.held()
        self.assertNotEqual(first["refresh_token"], second["refresh_token"])
        self.assertEqual(stat.S_IMODE(self.session.stat().st_mode), 0o600)
        # A clock that is wrong: the token is held for good, and the centre says that it is not.
        self.session.write_text(json.dumps({**second, "access_token": first["access_token"][:-4]}))
        self.told("who")
        self.assertNotEqual(self.held()["refresh_token"], second["refresh_token"])

    def test_shells_at_once_spend_one_token(self):
        self.run_out()
        before = self.held()["refresh_token"]
        shells = [subprocess.Popen([COUNTERFOIL, "admin", "--session", self.session, "who"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                  for _ in range(8)]
        said = [(shell.communicate(timeout=PATIENCE_S)[1], shell.returncode) for shell in shells]
        self.assertEqual(said, [("", 0)] * 8)
        self.assertNotEqual(self.held()["refresh_token"], before)
        self.told("who")

    def test_a_session_that_is_over_asks_for_a_sign_in(self):
        old = self.session.read_text()
        self.run_out()
        self.told("who")
        self.session.write_text(old)
        self.run_out()
        self.refused("SESSION_REUSED", "who")
        self.assertEqual(self.sign_in().returncode, 0)
        self.assertEqual(self.good("sign-out"), "signed out\n")
        self.assertFalse(self.session.exists())
        self.refused("not_found", "who")
        self.refused("not_found", "sign-out")
        self.session.write_text("{}")
        self.session.chmod(0o600)
        self.refused("foreign_file", "who")

    def test_who_may_not_is_told_so_and_nothing_is_kept(self):
        wrong = self.file("wrong", "00000000\n")
        self.session.unlink()
        words = ["sign-in", "--url", self.url, "--authority", self.pem, "--pin-file"]
        self.refused("INVALID_CREDENTIALS", *words, wrong, "--card", self.centre.admin_id)
        admin = self.centre.sign_in()
        made = self.centre.ask("POST", "/api/customers",
                               {"loyalty_id": "CUST1", "name": "C", "email": "c@example.com"},
                               admin)
        pin = self.file("customer", made["pin_code"])
        self.refused("refused", *words, pin, "--card", "CUST1")
        self.assertFalse(self.session.exists())
        done = self.run_admin("sign-in", "--url", self.url, "--card", self.centre.admin_id,
                              "--authority", self.pem, given=self.centre.pin + "\n")
        self.assertEqual(done.returncode, 0, done)
        self.refused("not_found", *words, self.path / "none", "--card", "X")

    def test_a_pin_that_is_typed_is_not_shown(self):
        ours, theirs = pty.openpty()
        shell = subprocess.Popen(
            [COUNTERFOIL, "admin", "--session", self.session, "sign-in", "--url", self.url,
             "--card", self.centre.admin_id, "--authority", self.pem], stdin=theirs,
            stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = b""
        while b"PIN: " not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, self.centre.pin.encode() + b"\n")
        while b"signed in" not in seen:
            seen += os.read(ours, 1000)
        self.assertEqual(shell.wait(PATIENCE_S), 0)
        os.close(ours)
        self.assertNotIn(self.centre.pin.encode(), seen)

    def test_only_the_centre_itself_is_told_the_pin(self):
        forged, key = certificate(self.path, "forged")
        words = ["sign-in", "--url", self.url, "--card", "A", "--pin-file", self.pin]
        self.assertIn("localhost", self.refused("bad_certificate", *words, "--authority", forged))
        self.refused("bad_certificate", *words)
        self.refused("bad_certificate", *words, "--authority", key)
        numeric = self.url.replace("localhost", "127.0.0.1")
        self.refused("bad_certificate", "sign-in", "--url", numeric, "--card", "A", "--pin-file",
                     self.pin, "--authority", self.pem)
        self.refused("io_failed", "sign-in", "--url", "https://localhost:1", "--card", "A",
                     "--pin-file", self.pin, "--authority", self.pem)
        self.refused("io_failed", "sign-in", "--url", self.url.replace("https", "http"), "--card",
                     "A", "--pin-file", self.pin)
        self.refused("invalid_argument", "sign-in", "--url", "localhost", "--card", "A",
                     "--pin-file", self.pin)

    def test_where_nobody_answers_a_write_says_how_to_repeat_it(self):
        other = Centre(AGGREGATOR, self.path / "other", *FREELY)
        session = self.path / "other-session"
        pin = self.file("other-pin", other.pin)
        done = self.run_admin("sign-in", "--url", f"http://127.0.0.1:{other.port}", "--card",
                              other.admin_id, "--pin-file", pin, session=session)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        other.stop()
        said = self.refused("io_failed", "who", session=session)
        self.assertNotIn("--request", said)
        self.assertIn(f"127.0.0.1:{other.port}: ", said)
        said = self.refused("io_failed", "pools", "add", "--name", "x", session=session)
        self.assertRegex(said, r"repeat it with --request [0-9a-f-]{36}\n$")


class Words(AdminTest):
    def test_every_command_teaches_itself(self):
        admin = subprocess.run([COUNTERFOIL, "admin", "--help"], capture_output=True, text=True,
                               check=True).stdout
        groups = re.findall(r"^  ([a-z-]+) {2,}", admin.split("Subcommands:")[1], re.MULTILINE)
        self.assertGreaterEqual(len(groups), 14)
        shown = 0
        for group in groups:
            said = subprocess.run([COUNTERFOIL, "admin", group, "--help"], capture_output=True,
                                  text=True, check=True).stdout
            if "Subcommands:" not in said:
                continue
            self.assertIn(f"counterfoil admin {group} ", said)
            for verb in re.findall(r"^  ([a-z-]+) {2,}", said.split("Subcommands:")[1],
                                   re.MULTILINE):
                one = subprocess.run([COUNTERFOIL, "admin", group, verb, "--help"],
                                     capture_output=True, text=True, check=True).stdout
                self.assertIn(f"counterfoil admin {group} {verb}", one)
                shown += 1
        self.assertGreaterEqual(shown, 54)

    def test_a_word_that_is_no_command_is_named(self):
        for words, where in ((["bogus"], "counterfoil"),
                             (["admin", "customer", "list"], "counterfoil admin"),
                             (["admin", "customers", "lst"], "counterfoil admin customers")):
            done = subprocess.run([COUNTERFOIL, *words], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 2, done)
            unknown = words[len(where.split()) - 1]
            self.assertEqual(done.stderr, f"counterfoil: {unknown} is no command of {where}; "
                                          f"{where} --help lists them\n")

    def test_a_wrong_command_line_ends_with_2(self):
        for words in ([], ["nobody"], ["customers"], ["customers", "add"],
                      ["customers", "list", "--limit", "1001"], ["--language", "de", "who"],
                      ["purchases", "add", "x", "much"], ["imports", "members", "/none"],
                      ["customers", "list", "--insecure"]):
            self.assertEqual(self.run_admin(*words).returncode, 2, words)


if __name__ == "__main__":
    COUNTERFOIL, AGGREGATOR = (os.path.abspath(word) for word in sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
