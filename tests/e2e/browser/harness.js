// SPDX-License-Identifier: Apache-2.0
"use strict";
// What the tests share: a browser, a client's callback, and a page that watches for what must not happen.
const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");

const axeSource = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const kPatience = 120_000; // only a hang takes that

async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
  });
}

// The client's redirect URI: remembers what comes.
async function startClient() {
  const answers = [];
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const url = new URL(request.url, "http://localhost");
      if (url.pathname === "/cb") answers.push(Object.fromEntries(request.method === "POST" ? new URLSearchParams(body) : url.searchParams));
      response.setHeader("Content-Type", "text/html");
      response.end("<!DOCTYPE html><title>client</title><p>back at the client</p>");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { uri: `http://127.0.0.1:${server.address().port}/cb`, answers, close: () => server.close() };
}

// What the browser sends and is told, for the check that the server logged none of its secrets (tests/support/secret_watch.h).
function recordTraffic(context) {
  const record = (text) => fs.appendFileSync(path.join(process.env.HOME, "traffic"), text);
  context.on("request", async (request) => {
    const headers = await request.allHeaders().catch(() => ({}));
    record(`${request.method()} ${request.url()}\r\nCookie: ${headers.cookie || ""}\r\n\r\n${request.postData() || ""}\r\n`);
  });
  context.on("response", async (response) => {
    const headers = await response.headersArray().catch(() => []);
    for (const { name, value } of headers) if (["set-cookie", "location"].includes(name.toLowerCase())) record(`${name.toLowerCase()}: ${value}\r\n`);
  });
}

// A page that collects blocked or failed loads and requests to third parties.
async function openPage(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 }, locale: "en-GB", ...options });
  context.setDefaultTimeout(kPatience);
  recordTraffic(context);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (!["localhost", "127.0.0.1"].includes(hostname) && !request.url().startsWith("data:")) faults.push(`third party: ${request.url()}`);
  });
  page.on("response", (response) => { if (response.url().includes("/assets/") && response.status() >= 400) faults.push(`${response.status()} ${response.url()}`); });
  return { page, faults, go: (where) => page.goto(new URL(where, base).href), close: () => context.close() };
}

// WCAG 2.2 AA, as far as a program can tell; and no scrolling sideways at 320 pixels (1.4.10).
const kRules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
async function requireAccessible(page, name, rules = kRules) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((runOnly) => axe.run({ runOnly }), rules);
  assert.deepStrictEqual(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`), [], name);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), `${name} scrolls sideways at 320 pixels`);
  await page.setViewportSize(size);
}

async function screenshot(page, name) {
  if (!process.env.SCREENSHOTS) return;
  fs.mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
}

// Has `walk` done in light and dark, on a desktop and a phone. Its `look` takes the picture and requires that the page is accessible.
async function inEveryLook(visit, walk) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [device, viewport] of [["desktop", { width: 1000, height: 760 }], ["phone", { width: 375, height: 720 }]]) {
      const { page, go } = await visit({ colorScheme, viewport });
      const look = async (name) => {
        await screenshot(page, `${name}-${device}-${colorScheme}`);
        await requireAccessible(page, `${name} ${device} ${colorScheme}`);
      };
      await walk({ page, go, look, colorScheme, device, viewport });
    }
  }
}

module.exports = { inEveryLook, openPage, requireAccessible, screenshot, startBrowser, startClient };
