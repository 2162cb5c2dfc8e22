// SPDX-License-Identifier: Apache-2.0
"use strict";
// BASE_URL names a server that mails to a server which keeps its mails in MAILS; ADDRESS is that of the account USERNAME_OF_PERSON.
// TICKETS are links of that account that work, EXPIRED_TICKET is one that does no more.
const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { inEveryLook, requireAccessible, screenshot } = require("./harness");
const { runTests } = require("./run");

const base = process.env.BASE_URL;
const kUser = process.env.USERNAME_OF_PERSON;
const kAddress = process.env.ADDRESS;
const tickets = process.env.TICKETS.split(",");
const linkOf = (ticket) => `/account/password/recovery?ticket=${ticket}`;

const mailNumber = () => fs.readdirSync(process.env.MAILS).filter((name) => name.endsWith(".html")).length;
const mailPart = (number, part) => fs.readFileSync(path.join(process.env.MAILS, `${number}.${part}`), "utf8");
const linkIn = (text) => text.match(/https?:\/\/\S+ticket=[A-Za-z0-9]{32}/)[0];

async function nextMail(before) {
  for (let i = 0; i < 600 && mailNumber() <= before; ++i) await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(mailNumber() > before, "no mail came");
  return before + 1;
}

async function ask(page, go) {
  const before = mailNumber();
  await go("/recover");
  await page.fill("#email", kAddress);
  await page.click("button[type=submit]");
  await page.waitForURL("**/recover/progress/*");
  return nextMail(before);
}

async function choose(page, password, confirmation = password) {
  await page.fill("#password", password);
  await page.fill("#password_confirm", confirmation);
  await page.click("button[type=submit]");
}

const heading = async (page) => (await page.textContent("h1")).trim();

