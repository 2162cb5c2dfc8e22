// SPDX-License-Identifier: Apache-2.0
// Finds the number for which SHA-256 of "<challenge>:<number>" begins with enough zero bits, and sends it. A hash of its own, because the
// browser's is not there on pages without TLS, and takes far longer for many small texts.
"use strict";
(() => {
  const form = document.getElementById("work");
  const status = document.getElementById("work-status");
  const bits = Number(form.dataset.difficulty);
  const prefix = new TextEncoder().encode(form.elements.challenge.value + ":");
  const kSlice = 20_000; // hashes between two looks at what the person does

  // FIPS 180-4 §4.2.2, §5.3.3: fractional parts of roots of the first primes.
  const primes = [];
  for (let n = 2; primes.length < 64; ++n) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const kRound = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const kInitial = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));

  const words = new Int32Array(64);
  const rotate = (x, n) => (x >>> n) | (x << (32 - n));

  const compress = (state, bytes, at) => {
    for (let i = 0; i < 16; ++i, at += 4) words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (let i = 16; i < 64; ++i) {
      const x = words[i - 15], y = words[i - 2];
      words[i] = words[i - 16] + words[i - 7] + (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) + (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; ++i) {
      const t = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + kRound[i] + words[i]) | 0;
      const u = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
  };

  // All whole blocks of what never changes are hashed once.
  const start = kInitial.slice();
  const whole = prefix.length - (prefix.length % 64);
  for (let at = 0; at < whole; at += 64) compress(start, prefix, at);

  const tail = new Uint8Array(128);
  const state = new Int32Array(8);
  const solves = (number) => {
    tail.fill(0);
    tail.set(prefix.subarray(whole));
    let length = prefix.length - whole;
    for (const digit of String(number)) tail[length++] = digit.charCodeAt(0);
    tail[length] = 0x80;
    const blocks = length + 9 > 64 ? 128 : 64;
    new DataView(tail.buffer).setUint32(blocks - 4, (whole + length) * 8);
    state.set(start);
    for (let at = 0; at < blocks; at += 64) compress(state, tail, at);
    return bits <= 32 && Math.clz32(state[0]) >= bits;
  };

  status.textContent = status.dataset.working;
  let number = 0;
  const work = () => {
    for (const end = number + kSlice; number < end; ++number) {
      if (!solves(number)) continue;
      form.elements.number.value = number;
      status.textContent = status.dataset.done;
      document.getElementById("work-submit").hidden = false; // for whoever comes back to this page
      return document.getElementById("form-error") ? undefined : form.submit(); // by itself once only
    }
    setTimeout(work);
  };
  work();
})();
