// Canned replies: “/” at the beginning of a line of the composer looks them up, or the menu below it.
"use strict";

(() => {
  const WANTED = /(^|\n)\/([^\n/]{0,40})$/;
  const SHOWN = 8;
  const text = () => document.getElementById("id_body");
  const list = () => document.getElementById("canned-found");
  const replies = () => [...document.querySelectorAll("#canned [data-words]")];

  function fitting(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return replies().filter((one) => wanted.every((word) => one.dataset.words.includes(word)));
  }

  // What is typed after the slash before the caret, or null.
  function typed() {
    const field = text();
    const found = WANTED.exec(field.value.slice(0, field.selectionStart));
    return found ? found[2] : null;
  }

  async function insert(button, from) {
    const answer = await fetch(button.dataset.canned);
    if (!answer.ok) return;
    const words = await answer.text();
    const field = text();
    field.focus();
    field.setRangeText(words, from, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function close() {
    const box = list();
    if (!box || box.hidden) return;
    box.hidden = true;
    box.replaceChildren();
    text().removeAttribute("aria-activedescendant");
    text().removeAttribute("aria-controls");
  }

  function choose(option) {
    const field = text();
    const from = field.selectionStart - typed().length - 1;
    close();
    insert(option.canned, from);
  }

  function select(option) {
    list().querySelectorAll("[aria-selected]").forEach((one) => one.setAttribute("aria-selected", one === option));
    text().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(words) {
    const found = fitting(words).slice(0, SHOWN);
    const box = list();
    if (!found.length) return close();
    const options = found.map((reply, at) => {
      const option = document.createElement("li");
      option.id = `canned-option-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.canned = reply.querySelector("[data-canned]");
      option.textContent = option.canned.querySelector("strong").textContent;
      return option;
    });
    box.replaceChildren(...options);
    box.hidden = false;
    text().setAttribute("aria-controls", box.id);
    select(options[0]);
  }

  document.addEventListener("input", (event) => {
    if (event.target === text()) {
      const words = typed();
      if (words === null) close();
      else show(words);
    }
    if (event.target.id === "canned-search") {
      const found = new Set(fitting(event.target.value));
      replies().forEach((one) => (one.hidden = !found.has(one)));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.target.id === "canned-search" && event.key === "Enter") {
      event.preventDefault();
      replies().find((one) => !one.hidden)?.querySelector("[data-canned]").click();
    }
    const box = list();
    if (event.target !== text() || !box || box.hidden) return;
    const options = [...box.children];
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) select(options[(at + step + options.length) % options.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) choose(options[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("#canned-found [role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-canned]");
    if (!button) return;
    event.preventDefault();
    button.closest("details").open = false;
    insert(button, text().selectionStart);
  });

  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.id === "canned" && event.target.open) document.getElementById("canned-search").focus();
    },
    true,
  );
})();
