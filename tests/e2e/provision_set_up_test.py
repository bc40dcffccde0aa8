#!/usr/bin/env python3
"""By codes, once, and interrupted anywhere."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3

from centre_support import PATIENCE_S
from provision_support import ProvisionTest, good, main, run, tool


class SettingUp(ProvisionTest):
    def test_a_code_makes_a_till_that_sells_and_proves_its_epoch(self):
        data, said = self.provision("T01")
        self.assertIn("set up: T01 of store 3, epoch 1", said)
        for name in ("key.pem", "sync/key.pem"):
            self.assertEqual((data / name).stat().st_mode & 0o777, 0o600)
        self.assertNotEqual((data / "key.pem").read_text(), (data / "sync/key.pem").read_text())
        self.assertFalse((data / "pending").exists())
        settings = json.loads((data / "sync/sync.json").read_text())
        self.assertEqual((settings["broker"], settings["port"], settings["tenant"],
                          settings["url"]), ("localhost", self.port, "main", self.url))
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        self.sell(data)
        ledger = self.path / "t01.ledger"
        tool("ledger", "export", data / "journal.db", "-o", ledger)
        proven = self.verified(ledger, "--root", self.centre.data / "authority-certificate.pem",
                               "--centre", self.centre.data / "certificate.pem")
        self.assertEqual(proven.returncode, 0, proven)
        self.assertIn("epoch 1 was opened by the centre at ", proven.stderr)
        other = self.verified(ledger, "--centre", data / "certificate.pem")
        self.assertEqual((other.returncode, other.stdout.split(":")[1]),
                         (1, " record 1, grant_wrong"))

    def test_what_it_was_given_lets_it_into_the_broker_under_its_name_alone(self):
        data, _ = self.provision("T02")
        probe = self.probe()
        probe.subscribe("v1/main/up/+/+")
        till = self.client(data, "T02")
        self.addCleanup(till.close)
        for name in ("T02", "T01"):
            till.publish(f"v1/main/up/7/{name}", name.encode())
        self.assertEqual(probe.heard(PATIENCE_S), b"T02")
        self.assertIsNone(probe.heard(1))

    def test_a_code_that_is_wrong_or_used_or_too_old_sets_nothing_up(self):
        data = self.path / "nobody"
        self.assertIn("TERMINAL_CODE_INVALID",
                      self.refused(run(*self.command(data, "0000-0000-0000")), "refused"))
        code = self.code("T03")
        good(*self.command(self.path / "T03", code))
        self.assertIn("TERMINAL_CODE_INVALID", self.refused(run(*self.command(data, code)),
                                                            "refused"))
        hungarian = run(*self.command(data, "0000-0000-0000", "--language", "hu"))
        self.assertIn("Ez a kód hibás", self.refused(hungarian, "refused"))
        old = self.code("T04")
        self.centre.stop()
        with contextlib.closing(sqlite3.connect(self.centre.data / "centre.db")) as store, store:
            store.execute("UPDATE terminal_code SET expires_ms = 1 WHERE terminal = 'T04'")
        self.centre.start()
        self.assertIn("TERMINAL_CODE_INVALID", self.refused(run(*self.command(data, old)),
                                                            "refused"))
        self.assertFalse((data / "journal.db").exists())
        self.assertFalse((data / "key.pem").exists())

    def test_a_centre_that_cannot_prove_itself_is_told_nothing(self):
        data = self.path / "careful"
        other = [*self.command(data, self.code("T05"))]
        other[other.index("--authority") + 1] = self.centre.data / "authority-certificate.pem"
        self.refused(run(*other), "bad_certificate")
        other[other.index("--url") + 1] = "http://192.0.2.1:80"
        self.refused(run(*other), "invalid_argument")

    def test_it_may_be_repeated_and_the_same_keys_are_answered_the_same(self):
        data, code = self.path / "T06", self.code("T06")
        first = good(*self.command(data, code))
        key = (data / "key.pem").read_bytes()
        self.assertIn("epoch 1", first)
        self.assertIn("before", good(*self.command(data, code)))
        self.assertEqual((data / "key.pem").read_bytes(), key)
        self.assertEqual(len(self.events(data)), 1)

    # Every third step: each takes a process that is traced, and one that goes on. Who is traced
    # cannot look for leaks.
    def test_killed_at_any_step_it_goes_on_by_the_same_command(self):
        calls = "trace=rename,link,unlink,mkdir,fsync,fdatasync,pwrite64,connect,sendto"
        step, ended = os.getpid() % 3 - 2, False
        while not ended:
            step += 3
            data, terminal = self.path / f"killed{step}", f"K{step}"
            command = self.command(data, self.code(terminal))
            killed = run("strace", "-f", "-qq", "-o", "/dev/null", "-e", calls, "-e",
                         f"inject={calls[6:]}:signal=KILL:when={step}", *command,
                         environment={"ASAN_OPTIONS": "detect_leaks=0"})
            ended = killed.returncode == 0
            self.assertTrue(ended or killed.returncode == -signal.SIGKILL, killed)
            said = good(*command)
            self.assertIn("set up: ", said)
            self.assertEqual([event["type"] for event in self.events(data)], ["genesis"])
            self.assertFalse((data / "pending").exists(), step)
            self.assertEqual(self.view(terminal)["epoch"], 1, step)
            shutil.rmtree(data)
        self.assertGreater(step, 30)


class FewTries(ProvisionTest):
    options = ["--requests", "100000000", "--sign-ins", "4"]

    def test_codes_are_not_guessed_by_looking_them_up(self):
        answers = [self.centre.ask("POST", "/api/terminals/codes/lookup", {"code": f"{n:012}"})
                   for n in range(6)]
        self.assertEqual([answer.status for answer in answers], [403] * 4 + [429] * 2)


if __name__ == "__main__":
    main()
