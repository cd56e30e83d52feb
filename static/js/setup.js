"use strict";
// Quick Find: filters the tree while typing; arrows choose, Enter jumps, Escape clears, "/" comes here.
// And the form of an action: only the fields of its kind are shown.

(function () {
  const nav = document.getElementById("setup-tree");
  const box = document.getElementById("quick-find-box");

  function links() {
    return Array.from(nav.querySelectorAll("li[data-words]"));
  }

  function fits(words, wanted) {
    const known = words.split(/\s+/);
    return wanted.split(/\s+/).every((part) => known.some((word) => word.startsWith(part)));
  }

  function filter() {
    const wanted = box.value.trim().toLowerCase();
    nav.classList.toggle("filtering", wanted !== "");
    for (const item of links()) item.hidden = wanted !== "" && !fits(item.dataset.words, wanted);
    for (const group of nav.querySelectorAll(".tree-group")) {
      group.hidden = !group.querySelector("li[data-words]:not([hidden])");
    }
    const shown = shownInOrder(wanted);
    nav.querySelector(".nothing-found").hidden = shown.length > 0;
    choose(wanted ? shown[0] : null);
  }

  // As the server orders them: names that begin with what was typed come first.
  function shownInOrder(wanted) {
    const shown = links().filter((item) => !item.hidden);
    const begins = (item) => item.textContent.trim().toLowerCase().startsWith(wanted);
    return wanted ? [...shown.filter(begins), ...shown.filter((item) => !begins(item))] : shown;
  }

  function choose(chosen) {
    for (const item of links()) item.classList.toggle("chosen", item === chosen);
    if (chosen) chosen.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const shown = links().filter((item) => !item.hidden);
    const now = shown.findIndex((item) => item.classList.contains("chosen"));
    if (shown.length) choose(shown[(now + step + shown.length) % shown.length]);
  }

  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      box.value = "";
      filter();
    } else if (event.key === "Enter") {
      const chosen = nav.querySelector("li.chosen a");
      if (!chosen) return;
      event.preventDefault();
      window.location.assign(chosen.href);
    }
  }

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function comeHere(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  }

  function showKind(select) {
    const action = select.closest(".inline-related");
    for (const part of action.querySelectorAll(".of-kind")) {
      part.hidden = !part.classList.contains("of-kind-" + select.value);
    }
  }

  function kinds() {
    const isKind = (element) => element.matches(".inline-related select[name$='-kind']");
    const showAll = () => document.querySelectorAll(".inline-related select[name$='-kind']").forEach(showKind);
    document.addEventListener("change", (event) => isKind(event.target) && showKind(event.target));
    document.addEventListener("formset:added", showAll);
    showAll();
  }

  function whoseHours() {
    const whose = document.getElementById("id_hours_from");
    const named = document.querySelector(".field-business_hours");
    if (!whose || !named) return;
    const show = () => { named.hidden = whose.value !== "named" && !named.querySelector(".errorlist"); };
    whose.addEventListener("change", show);
    show();
  }

  // Django's search boxes for long lists have no name of their own for screen readers.
  function nameSearchBoxes() {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.parentElement.querySelector(".select2-selection");
      if (!label || !box) continue;
      const name = label.textContent.replace(/:\s*$/, "").trim();
      box.setAttribute("aria-label", name);
      box.querySelector("[role=textbox]")?.setAttribute("aria-label", name);
    }
  }

  if (nav && box) {
    box.addEventListener("input", filter);
    box.addEventListener("keydown", keys);
    document.addEventListener("keydown", comeHere);
    const current = nav.querySelector("li.current");
    if (current) current.scrollIntoView({ block: "nearest" });
  }
  kinds();
  whoseHours();
  window.addEventListener("load", () => setTimeout(nameSearchBoxes));
})();
