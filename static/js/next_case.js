// On a case: after a reply the next case is offered, j goes there, and #reply opens the composer.
"use strict";

(() => {
  const offer = document.getElementById("go_on");
  const link = offer?.querySelector("[data-next-case]");
  if (!link) return;

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!pathInfo?.requestPath.endsWith("/messages/") || xhr.status >= 300) return;
    offer.dataset.offered = "";
    offer.querySelector(".go-on-done").textContent = "Sent.";
    link.focus();
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
