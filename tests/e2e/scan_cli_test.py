#!/usr/bin/env python3
"""Drives `counterfoil scan`, `token` and `keys` as an operator does.
Usage: scan_cli_test.py PROGRAM"""

import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = ""
MEMBER = "01934f00-0000-7000-8001-000000000000"
SERIAL = "0102030405060708"
DAY = 24 * 60 * 60


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, check=False, **options)


def drawn(svg, scale=4):
    """The pixels of one of our own SVGs: rows of 0 and 255."""
    size = int(re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).group(1))
    rows = [bytearray(b"\xff" * size * scale) for _ in range(size * scale)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h", svg):
        for row in rows[int(y) * scale:(int(y) + 1) * scale]:
            row[int(x) * scale:(int(x) + int(width)) * scale] = bytes(int(width) * scale)
    return rows


def png(rows, width=None, height=None):
    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc
    head = struct.pack(">IIBBBBB", width or len(rows[0]), height or len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) +
            chunk(b"IEND", b""))


class Shop(unittest.TestCase):
    """A merchant with a root, a key for coupons, and one for members and revocations."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        self.keys = self.here / "keys"
        self.good("keys", "root", self.keys)
        self.coupon_key = self.issue("coupons")
        self.member_key = self.issue("members,revocations")

    def good(self, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.rstrip("\n")

    def issue(self, purposes):
        said = self.good("keys", "issue", self.keys, "--for", purposes)
        return re.match(r"issued: ([0-9a-f]{8}) for ", said).group(1)

    def coupon(self, *options):
        return self.good("token", "make", "coupon", "--keys", self.keys, "--book", 42, "--value",
                         1000, "--serial", SERIAL, *options)

    def member(self, *options):
        return self.good("token", "make", "member", "--keys", self.keys, "--member", MEMBER,
                         "--device", self.here / "phone.key", *options)

    def verify(self, *arguments):
        return run("token", "verify", "--keys", self.keys, *arguments)

    def assert_ok(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"^ok: ")

    def assert_bad(self, done, reason):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, rf"(?m)^bad: {reason}: [A-Z][^\n]+\.$")

    def assert_refused(self, done, code):
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stderr, rf"^counterfoil: {code}: [^\n]+\n$")


def later(seconds):
    """A time for --at, so long from now."""
    done = subprocess.run(["date", "-u", "-d", f"{seconds} seconds", "+%Y-%m-%dT%H:%M:%S.000Z"],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Token(Shop):
    def test_a_coupon(self):
        text = self.coupon("--store", 3, "--store", 7)
        self.assertLessEqual(len(text), 221)
        self.assert_ok(self.verify("--store", 7, text))
        self.assert_bad(self.verify("--store", 4, text), "wrong_store")
        self.assert_bad(self.verify("--store", 7, "--at", later(31 * DAY), text), "expired")
        self.assert_bad(self.verify("--store", 7, "--at", later(-60), text), "not_yet_valid")
        self.assertIn(f"coupon {SERIAL} of book 42", self.good("token", "show", text))

    def test_a_coupon_for_one_member(self):
        text = self.coupon("--member", MEMBER)
        self.assert_bad(self.verify(text), "wrong_holder")
        self.assert_ok(self.verify("--member", MEMBER, text))

    def test_every_single_bit_flip_of_some(self):
        text = self.coupon()
        dice = random.Random(5)
        flipped = []
        for bit in dice.sample(range(len(text) * 7), 60):
            changed = bytearray(text.encode())
            changed[bit // 7] ^= 1 << bit % 7
            if 0 not in changed and changed[:1] != b"-":
                flipped.append(bytes(changed).decode())
        done = self.verify("--", *flipped)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), len(flipped))
        for line in lines:
            self.assertRegex(line, r"^bad: [a-z_]+: ")

    def test_a_member(self):
        text = self.member("--tier", 2, "--days", 20)
        self.assertLessEqual(len(text), 366)
        self.assert_ok(self.verify(text))
        self.assert_bad(self.verify(text, text), "replayed")
        self.assert_bad(self.verify("--at", later(62), text), "stale")
        self.assert_bad(self.verify("--at", later(-40), text), "clock_ahead")
        self.assert_bad(self.verify(self.member("--days", 40)), "lifetime_too_long")

    def test_keys(self):
        coupon, member = self.coupon(), self.member()
        os_key = self.keys / f"{self.coupon_key}.key"
        # A coupon signed with the members' key.
        saved = os_key.read_bytes()
        os_key.write_bytes((self.keys / f"{self.member_key}.key").read_bytes())
        self.assert_bad(self.verify(self.coupon()), "wrong_purpose")
        os_key.write_bytes(saved)
        self.assert_bad(self.verify("--at", later(100 * DAY), self.coupon("--days", 200)),
                        "keys_overdue")
        self.assert_bad(self.verify("--at", later(366 * DAY), self.coupon("--days", 400)),
                        "key_expired")
        self.good("keys", "revoke", self.keys, "--key", self.coupon_key)
        self.assert_bad(self.verify(coupon), "key_unknown")
        self.assert_ok(self.verify(member))

    def test_revocations(self):
        coupon, member = self.coupon(), self.member()
        self.good("keys", "revoke", self.keys, "--coupon", SERIAL)
        self.assert_bad(self.verify(coupon), "revoked")
        self.assert_ok(self.verify(member))
        self.good("keys", "revoke", self.keys, "--member", MEMBER)
        self.assert_bad(self.verify(member), "revoked")
        self.assertIn("2 revocations, version 2", self.good("keys", "list", self.keys))

    def test_a_key_for_revocations_that_is_revoked(self):
        coupon = self.coupon()
        self.good("keys", "revoke", self.keys, "--coupon", SERIAL)
        # Nobody else could sign what was revoked.
        self.assert_refused(run("keys", "revoke", self.keys, "--key", self.member_key),
                            "not_found")
        self.assert_bad(self.verify(coupon), "revoked")
        self.issue("revocations")
        self.good("keys", "revoke", self.keys, "--key", self.member_key)
        self.assert_bad(self.verify(coupon), "revoked")
        self.assertIn("1 revocations, version 2", self.good("keys", "list", self.keys))

    def test_a_key_is_revoked_although_the_list_is_overdue(self):
        done = subprocess.run(["faketime", "-f", "+200d", PROGRAM, "keys", "revoke", self.keys,
                               "--key", self.coupon_key], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_list_by_another_root(self):
        other = self.here / "other"
        self.good("keys", "root", other)
        (self.keys / "root.pem").write_bytes((other / "root.pem").read_bytes())
        done = self.verify(self.member_key)
        self.assert_refused(done, "refused")
        self.assertIn("root_wrong", done.stderr)

    def test_published_messages(self):
        """RFC 9052, appendix C.2.1, and the same with its last byte changed."""
        message = ("d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840"
                   "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e"
                   "2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36")
        key = ("04bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
               "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e")
        self.assert_ok(run("token", "verify", "--cose", message, "--key", key))
        for bad, reason in ((message[:-1] + "7", "signature_wrong"), (message + "00",
                            "trailing_bytes"), (message[:-2], "malformed"), ("5b" + "f" * 16,
                            "malformed"), ("81" * 20, "malformed")):
            self.assert_bad(run("token", "verify", "--cose", bad, "--key", key), reason)
        self.assert_refused(run("token", "verify", "--cose", "xyz", "--key", key), "malformed")

    def test_what_is_out_of_range_is_not_made(self):
        make = ("token", "make", "coupon", "--keys", self.keys, "--book", 1)
        self.assert_refused(run(*make, "--value", 0), "invalid_argument")
        self.assert_refused(run(*make, "--value", 1001, "--kind", "percent"), "invalid_argument")
        self.assert_refused(run(*make, "--value", 1, "--kind", "cow"), "invalid_argument")
        self.assert_refused(run(*make, "--value", 1, "--serial", "12"), "invalid_argument")
        self.assertEqual(run(*make, "--value", 1, "--uses", 24).returncode, 2)
        self.assertEqual(run("token", "verify").returncode, 2)

    def test_a_key_that_others_can_read_is_not_used(self):
        (self.keys / f"{self.coupon_key}.key").chmod(0o644)
        self.assert_refused(run("token", "make", "coupon", "--keys", self.keys, "--book", 1,
                                "--value", 1), "key_exposed")

    def test_nothing_is_made_twice(self):
        self.assert_refused(run("keys", "root", self.keys), "already_exists")


class Scan(Shop):
    def picture(self, name, *coupon_options):
        text = self.coupon("--picture", self.here / "code.svg", *coupon_options)
        path = self.here / name
        path.write_bytes(png(drawn((self.here / "code.svg").read_text())))
        return path, text

    def test_pictures(self):
        path, text = self.picture("coupon.png")
        blank = self.here / "blank.pgm"
        blank.write_bytes(b"P5\n300 200\n255\n" + b"\x80" * 60000)
        done = run("scan", path, blank)
        self.assertEqual(done.stdout, f"{path}\tQRCode\t{text}\n{blank}\tnone\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_picture_of_our_own(self):
        drawn_file = self.here / "coupon.pgm"
        text = self.coupon("--picture", drawn_file)
        self.assertEqual(self.good("scan", drawn_file), f"{drawn_file}\tQRCode\t{text}")
        self.assert_refused(run("token", "make", "coupon", "--keys", self.keys, "--book", 1,
                                "--value", 1, "--picture", self.here / "x.gif"),
                            "invalid_argument")

    def test_json(self):
        path, text = self.picture("coupon.png")
        line = json.loads(self.good("scan", "--json", path))
        self.assertEqual(line["file"], str(path))
        code, = line["codes"]
        self.assertEqual((code["format"], code["text"]), ("QRCode", text))
        left_top, right_top, right_bottom, left_bottom = code["corners"]
        self.assertLess(abs(left_top["x"] - 16) + abs(left_top["y"] - 16), 8)
        self.assertGreater(right_top["x"], left_top["x"])
        self.assertGreater(right_bottom["y"], right_top["y"])
        self.assertGreater(left_bottom["y"], left_top["y"])
        self.assertGreaterEqual(line["microseconds"], 1)
        self.assertIn("milliseconds", line)

    def test_a_bad_picture_does_not_hold_up_the_others(self):
        path, text = self.picture("coupon.png")
        cut = self.here / "cut.png"
        cut.write_bytes(path.read_bytes()[:-40])
        huge = self.here / "huge.png"
        huge.write_bytes(png([b"\0" * 10], 10_000, 10_000))
        text_file = self.here / "text.png"
        text_file.write_text("no picture")
        empty = self.here / "empty.png"
        empty.write_bytes(b"")
        done = run("scan", cut, huge, text_file, empty, self.here / "none.png", path)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, f"{path}\tQRCode\t{text}\n")
        codes = [line.split(": ")[1] for line in done.stderr.splitlines()]
        self.assertEqual(codes, ["malformed", "too_large", "malformed", "malformed", "not_found"])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
