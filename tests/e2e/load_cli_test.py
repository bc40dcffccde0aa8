#!/usr/bin/env python3
"""counterfoil-load as a person uses it: a broker, a centre and terminals in one command.
Usage: load_cli_test.py COUNTERFOIL_LOAD"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOOL = ""


def load(*arguments, folder):
    return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True,
                          timeout=200, check=False, env={**os.environ, "TMPDIR": str(folder)})


def figure(table, name):
    return float(re.search(rf"^{re.escape(name)} +(\S+)", table, re.M).group(1))


def children_in(folder):
    """Processes that were told of a folder."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(words)
    return found


class Load(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name)

    def check_whole_run(self, *more):
        ran = load("--terminals", 3, "--events", 960, "--events-per-batch", 16, *more,
                   folder=self.folder)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        for name in ("events sent", "events receipted", "events the centre kept"):
            self.assertEqual(figure(ran.stdout, name), 960, ran.stdout)
        self.assertEqual(figure(ran.stdout, "refused for other reasons"), 0)
        self.assertGreater(figure(ran.stdout, "events/s made durable"), 0)
        self.assertLessEqual(figure(ran.stdout, "receipt latency, ms, p50"),
                             figure(ran.stdout, "receipt latency, ms, max"))
        self.assertGreater(figure(ran.stdout, "resident MB, centre"), 1)
        self.assertGreater(figure(ran.stdout, "resident MB, broker"), 1)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(children_in(self.folder), [])

    def test_what_is_receipted_is_what_the_centre_kept(self):
        self.check_whole_run("--mqtt", "5")
        self.check_whole_run("--mqtt", "3.1.1", "--sign-all")

    def test_a_rate_is_kept_and_a_folder_is(self):
        kept = self.folder / "kept"
        ran = load("--terminals", 2, "--seconds", 2, "--events-per-batch", 4, "--rate", 20,
                   "--folder", kept, folder=self.folder)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        # Ten batches of each terminal, and one more on either side.
        self.assertLessEqual(figure(ran.stdout, "events sent"), 2 * 4 * 12)
        self.assertGreaterEqual(figure(ran.stdout, "events sent"), 2 * 4 * 8)
        self.assertTrue((kept / "centre" / "centre.db").exists())
        again = load("--terminals", 2, "--folder", kept, folder=self.folder)
        self.assertEqual(again.returncode, 3)
        self.assertRegex(again.stderr, r"\Acounterfoil-load: already_exists: .+\n\Z")

    def test_after_an_outage_all_come_back_and_lose_nothing(self):
        ran = load("--terminals", 12, "--seconds", 1, "--events-per-batch", 1, "--rate", 5,
                   "--outage", 3, folder=self.folder)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertGreater(figure(ran.stdout, "back after the outage, s, p50"), 0)
        last = figure(ran.stdout, "back after the outage, s, max")
        self.assertGreaterEqual(figure(ran.stdout, "all caught up after, s"), last)
        # Somebody made events while it was away.
        self.assertGreaterEqual(figure(ran.stdout, "events sent"), 12 * 5 * 4)
        self.assertEqual(figure(ran.stdout, "events sent"),
                         figure(ran.stdout, "events the centre kept"))

    def test_a_wrong_command_line_is_told(self):
        for words in (["--terminals", 0], ["--flat", 1.1], ["--mqtt", 4], ["--sell"]):
            self.assertEqual(load(*words, folder=self.folder).returncode, 2, words)
        helped = load("--help", folder=self.folder)
        self.assertEqual(helped.returncode, 0)
        self.assertIn("counterfoil-load --terminals 200", helped.stdout)

    def test_memory_that_grows_is_told(self):
        ran = load("--terminals", 2, "--events", 20000, "--flat", "1.0", folder=self.folder)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("\ngrew: ", ran.stdout)

    def test_whoever_stops_it_leaves_nothing_behind(self):
        started = subprocess.Popen([TOOL, "--terminals", "2", "--seconds", "600", "--rate", "50"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "TMPDIR": str(self.folder)})
        said = ""
        while "measuring" not in said:
            line = started.stderr.readline()
            self.assertTrue(line, said)
            said += line
        self.assertEqual(len(children_in(self.folder)), 2)
        started.send_signal(signal.SIGINT)
        _, rest = started.communicate(timeout=60)
        self.assertEqual(started.returncode, 3, rest)
        self.assertIn("counterfoil-load: refused: it was stopped\n", rest)
        end = time.monotonic() + 30
        while children_in(self.folder) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(children_in(self.folder), [])
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    TOOL = str(pathlib.Path(sys.argv.pop()).absolute())
    unittest.main()
