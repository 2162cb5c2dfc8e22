// SPDX-License-Identifier: Apache-2.0
// Somebody who has no account yet comes from a client from before OAuth, which says so, and is back there with one.
import assert from "node:assert";
import { eventually, kHomeserver, kPerson, talks } from "./web.mjs";
import * as sdk from "matrix-js-sdk";
import { startApp } from "./app.mjs";

const { page, faults, arrivals, host, close } = await startApp();
const guest = sdk.createClient({ baseUrl: kHomeserver });
const newcomer = "new" + kPerson;
const matrixId = `@${newcomer}:example.com`;

try {
  await page.goto(guest.getSsoLoginUrl(`http://${host}/app`, "sso", undefined, sdk.SSOAction.REGISTER));
  await page.waitForURL(/\/register\/password\?/);
  await page.fill("#username", newcomer);
  for (const field of ["#password", "#password_confirm"]) await page.fill(field, process.env.PASSWORD_OF_PERSON);
  await page.click("main form button[type=submit]");
  await page.click("button[value=skip]");
  await page.waitForURL(/\/complete-compat-sso\//);
  assert.ok((await page.textContent("main")).includes(matrixId));
  await eventually(() => guest.getProfileInfo(matrixId).then(() => true, () => false), "the homeserver knows the newcomer");
  await page.click("main form button[type=submit] >> nth=0");
  await page.waitForSelector("text=back in the app");
  const session = await guest.loginRequest({ type: "m.login.token", token: arrivals.at(-1).get("loginToken") });
  assert.strictEqual(session.user_id, matrixId);
  await talks(sdk.createClient({ baseUrl: kHomeserver, accessToken: session.access_token, userId: matrixId }), "hello, I am new");
  assert.deepStrictEqual(faults, []);
} finally {
  await close();
}
