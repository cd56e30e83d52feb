// On a case: after a reply the next case is offered, j goes there, and #reply opens the composer.
"use strict";

(() => {
  const offer = document.getElementById("go_on");
  const link = offer?.querySelector("[data-next-case]");
  if (!link) return;
  let sent = null;

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!pathInfo?.requestPath.endsWith("/messages/") || xhr.status >= 300) return;
    if (session.isLogIn(xhr.responseURL)) return; // Nothing was sent.
    offer.dataset.offered = "";
    offer.querySelector(".go-on-done").textContent = "Sent.";
    sent = xhr;
    link.focus();
  });

  // What the answer swapped in late may have taken the focus along with what it replaced.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (sent && event.detail.xhr === sent && document.activeElement === document.body) link.focus();
  });

  // Before what else j may mean on this page.
  document.addEventListener(
    "keydown",
    (event) => {
      const busy = event.target.closest("input, textarea, select, [contenteditable], dialog");
      if (event.key !== "j" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      link.click();
    },
    true,
  );

  if (window.location.hash === "#reply") document.getElementById("id_body")?.focus();
})();
