#!/usr/bin/env python3
"""Drives `counterfoil bundle` as an operator does.
Usage: bundle_cli_test.py PROGRAM"""

import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
DAY_S = 24 * 60 * 60
NUMBERS = {"face_minor": 2000, "terminal_minor": 20000, "member_minor": 5000, "hours": 72}


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, check=False)


class Bundle(unittest.TestCase):
    """A merchant with a root and a key for bundles."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        self.keys = self.here / "keys"
        self.bundle = self.here / "shop.bundle"
        self.good("keys", "root", self.keys)
        self.good("keys", "issue", self.keys, "--for", "bundles")

    def good(self, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def make(self, *more):
        return self.good("bundle", "make", self.bundle, "--keys", self.keys, *more)

    def load(self, *more):
        return self.bring("--root", self.keys / "root.pem", "--list", self.keys / "keys.list",
                          *more)

    def bring(self, *what):
        return run("bundle", "load", self.bundle, "--data", self.here / "till", *what)

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.here}/till/mirror.db?mode=ro", uri=True)
        self.addCleanup(database.close)
        return database.execute(sql).fetchall()

    def settings(self):
        return {name: json.loads(value)
                for name, value in self.rows("SELECT name, value FROM setting")}

    def assert_good(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_refused(self, done, code, words=""):
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stderr, rf"^counterfoil: {code}: [^\n]*{words}[^\n]*\n$")
        self.assertEqual(done.stdout, "")


class MakeAndLoad(Bundle):

    def test_a_shop_is_made_and_loaded(self):
        said = self.make("--demo", "--members", "30", "--coupons", "20", "--seed", "4")
        pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})\n", said))
        self.assertEqual(sorted(pins), ["anna", "bela", "csilla", "odon"])
        self.assertEqual(len(set(pins.values())), 4)
        text = self.bundle.read_text(encoding="utf-8")
        for pin in pins.values():
            self.assertNotIn(pin, text)
        self.assertEqual(self.bundle.stat().st_mode & 0o777, 0o600)
        loaded = self.load()
        self.assertEqual(loaded.returncode, 0, loaded.stderr)
        self.assertIn("20 products, 4 staff, 30 members, 20 coupons", loaded.stdout)
        self.assertEqual(self.rows("SELECT count(*) FROM member"), [(30,)])
        self.assertEqual({vat for (vat,) in self.rows("SELECT vat_basis_points FROM product")},
                         {500, 1800, 2700})
        self.assertEqual(self.rows("SELECT id, role FROM staff ORDER BY id")[0],
                         ("anna", "manager"))

    def test_one_seed_makes_one_shop(self):
        def made(seed):
            self.make("--demo", "--members", "50", "--coupons", "50", "--seed", seed)
            text = self.bundle.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines()]
            return [(row["t"], row.get("name"), row.get("code"), row.get("points"))
                    for row in lines if row.get("t") in ("book", "product", "member", "coupon")]
        first = made(4)
        self.assertEqual(first, made(4))
        self.assertNotEqual(first, made(5))

    def test_without_a_demo_there_is_one_manager(self):
        said = self.make()
        self.assertRegex(said, r"pin: manager \(manager\) \d{8}\n")
        self.assertEqual(self.load().returncode, 0)
        self.assertEqual(self.rows("SELECT role FROM staff"), [("manager",)])
        settings = self.settings()
        self.assertRegex(settings.pop("phone_salt"), "^[0-9a-f]{64}$")
        self.assertEqual(settings, {"currency": "HUF", "auto_lock_s": 300,
                                    "coupon_policy": {"policy": "strict", **NUMBERS}})

    def test_damage_older_versions_and_other_merchants_are_refused(self):
        self.make("--version", "7")
        good = self.bundle.read_bytes()
        self.assertEqual(self.load().returncode, 0)
        self.bundle.write_bytes(good.replace(b"Manager", b"Mallory"))
        bad = self.load()
        self.assertEqual(bad.returncode, 3)
        self.assertTrue(bad.stderr.startswith("counterfoil: bad_signature: "), bad.stderr)
        self.make("--version", "6")
        self.assertTrue(self.load().stderr.startswith("counterfoil: refused: "))
        self.assertEqual(self.rows("SELECT name FROM staff"), [("Manager",)])
        other = self.here / "other"
        self.good("keys", "root", other)
        self.good("keys", "issue", other, "--for", "bundles")
        self.good("bundle", "make", self.bundle, "--keys", other)
        self.assertIn("key_unknown", self.load().stderr)

    def test_only_a_key_for_bundles_signs_one(self):
        other = self.here / "other"
        self.good("keys", "root", other)
        self.good("keys", "issue", other, "--for", "coupons,members,revocations")
        done = run("bundle", "make", self.bundle, "--keys", other)
        self.assertEqual(done.returncode, 3)
        self.assertIn("not_found", done.stderr)
        self.assertFalse(self.bundle.exists())


class Demo(Bundle):
    def test_everything_live_is_leased_to_the_terminal(self):
        # Among this seed's members is one without points.
        self.make("--demo", "--members", "3000", "--coupons", "200", "--seed", 1,
                  "--lease-to", "till_1.b")
        self.assert_good(self.bring("--keys", self.keys))
        self.assertEqual(self.rows("SELECT count(*) FROM member WHERE points = 0"), [(1,)])
        header = self.bundle.read_text(encoding="utf-8").splitlines()[0]
        ends = json.loads(header)["made"] + 90 * DAY_S
        self.assertEqual(self.rows("SELECT DISTINCT lease_terminal, lease_epoch, lease_expires_s "
                                   "FROM member WHERE points > 0"), [("till_1.b", 1, ends)])
        self.assertEqual(self.rows("SELECT count(*) FROM member WHERE lease_quantity IS NOT "
                                   "CASE WHEN points > 0 THEN points END"), [(0,)])
        self.assertEqual(self.rows("SELECT DISTINCT expires_s > made_at_ms / 1000, lease_terminal, "
                                   "lease_epoch, lease_quantity IS uses_left, lease_expires_s "
                                   "FROM coupon, meta ORDER BY 1"),
                         [(0, None, None, 0, None), (1, "till_1.b", 1, 1, ends)])

    def test_nothing_is_leased_unasked(self):
        self.make("--demo", "--members", "30", "--coupons", "20")
        self.assert_good(self.bring("--keys", self.keys))
        for table in ("member", "coupon"):
            self.assertEqual(self.rows(f"SELECT count(*) FROM {table} WHERE lease_terminal "
                                       "IS NOT NULL OR lease_quantity IS NOT NULL"), [(0,)])

    def test_its_settings_are_those_that_a_till_sells_from(self):
        self.make("--demo", "--members", "3", "--coupons", "0", "--policy", "bounded")
        self.assert_good(self.bring("--keys", self.keys))
        settings = self.settings()
        self.assertRegex(settings.pop("phone_salt"), "^[0-9a-f]{64}$")
        self.assertEqual(settings, {
            "currency": "HUF", "cash_step_minor": 5, "auto_lock_s": 300,
            "shop_name": "Burgerező a Hídnál", "shop_address": "1011 Budapest, Híd utca 1.",
            "shop_tax_number": "12345678-2-41",
            "receipt_footer": "Köszönjük, hogy nálunk vásárolt!",
            "receipt_link": "https://burger.example/r",
            "coupon_policy": {"policy": "bounded", **NUMBERS},
            "points_coupon": {"points": 100, "book": 1, "value_minor": 1000, "days": 90}})
        self.assertEqual(self.rows("SELECT number FROM book WHERE number = 1"), [(1,)])
        self.assertEqual(self.rows("SELECT loyalty_id FROM member ORDER BY id"),
                         [("CUST001",), ("L00000002",), ("L00000003",)])

    def test_wrong_options_are_the_command_lines(self):
        make = ("bundle", "make", self.bundle, "--keys", self.keys)
        for wrong in (("--lease-to", "T01"), ("--demo", "--lease-to", "T 1"),
                      ("--demo", "--lease-to", "T" * 33), ("--policy", "lax")):
            self.assertEqual(run(*make, *wrong).returncode, 2, wrong)
        self.assertFalse(self.bundle.exists())


class Trust(Bundle):
    """What a till believes bundles by, and keeps."""

    def setUp(self):
        super().setUp()
        self.good("keys", "issue", self.keys, "--for", "revocations")
        self.make("--version", "7")

    def kept(self, name):
        return (self.here / "till" / name).read_bytes()

    def theirs(self, name):
        return (self.keys / name).read_bytes()

    def revoke(self, digit):
        self.good("keys", "revoke", self.keys, "--coupon", digit * 16)

    def other_merchant(self):
        other = self.here / "other"
        self.good("keys", "root", other)
        self.good("keys", "issue", other, "--for", "bundles")
        return other

    def test_what_was_brought_once_need_not_be_brought_again(self):
        self.revoke("1")
        loaded = self.bring("--keys", self.keys)
        self.assert_good(loaded)
        for name in ("root.pem", "keys.list", "revocations"):
            self.assertIn(f"brought: {self.here}/till/{name}\n", loaded.stdout)
            self.assertEqual(self.kept(name), self.theirs(name))
        for again in ((), ("--keys", self.keys), ("--root", self.keys / "root.pem"),
                      ("--list", self.keys / "keys.list")):
            loaded = self.bring(*again)
            self.assert_good(loaded)
            self.assertNotIn("brought", loaded.stdout)

    def test_root_and_list_can_be_brought_alone(self):
        self.assert_refused(self.bring(), "not_found", "root.pem: .* bring it with --keys")
        self.assert_refused(self.bring("--root", self.keys / "root.pem"), "not_found",
                            "keys.list: .* bring it with --keys")
        self.assert_refused(self.bring("--list", self.keys / "keys.list"), "not_found",
                            "root.pem: .* bring it with --keys")
        self.assertFalse((self.here / "till").exists())
        self.assert_good(self.load())
        self.assertEqual(self.kept("root.pem"), self.theirs("root.pem"))
        self.assertEqual(self.kept("keys.list"), self.theirs("keys.list"))
        self.assertFalse((self.here / "till" / "revocations").exists())
        self.assertEqual(self.bring("--keys", self.keys, "--list",
                                    self.keys / "keys.list").returncode, 2)
        self.assertEqual(self.bring("--keys", self.keys, "--root",
                                    self.keys / "root.pem").returncode, 2)

    def test_a_till_believes_one_merchant_only(self):
        self.assert_good(self.bring("--keys", self.keys))
        other = self.other_merchant()
        self.good("bundle", "make", self.bundle, "--keys", other)
        for brought in (("--keys", other), ("--root", other / "root.pem")):
            self.assert_refused(self.bring(*brought), "foreign_file",
                                "a till believes one merchant only")
        self.assert_refused(self.bring("--list", other / "keys.list"), "refused", "root_wrong")
        self.assertEqual(self.kept("root.pem"), self.theirs("root.pem"))
        self.assertEqual(self.kept("keys.list"), self.theirs("keys.list"))

    def test_a_bundle_that_is_not_believed_changes_nothing(self):
        other = self.other_merchant()
        self.assert_refused(self.bring("--keys", other), "bad_signature", "key_unknown")
        self.assertFalse((self.here / "till").exists())
        self.assert_good(self.bring("--keys", self.keys))
        before = self.kept("keys.list")
        self.good("keys", "issue", self.keys, "--for", "coupons")
        self.bundle.write_bytes(self.bundle.read_bytes().replace(b"Manager", b"Mallory"))
        self.assert_refused(self.bring("--keys", self.keys), "bad_signature")
        self.assertEqual(self.kept("keys.list"), before)

    def test_a_newer_list_takes_the_olders_place(self):
        self.assert_good(self.load())
        older = self.here / "older.list"
        shutil.copy(self.keys / "keys.list", older)
        self.good("keys", "issue", self.keys, "--for", "coupons")
        loaded = self.bring("--list", self.keys / "keys.list")
        self.assert_good(loaded)
        self.assertIn(f"brought: {self.here}/till/keys.list\n", loaded.stdout)
        self.assertEqual(self.kept("keys.list"), self.theirs("keys.list"))
        self.assert_refused(self.bring("--list", older), "refused", "older_list")
        self.assertEqual(self.kept("keys.list"), self.theirs("keys.list"))
        self.assert_good(self.bring())

    def test_newer_revocations_take_the_olders_place(self):
        self.revoke("1")
        older = self.here / "older"
        shutil.copytree(self.keys, older)
        self.assert_good(self.bring("--keys", self.keys))
        self.revoke("2")
        self.assert_good(self.bring("--keys", self.keys))
        self.assertEqual(self.kept("revocations"), self.theirs("revocations"))
        self.assert_refused(self.bring("--keys", older), "refused", "version 1")
        (older / "revocations").unlink()
        self.assert_refused(self.bring("--keys", older), "refused", "version 0")
        self.assertEqual(self.kept("revocations"), self.theirs("revocations"))

    def test_revocations_are_the_merchants(self):
        self.revoke("1")
        good = self.theirs("revocations")
        (self.keys / "revocations").write_bytes(good[:-3] + b"00\n")
        self.assert_refused(self.bring("--keys", self.keys), "refused", "signature_wrong")
        (self.keys / "revocations").write_bytes(b"hello\n")
        self.assert_refused(self.bring("--keys", self.keys), "malformed")
        self.assertFalse((self.here / "till").exists())

    def test_a_list_without_the_key_of_the_revocations_needs_newer_ones(self):
        self.revoke("1")
        self.assert_good(self.bring("--keys", self.keys))
        listed = self.good("keys", "list", self.keys)
        going, = re.findall(r"^([0-9a-f]{8}) .* revocations$", listed, re.M)
        self.good("keys", "issue", self.keys, "--for", "revocations")
        self.good("keys", "revoke", self.keys, "--key", going)
        before = self.kept("keys.list")
        self.assert_refused(self.bring("--list", self.keys / "keys.list"), "refused",
                            "key_unknown")
        self.assertEqual(self.kept("keys.list"), before)
        self.assert_good(self.bring("--keys", self.keys))
        self.assertEqual(self.kept("revocations"), self.theirs("revocations"))

    def test_a_damaged_file_of_the_till_is_not_replaced_in_silence(self):
        self.revoke("1")
        self.assert_good(self.bring("--keys", self.keys))
        for name in ("root.pem", "keys.list", "revocations"):
            whole = self.kept(name)
            (self.here / "till" / name).write_bytes(whole[:-20])
            done = self.bring("--keys", self.keys)
            self.assertEqual(done.returncode, 3, name)
            self.assertIn(f"/till/{name}", done.stderr)
            self.assertEqual(self.kept(name), whole[:-20])
            (self.here / "till" / name).write_bytes(whole)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
