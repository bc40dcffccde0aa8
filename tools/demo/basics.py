"""Programs that are started, watched and ended, and what is said meanwhile."""

import contextlib
import ctypes
import random
import re
import signal
import socket
import subprocess
import time

PATIENCE_S = 60
# Outside the range from which the kernel takes ports for those who call.
OTHER_PORTS = range(15000, 32000)


class Refused(Exception):
    """What cannot be done, as a code and a sentence."""


def say(text):
    print(text, flush=True)


def wait_for(what, sentence, seconds=PATIENCE_S):
    """Until it gives something; told every few seconds that it takes long."""
    begun = told = time.monotonic()
    while True:
        found = what()
        if found:
            return found
        now = time.monotonic()
        if now - begun > seconds:
            raise Refused(f"too_late: {sentence} did not come within {seconds} s")
        if now - told > 3:
            told = now
            say(f"  waiting for {sentence}, {now - begun:.0f} s ...")
        time.sleep(0.05)


def free_port(preferred):
    """That port where it is free, else another one."""
    for port in (preferred, *random.sample(OTHER_PORTS, 100)):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
            return port
    raise Refused("no_port: no port is free")


def run(*words):
    """What a program says that ends by itself; refused as it was refused."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        said = re.fullmatch(r"[\w-]+: (\w+: .+)\n", done.stderr)
        raise Refused(said[1] if said else f"failed: {words[0]}: {done.stderr.strip()}")
    return done.stdout


def end_with_parent():
    """However this program ends, nothing that it started stays."""
    parent_ends = 1
    ctypes.CDLL(None).prctl(parent_ends, signal.SIGKILL)


class Process:
    """A program of the demo; what it says goes into a log. Ctrl-C is not for it, but for us."""

    def __init__(self, name, log, *words):
        self.name = name
        self.log = log
        with open(log, "wb") as out:
            self.program = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check(self):
        """False, for who waits meanwhile; refused where it has ended."""
        if self.program.poll() is not None:
            last = self.text().strip().splitlines()[-1:] or ["nothing"]
            raise Refused(f"ended: {self.name} ended by itself; it said: {last[0]}")
        return False

    def heard(self, pattern):
        """The first place in what it says where that stands; waits for it."""
        return wait_for(lambda: re.search(pattern, self.text()) or self.check(), self.name)

    def stop(self, patience_s=30):
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGTERM)
            self.program.send_signal(signal.SIGCONT)  # where somebody let it stand still
        try:
            self.program.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()
