#!/usr/bin/env python3
"""tools/run, as somebody uses it who sees Counterfoil for the first time.
Usage: demo_test.py BIN TOOLS_RUN"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import unittest.mock

from till_program_test import until

BIN = RUN = pathlib.Path()
PATIENCE_S = 120


def processes_in(folder):
    """Those that name the folder in their command line."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(words.replace(b"\0", b" ").decode())
    return found


class Running:
    """A tools/run that goes on; what it says is read as it comes."""

    def __init__(self, words):
        self.program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, start_new_session=True)
        self.said = ""
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.program.stdout:
            self.said += line

    def hears(self, words):
        until(lambda: words in self.said or self.program.poll() is not None, PATIENCE_S)
        assert words in self.said, self.said

    def stop(self, number=signal.SIGINT):
        if self.program.poll() is None:
            self.program.send_signal(number)
        status = self.program.wait(PATIENCE_S)
        self.reader.join()
        self.program.stdout.close()
        return status


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "a demo"

    def words(self, *more):
        return [str(RUN), "--programs", str(BIN), "--data", str(self.data), *map(str, more)]

    def run_it(self, *more):
        done = subprocess.run(self.words(*more), capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)
        self.nothing_runs()
        return done

    def nothing_runs(self):
        """What watched something that has ended sees it in the next moment."""
        until(lambda: not processes_in(self.data), 2)

    def done(self, *more):
        done = self.run_it(*more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return done.stdout

    def refused(self, code, *more):
        done = self.run_it(*more)
        self.assertEqual(done.returncode, 3, done)
        self.assertRegex(done.stderr, rf"\Arun: {code}: .+\n\Z")
        return done.stderr

    def start(self, *more):
        running = Running(self.words(*more))
        self.addCleanup(running.stop)
        return running

    def sell_from_a_shell(self, said):
        """The lines that it prints, as they are pasted."""
        lines = re.search(r"another shell.*\n((?:  .*\n)+)", said)[1]
        done = subprocess.run(["bash", "-e", "-c", lines], capture_output=True, text=True,
                              timeout=PATIENCE_S, check=True)
        self.assertNotIn("error_code", done.stdout)
        return done.stdout

    def look_from_a_shell(self, said):
        lines = re.search(r"centre from a shell.*\n((?:  .*\n)+)", said)[1]
        home = self.data.parent
        return subprocess.run(["bash", "-e", "-c", lines], capture_output=True, text=True,
                              timeout=PATIENCE_S, check=True,
                              env={"HOME": str(home), "PATH": "/usr/bin:/bin"}).stdout

    def state_becomes(self, state, url):
        def told():
            return subprocess.run(["curl", "-sS", url], capture_output=True, text=True, check=True,
                                  timeout=PATIENCE_S).stdout
        self.assertTrue(until(lambda: f'"state":"{state}"' in told(), 30), told())

    def cut_from_a_shell(self, said):
        stop, look, go_on = re.search(r"To cut.*\n((?:  .*\n)+)", said)[1].splitlines()
        url = re.search(r"http\S+/api/till", look)[0]
        for line, state in ((stop, "no_broker"), (go_on, "online")):
            subprocess.run(["bash", "-e", "-c", line], check=True, timeout=PATIENCE_S)
            self.state_becomes(state, url)

    def test_the_first_start_shows_all_and_the_second_goes_on(self):
        first = self.done("--once", "--terminals", 2)
        self.assertIn("Setting up", first)
        for name in ("T01", "T02"):
            self.assertRegex(first, rf"  {name} +\d+ +1 +1890\n    centre +\d+ +1 +1890\n")
        self.assertIn("the same on both sides", first)
        pin = re.search(r"ADMIN001, PIN (\d{8})", first)[1]
        second = self.done("--once")
        self.assertNotIn("Setting up", second)
        self.assertIn(f"ADMIN001, PIN {pin}\n", second)
        for name in ("T01", "T02"):
            self.assertRegex(second, rf"  {name} +\d+ +2 +3780\n    centre +\d+ +2 +3780\n")
        self.assertIn("is removed", self.done("--reset"))
        self.assertFalse(self.data.exists())

    def test_what_it_prints_can_be_pasted_and_ctrl_c_stops_all(self):
        running = self.start()
        running.hears("Running until Ctrl-C")
        sold = self.sell_from_a_shell(running.said)
        self.assertIn('"total_minor":1890', sold)
        # What the centre was told of comes to the till.
        self.assertIn('"loyalty_id":"DEMO001","name":"Kovács Anna"', sold)
        self.assertRegex(self.look_from_a_shell(running.said), r"(?s)T01.*DEMO001")
        self.cut_from_a_shell(running.said)
        self.assertIn("in_use: ", subprocess.run(
            self.words("--reset", "--force"), capture_output=True, text=True, check=False).stderr)
        self.assertGreater(len(processes_in(self.data)), 4)
        self.assertEqual(running.stop(), 0)
        self.nothing_runs()
        # It has waited for the receipt.
        self.done("--reset")

    def test_what_only_the_tills_have_is_not_thrown_away(self):
        self.done("--once", "--offline")
        self.assertRegex(self.refused("unsynced", "--reset"),
                         r"unsynced: \d+ events .*\(T01\); start tools/run")
        self.done("--once")
        self.done("--reset")
        self.done("--once", "--offline")
        self.done("--reset", "--force")
        self.assertFalse(self.data.exists())

    def test_no_till_is_reset_where_one_of_them_has_what_is_nowhere_else(self):
        self.done("--once", "--terminals", 2)
        second = [str(BIN / "counterfoil"), "till", "--data", str(self.data / "tills/T02")]
        pin = json.loads((self.data / "demo.json").read_text())["pins"]["anna"]
        subprocess.run([*second, "sign-in", "anna"], input=pin, text=True, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([*second, "drawer", "--reason", "change"], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertIn("T02", self.refused("unsynced", "--reset"))
        self.assertTrue((self.data / "tills/T01/journal.db").exists())

    def test_what_it_does_not_go_on_with_is_told_apart(self):
        self.data.mkdir()
        (self.data / "holiday.jpg").touch()
        for notes in (None, '{"name": "mine"}', '{"pins": {}, "ready": true}', "[1]", "mine"):
            if notes:
                (self.data / "demo.json").write_text(notes)
            for options in ([], ["--reset"], ["--reset", "--force"]):
                self.refused("foreign_folder", *options)
        for name in ("keys", "broker", "centre"):
            (self.data / name).mkdir()
        (self.data / "demo.json").write_text('{"pins": {}, "ready": true}')
        self.assertIn("tools/run --reset", self.refused("older_demo"))
        self.assertIn("holiday.jpg is not the demo's", self.done("--reset"))
        self.assertEqual([path.name for path in self.data.iterdir()], ["holiday.jpg"])
        (self.data / "holiday.jpg").unlink()
        self.data.rmdir()
        self.assertIn("nothing", self.done("--reset"))

    def interrupt(self, remove, after):
        """While that many folders are gone."""
        removals = iter([pathlib.Path.rmdir] * after)

        def remove_one(path):
            next(removals, lambda _path: os.kill(os.getpid(), signal.SIGINT))(path)
        with unittest.mock.patch("shutil.rmtree", remove_one):
            self.assertRaises(KeyboardInterrupt, remove)

    def test_a_removal_that_was_interrupted_is_gone_on_with(self):
        sys.path.insert(0, str(RUN.parent))
        from demo.folder import Folder
        parts = ("tills", "centre", "broker", "keys")
        for done_before in range(len(parts)):
            for notes in ('{"form": 2, "ready": true}', '{"pins": {}, "ready": true}'):
                for name in parts:
                    (self.data / name).mkdir(parents=True)
                (self.data / "demo.json").write_text(notes)
                self.interrupt(Folder(self.data, BIN).remove, done_before)
                self.assertFalse(Folder(self.data, BIN).is_ready())
                self.assertIn("is removed", self.done("--reset"))
                self.assertFalse(self.data.exists())

    def test_where_programs_are_missing_nothing_is_made(self):
        done = subprocess.run([str(RUN), "--programs", "/wrong", "--data", str(self.data)],
                              capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 3, done)
        self.assertRegex(done.stderr, r"\Arun: not_found: .*counterfoil in /wrong; .+\n\Z")
        self.assertEqual(list(self.data.parent.iterdir()), [])

    def test_killed_itself_it_leaves_nothing_that_runs_and_nothing_half_made(self):
        for moment in ("Setting up", "Running until Ctrl-C"):
            running = self.start()
            running.hears(moment)
            self.assertEqual(running.stop(signal.SIGKILL), -signal.SIGKILL)
            self.nothing_runs()
        self.assertIn("the same on both sides", self.done("--once"))


if __name__ == "__main__":
    RUN = pathlib.Path(sys.argv.pop())
    BIN = pathlib.Path(sys.argv.pop())
    unittest.main()
