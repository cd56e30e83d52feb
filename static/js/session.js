// When a log-in ends while something is being written: the page stays as it is, and goes on with a new one
// from another tab. Before desk.js, which tells it what is being written.
"use strict";

const session = (() => {
  const LOG_IN = "/login/";
  const STALE = "data-stale-page"; // What 403_csrf.html says.
  let isOver = false;

  const isLogIn = (address) => new URL(address, window.location.href).pathname === LOG_IN;
  const userOf = (page) => page.querySelector("[data-user]")?.dataset.user;

  function say(...words) {
    document.getElementById("connection")?.replaceChildren(...words);
  }

  function end() {
    if (isOver) return;
    isOver = true;
    const link = Object.assign(document.createElement("a"), { href: LOG_IN, target: "_blank", textContent: "Log in" });
    say("You are logged out. ", link, " in another tab and come back: what you have written stays here.");
  }

  async function ownPage() {
    const answer = await fetch("/", { headers: { Accept: "text/html" } });
    if (!answer.ok || isLogIn(answer.url)) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // The page's forms with the tokens of the new log-in.
  function adopt(page) {
    const headers = page.body.getAttribute("hx-headers");
    document.body.setAttribute("hx-headers", headers);
    const token = JSON.parse(headers)["X-CSRFToken"];
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  }

  async function resume() {
    const page = await ownPage().catch(() => null);
    if (!page) return false;
    if (userOf(page) !== userOf(document)) {
      say("Somebody else has logged in here. Copy what you have written, then load the page again.");
      return false;
    }
    adopt(page);
    isOver = false;
    document.dispatchEvent(new Event("session-resumed"));
    return true;
  }

  async function goOn() {
    if (isOver && (await resume())) say("You are logged in again. Go on where you were.");
  }

  // A refusal: the role lacks, or the page is older than the log-in.
  async function refused(text) {
    if (!text.includes(STALE)) return say("You may not do this.");
    if (await resume()) say("You have logged in anew since this page was loaded. Nothing was lost: send it again.");
    else end();
  }

  window.addEventListener("focus", goOn);
  document.addEventListener("visibilitychange", () => document.hidden || goOn());

  return { isLogIn, end, goOn, refused, isOver: () => isOver };
})();
