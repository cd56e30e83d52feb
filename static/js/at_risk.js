// The board: it waits while somebody chooses, and keeps where the reader was.
"use strict";

(() => {
  const board = () => document.getElementById("at_risk");

  function isChosenIn() {
    return Boolean(board()?.querySelector('[name="case"]:checked, details.menu[open]'));
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "at_risk" && isChosenIn()) event.preventDefault();
  });

  // Lanes stand beside each other on a phone: the one that is looked at stays.
  let left = 0;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "at_risk") left = board().querySelector(".lanes").scrollLeft;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const lanes = board()?.querySelector(".lanes");
    if (lanes && left) lanes.scrollLeft = left;
  });
})();
