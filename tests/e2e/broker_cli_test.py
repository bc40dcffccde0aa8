#!/usr/bin/env python3
"""tools/broker: folders, certificates and refusals. What its broker lets whom do is tested in
tests/daemon/link, with real sessions.
Usage: broker_cli_test.py TOOL"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = ""


def broker(command, *arguments):
    return subprocess.run([TOOL, command, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False)


def subject(certificate):
    return subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-subject", "-ext",
                           "extendedKeyUsage"], capture_output=True, text=True, check=True).stdout


class Broker(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name, "a broker")
        self.done("init", self.folder, "--centre", "centre", "--terminal", "T01")

    def done(self, command, *arguments):
        ran = broker(command, *arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def refused(self, command, *arguments):
        ran = broker(command, *arguments)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertRegex(ran.stderr, r"\Abroker: .+\n\Z")
        return ran.stderr

    def names(self):
        return sorted(path.stem for path in (self.folder / "clients").glob("*.pem"))

    def test_nothing_can_be_read_by_others(self):
        for path in [self.folder, *self.folder.rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_certificate_says_who_and_what_for(self):
        self.assertIn("CN = T01\n", subject(self.folder / "clients" / "T01.pem"))
        self.assertIn("Client Authentication", subject(self.folder / "clients" / "T01.pem"))
        self.assertIn("Server Authentication", subject(self.folder / "broker.pem"))

    def test_another_authority_is_believed_with_its_revocations_alone(self):
        trust, gone = self.folder / "ca.pem", self.folder / "nowhere.pem"
        run = ("run", self.folder, "--limits", "none", "--trust", trust)
        self.assertIn("belong together", self.refused(*run))
        self.assertIn("not there", self.refused(*run, "--revocations", gone))
        self.done("revoke", self.folder, "T01")
        for name, own in (("trusted.pem", "ca.pem"), ("gone.pem", "revoked.pem")):
            self.assertEqual((self.folder / name).read_text(encoding="utf-8"),
                             (self.folder / own).read_text(encoding="utf-8"))

    def test_a_name_is_given_once(self):
        for command, name in (("terminal", "T01"), ("terminal", "centre"), ("centre", "T01")):
            self.assertIn("already", self.refused(command, self.folder, name))
        self.refused("terminal", self.folder, "T02", "T02")
        self.done("revoke", self.folder, "T01")
        self.refused("terminal", self.folder, "T01")
        self.assertEqual(self.names(), ["T01", "centre"])

    def test_names_that_could_be_something_else_are_refused(self):
        for name in ("+", "#", "a/b", "..\n", "", "x" * 33, "a b"):
            self.refused("terminal", self.folder, name)
            self.refused("centre", self.folder, name)
            self.refused("revoke", self.folder, name)
        self.assertEqual((self.folder / "acl").read_text().count("user "), 1)

    def test_a_folder_is_not_overwritten(self):
        key = (self.folder / "ca.key").read_bytes()
        self.assertIn("not empty", self.refused("init", self.folder))
        self.assertEqual((self.folder / "ca.key").read_bytes(), key)
        self.refused("terminal", self.folder.parent, "T02")
        self.refused("run", self.folder.parent)

    def test_a_fleet_is_completed(self):
        self.assertEqual(self.done("fleet", self.folder, "L", 3), "made: 3, there: 0\n")
        self.assertEqual(self.done("fleet", self.folder, "L", 5), "made: 2, there: 3\n")
        self.assertEqual(self.names(), [f"L0000{n}" for n in range(1, 6)] + ["T01", "centre"])

    def test_who_is_revoked_loses_every_right(self):
        self.done("revoke", self.folder, "centre", "T01")
        self.done("revoke", self.folder, "T01")
        rights = (self.folder / "acl").read_text()
        self.assertIn("user centre\ntopic deny #\n", rights)
        self.assertIn("user T01\ntopic deny #\n", rights)
        self.assertNotIn("topic read", rights)
        listed = subprocess.run(["openssl", "crl", "-in", self.folder / "revoked.pem", "-noout",
                                 "-text"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(listed.count("Serial Number"), 2)


if __name__ == "__main__":
    TOOL = sys.argv.pop(1)
    unittest.main(verbosity=0)
