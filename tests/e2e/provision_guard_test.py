#!/usr/bin/env python3
"""What only a till holds is not thrown away, and nobody changes a till that works."""

import hashlib
import json
import re
import shutil

from centre_support import wait_for
from provision_support import (ProvisionTest, SyncingTest, ask_tool, good, main, programs,
                               raw_signature, run, tool)


class Guarding(ProvisionTest):
    def receipt(self, data, seq):
        """What the centre would sign, kept where the sync daemon keeps it."""
        events = tool("ledger", "export", data / "journal.db", "-o", "-").splitlines()
        event = events[seq].split("\t")[0]
        head = hashlib.sha256(b"counterfoil/event/1\n" + event.encode()).hexdigest()
        said = json.loads(event)
        text = json.dumps({"v": 1, "terminal": said["terminal"], "epoch": said["epoch"],
                           "seq": seq, "head": head, "server_time": "2026-11-21T08:01:36.000Z",
                           "credit": 500, "versions": {}}, separators=(",", ":"))
        signature = raw_signature(self.centre.data / "key.pem",
                                  b"counterfoil/receipt/1\n" + text.encode())
        (data / "sync/receipt").write_text(f"{text}\t{signature}")

    def test_a_reset_throws_away_nothing_that_is_nowhere_else(self):
        data, _ = self.provision("T21")
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        self.sell(data)
        count = len(self.events(data))
        reset = [programs.counterfoil, "till", "--data", data, "reset"]
        self.assertIn(f"{count} events", self.refused(run(*reset, "--language", "en"), "unsynced"))
        self.assertIn(f"{count} esemény", self.refused(run(*reset, "--language", "hu"),
                                                       "unsynced"))
        self.receipt(data, count - 1)
        for more in ([], ["--check"]):
            self.assertIn("1 events", self.refused(run(*reset, "--language", "en", *more),
                                                   "unsynced"))
        ledger = self.path / "t21.ledger"
        good(*reset, "--export", ledger)
        self.assertTrue(self.verified(ledger).stdout.startswith(f"ok: {count} events"))
        self.assertEqual(list(data.iterdir()), [])
        self.refused(run(*reset), "not_found")

    def test_a_till_whose_events_are_all_held_is_reset_at_once(self):
        data, _ = self.provision("T22")
        self.receipt(data, 1)
        self.assertIn("may be reset", tool("till", "--data", data, "reset", "--check"))
        self.assertTrue((data / "journal.db").exists())
        self.assertIn("reset: ", tool("till", "--data", data, "reset"))
        self.assertEqual(list(data.iterdir()), [])

    def test_setting_up_over_a_till_saves_what_only_it_has(self):
        data, _ = self.provision("T23")
        self.load(data)
        code = self.code("T23")
        self.assertIn("events", self.refused(run(*self.command(data, code, "--language", "en")),
                                             "unsynced"))
        ledger = self.path / "t23.ledger"
        said = good(*self.command(data, code, "--export", ledger))
        self.assertIn("exported: ", said)
        self.assertIn("epoch 2", said)
        self.assertEqual(self.verified(ledger).returncode, 0)
        self.assertFalse((data / "mirror.db").exists())
        self.assertEqual(len(self.events(data / "old/epoch-1")), 1)

    def test_a_restored_image_begins_the_next_epoch(self):
        data, _ = self.provision("T24")
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        image = self.path / "image"
        image.mkdir()
        for path in data.glob("journal.db*"):
            shutil.copy(path, image)
        self.sell(data)
        for path in data.glob("journal.db*"):
            path.unlink()
        for path in image.iterdir():
            shutil.copy(path, data)
        status = ask_tool("till", "--data", data, "--language", "en", "status")
        self.assertIn("restored_copy", status.stderr)
        said = good(*self.command(data, self.code("T24")))
        self.assertIn("epoch 2", said)
        exported = re.search(r"exported: (.*)", said)[1]
        self.assertEqual(self.verified(exported).returncode, 0)
        self.assertEqual([event["epoch"] for event in self.events(data)], [2])
        self.assertGreater(len(self.events(data / "old/epoch-1")), 1)
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        self.sell(data)


class Claiming(SyncingTest):
    def test_nobody_takes_a_till_from_under_its_sync_daemon(self):
        data = self.shop("T25")
        again = [programs.sync, "--data", data]
        anew = self.command(data, self.code("T25"), "--export", self.path / "t25.ledger")
        reset = [programs.counterfoil, "till", "--data", data, "reset"]
        with self.syncing(data):
            wait_for(lambda: self.is_home("T25", data))
            for command in (again, anew, reset, [*reset, "--check"]):
                done = run(*command)
                self.assertEqual(done.returncode, 3, done)
                self.assertRegex(done.stderr, r"\A[\w-]+: second_writer: the sync daemon works "
                                              r"here.* \(process \d+\).*\n\Z")
            self.assertFalse((self.path / "t25.ledger").exists())
            self.sell(data)
            wait_for(lambda: self.is_home("T25", data))
        self.assertIn("epoch 2", good(*anew))
        self.assertEqual(self.events(data)[0]["epoch"], 2)

    def test_a_sync_daemon_that_was_killed_holds_nothing(self):
        data = self.shop("T26")
        with self.syncing(data) as process:
            wait_for(lambda: self.is_home("T26", data))
            process.kill()
            process.wait()
        with self.syncing(data):
            self.sell(data)
            wait_for(lambda: self.is_home("T26", data))


if __name__ == "__main__":
    main()
