// SPDX-License-Identifier: Apache-2.0
// A client from before OAuth that logs in by SSO, in a real browser: matrix-js-sdk makes the address and exchanges the token.
import assert from "node:assert";
import { eventually, isRefused, kHomeserver, kMatrixId, kPerson, talks } from "./web.mjs";
import * as sdk from "matrix-js-sdk";
import { startApp } from "./app.mjs";

const { page, faults, arrivals, host, close } = await startApp();
const guest = sdk.createClient({ baseUrl: kHomeserver });

// Ends at the app, which then has a login token.
async function approves(query) {
  await page.goto(guest.getSsoLoginUrl(`http://${host}/app${query}`, "sso", undefined, sdk.SSOAction.LOGIN));
  if (await page.locator("#password").count()) {
    await page.fill("#username", kPerson);
    await page.fill("#password", process.env.PASSWORD_OF_PERSON);
    await page.click("button[type=submit]");
  }
  await page.waitForURL(/\/complete-compat-sso\//);
  const text = await page.textContent("main");
  assert.ok(text.includes(host) && text.includes(kMatrixId), text);
  const shown = page.url();
  await page.click("main form button[type=submit] >> nth=0");
  await page.waitForSelector("text=back in the app");
  return { shown, arrival: arrivals.at(-1) };
}

try {
  const { flows } = await guest.loginFlows();
  assert.ok(flows.some((each) => each.type === "m.login.sso" && each["org.matrix.msc3824.delegated_oidc_compatibility"] === true));
  const { shown, arrival } = await approves("?room=1#/home");
  assert.strictEqual(arrival.get("room"), "1");
  assert.ok(page.url().endsWith("#/home"));
  const token = arrival.get("loginToken");
  const session = await guest.loginRequest({ type: "m.login.token", token, initial_device_display_name: "My browser" });
  assert.strictEqual(session.user_id, kMatrixId);
  const me = sdk.createClient({ baseUrl: kHomeserver, accessToken: session.access_token, userId: session.user_id, deviceId: session.device_id });
  assert.strictEqual((await me.whoami()).device_id, session.device_id);
  assert.deepStrictEqual((await me.getDevices()).devices.map((each) => each.display_name), ["My browser"]);
  await talks(me, "hello from before OAuth");

  // Neither the token nor the page is good twice.
  await assert.rejects(guest.loginRequest({ type: "m.login.token", token }), (error) => error.errcode === "M_FORBIDDEN");
  await page.goto(shown);
  assert.match(await page.textContent("main"), /compat_sso_login_expired/);

  // A second app needs no password, but consent; its log-out leaves the first one alone.
  const second = await guest.loginRequest({ type: "m.login.token", token: (await approves("")).arrival.get("loginToken") });
  const other = sdk.createClient({ baseUrl: kHomeserver, accessToken: second.access_token, userId: second.user_id, deviceId: second.device_id });
  await other.logout();
  const after = sdk.createClient({ baseUrl: kHomeserver, accessToken: second.access_token });
  await eventually(() => isRefused(after), "the token is refused");
  assert.strictEqual((await me.whoami()).device_id, session.device_id);
  assert.deepStrictEqual(faults, []);
} finally {
  await close();
}
