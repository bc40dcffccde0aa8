#!/usr/bin/env python3
"""A sale at counterfoil-till, its event brought home by counterfoil-sync over a mosquitto, its
receipt told at the screen: all of them as programs, set up by the commands.
Usage: sync_test.py BIN TOOLS_BROKER"""

import json
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from till_support import BOARD, Screen, until

BIN = BROKER = pathlib.Path()


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Sync(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.till = self.folder / "till"
        self.programs = {}
        tool = BIN / "counterfoil"
        run(tool, "keys", "root", self.folder / "keys")
        run(tool, "keys", "issue", self.folder / "keys", "--for", "bundles,coupons,members")
        made = run(tool, "bundle", "make", self.folder / "b", "--keys", self.folder / "keys",
                   "--demo")
        self.pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made))

    def bring_to_life(self):
        """A till that was just made gets its prices, and somebody to talk to."""
        tool = BIN / "counterfoil"
        run(tool, "bundle", "load", self.folder / "b", "--data", self.till, "--keys",
            self.folder / "keys")
        run(BROKER, "init", self.folder / "broker", "--centre", "centre", "--terminal", "T01")
        run(BIN / "counterfoil-aggregator", "provision", "--data", self.folder / "centre",
            "--store", "1", self.till / "certificate.pem")
        self.start(BROKER, "run", self.folder / "broker", "--port", "0")
        self.broker_port = until(lambda: self.number_in(self.folder / "broker" / "port"))
        self.trust()

    def start_both(self, board):
        """The till's port and the centre's."""
        (self.till / "board.json").write_text(json.dumps(board))
        port = self.start_listening(BIN / "counterfoil-till", "--data", self.till, "--board",
                                    self.till / "board.json", "--port", "0")
        broker = self.folder / "broker"
        centre = self.start_listening(
            BIN / "counterfoil-aggregator", "run", "--data", self.folder / "centre",
            "--broker-port", self.broker_port, "--authority", broker / "ca.pem", "--certificate",
            broker / "clients" / "centre.pem", "--key", broker / "clients" / "centre.key")
        return port, centre

    def sell_one(self, screen):
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        screen.done("POST", "/api/sales", {"payments": [{"kind": "cash", "amount_minor": 5000}]})

    def centres_totals(self):
        with sqlite3.connect(self.folder / "centre" / "centre.db") as rows:
            return rows.execute("SELECT events, sales, sales_minor FROM terminal_figures "
                                "WHERE terminal = 'T01' AND epoch = 1").fetchone()

    def tills_totals(self):
        with sqlite3.connect(self.till / "journal.db") as rows:
            return rows.execute("SELECT applied_seq, sales, turnover_minor FROM total").fetchone()

    @staticmethod
    def number_in(path):
        return path.exists() and int(path.read_text(encoding="ascii").strip() or "0")

    def trust(self):
        """What provisioning would bring."""
        own = self.till / "sync"
        own.mkdir()
        broker = self.folder / "broker"
        for name, source in {"broker-authority.pem": broker / "ca.pem",
                             "certificate.pem": broker / "clients" / "T01.pem",
                             "key.pem": broker / "clients" / "T01.key",
                             "centre.pem": self.folder / "centre" / "certificate.pem"}.items():
            shutil.copy(source, own / name)
        (own / "sync.json").write_text(json.dumps(
            {"broker": "localhost", "port": self.broker_port, "tenant": "main", "shard": 0}))

    def start(self, *words):
        program = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)

        def end():
            if program.poll() is None:
                program.send_signal(signal.SIGTERM)
            program.communicate(timeout=30)

        self.addCleanup(end)
        self.programs[pathlib.Path(words[0]).name] = program
        return program

    def start_listening(self, *words):
        program = self.start(*words)
        for line in program.stdout:
            found = re.search(r"listening: http://127.0.0.1:(\d+)/", line)
            if found:
                return int(found.group(1))
        raise AssertionError("it does not listen")

    def test_a_sale_is_receipted_and_the_screen_knows(self):
        run(BIN / "counterfoil", "till", "--data", self.till, "init", "--terminal", "T01",
            "--store", "1")
        self.bring_to_life()
        port, centre = self.start_both(BOARD)
        screen = Screen(port)
        screen.done("POST", "/api/session", {"staff": "anna", "pin": self.pins["anna"]})
        self.assertEqual(screen.done("GET", "/api/till")["sync"]["state"], "no_sync")
        sync = self.start(BIN / "counterfoil-sync", "--data", self.till)
        heard = screen.events()
        until(lambda: [e for n, e in heard if n == "sync" and e["state"] == "online"])
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        begun = time.monotonic()
        self.sell_one(screen)
        until(lambda: heard[-1][0] == "sync" and heard[-1][1]["unsynced"] == 0)
        self.assertLess(time.monotonic() - begun, 5)
        events = screen.done("GET", "/health")["events"]
        with urllib.request.urlopen(f"http://127.0.0.1:{centre}/metrics") as page:
            figures = page.read().decode()
        self.assertIn(f"\ncounterfoil_events_kept_total {events}\n", figures)
        sync.kill()
        until(lambda: screen.done("GET", "/health")["sync"] == "no_sync")
        # What the last receipt said is known without the daemon.
        self.assertEqual(screen.done("GET", "/health")["unsynced"], 0)

    def test_a_till_prunes_what_is_receipted_and_both_sides_stay_equal(self):
        run(BIN / "aged_till", self.till, 2300, 100)
        self.bring_to_life()
        with sqlite3.connect(self.till / "mirror.db") as mirror:
            mirror.execute("UPDATE meta SET cursor = 2300")  # as the centre's next word would
        port, _ = self.start_both(BOARD)
        screen = Screen(port)
        screen.done("POST", "/api/session", {"staff": "anna", "pin": self.pins["anna"]})
        self.start(BIN / "counterfoil-sync", "--data", self.till)

        def is_home():
            health = screen.done("GET", "/health")
            return health["unsynced"] == 0 and health["events"]
        until(is_home)
        self.assertEqual(screen.done("GET", "/health")["pruned"], 0)
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        self.sell_one(screen)
        screen.done("POST", "/api/shift/close", {"counted_minor": 21890})
        # The day is closed: that is when old events go, and only then.
        pruned = until(lambda: screen.done("GET", "/health")["pruned"] > 1300
                       and screen.done("GET", "/health")["pruned"])
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        self.sell_one(screen)
        events = until(is_home)
        self.assertEqual(self.centres_totals(), self.tills_totals())
        self.assertEqual(self.tills_totals(), (events, 42, 40 * 500 + 2 * 1890))
        self.assertEqual(screen.refused("POST", "/api/receipts/1/reprint"),
                         (410, "KEPT_AT_CENTRE"))
        self.prove(pruned, events)
        self.compact()

    def compact(self):
        """What pruning left empty is given back from a shell, once the till is closed."""
        for name in ("counterfoil-sync", "counterfoil-till"):
            self.programs[name].terminate()
            self.programs[name].communicate(timeout=30)
        journal = self.till / "journal.db"
        size = journal.stat().st_size
        command = ["till", "--data", self.till, "--json", "prune"]
        freed = json.loads(run(BIN / "counterfoil", *command))["freed_bytes"]
        self.assertGreater(freed, size / 3)
        # What was in its log alone counts as well.
        self.assertAlmostEqual(journal.stat().st_size, size - freed, delta=3 * 4096)
        self.assertEqual(json.loads(run(BIN / "counterfoil", *command))["freed_bytes"], 0)

    def prove(self, pruned, events):
        """What an auditor gets: a ledger that begins behind its base, and the centre's word."""
        tool = BIN / "counterfoil"
        file = self.folder / "t01.ledger"
        run(tool, "ledger", "export", self.till / "journal.db", "-o", file)
        self.assertIn(f"ok: {events - pruned} events", run(
            tool, "ledger", "verify", file, "--centre", self.till / "sync" / "centre.pem",
            "--receipt", self.till / "sync" / "receipt"))
        shown = run(tool, "ledger", "show", file).splitlines()
        self.assertEqual((len(shown), int(shown[0].split()[0])), (events - pruned, pruned + 1))
        lines = file.read_text().splitlines(keepends=True)
        base = json.loads(lines[1])
        lines[1] = lines[1].replace(base["head"], base["head"][::-1])
        file.write_text("".join(lines))
        bad = subprocess.run([tool, "ledger", "verify", file], capture_output=True, text=True,
                             check=False)
        self.assertEqual(bad.returncode, 1)
        self.assertIn(f"record {pruned + 1}, link_broken", bad.stdout)


if __name__ == "__main__":
    BROKER = pathlib.Path(sys.argv.pop())
    BIN = pathlib.Path(sys.argv.pop())
    unittest.main()
