// SPDX-License-Identifier: Apache-2.0
"use strict";
// BASE_URL, CLIENT_ID (public, redirect URI http://127.0.0.1/cb), USERNAME and PASSWORD name a server that runs.
const assert = require("node:assert");
const crypto = require("node:crypto");
const { inEveryLook, requireAccessible, startClient } = require("./harness");
const { runTests } = require("./run");

const base = process.env.BASE_URL;
const kUser = process.env.USERNAME_OF_PERSON;
const kPassword = process.env.PASSWORD_OF_PERSON;

function authorizeUrl(client, more = {}) {
  const challenge = crypto.createHash("sha256").update("v".repeat(43)).digest("base64url");
  return "/authorize?" + new URLSearchParams({
    response_type: "code", client_id: process.env.CLIENT_ID, redirect_uri: client.uri, scope: "openid urn:matrix:client:api:*", state: "the state",
    code_challenge: challenge, code_challenge_method: "S256", ...more,
  });
}

const ssoUrl = (client) => "/_matrix/client/v3/login/sso/redirect?" + new URLSearchParams({ redirectUrl: `${client.uri}?kept=yes` });

async function logIn(page, password = kPassword) {
  await page.fill("#username", kUser);
  await page.fill("#password", password);
  await page.click("button[type=submit]");
}

// Logged in, on the account's start page.
async function openAccount({ page, go }) {
  await go("/account/");
  await logIn(page);
  await page.waitForSelector("nav[aria-label]");
}

const kAccountPages = ["", "sessions", "emails", "password/change", "applications", "tokens", "language", "deactivate"];

const heading = (page) => page.textContent("h1");

