#!/usr/bin/env python3
"""Drives the `counterfoil` program as an operator does, and checks what it exports with tools that
share nothing with it: the openssl command line and sha256sum. Usage: ledger_cli_test.py PROGRAM"""

import base64
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
EVENTS = 40


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, check=False, **options)


def ledger(*arguments, **options):
    return run("ledger", *arguments, **options)


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der_signature(raw):
    """R and S as openssl wants them: a SEQUENCE of two INTEGERs."""
    def integer(number):
        body = number.lstrip(b"\0") or b"\0"
        body = (b"\0" if body[0] & 0x80 else b"") + body
        return bytes([2, len(body)]) + body
    body = integer(raw[:32]) + integer(raw[32:])
    return bytes([0x30, len(body)]) + body


class Cli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.till = pathlib.Path(cls.shared.name) / "till"
        made = ledger("make", cls.till, "--terminal", "T01", "--events", EVENTS, "--seed", 7)
        assert made.returncode == 0, made.stderr
        cls.export = pathlib.Path(cls.shared.name) / "t01.ledger"
        exported = ledger("export", cls.till / "journal.db", "-o", cls.export)
        assert exported.returncode == 0, exported.stderr
        cls.lines = cls.export.read_bytes().splitlines(keepends=True)

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.here = pathlib.Path(self.folder.name)

    def verify(self, lines, *options):
        changed = self.here / "changed.ledger"
        changed.write_bytes(b"".join(lines))
        return ledger("verify", changed, *options)

    def assert_bad(self, done, record, reason):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, rf"^bad: record {record}, {reason}: ")

    def assert_refused(self, done, code):
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stderr, rf"^counterfoil: {code}: [^\n]+\n$")
        self.assertEqual(done.stdout, "")

    def head(self):
        done = ledger("verify", self.export)
        return re.fullmatch(rf"ok: {EVENTS} events, head ([0-9a-f]{{64}})\n", done.stdout).group(1)

    def copy_till(self):
        copy = self.here / "till"
        shutil.copytree(self.till, copy)
        return copy


class Verify(Cli):
    def test_the_whole_ledger(self):
        self.assertEqual(ledger("verify", self.export, "--head", self.head()).returncode, 0)
        root = self.till / "certificate.pem"
        self.assertEqual(ledger("verify", self.export, "--root", root).returncode, 0)
        self.assertEqual(ledger("verify", self.export, "--sample").returncode, 0)

    def test_a_pipe(self):
        done = ledger("verify", "-", input=self.export.read_text())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_each_kind_of_damage_has_its_own_reason(self):
        lines = self.lines
        self.assert_bad(self.verify(lines[:9] + lines[10:]), 9, "event_missing")
        self.assert_bad(self.verify(lines[:9] + [lines[10], lines[9]] + lines[11:]), 9,
                        "event_out_of_order")
        self.assert_bad(self.verify(lines[:10] + lines[9:]), 10, "event_repeated")
        self.assert_bad(self.verify(lines[:-1], "--head", self.head()), EVENTS - 1,
                        "head_mismatch")
        self.assert_bad(self.verify(lines[:-1] + [lines[-1][:-1]]), EVENTS, "line_truncated")
        altered = lines[9].replace(b'"at":"2', b'"at":"3')
        self.assert_bad(self.verify(lines[:9] + [altered] + lines[10:]), 9, "event_altered")

    def test_an_event_signed_by_another_key(self):
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out",
                        self.here / "other.pem"], check=True)
        event, _ = self.lines[9].split(b"\t")
        (self.here / "event").write_bytes(b"counterfoil/event/1\n" + event)
        subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.here / "other.pem", "-out",
                        self.here / "signature", self.here / "event"], check=True)
        der = (self.here / "signature").read_bytes()
        size = der[3]
        r, s = der[4:4 + size], der[6 + size:]
        raw = b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (r, s))
        line = event + b"\t" + base64.urlsafe_b64encode(raw).rstrip(b"=") + b"\n"
        self.assert_bad(self.verify(self.lines[:9] + [line] + self.lines[10:]), 9,
                        "signature_wrong")

    def test_random_bit_flips(self):
        whole = self.export.read_bytes()
        seed = 11
        dice = random.Random(seed)
        for _ in range(100):
            bit = dice.randrange(len(whole) * 8)
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << (bit % 8)
            done = self.verify([bytes(flipped)])
            self.assertEqual(done.returncode, 1, f"bit {bit}: {done.stdout}{done.stderr}")

    def test_what_is_no_ledger(self):
        self.assert_bad(self.verify([b""]), 0, "empty")
        self.assert_bad(self.verify([b"hello\n"]), 0, "header_malformed")
        self.assert_bad(self.verify([os.urandom(100_000)]), 0, "[a-z_]+")
        self.assert_refused(ledger("verify", self.till / "journal.db"), "foreign_file")
        self.assert_refused(ledger("verify", self.here / "none"), "not_found")
        self.assert_refused(ledger("verify", self.here), "invalid_argument")
        self.assert_refused(ledger("verify", self.export, "--head", "abc"), "invalid_argument")

    def test_another_root(self):
        other = self.here / "other"
        ledger("make", other, "--terminal", "T01", "--events", 1)
        self.assert_bad(ledger("verify", self.export, "--root", other / "certificate.pem"), 0,
                        "bad_certificate")


