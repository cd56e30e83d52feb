// Text fields with a list become comboboxes (WAI-ARIA, list autocomplete with manual selection). The options
// come with the server's answer to what was typed, in the datalist that serves a browser without script.
"use strict";

document.documentElement.classList.add("scripted");

(() => {
  function boxOf(field) {
    const box = document.createElement("ul");
    box.id = `${field.id}-options`;
    box.className = "combobox-list";
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", field.labels[0].textContent);
    box.hidden = true;
    field.parentElement.classList.add("combobox");
    field.after(box);
    return box;
  }

  function setUp(field) {
    const source = field.getAttribute("list");
    const box = boxOf(field);
    field.removeAttribute("list");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", box.id);

    function close() {
      box.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function select(option) {
      box.querySelectorAll("li").forEach((one) => one.setAttribute("aria-selected", one === option));
      if (!option) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function open() {
      const typed = field.value.trim().toLowerCase();
      const names = [...document.querySelectorAll(`#${source} option`)].map((one) => one.value);
      const fitting = names.filter((name) => name.toLowerCase().includes(typed));
      if (!fitting.length || (fitting.length === 1 && fitting[0].toLowerCase() === typed)) return close();
      const options = fitting.map((name, at) => {
        const option = document.createElement("li");
        option.id = `${box.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        return option;
      });
      box.replaceChildren(...options);
      box.hidden = false;
      field.setAttribute("aria-expanded", "true");
      field.removeAttribute("aria-activedescendant");
    }

    function choose(option) {
      field.value = option.textContent;
      close();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    field.addEventListener("input", open);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      const options = [...box.children];
      const at = box.hidden ? -1 : options.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (box.hidden) return open();
        const step = event.key === "ArrowDown" ? 1 : -1;
        select(options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
      } else if (event.key === "Enter" && at >= 0) choose(options[at]);
      else if (event.key === "Escape" && !box.hidden) close();
      else return;
      event.preventDefault();
    });
    box.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    document.addEventListener("htmx:afterSwap", () => {
      if (document.activeElement === field && !box.hidden) open();
    });
  }

  const setUpAll = () => document.querySelectorAll("input[list]").forEach(setUp);
  document.addEventListener("htmx:afterSettle", setUpAll);
  setUpAll();
})();