const tests = {
  async refusesAWrongPassword({ visit }) {
    const { page, go } = await visit();
    await go("/login");
    await logIn(page, "wrong");
    await page.waitForSelector("[role=alert]");
    assert.strictEqual(await page.inputValue("#username"), kUser);
    assert.strictEqual(await page.inputValue("#password"), "");
    assert.strictEqual(await page.getAttribute("#password", "aria-invalid"), "true");
    assert.strictEqual(await page.getAttribute("#password", "aria-describedby"), "form-error");
    assert.strictEqual(await page.evaluate(() => document.activeElement.id), "password");
  },

  async worksByKeyboardAlone({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: true });
    await go("/");
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
    for (const expected of ["A", "A"]) {
      await page.keyboard.press("Tab");
      assert.strictEqual(await page.evaluate(() => document.activeElement.tagName), expected);
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("#username:focus");
    await page.keyboard.type(kUser);
    await page.keyboard.press("Tab");
    await page.keyboard.type(kPassword);
    await page.keyboard.press("Enter");
    await page.waitForSelector(`text=@${kUser}:example.com`);
  },

  async worksWithoutJavaScript({ visit, client }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    await go(authorizeUrl(client, { response_mode: "form_post" }));
    await logIn(page);
    await page.click("button[value=consent]");
    await page.click("button[type=submit]");
    await page.waitForSelector("text=back at the client");
    assert.ok(client.answers.at(-1).code);
  },

  async leadsThroughConsentToTheClient({ visit, client }) {
    const { page, go } = await visit();
    await go(authorizeUrl(client));
    assert.match(await page.textContent("main"), /to continue to Example Client/);
    await logIn(page);
    await page.waitForSelector("button[value=consent]");
    assert.match(await heading(page), /Example Client/);
    await page.click("button[value=consent]");
    await page.waitForSelector("text=back at the client");
    const answer = client.answers.at(-1);
    assert.strictEqual(answer.state, "the state");
    assert.strictEqual(answer.iss, base);
    assert.match(answer.code, /^[A-Za-z0-9]{32}$/);
  },

  async submitsTheAnswerByItself({ visit, client }) {
    const { page, go } = await visit();
    await go(authorizeUrl(client, { response_mode: "form_post", state: "posted" }));
    await logIn(page);
    await page.click("button[value=consent]");
    await page.waitForSelector("text=back at the client");
    assert.strictEqual(client.answers.at(-1).state, "posted");
  },

  async showsTheAnswerBeforeItGoesToTheClient({ visit, client }) {
    const { page, faults, go } = await visit();
    await page.route("**/assets/form-post.*", (route) => route.abort()); // else it is gone at once
    await go(authorizeUrl(client, { response_mode: "form_post" }));
    await logIn(page);
    await page.click("button[value=consent]");
    await page.waitForSelector("form#answer");
    await requireAccessible(page, "form-post");
    faults.length = 0; // the script that was held back
  },

  async leadsFromTheStartPageToTheAccountAndItsLanguage({ visit }) {
    const { page, go } = await visit();
    await go("/login");
    await logIn(page);
    await page.click("main >> text=Manage the account");
    await page.click("nav >> text=Language");
    assert.strictEqual(await page.textContent("nav a[aria-current=page]"), "Language");
    await page.waitForSelector("select#language");
  },

  async tellsTheClientOfARefusal({ visit, client }) {
    const { page, go } = await visit();
    await go(authorizeUrl(client));
    await logIn(page);
    await page.click("button[value=deny]");
    await page.waitForSelector("text=back at the client");
    assert.strictEqual(client.answers.at(-1).error, "access_denied");
  },

  async switchesTheAccountAndLogsOut({ visit, client }) {
    const { page, go } = await visit();
    await go(authorizeUrl(client));
    await logIn(page);
    await page.click("button.link");
    await page.waitForSelector("#password");
    assert.match(await page.textContent("main"), /to continue to Example Client/);
    await logIn(page);
    await page.waitForSelector("button[value=consent]");
    await go("/");
    await page.click("text=Sign out");
    await page.waitForSelector("#password");
  },

  async logsOutWhereAClientAsks({ visit, client }) {
    const out = client.uri.replace("/cb", "/out");
    const metadata = { client_name: "Example Client", client_uri: "https://client.example/", application_type: "native", redirect_uris: [client.uri],
      post_logout_redirect_uris: [out], token_endpoint_auth_method: "none" };
    const registered = await (await fetch(new URL("/oauth2/registration", base), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(metadata) })).json();
    assert.ok(registered.client_id, JSON.stringify(registered));
    const endSession = "/end-session?" + new URLSearchParams({ client_id: registered.client_id, post_logout_redirect_uri: out, state: "good bye" });
    for (const javaScriptEnabled of [true, false]) {
      const { page, go } = await visit({ javaScriptEnabled });
      await go("/login");
      await logIn(page);
      await page.waitForSelector(`text=@${kUser}:example.com`);
      await go(endSession);
      assert.match(await page.textContent("main"), /Example Client asks you to sign out/);
      await page.click("button[value=stay]");
      await page.waitForSelector(`text=@${kUser}:example.com`);
      await go(endSession);
      await page.click("button[value=sign-out]");
      await page.waitForSelector("text=back at the client");
      assert.strictEqual(new URL(page.url()).searchParams.get("state"), "good bye");
      await go("/");
      await page.waitForSelector("text=Sign in");
    }
  },

  async asksForThePasswordAgainWhenTheClientWants({ visit, client }) {
    const { page, go } = await visit();
    await go("/login");
    await logIn(page);
    await page.waitForSelector(`text=@${kUser}:example.com`);
    await go(authorizeUrl(client, { prompt: "login" }));
    assert.strictEqual(await page.inputValue("#username"), kUser);
    await page.fill("#password", kPassword);
    await page.click("button[type=submit]");
    await page.waitForSelector("button[value=consent]");
  },

  async leadsAMatrixClientThroughSingleSignOn({ visit, client }) {
    for (const javaScriptEnabled of [true, false]) {
      const { page, go } = await visit({ javaScriptEnabled });
      await go(ssoUrl(client));
      await logIn(page);
      await page.waitForSelector("text=127.0.0.1");
      await page.click("button:not(.link)");
      await page.waitForSelector("text=back at the client");
      const answer = client.answers.at(-1);
      assert.strictEqual(answer.kept, "yes");
      assert.match(answer.loginToken, /^[A-Za-z0-9]{32}$/);
      await page.goBack();
      await page.waitForSelector("text=compat_sso_login_expired");
      if (javaScriptEnabled) await requireAccessible(page, "compat-sso-expired");
    }
  },

  async managesTheAccountWithoutJavaScript({ visit, client }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    await go(authorizeUrl(client));
    await logIn(page);
    await page.click("button[value=consent]");
    await page.waitForSelector("text=back at the client");
    await go("/account/");
    await page.click("text=Sessions and devices");
    await page.selectOption("#kind", "browser");
    await page.click("button:has-text('Search')");
    await page.waitForSelector("text=This browser");
    await go("/account/tokens");
    await page.fill("#name", "Backup");
    await page.check("input[name=scope]");
    await page.click("button:has-text('Make the token')");
    await page.waitForSelector("text=Your new token");
    assert.match(await page.inputValue("#token"), /^mpt_[A-Za-z0-9]{30}_[A-Za-z0-9]{6}$/);
    await page.click("text=I have copied it");
    await page.click(".entries a:has-text('Backup')");
    await page.fill("#name", "Nightly backup");
    await page.click("button[value=rename]");
    assert.match(await heading(page), /Nightly backup/);
    await page.click("button[value=end]");
    await page.waitForSelector("text=Signed out.");
    await page.click("nav >> text=E-mail");
    await page.fill("#email", "alice@example.com");
    await page.click("button:has-text('Send a code')");
    await page.fill("#code", "000000");
    await page.click("button:has-text('Confirm')");
    await page.waitForSelector("[role=alert]");
    await page.click("nav >> text=Password");
    await page.fill("#current_password", "wrong");
    await page.fill("#new_password", "a rather unusual sentence");
    await page.fill("#new_password_again", "a rather unusual sentence");
    await page.click("button:has-text('Change the password')");
    await page.waitForSelector("text=current password is not right");
  },

  async saysHowStrongANewPasswordIsWhileItIsTyped({ visit }) {
    const { page, go } = await visit();
    await openAccount({ page, go });
    await go("/account/password/change");
    await page.waitForSelector("#password-strength", { state: "hidden" });
    for (const [password, words, score] of [["password1", "too easy", /^[01]$/], ["nine unlikely purple otters", "strong", /^4$/]]) {
      await page.fill("#new_password", password);
      await page.waitForSelector(`#password-status:has-text("${words}")`);
      assert.match(await page.getAttribute("#password-strength", "data-score"), score);
    }
    await requireAccessible(page, "a password that is typed");
    await page.fill("#new_password", "");
    await page.waitForSelector("#password-strength", { state: "hidden" });
    assert.strictEqual(await page.textContent("#password-status"), "");
  },

  async changesAPasswordWithoutJavaScript({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    await openAccount({ page, go });
    await go("/account/password/change");
    await page.fill("#current_password", kPassword);
    await page.fill("#new_password", "password1");
    await page.fill("#new_password_again", "password1");
    await page.click("button:has-text('Change the password')");
    await page.waitForSelector("[role=alert]:has-text('too easy')");
    assert.match(await page.getAttribute("#password-strength", "data-score"), /^[01]$/);
    assert.strictEqual(await page.isVisible("#password-strength"), true);
    await page.fill("#current_password", kPassword);
    await page.fill("#new_password", kPassword);
    await page.fill("#new_password_again", kPassword);
    await page.click("button:has-text('Change the password')");
    await page.waitForSelector("text=Your password was changed.");
  },

  async noticesThatItWasEndedElsewhere({ visit }) {
    const here = await visit(), there = await visit();
    await openAccount(here);
    await openAccount(there);
    await here.go("/account/sessions");
    await here.page.click("button[value=end_others]");
    await here.page.waitForSelector("text=Signed out.");
    await there.page.click("text=Sessions and devices");
    await there.page.waitForSelector("text=You were signed out");
    await requireAccessible(there.page, "session ended");
    await there.page.click("button:has-text('Sign out')");
    await there.page.waitForSelector("#password");
  },

  async endsASessionOnceFromTwoTabsAndByTheBackButton({ visit }) {
    const { page, go } = await visit(), other = await visit();
    await openAccount({ page, go });
    await openAccount(other);
    await go("/account/sessions?kind=browser");
    const second = await page.context().newPage();
    await second.goto(page.url());
    const others = "li:not(:has(.badge)) input[name=session]";
    await page.check(others);
    await second.check(others);
    await page.click("button[value=end]");
    await page.waitForSelector("text=Signed out.");
    await page.goBack();
    await second.click("button[value=end]");
    await second.waitForSelector("text=There was nothing to sign out.");
  },

  async saysThatTheHomeserverIsAway({ visit }) {
    const { page, faults, go } = await visit();
    await openAccount({ page, go });
    assert.strictEqual((await go("/account/profile")).status(), 503);
    assert.match(await page.textContent("[role=alert]"), /did not answer/);
    await requireAccessible(page, "account-profile");
    faults.length = 0; // the browser itself logs the status
  },

  async keepsTheLanguageThatSomebodyChose({ visit }) {
    const { page, go } = await visit({ locale: "fr-FR" });
    await openAccount({ page, go });
    await go("/account/language");
    await page.selectOption("#language", "de");
    await page.click("button[type=submit]");
    await page.waitForSelector("text=Gespeichert.");
    await go("/account/");
    assert.strictEqual((await heading(page)).trim(), "Dein Konto");
  },

  async speaksThePersonsLanguage({ visit }) {
    for (const [locale, title] of [["de-AT", "Anmelden"], ["fr-CA", "Se connecter"], ["es-MX", "Iniciar sesión"], ["ja-JP", "Sign in"]]) {
      const { page, go } = await visit({ locale });
      await go("/login");
      assert.strictEqual((await heading(page)).trim(), title);
      assert.strictEqual(await page.getAttribute("html", "lang"), title === "Sign in" ? "en" : locale.slice(0, 2));
    }
  },

  async isAccessibleInLightAndDarkOnDesktopAndPhone({ visit, client }) {
    await inEveryLook(visit, async ({ page, go, look }) => {
      await go("/login");
      await look("login");
      await logIn(page, "wrong");
      await page.waitForSelector("[role=alert]");
      await look("login-failed");
      await go("/link");
      await page.fill("#code", "WRONG1");
      await page.click("button[type=submit]");
      await page.waitForSelector("[role=alert]");
      await look("device-link");
      await go(authorizeUrl(client));
      await logIn(page);
      await page.waitForSelector("button[value=consent]");
      await look("consent");
      await go(ssoUrl(client));
      await page.waitForSelector("text=127.0.0.1");
      await look("compat-sso");
      await go("/");
      await look("index");
      for (const each of kAccountPages) {
        await go(`/account/${each}`);
        await look(`account-${each.replace("/", "-") || "overview"}`);
      }
      await go("/account/sessions");
      await page.click(".entries a");
      await look("account-session");
      await go("/end-session");
      await look("end-session");
      await page.click("button[value=sign-out]");
      await page.waitForSelector("text=You are signed out");
      await look("signed-out");
    });
  },

  async saysThatSomethingIsOff({ visit }) {
    const { page, go } = await visit();
    for (const where of ["/register", "/recover", "/register/password"]) {
      await go(where);
      await requireAccessible(page, `${where} that is off`);
    }
  },

  async saysThatThePolicyRefuses({ visit, client }) {
    const { page, go } = await visit();
    await go(authorizeUrl(client, { scope: "openid urn:synapse:admin:*" }));
    await logIn(page);
    await page.waitForSelector('h1:has-text("not allowed here")');
    await requireAccessible(page, "policy-violation");
    await page.click("button[value=deny]");
    await page.waitForSelector("text=back at the client");
    assert.strictEqual(client.answers.at(-1).error, "access_denied");
  },

  async showsErrorsInWords({ visit }) {
    const { page, faults, go } = await visit();
    for (const [method, where, status, words] of [["GET", "/nowhere", 404, "Not found"], ["GET", "/logout", 405, "Not like this"], ["POST", "/login", 413, "Too much"]]) {
      const answer = await fetch(new URL(where, base), { method, body: method === "POST" ? "a".repeat(200_000) : undefined });
      assert.strictEqual(answer.status, status);
      assert.ok((await answer.text()).includes(`<title>${words} · ACME Chat</title>`), where);
    }
    await go("/nowhere");
    await requireAccessible(page, "error-404");
    const response = await go("/authorize?client_id=01ARZ3NDEKTSV4RRFFQ69G5FAV&response_type=code");
    assert.strictEqual(response.status(), 400);
    assert.match(await page.textContent("main"), /give this number: [0-9A-Za-z-]{8,}/);
    await requireAccessible(page, "error");
    assert.strictEqual(await page.title(), "This did not work · ACME Chat");
    faults.length = 0; // the browser itself logs the status
  },
};

(async () => {
  const client = await startClient();
  const failed = await runTests(tests, { client });
  client.close();
  process.exit(failed === 0 ? 0 : 1);
})();
