// SPDX-License-Identifier: Apache-2.0
"use strict";
// People register, and take wrong turns. BASE_URL and CLIENT_ID name a server that runs, MAILS the folder where its mails are put,
// DATABASE_URI its database; this program is its homeserver, at HOMESERVER_PORT. STEPS=all: the server asks for every step.
const assert = require("node:assert");
const crypto = require("node:crypto");
const { inEveryLook, requireAccessible, screenshot, startClient } = require("./harness");
const { runTests } = require("./run");
const { codeFor, mailsTo, provisioned, sql, startHomeserver, until } = require("./surroundings");

const base = process.env.BASE_URL;
const kPassword = "nine unlikely purple otters";
const kAll = process.env.STEPS === "all";

let people = 0;
const newName = (stem) => `${stem}${++people}`;
const heading = async (page) => (await page.textContent("h1")).trim();

async function fillIn(page, name, more = {}) {
  await page.fill("#username", name);
  await page.fill("#email", more.email ?? `${name}@example.org`);
  await page.fill("#password", more.password ?? kPassword);
  await page.fill("#password_confirm", more.again ?? more.password ?? kPassword);
  if (more.terms !== false) await page.check("#accept_terms");
}

const submit = (page) => page.click("form:not(.aside) button[type=submit]");

async function begin(page, go, name) {
  await go("/register");
  await fillIn(page, name);
  await submit(page);
  await page.waitForSelector("#code");
}

async function proveAddress(page, name) {
  await page.fill("#code", await codeFor(`${name}@example.org`));
  await submit(page);
  await page.waitForSelector("#display_name");
}

const signedInAs = (page, name) => page.waitForSelector(`strong:text-is("@${name}:example.com")`);

