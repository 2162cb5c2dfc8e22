// SPDX-License-Identifier: Apache-2.0
// Says while somebody types whether the name is free and how strong the password is. The form does without.
"use strict";
(() => {
  const form = document.getElementById("register");
  const bars = document.getElementById("password-strength");
  const kPause = 400; // milliseconds without a key

  const ask = async (name, value) => {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, [name]: value });
    const answer = await fetch(form.dataset.check, { method: "POST", body });
    return answer.ok ? (await answer.json())[name] : undefined;
  };

  const show = (name, verdict) => {
    const status = document.getElementById(`${name}-status`);
    status.textContent = verdict ? verdict.text : "";
    status.dataset.ok = verdict ? verdict.ok : "";
    if (name !== "password") return;
    bars.hidden = !verdict;
    if (verdict) bars.dataset.score = verdict.score;
  };

  for (const name of ["username", "password"]) {
    const input = form.elements[name];
    let timer;
    let turn = 0; // answers may overtake each other
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const mine = ++turn;
      if (!input.value) return show(name);
      timer = setTimeout(async () => {
        const verdict = await ask(name, input.value).catch(() => undefined);
        if (mine === turn) show(name, verdict);
      }, kPause);
    });
  }
})();
