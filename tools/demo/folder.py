"""Where a demo lies."""

import contextlib
import fcntl
import json
import shutil

from .basics import Refused, run, say

# Of the folder. Before 2, tills were not set up by the centre.
FORM = 2


class Folder:
    """A demo's keys, broker, centre and tills, and demo.json, with the PINs that are told only
    once. What `ready` is not noted in was interrupted at its first start, and nothing was sold."""

    def __init__(self, path, programs):
        self.path = path
        self.programs = programs

    def __truediv__(self, name):
        return self.path / name

    def program(self, name):
        return self.programs / name

    def tool(self, *words):
        return run(self.program("counterfoil"), *words)

    def log(self, name):
        return self / "logs" / f"{name}.log"

    def till(self, name):
        return self.path / "tills" / name

    def tills(self):
        """The names of those that have a ledger."""
        return sorted(path.parent.name for path in (self.path / "tills").glob("T*/journal.db"))

    def notes(self):
        with contextlib.suppress(FileNotFoundError):
            return json.loads((self / "demo.json").read_text(encoding="utf-8"))
        return {}

    def note(self, **news):
        beside = self / "demo.json.new"
        beside.write_text(json.dumps(self.notes() | news, indent=2), encoding="utf-8")
        beside.rename(self / "demo.json")

    def is_there(self):
        """Whether there is any demo; what is none is left alone."""
        if not self.path.exists() or set(self.path.iterdir()) <= {self / "demo.json.new"}:
            return False
        if not self.notes():
            raise Refused(f"foreign_folder: {self.path} is there, and is not the demo's")
        return True

    def is_ready(self):
        return self.notes().get("ready", False)

    def prepare(self):
        """Made where there is none, or none that was finished."""
        if self.is_there() and self.notes().get("form") != FORM:
            raise Refused(f"older_demo: {self.path} was made by another tools/run, in a form that "
                          "this one does not go on with; tools/run --reset removes it")
        if self.is_ready():
            return
        if self.is_there():
            say("What an interrupted first start has left is removed.")
            shutil.rmtree(self.path)
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self.note(form=FORM)
        for name in ("logs", "tills"):
            (self / name).mkdir()

    @contextlib.contextmanager
    def held(self):
        """One tools/run at a time. The lock lies beside, so that the folder can be removed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_name(self.path.name + ".lock"), "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"in_use: a demo runs in {self.path}; end it first") from None
            yield