class IndependentCheck(Cli):
    """Nothing of ours below: only the file, openssl and sha256sum."""

    def test_hashes_and_signatures(self):
        header = json.loads(self.lines[0])
        (self.here / "certificate.der").write_bytes(decode(header["certificates"][0]))
        public = subprocess.run(["openssl", "x509", "-inform", "DER", "-in",
                                 self.here / "certificate.der", "-pubkey", "-noout"],
                                check=True, capture_output=True).stdout
        (self.here / "public.pem").write_bytes(public)
        prev = "0" * 64
        for line in self.lines[1:]:
            event, signature = line.rstrip(b"\n").split(b"\t")
            self.assertEqual(json.loads(event)["prev"], prev)
            hashed = self.here / "hashed"
            hashed.write_bytes(b"counterfoil/event/1\n" + event)
            prev = subprocess.run(["sha256sum", hashed], check=True, capture_output=True,
                                  text=True).stdout.split()[0]
            (self.here / "signature").write_bytes(der_signature(decode(signature.decode())))
            done = subprocess.run(["openssl", "dgst", "-sha256", "-verify",
                                   self.here / "public.pem", "-signature",
                                   self.here / "signature", hashed], capture_output=True,
                                  check=False)
            self.assertEqual(done.stdout, b"Verified OK\n")
        self.assertEqual(prev, self.head())