function request(method, where, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = http.request(new URL(where, base), { method, headers }, (response) => {
      let text = "";
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const tests = {
  async leadsFromTheLogInPageToANewPassword({ visit }) {
    const { page, go } = await visit();
    await go("/login");
    const before = mailNumber();
    await page.click("text=Forgotten your password?");
    await page.fill("#email", kAddress.toUpperCase());
    await page.keyboard.press("Enter");
    await page.waitForURL("**/recover/progress/*");
    assert.strictEqual(await heading(page), "Check your mail");
    const mail = await nextMail(before);
    assert.match(mailPart(mail, "header"), new RegExp(`Subject: Choose a new password for @${kUser}:`));
    assert.strictEqual(linkIn(mailPart(mail, "txt")), linkIn(mailPart(mail, "html").replaceAll('"', " ")));

    const phone = await visit({ viewport: { width: 375, height: 720 } }); // the mail is read elsewhere
    await phone.go(linkIn(mailPart(mail, "txt")));
    await choose(phone.page, "purple monkey dishwasher 7");
    await phone.page.waitForSelector("text=You were signed out everywhere.");
    await phone.page.click("a.button");
    await phone.page.fill("#username", kUser);
    await phone.page.fill("#password", "purple monkey dishwasher 7");
    await phone.page.click("button[type=submit]");
    await phone.page.waitForSelector(`text=@${kUser}:example.com`);

    await page.reload();
    assert.strictEqual(await heading(page), "This link was used already");
  },

  async worksWithoutJavaScript({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    const mail = await ask(page, go);
    await go(linkIn(mailPart(mail, "txt")));
    await choose(page, "another horse, another battery");
    assert.strictEqual(await heading(page), "Your password was changed");
  },

  async ofTwoTabsOneWins({ visit }) {
    const one = await visit();
    const mail = await ask(one.page, one.go);
    const link = linkIn(mailPart(mail, "txt"));
    const two = await one.page.context().newPage();
    await one.go(link);
    await two.goto(link);
    await choose(one.page, "the quick brown fox of tab one");
    assert.strictEqual(await heading(one.page), "Your password was changed");
    await choose(two, "the quick brown fox of tab two");
    assert.strictEqual(await heading(two), "This link was used already");
    await one.go("/login");
    await one.page.fill("#username", kUser);
    await one.page.fill("#password", "the quick brown fox of tab one");
    await one.page.click("button[type=submit]");
    await one.page.waitForSelector(`text=@${kUser}:example.com`);
  },

  async endsWhatWasOpenElsewhereAndIsSafeWithTheBackButton({ visit }) {
    const here = await visit();
    const change = async (password) => {
      const link = linkIn(mailPart(await ask(here.page, here.go), "txt"));
      await here.go(link);
      await choose(here.page, password);
      assert.strictEqual(await heading(here.page), "Your password was changed");
    };
    const password = "what somebody else may know";
    await change(password);
    const there = await visit();
    await there.go("/login");
    await there.page.fill("#username", kUser);
    await there.page.fill("#password", password);
    await there.page.click("button[type=submit]");
    await there.page.waitForSelector(`text=@${kUser}:example.com`);
    await change("what nobody else can know");
    await there.page.reload();
    await there.page.waitForSelector("text=You were signed out");
    await here.page.goBack();
    await here.page.waitForSelector("text=This link was used already");
  },

  async tellsWhatIsWrongWithAPassword({ visit }) {
    const { page, go } = await visit();
    const mail = await ask(page, go);
    await go(linkIn(mailPart(mail, "txt")));
    await page.uncheck("#end_sessions");
    for (const [password, words] of [["password1", "too easy"], ["nobody guesses this long one", "strong"]]) {
      await page.fill("#password", password);
      await page.waitForSelector(`#password-status:has-text("${words}")`);
    }
    assert.strictEqual(await page.getAttribute("#password-strength", "data-score"), "4");
    await choose(page, "password1", "password2");
    await page.waitForSelector("text=too easy to guess");
    assert.strictEqual(await page.getAttribute("#password", "aria-invalid"), "true");
    assert.strictEqual(await page.isChecked("#end_sessions"), false);
    await choose(page, "nobody guesses this long one");
    await page.waitForSelector("text=Your other sessions stay signed in.");
    await go(linkIn(mailPart(mail, "txt")));
    assert.strictEqual(await heading(page), "This link was used already");
  },

  async anExpiredLinkSendsAnotherMail({ visit }) {
    const { page, go } = await visit();
    await go(linkOf(process.env.EXPIRED_TICKET));
    assert.strictEqual(await heading(page), "This link does not work");
    const before = mailNumber();
    await page.click("text=Send another mail");
    await page.waitForSelector("text=Another mail is on its way.");
    await go(linkIn(mailPart(await nextMail(before), "txt")));
    assert.strictEqual(await heading(page), "Choose a new password");
  },

  async attack21_linksBeginWithThePublicBaseWhateverARequestCallsIt() {
    const forged = { Host: "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", Forwarded: "host=evil.example", "User-Agent": "evil.example" };
    const page = await request("GET", "/recover", forged);
    assert.ok(!page.text.includes("evil.example"));
    const cookie = page.headers["set-cookie"].map((each) => each.split(";")[0]).join("; ");
    const csrf = page.text.match(/name="csrf" value="([^"]+)"/)[1];
    const before = mailNumber();
    const body = new URLSearchParams({ csrf, email: kAddress }).toString();
    const sent = await request("POST", "/recover", { ...forged, Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }, body);
    assert.strictEqual(sent.status, 303);
    const mail = await nextMail(before);
    for (const part of ["header", "txt", "html"]) assert.ok(!mailPart(mail, part).includes("evil.example"), part);
    assert.ok(linkIn(mailPart(mail, "txt")).startsWith(base));
  },

  async isAccessibleInLightAndDarkOnDesktopAndPhone({ visit }) {
    const first = await visit();
    const mail = await ask(first.page, first.go);
    await inEveryLook(visit, async ({ page, go, look, colorScheme, device }) => {
      await go("/recover");
      await look("recovery-start");
      await page.evaluate(() => (document.forms[0].noValidate = true));
      await page.fill("#email", "alice");
      await page.click("button[type=submit]");
      await look("recovery-start-failed");
      await page.fill("#email", "nobody@example.org");
      await page.click("button[type=submit]");
      await page.waitForURL("**/recover/progress/*");
      await look("recovery-progress");
      const ticket = tickets.pop();
      await go(linkOf(ticket));
      await look("recovery-password");
      await choose(page, "password1", "password2");
      await look("recovery-password-failed");
      await choose(page, `words of ${device} in ${colorScheme}`);
      await look("recovery-done");
      await go(linkOf(ticket));
      await look("recovery-used");
      await go(linkOf(process.env.EXPIRED_TICKET));
      await look("recovery-expired");
      await page.goto("about:blank"); // the site's policy forbids what mails need: styles of their own
      await page.setContent(mailPart(mail, "html"));
      await screenshot(page, `recovery-mail-${device}-${colorScheme}`);
      await requireAccessible(page, `mail ${device} ${colorScheme}`, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
    });
  },
};

runTests(tests).then((failed) => process.exit(failed === 0 ? 0 : 1));
