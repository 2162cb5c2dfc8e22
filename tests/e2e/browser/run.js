// SPDX-License-Identifier: Apache-2.0
"use strict";
// Runs tests, by name, each with pages of its own; whatever a page complained of fails its test.
const assert = require("node:assert");
const { openPage, screenshot, startBrowser } = require("./harness");

async function runTests(tests, more = {}) {
  const browser = await startBrowser();
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    if (process.argv[2] && !name.includes(process.argv[2])) continue;
    const opened = [];
    const visit = async (options) => {
      opened.push(await openPage(browser, process.env.BASE_URL, options));
      return opened.at(-1);
    };
    try {
      await test({ ...more, visit });
      assert.deepStrictEqual(opened.flatMap((each) => each.faults), []);
      console.log(`ok ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}: ${error.stack}`);
      if (opened.length > 0) await screenshot(opened.at(-1).page, `failed-${name}`);
    }
    for (const each of opened) await each.close();
  }
  await browser.close();
  return failed;
}

module.exports = { runTests };
