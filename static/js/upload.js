"use strict";
// A file that is too large is refused here already, at its field, and not sent at all.

(() => {
  for (const field of document.querySelectorAll("input[type=file][data-most-bytes]")) {
    const most = Number(field.dataset.mostBytes);
    field.addEventListener("change", () => {
      const isTooLarge = [...field.files].some((file) => file.size > most);
      field.setCustomValidity(isTooLarge ? `This file is larger than ${Math.round(most / 1000)} kB.` : "");
      field.reportValidity();
    });
  }
})();
