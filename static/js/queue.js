// Lists: menus, selecting, keys, and changes that wait until they are asked for.
"use strict";

(() => {
  const list = () => document.getElementById("case_list");
  const picks = () => [...document.querySelectorAll('#bulk [name="case"]')];

  // --- The row at hand: where the focus is, else where it was last ---

  let last = "";

  const rowOf = (element) => element?.closest?.("[data-case]");
  const rowNamed = (number) => document.querySelector(`[data-case="${CSS.escape(number)}"]`);
  const rowAtHand = () => rowOf(document.activeElement) ?? (last ? rowNamed(last) : null);

  document.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row) last = row.dataset.case;
  });

  // --- Selecting ---

  function told() {
    const count = picks().filter((pick) => pick.checked).length;
    const place = document.querySelector("[data-picked]");
    if (place) place.textContent = count || "";
  }

  function pick(row) {
    const box = row?.querySelector('[name="case"]');
    if (!box) return false;
    box.checked = !box.checked;
    told();
    return true;
  }

  let lastPicked = null;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick-none]")) {
      for (const box of document.querySelectorAll('#bulk [type="checkbox"]')) box.checked = false;
      return told();
    }
    if (!event.target.matches('#bulk [name="case"]')) return;
    // With Shift, everything in between too.
    const boxes = picks();
    const [from, to] = [boxes.indexOf(lastPicked), boxes.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) {
      for (const box of boxes.slice(from, to)) box.checked = event.target.checked;
    }
    lastPicked = event.target;
    told();
  });

  // --- Menus: one at a time, closed by Escape or a click elsewhere, walked by arrows ---

  const menus = () => [...document.querySelectorAll("details.menu[open]")];
  const items = (menu) => [...menu.querySelectorAll(".menu-body :is(a, button, input, select):not([type=hidden])")];

  function open(menu) {
    menu.open = true;
    items(menu)[0]?.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.preventDefault();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.matches("select, input[list]")) return;
    const all = items(menu);
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
    event.preventDefault();
  });

  // --- Filters apply when their menu closes ---

  const filters = document.getElementById("filters");
  if (filters) {
    filters.classList.add("filters-js");
    // An address says only what is wanted.
    filters.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData.entries()]) if (!value) event.formData.delete(name);
    });
    const stateOf = () => new URLSearchParams(new FormData(filters)).toString();
    const before = stateOf();
    const apply = () => stateOf() !== before && filters.requestSubmit();
    filters.addEventListener("toggle", (event) => event.target.open || apply(), true);
    filters.addEventListener("change", (event) => event.target.closest("details") || apply());
  }

  // --- The list anew: what was selected and focused stays so ---

  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "case_list") return;
    const asked = document.activeElement?.closest("[data-show-changes]");
    const row = rowOf(document.activeElement) ?? (asked && last ? rowNamed(last) : null);
    kept = { checked: picks().filter((box) => box.checked).map((box) => box.value), row: row?.dataset.case };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!kept || event.detail.target?.id !== "case_list") return;
    for (const box of picks()) box.checked = kept.checked.includes(box.value);
    const row = kept.row && rowNamed(kept.row);
    (row ?? list())?.querySelector("[data-case-link]")?.focus();
    kept = null;
    told();
  });

  // --- Keys: x selects, r replies, s status, p priority, a owner, t takes ---

  const numbers = () => picks().filter((box) => box.checked);

  function addressOf(row) {
    return row?.querySelector("[data-case-link]")?.href;
  }

  function reply() {
    const address = addressOf(rowAtHand());
    if (!address) return false;
    window.location.href = `${address}#reply`;
    return true;
  }

  // What can be done with the selected ones, or with the row at hand.
  function choose(what) {
    const menu = document.getElementById(`bulk-${what}`);
    if (!menu) return false;
    if (!numbers().length && !pick(rowAtHand())) return false;
    return open(menu);
  }

  function take() {
    const row = rowOf(document.activeElement);
    const form = document.querySelector("#take-next");
    if (!form) return false;
    if (row) form.action = `${addressOf(row)}take/`;
    form.requestSubmit();
    return true;
  }

  const KEYS = {
    x: () => pick(rowAtHand()),
    r: reply,
    s: () => choose("status"),
    p: () => choose("priority"),
    a: () => choose("owner"),
    t: take,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const field = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (field && !field.matches('[name="case"]')) return;
    if (event.target.closest("details.menu[open]")) return;
    if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  });

  // Back to a page that the browser kept: its boxes may still be checked.
  window.addEventListener("pageshow", told);
})();
