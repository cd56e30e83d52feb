"use strict";
// Quick Find: filters the tree while typing; arrows choose, Enter jumps, Escape clears, "/" comes here.
// And the form of an action: only the fields of its kind are shown.

(function () {
  const nav = document.getElementById("setup-tree");
  const box = document.getElementById("quick-find-box");

  const things = document.getElementById("found-things");
  let asked = 0;

  function links() {
    return Array.from(nav.querySelectorAll("li[data-words]"));
  }

  function choices() {
    return [...links().filter((item) => !item.hidden), ...things.querySelectorAll("li")];
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
      group.open = wanted !== "" || !isFolded(group.dataset.group);
    }
    choose(wanted ? shownInOrder(wanted)[0] : null);
    askForThings(wanted);
  }

  // As the server orders them: names that begin with what was typed come first.
  function shownInOrder(wanted) {
    const shown = links().filter((item) => !item.hidden);
    const begins = (item) => item.textContent.trim().toLowerCase().startsWith(wanted);
    return wanted ? [...shown.filter(begins), ...shown.filter((item) => !begins(item))] : shown;
  }

  // What is configured is asked for, a moment after the last key; an answer that comes too late is dropped.
  function askForThings(wanted) {
    const mine = ++asked;
    if (wanted.length < 2) {
      showThings("", wanted);
      return;
    }
    setTimeout(async () => {
      if (mine !== asked) return;
      const query = new URLSearchParams({ q: wanted, things: "" });
      try {
        const answer = await fetch(`${things.dataset.address}?${query}`, { credentials: "same-origin" });
        if (answer.ok && mine === asked) showThings(await answer.text(), wanted);
      } catch {
        showThings("", wanted);
      }
    }, 120);
  }

  function showThings(html, wanted) {
    things.innerHTML = html;
    things.hidden = !things.querySelector("li");
    nav.querySelector(".nothing-found").hidden = wanted === "" || choices().length > 0;
    if (wanted && !nav.querySelector("li.chosen")) choose(choices()[0]);
  }

  function choose(chosen) {
    for (const item of [...links(), ...things.querySelectorAll("li")]) {
      item.classList.toggle("chosen", item === chosen);
    }
    if (chosen) chosen.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const shown = choices();
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

  // Groups that somebody has folded stay so, in this browser.
  function isFolded(group) {
    return (localStorage.getItem("setup.folded") || "").split(" ").includes(group);
  }

  function remember(event) {
    const group = event.target.closest(".tree-group");
    if (!group || nav.classList.contains("filtering")) return;
    const folded = new Set((localStorage.getItem("setup.folded") || "").split(" ").filter(Boolean));
    folded[group.open ? "delete" : "add"](group.dataset.group);
    localStorage.setItem("setup.folded", [...folded].join(" "));
  }

  function foldGroups() {
    for (const group of nav.querySelectorAll(".tree-group")) {
      group.open = !isFolded(group.dataset.group) || Boolean(group.querySelector("li.current"));
      group.addEventListener("toggle", remember);
    }
  }

  // On a narrow page the tree waits behind a button.
  function menu() {
    const button = document.getElementById("tree-toggle");
    button.hidden = false;
    button.addEventListener("click", () => {
      const opened = nav.classList.toggle("opened");
      button.setAttribute("aria-expanded", String(opened));
    });
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
      box.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    }
  }

  if (nav && box) {
    box.addEventListener("input", filter);
    box.addEventListener("keydown", keys);
    document.addEventListener("keydown", comeHere);
    foldGroups();
    menu();
    const current = nav.querySelector("li.current");
    if (current) current.scrollIntoView({ block: "nearest" });
  }
  kinds();
  whoseHours();
  window.addEventListener("load", () => setTimeout(nameSearchBoxes));
})();
