# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of the tests' own, on a free port of 127.0.0.1; everybody is trusted, nothing is durable."""
import glob
import os
import shutil
import signal
import tempfile

from machine import Process, free_port, run, unprivileged_user


def binaries():
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4]))) if found else None


class Postgres:
    def __init__(self, logs):
        self.bin, self.user, self.port, self.made = binaries(), unprivileged_user(), free_port(), 0
        self.directory = tempfile.mkdtemp(prefix="latchkey-synapse-pg-")
        if self.user:
            shutil.chown(self.directory, self.user)
        run([self.bin + "/initdb", "-D", self.directory + "/data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--auth=trust"], user=self.user, cwd="/")
        settings = ["listen_addresses=127.0.0.1", "port=%d" % self.port, "unix_socket_directories=" + self.directory, "shared_buffers=32MB",
                    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "log_destination=stderr"]
        arguments = [self.bin + "/postgres", "-D", self.directory + "/data"]
        for each in settings:
            arguments += ["-c", each]
        self.process = Process("postgres", arguments, logs + "/postgres.log", user=self.user, cwd="/")
        self.process.await_ready(self.answers)

    def answers(self):
        return os.system("%s/pg_isready -q -h 127.0.0.1 -p %d" % (self.bin, self.port)) == 0

    def create(self):
        self.made += 1
        name = "latchkey_%d" % self.made
        self.sql("CREATE DATABASE " + name, "postgres")
        return name

    def uri(self, database):
        return "postgresql://postgres@127.0.0.1:%d/%s" % (self.port, database)

    def sql(self, statements, database):
        """What psql prints without any decoration: rows by line, values by |."""
        return run([self.bin + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.uri(database), "-c", statements]).strip()

    def stop(self):
        self.process.stop(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)
