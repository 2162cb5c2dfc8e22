// SPDX-License-Identifier: Apache-2.0
// Says while somebody types what the server makes of it: whether a name is free, how strong a password is. Forms do without.
// <input data-check="URL" data-check-as="password">: what URL says of it goes to #password-status, its score to #password-strength.
"use strict";
(() => {
  const kPause = 400; // milliseconds without a key

  const ask = async (input, kind) => {
    const body = new URLSearchParams({ csrf: input.form.elements.csrf.value, [kind]: input.value });
    const answer = await fetch(input.dataset.check, { method: "POST", body });
    return answer.ok ? (await answer.json())[kind] : undefined;
  };

  const show = (kind, verdict) => {
    const status = document.getElementById(`${kind}-status`);
    const bars = document.getElementById(`${kind}-strength`);
    status.textContent = verdict ? verdict.text : "";
    status.dataset.ok = verdict ? verdict.ok : "";
    if (!bars) return;
    bars.hidden = !verdict;
    if (verdict) bars.dataset.score = verdict.score;
  };

  for (const input of document.querySelectorAll("input[data-check]")) {
    const kind = input.dataset.checkAs;
    let timer;
    let turn = 0; // answers may overtake each other
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const mine = ++turn;
      if (!input.value) return show(kind);
      timer = setTimeout(async () => {
        const verdict = await ask(input, kind).catch(() => undefined);
        if (mine === turn) show(kind, verdict);
      }, kPause);
    });
  }
})();
