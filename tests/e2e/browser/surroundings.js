// SPDX-License-Identifier: Apache-2.0
"use strict";
// What a server that runs has around it: DATABASE_URI is its database, MAILS the folder where its mails are put, and its homeserver is
// played here, at HOMESERVER_PORT.
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const sql = (text) => execFileSync("psql", ["-Atqc", text, process.env.DATABASE_URI], { encoding: "utf8" }).trim();

// Knows which names are taken, what it was told, and how people are called.
const provisioned = [];
const displayNames = new Map();
const deleted = [];

function answerOf(call, query, body) {
  if (call === "is_localpart_available" && query.get("localpart") === "elsewhere") return [400, { errcode: "M_USER_IN_USE", error: "taken" }];
  if (call === "provision_user") provisioned.push(body);
  if (call === "delete_user") deleted.push(body);
  if (body.set_displayname) displayNames.set(body.localpart, body.set_displayname);
  if (call === "set_displayname") displayNames.set(body.localpart, body.displayname);
  if (call !== "query_user") return [200, {}];
  const name = query.get("localpart");
  return [200, { user_id: `@${name}:example.com`, display_name: displayNames.get(name) ?? null, avatar_url: null, is_suspended: false, is_deactivated: false }];
}

function startHomeserver() {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const url = new URL(request.url, "http://localhost");
      const [status, answer] = answerOf(url.pathname.split("/").at(-1), url.searchParams, body && JSON.parse(body));
      response.statusCode = status;
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(answer));
    });
  });
  return new Promise((resolve) => server.listen(Number(process.env.HOMESERVER_PORT), "127.0.0.1", resolve));
}

async function until(what, look) {
  for (let i = 0; i < 1200; ++i) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come`);
}

// The text of a mail that came for that address, decoded (RFC 2045 §6.8: base64; §6.7: quoted-printable).
function mailsTo(address) {
  return fs.readdirSync(process.env.MAILS).sort().map((file) => fs.readFileSync(path.join(process.env.MAILS, file), "utf8")).filter((text) => text.includes(address)).map((text) =>
    text + text.split(/\r?\n\r?\n/).map((part) => (/^[A-Za-z0-9+/=\s]+$/.test(part) ? Buffer.from(part, "base64").toString() : "")).join("\n"));
}

const codesTo = (address) => mailsTo(address).map((text) => text.match(/\b(\d{6})\b(?!@)/g)).filter(Boolean);

async function codeFor(address, nth = 1) {
  const id = `(SELECT user_email_authentication_id FROM user_email_authentications WHERE email = '${address}' ORDER BY created_at DESC LIMIT 1)`;
  await until("the mail", () => mailsTo(address).length >= nth);
  const code = sql(`SELECT code FROM user_email_authentication_codes WHERE user_email_authentication_id = ${id} ORDER BY created_at DESC LIMIT 1`);
  assert.ok(codesTo(address).flat().includes(code), "the mail holds another code");
  return code;
}

module.exports = { codeFor, deleted, mailsTo, provisioned, sql, startHomeserver, until };
