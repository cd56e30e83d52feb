// Keys of the case page, before those of every page: r reply, n note, s status, p priority, a owner, t take,
// w stop the clock, g task, l link, f follow,
// c who gets a copy.
"use strict";

(() => {
  function focusOn(id) {
    const field = document.getElementById(id);
    if (!field) return false;
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.scrollIntoView({ block: "center" });
    return true;
  }

  function write(kind) {
    const choice = document.querySelector(`#composer-form [name=kind][value=${kind}]`);
    if (!choice) return false;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    return focusOn("id_body");
  }

  function press(id) {
    const button = document.getElementById(id);
    button?.click();
    return Boolean(button);
  }

  const KEYS = {
    r: () => write("reply"),
    n: () => write("note"),
    s: () => focusOn("details_status"),
    p: () => focusOn("details_priority"),
    a: () => focusOn("details_owner"),
    t: () => press("take"),
    w: () => focusOn("id_reason"),
    g: () => focusOn("task_subject"),
    l: () => focusOn("link_other"),
    f: () => press("follow"),
    c: () => write("reply") && focusOn("id_cc"),
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && event.target.closest("#composer, #details")) event.target.blur();
      const busy = event.target.closest("input, textarea, select, [contenteditable], dialog");
      if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (KEYS[event.key]?.()) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );
})();
