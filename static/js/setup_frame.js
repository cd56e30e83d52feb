"use strict";
// An auto-apply rule's form: only the fields of what it gives are shown.

(function () {
  const takes = document.getElementById("id_takes");
  const fields = { process: "promised", type: "promised", template: "template" };

  function show() {
    for (const [name, kind] of Object.entries(fields)) {
      const row = document.querySelector(`.field-${name}`);
      if (row) row.hidden = takes.value !== kind && !row.querySelector(".errorlist");
    }
  }

  if (takes) {
    takes.addEventListener("change", show);
    show();
  }
})();
