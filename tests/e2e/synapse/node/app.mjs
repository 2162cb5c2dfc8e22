// SPDX-License-Identifier: Apache-2.0
// An app in a web server's page, and a browser (CHROMIUM) without scripts in which a person uses it.
import http from "node:http";
import { chromium } from "playwright-core";

export async function startApp() {
  const arrivals = [];
  const app = http.createServer((request, response) => {
    const url = new URL(request.url, "http://app");
    if (url.pathname === "/app") arrivals.push(url.searchParams);
    response.setHeader("Content-Type", "text/html").end("<!DOCTYPE html><title>app</title><p>back in the app</p>");
  });
  await new Promise((listening) => app.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"] });
  const context = await browser.newContext({ locale: "en-GB", javaScriptEnabled: false });
  context.setDefaultTimeout(100_000);
  const page = await context.newPage();
  const faults = []; // what the pages' policy blocked, and the like
  page.on("console", (message) => { if (message.type() === "error" && !/favicon/.test(message.text())) faults.push(message.text()); });
  const close = async () => {
    await browser.close();
    app.close();
  };
  return { page, faults, arrivals, host: `127.0.0.1:${app.address().port}`, close };
}
