# SPDX-License-Identifier: Apache-2.0
"""Ports, processes and waiting. Nothing here waits for a fixed time: it waits for something to be so."""
import os
import shutil
import signal
import socket
import subprocess
import time

LONG = 120  # seconds; only a hang takes that


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def eventually(holds, what, seconds=LONG):
    """The first true value of holds()."""
    deadline = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        assert time.monotonic() < deadline, "not within %d s: %s" % (seconds, what)
        time.sleep(0.02)


def listening(port):
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """Writes to a log file, and does not outlive whoever runs the tests."""

    def __init__(self, name, arguments, log, user=None, **more):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            self.child = subprocess.Popen([shutil.which("setpriv"), "--pdeathsig", "QUIT", *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out, user=user, **more)

    def await_ready(self, ready, seconds=LONG):
        def holds():
            assert self.child.poll() is None, "%s ended with %s:\n%s" % (self.name, self.child.returncode, self.tail())
            return ready()
        eventually(holds, self.name + " is ready", seconds)

    def tail(self, lines=40):
        with open(self.log, errors="replace") as text:
            return "".join(text.readlines()[-lines:])

    def stop(self, how=signal.SIGTERM, seconds=LONG):
        if self.child.poll() is None:
            self.child.send_signal(how)
        return self.child.wait(seconds)

    def kill(self):
        return self.stop(signal.SIGKILL)


def run(arguments, **more):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=LONG, stdin=subprocess.DEVNULL, check=False, **more)
    assert done.returncode == 0, "%s: %s%s" % (" ".join(arguments), done.stdout, done.stderr)
    return done.stdout


def unprivileged_user():
    """Whom PostgreSQL runs as, since it refuses to be root; nothing if we are not root."""
    if os.geteuid() != 0:
        return None
    import pwd
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
