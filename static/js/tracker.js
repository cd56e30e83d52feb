// Lets every countdown on the page tick by the server's facts.
"use strict";

(() => {
  const LEVELS = { calm: "On track", watch: "Watch", risk: "At risk", late: "Late" };

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
    const now = serverClock.now(frame);
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
    const used = Math.min(Math.max(share, 0), 1) * 100;
    const filled = bar.querySelector("[data-fill]");
    if (filled.tagName === "rect") filled.setAttribute("width", used);
    else filled.setAttribute("stroke-dasharray", `${used} 100`);
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
  document.addEventListener("visibilitychange", tickAll);
  setInterval(tickAll, 1000);
  tickAll();
})();