const tests = {
  async doesWithoutJavaScript({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    const name = newName("quiet");
    await begin(page, go, name);
    await proveAddress(page, name);
    await page.click("button[value=skip]");
    await signedInAs(page, name);
    await until("the homeserver's user", () => provisioned.some((each) => each.localpart === name));
  },

  async tellsWhileOneTypes({ visit }) {
    const { page, go } = await visit();
    await go("/register/password");
    for (const [name, words] of [["alice", "taken"], ["elsewhere", "taken"], ["12345", "digits"], [newName("free"), "is free"]]) {
      await page.fill("#username", name);
      await page.waitForSelector(`#username-status:has-text("${words}")`);
    }
    for (const [password, words] of [["password1", "too easy"], [kPassword, "strong"]]) {
      await page.fill("#password", password);
      await page.waitForSelector(`#password-status:has-text("${words}")`);
    }
    assert.strictEqual(await page.getAttribute("#password-strength", "data-score"), "4");
    await page.fill("#password", "");
    await page.waitForSelector("#password-strength", { state: "hidden" });
  },

  async tellsAllThatIsWrong({ visit }) {
    const { page, go } = await visit();
    await go("/register/password");
    await page.evaluate(() => { document.getElementById("register").noValidate = true; });
    await fillIn(page, "alice", { email: "nobody", password: "123", again: "456", terms: false });
    await submit(page);
    await page.waitForSelector("[role=alert]");
    const alert = await page.textContent("[role=alert]");
    for (const words of ["is taken", "not an e-mail address", "too easy", "differ", "Accept the terms"]) assert.ok(alert.includes(words), `${words}: ${alert}`);
    assert.strictEqual(await page.inputValue("#username"), "alice");
    assert.strictEqual(await page.inputValue("#email"), "nobody");
    assert.strictEqual(await page.inputValue("#password"), "");
  },

  async refusesWrongAndOldCodesAndSendsAnother({ visit }) {
    const { page, go } = await visit();
    const name = newName("clumsy");
    await begin(page, go, name);
    const first = await codeFor(`${name}@example.org`);
    await page.fill("#code", first === "000000" ? "000001" : "000000");
    await submit(page);
    await page.waitForSelector('[role=alert]:has-text("This is not the code")');
    sql("UPDATE user_email_authentication_codes SET expires_at = now() - interval '1 s' WHERE code = '" + first + "'");
    await page.fill("#code", first);
    await submit(page);
    await page.waitForSelector('[role=alert]:has-text("too old")');
    await page.click("button[value=resend]");
    await page.waitForSelector('[role=status]:has-text("on its way")');
    await page.fill("#code", await codeFor(`${name}@example.org`, 2));
    await submit(page);
    await page.waitForSelector("#display_name");
  },

  async offersAnotherNameWhereOneWasTakenMeanwhile({ visit }) {
    const slow = await visit();
    const fast = await visit();
    const name = newName("wanted");
    await begin(slow.page, slow.go, name);
    await proveAddress(slow.page, name);
    await fast.go("/register");
    await fillIn(fast.page, name, { email: `fast-${name}@example.org` });
    await submit(fast.page);
    await fast.page.waitForSelector("#code");
    await fast.page.fill("#code", await codeFor(`fast-${name}@example.org`));
    await submit(fast.page);
    await fast.page.click("button[value=skip]");
    await signedInAs(fast.page, name);
    await slow.page.fill("#display_name", "Slow Person");
    await slow.page.click("button[value=set]");
    await slow.page.waitForSelector('h1:has-text("That name is gone")');
    await slow.page.fill("#username", "alice");
    await submit(slow.page);
    await slow.page.waitForSelector('[role=alert]:has-text("taken")');
    const other = newName("second");
    await slow.page.fill("#username", other);
    await submit(slow.page);
    await signedInAs(slow.page, other);
    await until("the homeserver's user", () => provisioned.some((each) => each.localpart === other && each.set_displayname === "Slow Person"));
  },

  async tellsWhoProvesAnAddressThatSomebodyProvedMeanwhile({ visit }) {
    const slow = await visit();
    const fast = await visit();
    const email = `${newName("shared")}@example.org`;
    for (const { page, go } of [slow, fast]) {
      await go("/register");
      await fillIn(page, newName("sharer"), { email });
      await submit(page);
      await page.waitForSelector("#code");
      page.codeOfMine = await codeFor(email, page === slow.page ? 1 : 2);
    }
    for (const { page } of [fast, slow]) {
      await page.fill("#code", page.codeOfMine);
      await submit(page);
      await page.click("button[value=skip]");
    }
    await fast.page.waitForSelector("text=:example.com");
    await slow.page.waitForSelector('h1:has-text("You have an account already")');
    await requireAccessible(slow.page, "address in use");
    assert.strictEqual(sql(`SELECT count(*) FROM user_emails WHERE email = '${email}'`), "1");
  },

  async isSafeWithTheBackButton({ visit }) {
    const { page, go } = await visit();
    const name = newName("hasty");
    await begin(page, go, name);
    await page.goBack();
    await page.goForward();
    await proveAddress(page, name);
    await page.goBack();
    await page.reload();
    await page.waitForSelector("#display_name"); // the code is done
    await page.click("button[value=skip]");
    await signedInAs(page, name);
    await page.goBack();
    await page.reload();
    await signedInAs(page, name);
    assert.strictEqual(sql(`SELECT count(*) FROM users WHERE username = '${name}'`), "1");
  },

  async goesOnInAnotherTabAndAfterABreak({ visit }) {
    const { page, go } = await visit();
    const name = newName("torn");
    await begin(page, go, name);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await proveAddress(tab, name);
    await page.reload(); // the first tab learns of it
    await page.waitForSelector("#display_name");
    await page.close();
    const later = await tab.context().newPage();
    await later.goto(new URL(new URL(tab.url()).pathname.replace("display-name", "finish"), base).href);
    await later.click("button[value=skip]");
    await signedInAs(later, name);
    await tab.click("button[value=skip]"); // too late, and harmless
    await signedInAs(tab, name);
  },

  async tellsThatItIsOver({ visit }) {
    const { page, go, faults } = await visit();
    const name = newName("late");
    await begin(page, go, name);
    sql(`UPDATE user_registrations SET created_at = created_at - interval '1 h' WHERE username = '${name}'`);
    await page.fill("#code", "123456");
    await submit(page);
    await page.waitForSelector('h1:has-text("is over")');
    await requireAccessible(page, "over");
    await page.click("a.button");
    await page.waitForSelector("#username");
    faults.length = 0; // the browser itself logs the status
  },

  async isAccessibleInLightAndDarkOnDesktopAndPhone({ visit }) {
    await inEveryLook(visit, async ({ page, go, look }) => {
      const name = newName("looker");
      await go("/register");
      await fillIn(page, name);
      await page.waitForSelector("#username-status[data-ok=true]");
      await page.waitForSelector("#password-status[data-ok=true]");
      await look("register");
      await page.fill("#username", "alice");
      await page.fill("#password_confirm", "something else");
      await submit(page);
      await page.waitForSelector("[role=alert]");
      await look("register-errors");
      await fillIn(page, name);
      await submit(page);
      await page.waitForSelector("#code");
      await look("register-verify-email");
      await proveAddress(page, name);
      await look("register-display-name");
      await page.goto(page.url().replace("display-name", "username"));
      await look("register-username");
    });
  },
};

const everyStep = {
  async leadsFromTheClientThroughEveryStepBack({ visit, client }) {
    const { page, go } = await visit();
    const name = newName("invited");
    const challenge = crypto.createHash("sha256").update("v".repeat(43)).digest("base64url");
    await go("/authorize?" + new URLSearchParams({ response_type: "code", client_id: process.env.CLIENT_ID, redirect_uri: client.uri, scope: "openid", state: "s", prompt: "create",
      code_challenge: challenge, code_challenge_method: "S256" }));
    await fillIn(page, name);
    await submit(page); // the proof of work comes and goes by itself
    await page.waitForSelector("#token");
    assert.strictEqual(mailsTo(`${name}@example.org`).length, 0);
    await page.fill("#token", "nonsense");
    await submit(page);
    await page.waitForSelector("[role=alert]");
    await requireAccessible(page, "token");
    await screenshot(page, "register-token-desktop-light");
    await page.fill("#token", "welcome");
    await submit(page);
    await page.waitForSelector("#code");
    await proveAddress(page, name);
    await page.fill("#display_name", "<i>Invited</i>");
    await page.click("button[value=set]");
    await page.click("button[value=consent]");
    await page.waitForSelector("text=back at the client");
    assert.ok(client.answers.at(-1).code);
    assert.strictEqual(sql("SELECT times_used FROM user_registration_tokens WHERE token = 'welcome'"), "1");
  },

  async saysThatTheProofOfWorkNeedsJavaScript({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    await go("/register");
    await fillIn(page, newName("plain"));
    await submit(page);
    await page.waitForSelector("#work", { state: "attached" }); // there is nothing to see in it
    assert.match(await heading(page), /moment/);
    assert.match(await page.textContent("main"), /needs JavaScript/);
    assert.ok(!(await page.isVisible("#work-submit")));
  },

  async showsTheProofOfWork({ visit }) {
    const { page, go, faults } = await visit();
    await page.route("**/assets/proof-of-work.*", (route) => route.abort()); // else it is over at once
    await go("/register");
    await fillIn(page, newName("stuck"));
    await submit(page);
    await page.waitForSelector("#work", { state: "attached" });
    await requireAccessible(page, "proof of work");
    await screenshot(page, "register-proof-of-work-desktop-light");
    faults.length = 0;
  },
};

(async () => {
  await startHomeserver();
  const failed = await runTests(kAll ? everyStep : tests, { client: await startClient() });
  process.exit(failed === 0 ? 0 : 1);
})();
