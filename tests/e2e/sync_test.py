#!/usr/bin/env python3
"""A sale at counterfoil-till, its event brought home by counterfoil-sync over a mosquitto, its
receipt told at the screen: all of them as programs, set up by the commands.
Usage: sync_test.py BIN TOOLS_BROKER"""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from till_program_test import BOARD, Screen, until

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
        tool = BIN / "counterfoil"
        run(tool, "keys", "root", self.folder / "keys")
        run(tool, "keys", "issue", self.folder / "keys", "--for", "bundles,coupons,members")
        made = run(tool, "bundle", "make", self.folder / "b", "--keys", self.folder / "keys",
                   "--demo")
        self.pins = dict(re.findall(r"pin: (\w+) \(\w+\) (\d{8})", made))
        run(tool, "till", "--data", self.till, "init", "--terminal", "T01", "--store", "1")
        run(tool, "bundle", "load", self.folder / "b", "--data", self.till, "--keys",
            self.folder / "keys")
        run(BROKER, "init", self.folder / "broker", "--centre", "centre", "--terminal", "T01")
        run(BIN / "counterfoil-aggregator", "provision", "--data", self.folder / "centre",
            "--store", "1", self.till / "certificate.pem")
        self.start(BROKER, "run", self.folder / "broker", "--port", "0")
        self.broker_port = until(lambda: self.number_in(self.folder / "broker" / "port"))
        self.trust()

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
        return program

    def start_listening(self, *words):
        program = self.start(*words)
        for line in program.stdout:
            found = re.search(r"listening: http://127.0.0.1:(\d+)/", line)
            if found:
                return int(found.group(1))
        raise AssertionError("it does not listen")

    def test_a_sale_is_receipted_and_the_screen_knows(self):
        (self.till / "board.json").write_text(json.dumps(BOARD))
        port = self.start_listening(BIN / "counterfoil-till", "--data", self.till, "--board",
                                    self.till / "board.json", "--port", "0")
        broker = self.folder / "broker"
        centre = self.start_listening(
            BIN / "counterfoil-aggregator", "run", "--data", self.folder / "centre",
            "--broker-port", self.broker_port, "--authority", broker / "ca.pem", "--certificate",
            broker / "clients" / "centre.pem", "--key", broker / "clients" / "centre.key")
        screen = Screen(port)
        screen.done("POST", "/api/session", {"staff": "anna", "pin": self.pins["anna"]})
        self.assertEqual(screen.done("GET", "/api/till")["sync"]["state"], "no_sync")
        sync = self.start(BIN / "counterfoil-sync", "--data", self.till)
        heard = screen.events()
        until(lambda: [e for n, e in heard if n == "sync" and e["state"] == "online"])
        screen.done("POST", "/api/shift", {"float_minor": 20000})
        screen.done("POST", "/api/basket/lines", {"code": "101"})
        begun = time.monotonic()
        screen.done("POST", "/api/sales", {"payments": [{"kind": "cash", "amount_minor": 5000}]})
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


if __name__ == "__main__":
    BROKER = pathlib.Path(sys.argv.pop())
    BIN = pathlib.Path(sys.argv.pop())
    unittest.main()
