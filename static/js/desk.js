// On every page: the viewer's time zone, typed text that survives, lost connections, keys.
"use strict";

(() => {
  // The server writes instants in this zone.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = document.cookie.split("; ").includes(`time_zone=${zone}`);
  if (zone && !known) document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;

  // Of a list without a choice of its own the browser shows the first.
  function indexAtFirst(field) {
    return Math.max(0, [...field.options].findLastIndex((option) => option.defaultSelected));
  }

  // Panels in which something is being written are not replaced by news from the server.
  function isBeingWritten(panel) {
    if (panel.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
    return [...panel.querySelectorAll("input, textarea, select")].some((field) => {
      if (field.type === "hidden") return false;
      if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
      if (field.type === "file") return field.files.length > 0;
      if (field.tagName === "SELECT") return field.selectedIndex !== indexAtFirst(field);
      return field.value !== field.defaultValue;
    });
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const sender = event.detail.elt.closest("[data-panel]");
    const kept = [...document.querySelectorAll("[data-panel]")]
      .filter((panel) => panel !== sender && isBeingWritten(panel))
      .map((panel) => panel.id);
    event.detail.headers["X-Keep"] = kept.join(",");
  });

  // Two answers under way: the first replaces the form that asked for the second, which takes its place too.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    form.addEventListener("htmx:beforeOnLoad", (loaded) => {
      const { xhr } = loaded.detail;
      if (form.isConnected || loaded.target !== form || ![200, 409, 422].includes(xhr.status)) return;
      loaded.preventDefault();
      htmx.swap(document.body, xhr.responseText, { swapStyle: "none", swapDelay: 0, settleDelay: 20 });
    });
  });

  // A server that does not answer.
  const connection = document.getElementById("connection");
  const say = (text) => {
    if (connection && connection.textContent !== text) connection.textContent = text;
  };
  let failing = null;
  const complain = (event, text) => {
    failing = event.detail.elt;
    say(text);
  };
  document.addEventListener("htmx:sendError", (event) => complain(event, "Connection lost. Reconnecting…"));
  document.addEventListener("htmx:timeout", (event) => complain(event, "The server is slow. Reconnecting…"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) session.refused(event.detail.xhr.responseText);
    else if (status === 404) complain(event, "This is no longer here, or has moved to a queue that you do not see.");
    else complain(event, "The server could not answer. Reconnecting…");
  });
  // What asks again by itself must succeed itself; anything else is forgotten with the next answer.
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const asksAgain = failing?.isConnected && failing.matches('[hx-trigger="look"]');
    if (!event.detail.successful || (asksAgain && failing !== event.detail.elt)) return;
    failing = null;
    if (session.isOver()) return;
    say("");
  });

  // A page that asks to log in has no place inside a fragment.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!session.isLogIn(event.detail.xhr.responseURL)) {
      session.goOn();
      return;
    }
    event.detail.shouldSwap = false;
    if (session.isOver() || isBeingWritten(document.body)) session.end();
    else window.location.reload();
  });

  // Keys: / search, n new case, j k Enter in lists, r reply, s stop, ? this list.
  const focusOn = (id) => {
    const field = document.getElementById(id);
    if (!field) return false;
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    return true;
  };
  const KEYS = {
    "/": () => focusOn("search"),
    r: () => focusOn("id_body"),
    s: () => focusOn("id_reason"),
    q: () => document.querySelector('[data-key="q"]')?.click() ?? true,
    n: () => document.querySelector(".shell-new")?.click() ?? true,
    j: () => move(1),
    k: () => move(-1),
    "?": () => document.getElementById("keys")?.showModal() ?? true,
  };

  function move(step) {
    const links = [...document.querySelectorAll("[data-case-link]")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act && act() !== false) event.preventDefault();
  });
})();
