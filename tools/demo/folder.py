"""Where a demo lies."""

import contextlib
import fcntl
import json
import shutil

from .basics import Refused, run, say

# Of the folder. Before 2, tills were not set up by the centre, and the form was not noted.
FORM = 2
# What a demo makes, in the order of its removal: what proves that it is one goes last.
MADE = ("tills", "logs", "centre", "broker", "keys", "shop.bundle", "members.csv", "session",
        "server.key", "server.pem", "admin.pin", "demo.json.new", "demo.json")


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
        """Empty where there are none; what is none of a demo's is refused."""
        try:
            notes = json.loads((self / "demo.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise self.foreign() from None
        if not isinstance(notes, dict) or not ("form" in notes or self.is_of_before(notes)):
            raise self.foreign()
        return notes

    def is_of_before(self, notes):
        """Whether a tools/run made it that did not note the form."""
        return "pins" in notes and all((self / name).is_dir()
                                       for name in ("keys", "broker", "centre"))

    def foreign(self):
        return Refused(f"foreign_folder: {self.path} is there, and is not the demo's")

    def note(self, **news):
        beside = self / "demo.json.new"
        beside.write_text(json.dumps(self.notes() | news, indent=2), encoding="utf-8")
        beside.rename(self / "demo.json")

    def is_there(self):
        """Whether there is any demo; what is none is left alone."""
        if not self.path.exists() or set(self.path.iterdir()) <= {self / "demo.json.new"}:
            return False
        if not self.notes():
            raise self.foreign()
        return True

    def remove(self):
        """What a demo made, and the folder where nothing else is in it. Interrupted, it leaves a
        demo that is not ready, which the next start or reset removes."""
        self.note(form=self.notes().get("form", 1), ready=False)
        for name in MADE:
            path = self / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        others = [path.name for path in self.path.iterdir()]
        if others:
            say(f"  {self.path} stays: {', '.join(sorted(others))} is not the demo's")
        else:
            self.path.rmdir()

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
            self.remove()
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
