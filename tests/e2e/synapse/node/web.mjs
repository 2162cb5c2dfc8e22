// SPDX-License-Identifier: Apache-2.0
// What the programs share. HOMESERVER_URL (ends with a slash), ISSUER, USERNAME_OF_PERSON, PASSWORD_OF_PERSON say whom they talk to.
// Imported first: matrix-js-sdk wants a browser's page.
import assert from "node:assert";

export const kClientUri = "http://127.0.0.1:9/cb";
export const kPerson = process.env.USERNAME_OF_PERSON;
export const kMatrixId = `@${kPerson}:example.com`;
export const kHomeserver = process.env.HOMESERVER_URL.replace(/\/$/, "");

class Storage {
  #kept = new Map();
  get length() { return this.#kept.size; }
  key(index) { return [...this.#kept.keys()][index] ?? null; }
  getItem(name) { return this.#kept.get(name) ?? null; }
  setItem(name, value) { this.#kept.set(name, String(value)); }
  removeItem(name) { this.#kept.delete(name); }
}

globalThis.localStorage = new Storage();
globalThis.window = { sessionStorage: new Storage(), location: new URL(kClientUri) };

// The first answer of `ask` that is true. Synapse learns by a job that a session has ended.
export async function eventually(ask, what, seconds = 60) {
  for (const deadline = Date.now() + seconds * 1000; ; await new Promise((again) => setTimeout(again, 50))) {
    if (await ask()) return;
    assert.ok(Date.now() < deadline, `not within ${seconds} s: ${what}`);
  }
}

// Whether the homeserver refuses the client's token.
export const isRefused = (client) => client.whoami().then(() => false, (error) => error.errcode === "M_UNKNOWN_TOKEN");

// Makes a room, sends a message into it and reads it there.
export async function talks(client, text) {
  const { room_id: room } = await client.createRoom({ preset: "private_chat" });
  const { event_id: sent } = await client.sendTextMessage(room, text);
  const event = await client.fetchRoomEvent(room, sent);
  assert.strictEqual(event.content.body, text);
}
