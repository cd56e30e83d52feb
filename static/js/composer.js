// The composer of a case: drafts that survive, keys, who else is writing.
"use strict";

document.documentElement.classList.add("scripted");

(() => {
  const PAUSE = 1200; // Milliseconds without a keystroke after which a draft is kept,
  const AT_LATEST = 5000; // and while somebody goes on writing.
  const LARGEST = 10 * 1024 * 1024;
  const LARGEST_TOGETHER = 25 * 1024 * 1024;

  const form = () => document.getElementById("composer-form");
  const text = () => document.getElementById("id_body");

  function say(id, words) {
    const place = document.getElementById(id);
    if (place && place.textContent !== words) place.textContent = words;
  }

  // Drafts

  let pending = null;
  let unsavedSince = 0;

  function draftOf(composer) {
    const given = new FormData(composer);
    const names = ["csrfmiddlewaretoken", "kind", "body", "form_key", "cc", "shown_cc"];
    return new URLSearchParams(names.filter((name) => given.has(name)).map((name) => [name, given.get(name)]));
  }

  async function keep() {
    clearTimeout(pending);
    pending = null;
    unsavedSince = 0;
    const composer = form();
    if (!composer) return;
    const key = composer.elements.form_key.value;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(composer.dataset.draft, { method: "POST", body: draftOf(composer), headers });
      if (session.isLogIn(answer.url)) session.end();
      if (answer.status === 403) session.refused(await answer.text());
      if (session.isLogIn(answer.url) || answer.status === 403) return say("draft-state", "The draft is not kept.");
      const told = await answer.json();
      if (form()?.elements.form_key.value !== key) return; // Sent meanwhile.
      say("draft-state", told.why ?? told.saved);
      if (told.others !== undefined) say("writing", told.others);
    } catch {
      say("draft-state", "The draft is not kept: no connection.");
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target !== text()) return;
    unsavedSince ||= Date.now();
    clearTimeout(pending);
    pending = setTimeout(keep, Math.max(0, Math.min(PAUSE, unsavedSince + AT_LATEST - Date.now())));
  });

  document.addEventListener("session-resumed", () => text()?.value.trim() && keep());

  document.addEventListener("change", (event) => {
    if (["kind", "cc"].includes(event.target.name) && event.target.form === form() && text().value.trim()) keep();
    if (event.target.id === "id_attachments") checkFiles(event.target);
  });

  window.addEventListener("pagehide", () => {
    if (pending && form()) navigator.sendBeacon(form().dataset.draft, draftOf(form()));
  });

  // What was sent is no draft any more; while it is being sent none is kept.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== form()) return;
    clearTimeout(pending);
    pending = null;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const others = event.detail.xhr?.getResponseHeader("X-Writing");
    if (others !== null && others !== undefined) say("writing", decodeURIComponent(others));
  });

  // Files that are too large are told before they travel.
  function checkFiles(field) {
    const files = [...field.files];
    const large = files.find((file) => file.size > LARGEST);
    const together = files.reduce((sum, file) => sum + file.size, 0);
    if (large) field.setCustomValidity(`“${large.name}” is larger than 10 MB.`);
    else if (together > LARGEST_TOGETHER) field.setCustomValidity("The files are larger than 25 MB together.");
    else field.setCustomValidity("");
    field.reportValidity();
  }

  document.addEventListener("click", (event) => {
    const plain = event.target.closest("[data-plain]");
    if (!plain) return;
    event.preventDefault();
    text().value = "";
    plain.closest(".draft-note")?.remove();
    keep().then(() => say("draft-state", "The draft is thrown away."));
    text().focus();
  });

  document.addEventListener("keydown", (event) => {
    const inCopies = event.target.id === "id_cc";
    if (event.key !== "Enter" || !(inCopies || event.target === text())) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form().requestSubmit(document.getElementById("send"));
    } else if (inCopies) {
      event.preventDefault(); // Nobody sends by naming who gets a copy.
      text().focus();
    }
  });

  // Menus close when one leaves them.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
  });
})();
