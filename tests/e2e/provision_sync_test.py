#!/usr/bin/env python3
"""A till that was set up brings its events home; so do restored ones, and clones are found out."""

import contextlib
import json
import pathlib
import shutil
import sqlite3
import sys
import time

from centre_support import wait_for
from provision_support import SyncingTest, ask_tool, good, main, tool


class Syncing(SyncingTest):
    def test_what_it_sells_comes_home_and_then_it_may_be_reset(self):
        data = self.shop("T31")
        with self.syncing(data):
            wait_for(lambda: self.is_home("T31", data))
            self.sell(data)
            wait_for(lambda: self.is_home("T31", data))
        self.assertIn("reset: ", tool("till", "--data", data, "reset"))

    def test_a_restored_image_sends_what_follows_under_its_next_epoch(self):
        data = self.shop("T32")
        with self.syncing(data):
            wait_for(lambda: self.is_home("T32", data))
        held = self.view("T32")["events_held"]
        (data / "journal.mark").unlink()
        self.assertIn("restored_copy", ask_tool("till", "--data", data, "status").stderr)
        self.assertIn("epoch 2", good(*self.command(data, self.code("T32"))))
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        with self.syncing(data):
            count = held + len(self.events(data))
            wait_for(lambda: self.view("T32")["events_held"] == count)

    def set_up_again(self, terminal):
        """A till that sold, sent nothing and is set up anew; how much it had, and its folder."""
        data = self.shop(terminal)
        older = len(self.events(data))
        said = good(*self.command(data, self.code(terminal), "--export",
                                  self.path / f"{terminal}.ledger"))
        self.assertIn("epoch 2", said)
        self.load(data)
        tool("till", "--data", data, "open", "20000")
        self.sell(data)
        return older, data

    def told(self, data, event):
        lines = self.log_of(data).read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if line["event"] == event]

    def test_what_an_older_epoch_still_has_comes_home_by_itself(self):
        older, data = self.set_up_again("T35")
        check = ["till", "--data", data, "reset", "--check"]
        with self.syncing(data):
            count = older + len(self.events(data))
            wait_for(lambda: self.view("T35")["events_held"] == count)
            wait_for(lambda: self.told(data, "old_ledger_home"))
        self.assertIn("may be reset", tool(*check))
        # The centre's word for it is lost, and asked for again.
        (data / "old/epoch-1/sync/receipt").unlink()
        self.assertIn("unsynced", ask_tool(*check, "--language", "en").stderr)
        with self.syncing(data):
            wait_for(lambda: len(self.told(data, "old_ledger_home")) == 2)
        self.assertIn("may be reset", tool(*check))
        # It is never looked at again.
        with self.syncing(data):
            self.sell(data)
            wait_for(lambda: self.view("T35")["events_held"] == count + 1)
        self.assertEqual(len(self.told(data, "old_ledger_waits")), 2)

    def test_what_is_refused_of_an_older_epoch_holds_up_no_sale(self):
        older, data = self.set_up_again("T36")
        old = data / "old/epoch-1/journal.db"
        with contextlib.closing(sqlite3.connect(old)) as journal:
            journal.executescript("DROP TRIGGER event_stays; UPDATE event SET bytes = "
                                  "replace(bytes, 'genesis', 'genesos') WHERE seq = 1")
        with self.syncing(data):
            wait_for(lambda: self.told(data, "old_ledger_refused"))
            self.sell(data)
            count = len(self.events(data))
            wait_for(lambda: self.view("T36")["events_held"] == count)
        refused = self.told(data, "old_ledger_refused")
        self.assertEqual([(line["epoch"], line["events"]) for line in refused], [(1, older)])
        self.assertEqual(self.told(data, "refused"), [])

    def test_a_clone_that_works_too_is_found_out_and_harms_nobody_else(self):
        honest, twice = self.shop("T33"), self.shop("T34")
        clone = self.path / "T34-clone"
        shutil.copytree(twice, clone)
        self.sell(twice)
        self.sell(clone)
        tool("till", "--data", clone, "drawer", "--reason", "change")
        begun = time.monotonic()
        with self.syncing(twice), self.syncing(clone), self.syncing(honest):
            wait_for(lambda: self.judged("T34"))
            print(f"clone: judged after {time.monotonic() - begun:.1f} s", file=sys.stderr)
            self.sell(honest)
            wait_for(lambda: self.is_home("T33", honest))
        # One of them is the ledger that is held, and nothing of the other has got into it.
        held = self.view("T34")["events_held"]
        self.assertIn(held, range(1, len(self.events(clone)) + 1))
        self.assertEqual(self.judged("T33"), set())

    def judged(self, terminal):
        log = pathlib.Path(f"{self.centre.data}.log").read_text(encoding="utf-8")
        said = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        return {line["reason"] for line in said
                if line["event"] == "terminal_judged" and line["terminal"] == terminal}


if __name__ == "__main__":
    main()
