// SPDX-License-Identifier: Apache-2.0
"use strict";
// People change their accounts, with wrong turns. Environment: as registration.js; PASSWORD_OF_PERSON is the password of alice, and of all
// people that are made here.
const assert = require("node:assert");
const { inEveryLook, requireAccessible, startClient } = require("./harness");
const { runTests } = require("./run");
const { codeFor, deleted, sql, startHomeserver, until } = require("./surroundings");

const base = process.env.BASE_URL;
const kPassword = process.env.PASSWORD_OF_PERSON;

let people = 0;
function newPerson(stem) {
  const name = `${stem}${++people}`;
  sql(`INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), '${name}', now());
       INSERT INTO user_passwords (user_password_id, user_id, hashed_password, version, created_at)
         SELECT gen_random_uuid(), u.user_id, p.hashed_password, p.version, now() FROM users u, user_passwords p JOIN users a ON a.user_id = p.user_id WHERE u.username = '${name}' AND a.username = 'alice';
       INSERT INTO user_emails (user_email_id, user_id, email, created_at) SELECT gen_random_uuid(), user_id, '${name}@example.org', now() FROM users WHERE username = '${name}'`);
  return name;
}

async function logIn({ page, go }, name, password = kPassword) {
  await go("/login");
  await page.fill("#username", name);
  await page.fill("#password", password);
  await page.click("button[type=submit]");
}

// The account's start page of somebody new, and their name.
async function openAccount(visitor, stem) {
  const name = newPerson(stem);
  await logIn(visitor, name);
  await visitor.page.waitForSelector(`text=@${name}:example.com`);
  return name;
}

// The form of the page itself, which has the only visible button of that text.
const press = (page, text) => page.click(`main button:has-text("${text}")`);
const told = (page, text) => page.waitForSelector(`[role=status]:has-text("${text}")`);
const alerted = (page, text) => page.waitForSelector(`[role=alert]:has-text("${text}")`);

// A log-in is a proof for some minutes; afterwards the password is asked for again.
const letProofGrowOld = (name) => sql(`UPDATE user_session_authentications SET created_at = created_at - interval '1 day' WHERE user_session_id IN
    (SELECT user_session_id FROM user_sessions JOIN users USING (user_id) WHERE username = '${name}')`);

async function addAddress(page, go, address) {
  await go("/account/emails");
  await page.fill("#email", address);
  if (await page.isVisible("#password")) await page.fill("#password", kPassword);
  await press(page, "Send a code");
  await page.waitForSelector("#code");
}

async function registerClient(client) {
  const metadata = { client_name: "Example Client", client_uri: "https://client.example/", application_type: "native", redirect_uris: [client.uri],
    grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"], token_endpoint_auth_method: "none" };
  const answer = await fetch(new URL("/oauth2/registration", base), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(metadata) });
  return (await answer.json()).client_id;
}

async function deviceCode(clientId) {
  const body = new URLSearchParams({ client_id: clientId, scope: "urn:matrix:client:api:*" });
  return (await fetch(new URL("/oauth2/device", base), { method: "POST", body })).json();
}

// Somebody who is logged in lets an app on another device in; the app, with its tokens.
async function letAnAppIn({ page, go }, client) {
  const clientId = await registerClient(client), device = await deviceCode(clientId);
  await go("/link");
  await page.fill("#code", device.user_code);
  await page.click("button[type=submit]");
  await page.check("#confirm_device");
  await page.click("button[value=consent]");
  await page.waitForSelector('h1:has-text("Device linked")');
  const ask = async (more) => (await fetch(new URL("/oauth2/token", base), { method: "POST", body: new URLSearchParams({ client_id: clientId, ...more }) })).json();
  const tokens = await ask({ grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: device.device_code });
  assert.ok(tokens.access_token, JSON.stringify(tokens));
  return { refresh: () => ask({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }) };
}

