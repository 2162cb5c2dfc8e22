# SPDX-License-Identifier: Apache-2.0
"""Latchkey with all that people who register need of it: a PostgreSQL and a homeserver that agrees. Nobody mails: there is no worker."""
import http.server
import json
import os
import shutil
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "synapse"))
from machine import Process, free_port, listening, run  # noqa: E402
from postgres import Postgres, binaries  # noqa: E402

MUCH = {"burst": 1000000, "per_second": 10000}


class Homeserver(http.server.BaseHTTPRequestHandler):
    """Agrees to everything; every name is free."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, *_):
        pass

    @classmethod
    def start(cls):
        """On a port of its own, which it returns, for as long as this process lives."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), cls)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_address[1]


class Service:
    """Everything runs at the end of the constructor."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="latchkey-people-")
        os.chmod(self.directory, 0o755)
        self.homeserver_port, self.postgres = Homeserver.start(), Postgres(self.directory)
        self.database, self.port = self.postgres.create(), free_port()
        self.base = "http://localhost:%d/" % self.port
        with open(self.directory + "/rsa.pem", "w") as key:
            key.write(run(["openssl", "genpkey", "-algorithm", "RSA"]))
        with open(self.directory + "/config.yaml", "w") as file:
            json.dump(self.settings(), file, indent=1)  # JSON is YAML
        self.environment = {"HOME": self.directory, "PATH": os.environ["PATH"], "LATCHKEY_PLUGIN_PATH": os.environ["PLUGINS"]}
        run([os.environ["MAS_CLI"], "database", "migrate"], env=self.environment, cwd=self.directory)
        self.log = self.directory + "/latchkey.log"
        self.server = Process("latchkey", [os.environ["MAS_CLI"], "server", "--no-worker"], self.log, env=self.environment, cwd=self.directory)
        self.server.await_ready(lambda: listening(self.port))

    def settings(self):
        return {
            "http": {"public_base": self.base, "listeners": [{"resources": [{"name": "health"}, {"name": "human"}, {"name": "assets"}], "binds": [{"address": "127.0.0.1:%d" % self.port}]}]},
            "database": {"uri": self.postgres.uri(self.database), "max_connections": 10},
            "secrets": {"encryption": "9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778", "keys": [{"key_file": self.directory + "/rsa.pem"}]},
            "matrix": {"homeserver": "example.com", "endpoint": "http://127.0.0.1:%d/" % self.homeserver_port, "secret": "the homeserver's secret"},
            "account": {"password_registration_enabled": True, "password_recovery_enabled": True},
            # The cheapest hash there is: it is not what these programs look at.
            "passwords": {"schemes": [{"version": 1, "algorithm": "bcrypt", "cost": 4}]},
            "rate_limiting": {
                "registration": MUCH, "registration_check": MUCH, "account_recovery": {"per_ip": MUCH, "per_address": MUCH}, "login": {"per_ip": MUCH, "per_account": MUCH},
                "email_authentication": {"per_ip": MUCH, "per_address": MUCH, "emails_per_session": MUCH, "attempt_per_session": MUCH},
            },
        }

    def sql(self, statements):
        return self.postgres.sql(statements, self.database)

    def cpu(self):
        """Seconds of CPU that Latchkey and PostgreSQL have used so far."""
        return cpu_of(self.server.child.pid), cpu_of(self.postgres.process.child.pid)

    def stop(self):
        code = self.server.stop()
        self.postgres.stop()
        assert code == 0, "Latchkey ended with %d: %s" % (code, self.server.tail())
        shutil.rmtree(self.directory, ignore_errors=True)


def fields_of(pid):
    with open("/proc/%d/stat" % pid) as stat:
        return stat.read().rsplit(")", 1)[1].split()


def cpu_of(pid):
    """Of a process and its children, those that have ended included (proc(5): utime, stime, cutime, cstime)."""
    ticks = sum(int(each) for each in fields_of(pid)[11:15])
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = fields_of(int(other))
        except OSError:
            continue
        if int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


__all__ = ["Service", "binaries"]
