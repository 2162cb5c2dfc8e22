// SPDX-License-Identifier: Apache-2.0
// A person with a browser that has cookies and follows redirects, but runs no scripts.
import assert from "node:assert";

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", "#x2F": "/" };
const plain = (text) => text.replace(/&(#?\w+);/g, (whole, name) => entities[name] ?? (name[0] === "#" ? String.fromCodePoint(Number(name.slice(1).replace(/^x/i, "0x"))) : whole));
const attribute = (tag, name) => { const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag); return found ? plain(found[1]) : undefined; };

function formsOf(html) {
  return [...html.matchAll(/<form\s[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => ({
    action: attribute(form, "action"),
    id: attribute(/<form\s[^>]*>/.exec(form)[0], "id"),
    html: form,
    hidden: [...form.matchAll(/<input\s[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [attribute(tag, "name"), attribute(tag, "value") ?? ""]),
  }));
}

export class Person {
  constructor(base, username, password) {
    Object.assign(this, { base, username, password, cookies: new Map(), logIns: 0 });
  }

  // A page of the server, or the first address beyond it.
  async open(url, body) {
    for (let hops = 0; hops < 20; ++hops) {
      if (!url.startsWith(this.base)) return { url, html: "", status: 0 };
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { method: body ? "POST" : "GET", body, redirect: "manual", headers: cookie ? { cookie } : {} });
      for (const line of response.headers.getSetCookie()) this.keep(line);
      const next = response.headers.get("location");
      if (!next) return { url, html: await response.text(), status: response.status };
      url = new URL(next, url).href;
      body = undefined;
    }
    throw new Error(`redirects without end at ${url}`);
  }

  keep(line) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (/max-age=0/i.test(line) || value === "") this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  // Presses a button of the form that holds `part`, having filled it in.
  submit(page, part, fields) {
    const form = formsOf(page.html).find((each) => each.html.includes(part));
    assert.ok(form, `no form with ${part} at ${page.url}:\n${page.html}`);
    return this.open(new URL(form.action, page.url).href, new URLSearchParams([...form.hidden, ...Object.entries(fields)]));
  }

  async logIn(page) {
    if (!page.html.includes('id="password"')) return page;
    ++this.logIns;
    return this.submit(page, 'id="password"', { username: this.username, password: this.password });
  }

  // Logs in and decides; what the client gets in the end, and how.
  async authorize(url, decision = "consent") {
    let page = await this.logIn(await this.open(String(url)));
    if (page.html.includes(`value="${decision}"`)) page = await this.submit(page, `value="${decision}"`, { action: decision });
    return answerOf(page);
  }

  async enterUserCode(uri, code, decision = "consent") {
    let page = await this.submit(await this.open(uri), 'id="code"', { code });
    page = await this.logIn(page);
    return this.submit(page, `value="${decision}"`, { action: decision, confirm_device: "on" });
  }
}

function answerOf(page) {
  const posted = formsOf(page.html).find((form) => form.id === "answer");
  if (posted) return { mode: "form_post", redirectUri: posted.action, parameters: new URLSearchParams(posted.hidden) };
  assert.strictEqual(page.status, 0, `stayed at ${page.url} (${page.status}):\n${page.html}`);
  const url = new URL(page.url);
  const mode = url.hash ? "fragment" : "query";
  return { mode, redirectUri: url.origin + url.pathname, parameters: new URLSearchParams(mode === "fragment" ? url.hash.slice(1) : url.search) };
}