const tests = {
  async changesTheDisplayName({ visit }) {
    for (const javaScriptEnabled of [true, false]) {
      const { page, go } = await visit({ javaScriptEnabled });
      await openAccount({ page, go }, "named");
      await go("/account/profile");
      await page.fill("#display_name", "<b>Nora</b> Named");
      await press(page, "Save");
      await told(page, "Your name was saved");
      assert.strictEqual(await page.inputValue("#display_name"), "<b>Nora</b> Named");
    }
  },

  async addsAndRemovesAnAddressAfterWrongTurns({ visit }) {
    const { page, go } = await visit();
    const name = await openAccount({ page, go }, "mailed");
    const address = `more-${name}@example.org`;
    await addAddress(page, go, address);
    const asked = page.url(), first = await codeFor(address);
    await page.fill("#code", first === "000000" ? "000001" : "000000");
    await press(page, "Confirm");
    await alerted(page, "not right");
    await requireAccessible(page, "account-email-code");
    sql(`UPDATE user_email_authentication_codes SET expires_at = now() - interval '1 s' WHERE code = '${first}'`);
    await page.fill("#code", first);
    await press(page, "Confirm");
    await alerted(page, "too old");
    await page.click("button[value=resend]");
    await told(page, "on its way");
    const code = await codeFor(address, 2);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await page.fill("#code", code);
    await press(page, "Confirm");
    await told(page, "The address was added");
    await tab.fill("#code", code); // used up by the first tab
    await press(tab, "Confirm");
    await told(tab, "its code was used up");
    await page.goto(asked); // where the history has it
    await told(page, "its code was used up");
    assert.strictEqual(sql(`SELECT count(*) FROM user_emails WHERE email = '${address}'`), "1");
    letProofGrowOld(name);
    await page.click(`a[aria-label="Remove ${address}"]`);
    await page.fill("#password", "wrong");
    await press(page, "Remove");
    await page.waitForSelector("[role=alert]");
    await requireAccessible(page, "account-email-removal");
    await page.fill("#password", kPassword);
    await press(page, "Remove");
    await told(page, "The address was removed");
    assert.strictEqual(sql(`SELECT count(*) FROM user_emails WHERE email = '${address}'`), "0");
  },

  async tellsThatSomebodyElseHasTheAddress({ visit }) {
    const { page, go } = await visit();
    await openAccount({ page, go }, "greedy");
    const other = newPerson("owner");
    await addAddress(page, go, `${other}@example.org`);
    await page.fill("#code", await codeFor(`${other}@example.org`));
    await press(page, "Confirm");
    await told(page, "belongs to another account");
    await requireAccessible(page, "account-emails");
  },

  async changesThePasswordAndSignsOutElsewhere({ visit }) {
    const { page, go } = await visit(), other = await visit();
    const name = await openAccount({ page, go }, "careful");
    await logIn(other, name);
    await other.page.waitForSelector(`text=@${name}:example.com`);
    await go("/account/password/change");
    const fillIn = async (current, chosen, again) => {
      await page.fill("#current_password", current);
      await page.fill("#new_password", chosen);
      await page.fill("#new_password_again", again);
      await press(page, "Change the password");
    };
    await fillIn(kPassword, "password1", "password1");
    await alerted(page, "too easy to guess");
    await requireAccessible(page, "account-password-failed");
    await fillIn(kPassword, "nine unlikely purple otters", "nine unlikely purple otters");
    await told(page, "Your password was changed");
    await other.go("/account/password/change"); // somebody who was about to do the same
    await other.page.waitForSelector("text=You were signed out");
    const later = await visit();
    await logIn(later, name);
    await later.page.waitForSelector("[role=alert]");
    await logIn(later, name, "nine unlikely purple otters");
    await later.page.waitForSelector(`text=@${name}:example.com`);
  },

  async linksOrRefusesADevice({ visit, client }) {
    const { page, go } = await visit();
    await openAccount({ page, go }, "linking");
    const clientId = await registerClient(client);
    for (const [button, title] of [["reject", "Device refused"], ["consent", "Device linked"]]) {
      await go("/link");
      await page.fill("#code", (await deviceCode(clientId)).user_code);
      await page.click("button[type=submit]");
      await page.waitForSelector("#confirm_device");
      if (button === "consent") {
        await page.click("button[value=consent]");
        await alerted(page, "Confirm that it is your device");
        await requireAccessible(page, "device-consent");
        await page.check("#confirm_device");
      }
      await page.click(`button[value=${button}]`);
      await page.waitForSelector(`h1:has-text("${title}")`);
      await requireAccessible(page, title);
    }
  },

  async letsAnAppInAndRemovesItsAccess({ visit, client }) {
    const { page, go } = await visit();
    await openAccount({ page, go }, "trusting");
    const app = await letAnAppIn({ page, go }, client);
    await go("/account/applications");
    await page.waitForSelector("strong:has-text('Example Client')");
    await requireAccessible(page, "account-applications");
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await press(page, "Remove access");
    await told(page, "no access any more");
    await press(tab, "Remove access"); // too late
    await told(tab, "The app had no access");
    assert.strictEqual((await app.refresh()).error, "invalid_grant");
  },

  async allowsAResetOfTheIdentity({ visit }) {
    const { page, go } = await visit();
    await openAccount({ page, go }, "lost");
    for (const [button, title] of [["cancel", "Nothing was changed"], ["reset", "Reset allowed"]]) {
      await go("/account/?action=org.matrix.cross_signing_reset");
      await page.waitForSelector("button[value=reset]");
      await requireAccessible(page, "cross-signing-reset");
      await page.click(`button[value=${button}]`);
      await page.waitForSelector(`h1:has-text("${title}")`);
      await requireAccessible(page, title);
    }
  },

  async deletesTheAccountWithoutJavaScript({ visit }) {
    const { page, go } = await visit({ javaScriptEnabled: false });
    const name = await openAccount({ page, go }, "leaving");
    await go("/account/deactivate");
    const fillIn = async (username, password) => {
      await page.fill("#username", username);
      await page.fill("#password", password);
      await page.check("#erase");
      await press(page, "Delete the account");
    };
    await fillIn("somebody", kPassword);
    await alerted(page, "not your username");
    await fillIn(name, "wrong");
    await page.waitForSelector("#confirm-error");
    assert.strictEqual(sql(`SELECT count(*) FROM users WHERE username = '${name}' AND deactivated_at IS NULL`), "1");
    await fillIn(name, kPassword);
    await page.waitForSelector('h1:has-text("Your account was deleted")');
    await until("the homeserver to hear of it", () => deleted.some((each) => each.localpart === name && each.erase));
    await go("/account/deactivate");
    await page.waitForSelector("#password"); // the page to log in
    await logIn({ page, go }, name);
    await page.waitForSelector('h1:has-text("This account was deleted")');
  },

  async showsWhatIsLeftOfAnAccountAccessibly({ visit }) {
    const { page, go } = await visit();
    const leaving = await openAccount({ page, go }, "ended");
    await go("/account/deactivate");
    await page.fill("#username", leaving);
    await page.fill("#password", kPassword);
    await press(page, "Delete the account");
    await page.waitForSelector('h1:has-text("Your account was deleted")');
    await requireAccessible(page, "account-deactivation-done");
    await logIn({ page, go }, leaving);
    await page.waitForSelector('h1:has-text("This account was deleted")');
    await requireAccessible(page, "account-deactivated");
    const other = await visit();
    const locked = newPerson("locked");
    sql(`UPDATE users SET locked_at = now() WHERE username = '${locked}'`);
    await logIn(other, locked);
    await other.page.waitForSelector('h1:has-text("This account is locked")');
    await requireAccessible(other.page, "account-locked");
  },

  async showsANewTokenOnceAccessibly({ visit }) {
    const { page, go } = await visit();
    await openAccount({ page, go }, "scripting");
    await go("/account/tokens");
    await page.fill("#name", `Backup ${"x".repeat(90)}`); // of one long word
    await page.check("input[name=scope]");
    await press(page, "Make the token");
    const token = await page.inputValue("#token");
    await requireAccessible(page, "account-token-made");
    await page.setViewportSize({ width: 320, height: 640 });
    const field = await page.$eval("#token", (each) => [each.scrollWidth <= each.clientWidth, each.scrollHeight <= each.clientHeight]);
    assert.deepStrictEqual(field, [true, true], "a phone shows all of the token");
    await go("/account/tokens");
    assert.ok(!(await page.content()).includes(token));
  },

  async isAccessibleInLightAndDarkOnDesktopAndPhone({ visit, client }) {
    await inEveryLook(visit, async ({ page, go, look }) => {
      const name = await openAccount({ page, go }, "alice");
      await go("/account/profile");
      await page.fill("#display_name", "Alice");
      await press(page, "Save");
      await go("/account/profile");
      await look("account-profile");
      await letAnAppIn({ page, go }, client);
      await go("/account/applications");
      await look("account-applications");
      await addAddress(page, go, `new-${name}@example.org`);
      await look("account-email-code");
    });
  },
};

(async () => {
  await startHomeserver();
  const failed = await runTests(tests, { client: await startClient() });
  process.exit(failed === 0 ? 0 : 1);
})();
