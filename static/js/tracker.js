// Lets every countdown on the page tick by the server's facts, and looks again while something runs.
"use strict";

(() => {
  const LEVELS = { calm: "On track", watch: "Watch", risk: "At risk", late: "Late" };
  const offsets = new WeakMap();

  // The server's clock at this moment, for what stands inside an element with data-now.
  function serverTime(frame) {
    if (!offsets.has(frame)) offsets.set(frame, Number(frame.dataset.now) - Date.now());
    return Date.now() + offsets.get(frame);
  }

  // Milliseconds of [from, until) that lie in open periods; null periods are 24/7.
  function openTime(periods, from, until) {
    if (periods === null) return until - from;
    return periods.reduce(
      (sum, [opens, closes]) => sum + Math.max(0, Math.min(closes, until) - Math.max(opens, from)),
      0,
    );
  }

  function factsOf(clock) {
    const frame = clock.closest("[data-now]");
    const now = serverTime(frame);
    const periods = clock.dataset.open ? JSON.parse(clock.dataset.open) : null;
    const left = Number(clock.dataset.left) - openTime(periods, Number(frame.dataset.now), now) / 1000;
    const isOpen = periods === null || periods.some(([opens, closes]) => opens <= now && now < closes);
    const resumes = isOpen ? null : periods.map(([opens]) => opens).find((opens) => opens > now);
    const isLate = "violated" in clock.dataset || now > Number(clock.dataset.target);
    return { now, left, isOpen, resumes, isLate, share: 1 - left / Number(clock.dataset.whole), frame };
  }

  function levelOf(facts) {
    if (facts.isLate) return "late";
    if (facts.share * 100 >= Number(facts.frame.dataset.atRisk)) return "risk";
    return facts.share >= 0.5 ? "watch" : "calm";
  }

  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tick(clock) {
    if (clock.dataset.state !== "running" || !clock.dataset.left || !clock.dataset.target) return;
    const facts = factsOf(clock);
    const level = levelOf(facts);
    const told = words.span(facts.left, "days" in clock.dataset);
    const late = facts.left < 0 ? `late ${told}` : "late";
    put(clock.querySelector("[data-told]"), level === "late" ? late : told);
    put(clock.querySelector("[data-aside]"), aside(facts));
    clock.toggleAttribute("data-outside", !facts.isOpen);
    const holder = clock.closest("[data-milestone], [data-ticks]");
    fill(holder, facts.share, level);
    if (clock.dataset.level !== level) changeLevel(clock, holder, level);
  }

  function aside(facts) {
    if (facts.isOpen) return "";
    if (!facts.resumes) return "outside hours";
    return `outside hours · resumes ${words.instant(new Date(facts.resumes), new Date(facts.now))}`;
  }

  function fill(holder, share, level) {
    const bar = holder.querySelector("[data-bar]");
    if (!bar) return;
    bar.dataset.level = level;
    bar.querySelector("[data-fill]").setAttribute("width", Math.min(Math.max(share, 0), 1) * 100);
  }

  function changeLevel(clock, holder, level) {
    clock.dataset.level = level;
    if (holder.dataset.level) holder.dataset.level = level;
    put(clock.querySelector("[data-word]"), LEVELS[level]);
    if (holder.dataset.milestone) announce(`${holder.dataset.milestone}: ${LEVELS[level]}`);
  }

  // Screen readers hear changes of state, not every second.
  function announce(text) {
    put(document.getElementById("announcer"), text);
  }

  function tickAll() {
    document.querySelectorAll("[data-clock]").forEach(tick);
  }

  // What asks the server again: only while something runs, and only in a tab that is seen.
  const looked = new WeakMap();

  function look(everything) {
    if (document.hidden) return;
    document.querySelectorAll('[hx-trigger="look"]').forEach((element) => {
      const seconds = Number(element.dataset.lookEvery || 0);
      if (!looked.has(element)) looked.set(element, Date.now());
      const isDue = seconds && Date.now() - looked.get(element) >= seconds * 1000;
      if (!everything && !isDue) return;
      looked.set(element, Date.now());
      htmx.trigger(element, "look");
    });
  }

  // A fragment that was swapped tells what changed, and keeps what the reader had opened.
  const opened = new Set();
  const states = new Map();

  function remember() {
    document.querySelectorAll("details[id]").forEach((details) => {
      if (details.open) opened.add(details.id);
      else opened.delete(details.id);
    });
    document.querySelectorAll("#tracker [data-milestone]").forEach((milestone) => {
      states.set(milestone.dataset.milestone, milestone.querySelector("[data-word]")?.textContent);
    });
  }

  function restore() {
    document.querySelectorAll("#tracker details[id]").forEach((details) => {
      if (opened.has(details.id)) details.open = true;
    });
    document.querySelectorAll("#tracker [data-milestone]").forEach((milestone) => {
      const before = states.get(milestone.dataset.milestone);
      const word = milestone.querySelector("[data-word]")?.textContent;
      if (before && word && before !== word) announce(`${milestone.dataset.milestone}: ${word}`);
    });
  }

  document.addEventListener("htmx:beforeRequest", remember);
  document.addEventListener("htmx:afterSettle", () => {
    restore();
    tickAll();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const now = event.detail.xhr?.getResponseHeader("X-Server-Time");
    const frame = event.detail.elt?.closest?.("[data-now]");
    if (now && frame) offsets.set(frame, Number(now) - Date.now());
  });
  document.addEventListener("visibilitychange", () => {
    tickAll();
    look(true);
  });

  setInterval(() => {
    tickAll();
    look(false);
  }, 1000);
  tickAll();
})();
