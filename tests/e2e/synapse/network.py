# SPDX-License-Identifier: Apache-2.0
"""What stands between the parts: a reverse proxy, and TCP links that can be balanced, slowed down and broken."""
import asyncio
import re
import threading

from machine import free_port

HEAD_LIMIT = 65536
LOG_IN_PATHS = re.compile(r"^/_matrix/client/[^/]+/(login|logout|refresh)(/|\?|$)")


class Listener:
    """Serves on a thread of its own, on a free port of 127.0.0.1."""

    def __init__(self):
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self.call(asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=HEAD_LIMIT))

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def serve(self, reader, writer):
        try:
            await self.handle(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def stop(self):
        async def close():
            self.server.close()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for each in rest:
                each.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
        self.call(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


async def copy(reader, writer, pause=0.0):
    try:
        while data := await reader.read(1 if pause else 65536):
            writer.write(data)
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
        writer.write_eof()
    except OSError:
        writer.close()


async def splice(client, server, pause=0.0):
    up, down = asyncio.ensure_future(copy(client[0], server[1])), asyncio.ensure_future(copy(server[0], client[1], pause))
    try:
        await down
    finally:
        up.cancel()
        server[1].close()


class ReverseProxy(Listener):
    """The public name of the homeserver: log-in, log-out and refresh go to Latchkey, the rest to Synapse, as do real proxies.
    `below`: a path that Latchkey has to itself as well."""

    def __init__(self, synapse_port, below=None):
        self.synapse_port, self.below, self.latchkey_port, self.log_in_port = synapse_port, below, None, None
        super().__init__()

    def upstream(self, path):
        if LOG_IN_PATHS.match(path):
            return self.log_in_port
        return self.latchkey_port if self.below and path.startswith(self.below) else self.synapse_port

    async def handle(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        kept = [line for line in head[1:-2] if not line.lower().startswith(("connection:", "x-forwarded-"))]
        kept += ["Connection: close", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http"]
        server = await asyncio.open_connection("127.0.0.1", self.upstream(head[0].split(" ")[1]))
        server[1].write("\r\n".join([head[0], *kept, "", ""]).encode("latin-1"))
        await splice((reader, writer), server)


class Link(Listener):
    """TCP to one of the ports, in turn, past those that refuse. `fault`: None, `refuse`, `drip` (one byte in `pause` seconds), `error`
    (everything is answered with 500), `hang` (nothing is)."""

    def __init__(self, *ports, pause=0.2):
        self.ports, self.fault, self.pause, self.turn, self.live = list(ports), None, pause, 0, set()
        super().__init__()

    def fail(self, fault):
        """From now on, connections that are open included; None: all is well again."""
        async def cut():
            self.fault = fault
            for writer in self.live:
                writer.transport.abort()
        self.call(cut())

    async def connect(self):
        for _ in self.ports:
            self.turn += 1
            try:
                return await asyncio.open_connection("127.0.0.1", self.ports[self.turn % len(self.ports)])
            except OSError:
                pass
        raise ConnectionRefusedError("no server behind this link")

    async def handle(self, reader, writer):
        self.live.add(writer)
        try:
            await self.answer(reader, writer)
        finally:
            self.live.discard(writer)

    async def answer(self, reader, writer):
        if self.fault == "refuse":
            return
        if self.fault == "hang":
            await reader.read(-1)
        elif self.fault == "error":
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 500 Broken\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\nbroken")
            await writer.drain()
        else:
            await splice((reader, writer), await self.connect(), self.pause if self.fault == "drip" else 0.0)
