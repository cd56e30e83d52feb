// Asks the server again while something runs: soon after something was due to change, less and less often
// while nothing does, and never in a tab that nobody sees. What asks has hx-trigger="look"; data-look-every
// (seconds) where it asks by itself; data-changes-at where the server knows when it will say something else.
// data-unless names what tells the same while it asks: then nothing more is asked.
"use strict";

(() => {
  const SLOWEST = 30;
  const SETTLED = 2500; // Milliseconds that the engine may take to act on what has become due.
  const asked = new WeakMap();

  function stateOf(element) {
    if (!asked.has(element)) {
      asked.set(element, { at: Date.now(), seconds: Number(element.dataset.lookEvery) });
    }
    return asked.get(element);
  }

  function hasChanged(element, since) {
    const frame = element.closest("[data-now]");
    if (!frame || !element.dataset.changesAt) return false;
    const passed = serverClock.now(frame) - Number(element.dataset.changesAt) - SETTLED;
    return passed >= 0 && passed < Date.now() - since;
  }

  function ask(element) {
    stateOf(element).at = Date.now();
    htmx.trigger(element, "look");
  }

  function toldElsewhere(element) {
    const { unless } = element.dataset;
    return Boolean(unless && document.querySelector(`${unless}[data-look-every]`));
  }

  function askWhatIsDue() {
    if (document.hidden) return;
    document.querySelectorAll('[hx-trigger="look"][data-look-every]').forEach((element) => {
      if (toldElsewhere(element)) return;
      const { at, seconds } = stateOf(element);
      if (Date.now() - at >= seconds * 1000 || hasChanged(element, at)) ask(element);
    });
  }

  // Nothing new, or no answer: ask less often.
  document.addEventListener("htmx:afterRequest", (event) => {
    const element = event.detail.elt;
    if (!element?.matches?.('[hx-trigger="look"]')) return;
    const state = stateOf(element);
    state.seconds = Math.min(state.seconds * 1.5, SLOWEST);
  });

  // Somebody is at work here: ask as often as at first.
  ["keydown", "pointerdown"].forEach((kind) => {
    document.addEventListener(kind, () => {
      document.querySelectorAll('[hx-trigger="look"][data-look-every]').forEach((element) => {
        stateOf(element).seconds = Number(element.dataset.lookEvery);
      });
    });
  });

  // Somebody is back, or the connection is. What tells the same is asked then in any case.
  function askAll() {
    if (!document.hidden) document.querySelectorAll('[hx-trigger="look"]:not([data-unless])').forEach(ask);
  }
  document.addEventListener("visibilitychange", askAll);
  window.addEventListener("online", askAll);

  setInterval(askWhatIsDue, 1000);
})();
