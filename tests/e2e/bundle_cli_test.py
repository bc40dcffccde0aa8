#!/usr/bin/env python3
"""Drives `counterfoil bundle` as an operator does.
Usage: bundle_cli_test.py PROGRAM"""

import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""


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
        return run("bundle", "load", self.bundle, "--data", self.here / "till", "--root",
                   self.keys / "root.pem", "--list", self.keys / "keys.list", *more)

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.here}/till/mirror.db?mode=ro", uri=True)
        self.addCleanup(database.close)
        return database.execute(sql).fetchall()

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


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
