# SPDX-License-Identifier: Apache-2.0
"""Latchkey and Synapse as they are deployed: a public name in front of both, one database, one secret that both know."""
import base64
import glob
import json
import os
import re
import secrets
import shutil
import sys

import requests

from machine import Process, free_port, listening, run
from network import Link, ReverseProxy

SERVER_NAME = "example.com"
ENCRYPTION = "9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778"
TOKEN = re.compile(r"m(?:at|ar|ct|cr|pt)_[A-Za-z0-9]{30}_[A-Za-z0-9]{6}")
MUCH = {"burst": 100000, "per_second": 1000}


def write(path, content):
    with open(path, "w") as file:
        file.write(content if isinstance(content, str) else json.dumps(content, indent=1))  # JSON is YAML
    return path


class Synapse:
    """On SQLite, so that the PostgreSQL is Latchkey's alone. Keeps its data between stop() and start()."""

    def __init__(self, directory, port, latchkey_url, secret, public_url):
        os.makedirs(directory)
        self.directory, self.port, self.process = directory, port, None
        write(directory + "/signing.key", "ed25519 a_test %s\n" % base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="))
        write(directory + "/log.yaml", {"version": 1, "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
                                        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}}, "root": {"level": "INFO", "handlers": ["console"]}})
        write(directory + "/homeserver.yaml", self.settings(latchkey_url, secret, public_url))

    def settings(self, latchkey_url, secret, public_url):
        rates = {"per_second": 1000, "burst_count": 10000}
        return {
            "server_name": SERVER_NAME, "public_baseurl": public_url, "report_stats": False, "pid_file": self.directory + "/pid",
            "listeners": [{"port": self.port, "type": "http", "bind_addresses": ["127.0.0.1"], "x_forwarded": True, "resources": [{"names": ["client"]}]}],
            "database": {"name": "sqlite3", "args": {"database": self.directory + "/homeserver.db"}},
            "media_store_path": self.directory + "/media", "signing_key_path": self.directory + "/signing.key", "log_config": self.directory + "/log.yaml",
            "macaroon_secret_key": secrets.token_hex(16), "form_secret": secrets.token_hex(16), "trusted_key_servers": [], "rc_message": rates,
            "matrix_authentication_service": {"enabled": True, "endpoint": latchkey_url, "secret": secret},
        }

    def start(self):
        environment = dict(os.environ, NO_PROXY="localhost,127.0.0.1", no_proxy="localhost,127.0.0.1", SYNAPSE_ASYNC_IO_REACTOR="0")
        self.process = Process("synapse", [sys.executable, "-m", "synapse.app.homeserver", "-c", self.directory + "/homeserver.yaml"], self.directory + "/synapse.log", cwd=self.directory, env=environment)
        self.process.await_ready(self.answers)

    def answers(self):
        return listening(self.port) and requests.get("http://127.0.0.1:%d/health" % self.port, timeout=10).status_code == 200

    def stop(self):
        self.process.stop()


