#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A real SMTP server (aiosmtpd) on the loopback, in every way that a test needs one.

server.py FOLDER [PORT]: makes ca.pem there, prints `ready` with a port for each way (PORT is that of `plain`), and a line per
connection and per mail: `connected WAY` and `mail WAY FROM TO BYTES`. The mail itself goes to FOLDER/mail, and what a reader
of mails makes of the Nth to FOLDER/N.header, N.txt and N.html.

What happens depends on the recipient: grey@ is put off, later@ too, but only once, unknown@ refused, content@ refused after the mail,
drop@ ends the conversation.
"""
import asyncio
import email
import email.policy
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER = pathlib.Path(sys.argv[1])


def context():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", FOLDER / "key.pem", "-out", FOLDER / "ca.pem"], check=True, capture_output=True)
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(FOLDER / "ca.pem", FOLDER / "key.pem")
    return made


class Handler:
    seen = set()
    taken = 0

    def __init__(self, way):
        self.way = way

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("grey@"):
            return "450 4.2.0 Greylisted, come again"
        if address.startswith("later@") and address not in Handler.seen:
            Handler.seen.add(address)
            return "451 4.7.1 Greylisted, come again"
        if address.startswith("unknown@"):
            return f"550 5.1.1 <{address}> is not known here"
        if address.startswith("drop@"):
            server.transport.abort()
            return "421 never sent"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("content@"):
            return "554 5.6.0 Not this content"
        (FOLDER / "mail").write_bytes(envelope.content)
        self.read(email.message_from_bytes(envelope.content, policy=email.policy.default))
        print("mail", self.way, envelope.mail_from, *envelope.rcpt_tos, len(envelope.content), flush=True)
        return "250 OK"

    def read(self, mail):
        Handler.taken += 1
        base = FOLDER / str(Handler.taken)
        base.with_suffix(".header").write_text("".join(f"{name}: {value}\n" for name, value in mail.items()))
        for kind, suffix in (("plain", ".txt"), ("html", ".html")):
            part = mail.get_body((kind,))
            base.with_suffix(suffix).write_text(part.get_content() if part else "")


def log_in(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"latchkey" and data.password == "päss wörd".encode(), handled=False)


class Greeted(SMTP):
    def connection_made(self, transport):
        if not self.session or not self.session.ssl:  # not again after STARTTLS
            print("connected", self.event_handler.way, flush=True)
        super().connection_made(transport)


async def drip(reader, writer):
    try:
        for byte in b"220 " + b"x" * 10_000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)
    except ConnectionError:
        pass


async def main():
    loop = asyncio.get_running_loop()
    tls = context()
    ports = []

    async def serve(way, ssl_context=None, port=0, **options):
        server = await loop.create_server(lambda: Greeted(Handler(way), **options), "127.0.0.1", port, ssl=ssl_context)
        ports.append(f"{way}={server.sockets[0].getsockname()[1]}")
        return server

    kept = [await serve("plain", port=int(sys.argv[2]) if len(sys.argv) > 2 else 0), await serve("starttls", tls_context=tls, require_starttls=True), await serve("tls", tls),
            await serve("login", tls, authenticator=log_in, auth_required=True, auth_require_tls=False),
            await asyncio.start_server(drip, "127.0.0.1", 0)]
    ports.append(f"drip={kept[-1].sockets[0].getsockname()[1]}")
    print("ready", *ports, ".", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
