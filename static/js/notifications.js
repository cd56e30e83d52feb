// The badge asks for news now and then; who wants it is told by the browser itself.
"use strict";

(() => {
  const badge = () => document.getElementById("badge");
  if (!badge()) return;

  const SECONDS = 30;
  const WANTED = "browser_notifications";
  const canTell = "Notification" in window;
  const isWanted = () => canTell && localStorage.getItem(WANTED) === "on" && Notification.permission === "granted";

  // A tab that nobody sees asks only for those who want to be told.
  setInterval(() => {
    if (badge() && (!document.hidden || isWanted())) htmx.trigger(badge(), "news");
  }, SECONDS * 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && badge()) htmx.trigger(badge(), "news");
  });

  let latest = Number(badge().dataset.latest);
  document.addEventListener("htmx:afterSettle", () => {
    const news = badge();
    if (!news || Number(news.dataset.latest) <= latest) return;
    latest = Number(news.dataset.latest);
    if (isWanted()) tell(news);
  });

  function tell(news) {
    // Several tabs say the same only once: they use the same tag.
    const told = new Notification("Servicedesk", { body: news.dataset.text, tag: `servicedesk-${latest}` });
    told.addEventListener("click", () => {
      window.focus();
      window.location.href = news.dataset.address;
    });
  }

  // The switch on the page of notifications.
  const button = document.getElementById("tell-by-browser");
  if (!button || !canTell) return;

  function show() {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isWanted()));
    button.textContent = isWanted() ? "Told by this browser: on" : "Tell me by this browser";
    if (Notification.permission === "denied") {
      button.disabled = true;
      button.textContent = "This browser does not allow notifications";
    }
  }

  button.addEventListener("click", async () => {
    const on = !isWanted();
    if (on && Notification.permission !== "granted") await Notification.requestPermission();
    localStorage.setItem(WANTED, on ? "on" : "off");
    show();
  });
  show();
})();