class Deployment:
    """`below`: the path of Latchkey on the public name, such as /auth/; without it, it has a name (here: a port) of its own.
    `workers`: processes of their own for the jobs; with none the servers run them."""

    def __init__(self, postgres, logs, below=None, servers=1, workers=0):
        self.postgres, self.directory, self.below, self.secret = postgres, logs, below, secrets.token_hex(16)
        shutil.rmtree(logs, ignore_errors=True)
        os.makedirs(logs)
        self.database = postgres.create()
        self.ports = [free_port() for _ in range(servers)]
        synapse_port = free_port()
        self.balancer = Link(*self.ports)
        self.front = ReverseProxy(synapse_port, below)
        self.log_in_ports = [free_port() if below else port for port in self.ports]
        self.log_in_link = Link(*self.log_in_ports)
        self.front.latchkey_port, self.front.log_in_port = self.balancer.port, self.log_in_link.port
        self.to_synapse = Link(synapse_port)
        self.url = "http://localhost:%d/" % self.front.port
        self.issuer = self.url + below[1:] if below else "http://localhost:%d/" % self.balancer.port
        self.synapse = Synapse(logs + "/synapse", synapse_port, self.internal_url(), self.secret, self.url)
        self.servers = [None] * servers
        self.workers = [None] * workers
        self.prepare()

    def internal_url(self):
        return "http://127.0.0.1:%d%s" % (self.balancer.port, self.below or "/")

    def listeners(self, port):
        def listener(port, names, **more):
            return {"resources": [{"name": name} for name in names], "binds": [{"address": "127.0.0.1:%d" % port}], **more}
        names = ["health", "discovery", "human", "assets", "oauth"]
        if not self.below:
            return [listener(port, [*names, "compat"])]
        # The reverse proxy hands paths over as they are: the Matrix client API stays at the root, everything else is below.
        return [listener(port, names, prefix=self.below.rstrip("/")), listener(self.log_in_ports[self.ports.index(port)], ["compat"])]

    def settings(self, port):
        return {
            "http": {"public_base": self.issuer, "listeners": self.listeners(port)},
            "database": {"uri": self.postgres.uri(self.database), "max_connections": 10},
            "secrets": {"encryption": ENCRYPTION, "keys": [{"key_file": self.directory + "/rsa.pem"}]},
            "matrix": {"homeserver": SERVER_NAME, "endpoint": "http://127.0.0.1:%d/" % self.to_synapse.port, "secret": self.secret},
            "passwords": {"minimum_complexity": 0},
            "account": {"password_registration_enabled": True, "password_registration_email_required": False},
            "rate_limiting": {"login": {"per_ip": MUCH, "per_account": MUCH}, "client_secret": {"per_ip": MUCH}, "client_registration": MUCH, "user_code": MUCH, "registration": MUCH},
        }

    def prepare(self):
        write(self.directory + "/rsa.pem", run(["openssl", "genpkey", "-algorithm", "RSA"]))
        for number, port in enumerate(self.ports):
            write(self.config(number), self.settings(port))
        self.cli("database", "migrate")

    def config(self, number):
        return "%s/latchkey-%d.yaml" % (self.directory, number)

    def launch(self, number, *words):
        return [os.environ["MAS_CLI"], "--config", self.config(number), *words]

    def environment(self):
        return {"HOME": self.directory, "PATH": os.environ["PATH"], "LATCHKEY_PLUGIN_PATH": os.environ["PLUGINS"]}

    def talkative(self):
        """Of servers and workers: they log all that they can."""
        return {**self.environment(), "RUST_LOG": "trace"}

    def cli(self, *words):
        return run(self.launch(0, *words), env=self.environment(), cwd=self.directory)

    def start_server(self, number=0):
        process = Process("latchkey", self.launch(number, "server", *(["--no-worker"] if self.workers else [])), "%s/latchkey-%d.log" % (self.directory, number), env=self.talkative(), cwd=self.directory)
        self.servers[number] = process
        health = "http://127.0.0.1:%d%shealth" % (self.ports[number], self.below or "/")
        process.await_ready(lambda: listening(self.ports[number]) and requests.get(health, timeout=10).status_code == 200)

    def start_worker(self, number):
        self.workers[number] = Process("worker", self.launch(0, "worker"), "%s/worker-%d.log" % (self.directory, number), env=self.talkative(), cwd=self.directory)

    def start(self):
        for number in range(len(self.servers)):
            self.start_server(number)
        for number in range(len(self.workers)):
            self.start_worker(number)
        self.synapse.start()
        return self

    def stop(self):
        """Ends everything; whether all ended well by themselves."""
        codes = [each.stop() for each in [*self.servers, *self.workers, self.synapse.process] if each]
        for each in (self.front, self.balancer, self.log_in_link, self.to_synapse):
            each.stop()
        return all(code == 0 for code in codes)

    def logged_secrets(self, *more):
        """Lines of Latchkey's logs in which a secret stands: a token, what the configuration keeps to itself, and `more`."""
        found = []
        for name in glob.glob(self.directory + "/latchkey-*.log") + glob.glob(self.directory + "/worker-*.log"):
            with open(name, errors="replace") as log:
                found += [line for line in log if TOKEN.search(line) or any(each in line for each in (self.secret, ENCRYPTION, *more))]
        return found

    def sql(self, statements):
        return self.postgres.sql(statements, self.database)

    def ask(self, call, **query):
        answer = requests.get("http://127.0.0.1:%d/_synapse/mas/%s" % (self.synapse.port, call), params=query, headers={"Authorization": "Bearer " + self.secret}, timeout=60)
        assert answer.ok, (answer.status_code, answer.text)
        return answer.json()

    def mas(self, call, **body):
        """What Latchkey asks of Synapse, asked by hand."""
        answer = requests.post("http://127.0.0.1:%d/_synapse/mas/%s" % (self.synapse.port, call), json=body, headers={"Authorization": "Bearer " + self.secret}, timeout=60)
        assert answer.ok, (answer.status_code, answer.text)
        return answer