class MakeExportShow(Cli):
    def test_events_are_exactly_as_many_as_asked_for(self):
        for events in (1, 2, 3, 17):
            till = self.here / str(events)
            self.assertEqual(ledger("make", till, "--terminal", "T-9", "--events",
                                    events).returncode, 0)
            ledger("export", till / "journal.db", "-o", self.here / "x")
            self.assertIn(f"ok: {events} events", ledger("verify", self.here / "x").stdout)

    def test_the_same_seed_tells_the_same_story(self):
        bodies = []
        for name in "ab":
            ledger("make", self.here / name, "--terminal", "T01", "--events", 30, "--seed", 5)
            ledger("export", self.here / name / "journal.db", "-o", self.here / "x")
            events = (self.here / "x").read_text().splitlines()[2:]
            bodies.append([json.loads(line.split("\t")[0])["body"] for line in events])
        self.assertEqual(*bodies)

    def test_what_is_sold_has_a_right_check_digit(self):
        events = [json.loads(line.split(b"\t")[0]) for line in self.lines[1:]]
        codes = {line["code"] for event in events for line in event["body"].get("lines", [])}
        self.assertTrue(codes)
        for code in codes:
            weighed = sum(int(digit) * (3 if place % 2 else 1)
                          for place, digit in enumerate(reversed(code)))
            self.assertEqual(weighed % 10, 0, code)

    def test_a_key_is_its_owners_only(self):
        self.assertEqual((self.till / "key.pem").stat().st_mode & 0o777, 0o600)

    def test_an_export_to_the_screen(self):
        done = ledger("export", self.till / "journal.db", "-o", "-")
        self.assertEqual(done.stdout, self.export.read_text())

    def test_show(self):
        listing = ledger("show", self.till / "journal.db")
        self.assertEqual(len(listing.stdout.splitlines()), EVENTS)
        self.assertEqual(listing.stdout, ledger("show", self.export).stdout)
        one = ledger("show", self.export, "--seq", EVENTS)
        self.assertIn(self.head(), one.stdout)
        self.assertEqual(one.stdout, ledger("show", self.till / "journal.db", "--seq",
                                            EVENTS).stdout)
        self.assert_refused(ledger("show", self.export, "--seq", EVENTS + 1), "not_found")
        self.assert_refused(ledger("show", __file__), "foreign_file")

    def test_show_keeps_a_strangers_text_off_the_terminals_controls(self):
        event = self.lines[4].decode().split("\t")[0]
        hostile = event[:-2] + ',"reason":"\\u001b[2J\\u009b2J\\u0007"}}'
        (self.here / "x").write_text(self.lines[0].decode() + hostile + "\t\n")
        for options in ([], ["--seq", 4]):
            done = ledger("show", self.here / "x", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("?[2J?2J?", done.stdout)

    def test_help_teaches(self):
        for command in ([], ["ledger"], ["ledger", "make"], ["ledger", "export"],
                        ["ledger", "verify"], ["ledger", "show"]):
            self.assertEqual(run(*command, "--help").returncode, 0)
        self.assertIn("Exit codes", run("--help").stdout)
        self.assertIn("Example", ledger("make", "--help").stdout)
        for wrong in ([], ["ledger"], ["sing"], ["ledger", "make"],
                      ["ledger", "make", "x", "--terminal", "T", "--events", "0"]):
            self.assertEqual(run(*wrong).returncode, 2, wrong)


class BadInput(Cli):
    def make(self, till, **options):
        return ledger("make", till, "--terminal", "T01", "--events", 3, **options)

    def test_a_folder_that_holds_a_till(self):
        till = self.copy_till()
        kept = [till / name for name in ("journal.db", "journal.mark", "key.pem",
                                         "certificate.pem")]
        before = [path.read_bytes() for path in kept]
        self.assert_refused(self.make(till), "already_exists")
        self.assertEqual([path.read_bytes() for path in kept], before)

    def test_a_name_that_is_none(self):
        self.assert_refused(ledger("make", self.here / "t", "--terminal", "T 1", "--events", 3),
                            "invalid_argument")
        self.assertFalse((self.here / "t").exists())

    def test_a_key_with_loose_permissions(self):
        till = self.copy_till()
        (till / "journal.db").unlink()
        (till / "key.pem").chmod(0o644)
        self.assert_refused(self.make(till), "key_exposed")

    def test_a_clock_before_the_build(self):
        faketime = ["faketime", "2001-01-01 00:00:00", PROGRAM, "ledger", "make", self.here / "t",
                    "--terminal", "T01", "--events", "3"]
        # The sanitizers want to be loaded first, and so does faketime.
        done = subprocess.run(faketime, capture_output=True, text=True, check=False,
                              env={**os.environ, "ASAN_OPTIONS": "verify_asan_link_order=0"})
        self.assert_refused(done, "clock_before_build")
        self.assertFalse((self.here / "t").exists())

    def test_a_corrupt_a_foreign_a_newer_and_a_missing_journal(self):
        for sql, code in (("PRAGMA user_version=99", "unsupported_version"),
                          ("PRAGMA application_id=5", "foreign_file")):
            till = self.copy_till()
            subprocess.run([sys.executable, "-c", "import sqlite3,sys; "
                            "sqlite3.connect(sys.argv[1]).execute(sys.argv[2])",
                            till / "journal.db", sql], check=True)
            self.assert_refused(ledger("export", till / "journal.db", "-o", self.here / "x"), code)
            self.assertFalse((self.here / "x").exists())
            shutil.rmtree(till)
        till = self.copy_till()
        content = bytearray((till / "journal.db").read_bytes())
        content[4096 * 2:4096 * 3] = b"\xee" * 4096
        (till / "journal.db").write_bytes(content)
        done = ledger("export", till / "journal.db", "-o", self.here / "x")
        self.assert_refused(done, "corrupt")
        self.assert_refused(ledger("export", __file__, "-o", self.here / "x"), "foreign_file")
        self.assert_refused(ledger("export", self.here / "no.db", "-o", self.here / "x"),
                            "not_found")
        self.assertFalse((self.here / "x").exists())

    def on_a_small_disk(self, script):
        """Runs a shell script on a 600 kB disk of its own, mounted on $1; $2 is the program."""
        mount = 'mount -t tmpfs -o size=600k none "$1" && '
        for unshare in (["unshare", "-m"], ["unshare", "-rm"]):
            command = [*unshare, "sh", "-c", mount + "true", "sh", self.here]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                command[-3] = mount + script
                return subprocess.run([*command, PROGRAM], capture_output=True, text=True,
                                      check=False)
        return self.skipTest("a disk cannot be mounted here; the journal's tests simulate one")

    def test_a_full_disk(self):
        done = self.on_a_small_disk('"$2" ledger make "$1/t" --terminal T01 --events 5000; '
                                    'echo $?; "$2" ledger show "$1/t/journal.db"; echo $?')
        self.assertRegex(done.stderr, r"^counterfoil: disk_(nearly_)?full: [^\n]+\n$")
        lines = done.stdout.splitlines()
        self.assertEqual((lines[0], lines[-1]), ("3", "0"), "what was recorded can be read")
        self.assertIn("genesis", lines[1])

    def test_a_read_only_disk(self):
        done = self.on_a_small_disk(
            '"$2" ledger make "$1/t" --terminal T01 --events 9 >"$1/made" && '
            'mount -t tmpfs -o remount,ro none "$1" && '
            '{ "$2" ledger export "$1/t/journal.db" -o - | "$2" ledger verify -; '
            '"$2" ledger make "$1/t" --terminal T01 --events 9; echo $?; '
            '"$2" ledger export "$1/t/journal.db" -o "$1/x"; echo $?; }')
        self.assertRegex(done.stdout, r"^ok: 9 events, head [0-9a-f]{64}\n3\n3\n$", done.stderr)
        self.assertRegex(done.stderr, r"^(counterfoil: read_only: [^\n]+\n){2}$")

    def test_an_empty_file_is_no_ledger(self):
        empty = self.here / "empty"
        empty.write_bytes(b"")
        self.assert_refused(ledger("show", empty), "foreign_file")

    def test_a_second_writer(self):
        till = self.here / "till"
        command = [PROGRAM, "ledger", "make", till, "--terminal", "T01", "--events", "200000"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
            # Until the first event is there to be seen.
            while ledger("show", till / "journal.db").returncode != 0:
                self.assertIsNone(first.poll())
            self.assert_refused(self.make(till), "second_writer")
            first.kill()
        done = ledger("export", till / "journal.db", "-o", self.here / "x")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = ledger("verify", self.here / "x")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_an_export_onto_a_full_disk(self):
        self.assert_refused(ledger("export", self.till / "journal.db", "-o", "/dev/full/x"),
                            "not_found")
        done = ledger("verify", "/dev/full")
        self.assertIn(done.returncode, (1, 3))

    def test_a_folder_that_cannot_be_written(self):
        blocked = self.here / "file"
        blocked.write_text("x")
        done = self.make(blocked / "till")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"^counterfoil: [a-z_]+: [^\n]+\n$")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
