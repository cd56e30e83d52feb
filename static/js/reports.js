// The form of a report: days of one's own and a named period put each other aside. And the print button.
"use strict";

(() => {
  const period = document.getElementById("period");
  const days = ["from", "to"].map((id) => document.getElementById(id)).filter(Boolean);

  if (period) {
    period.addEventListener("change", () => {
      if (period.value) days.forEach((day) => { day.value = ""; });
    });
    days.forEach((day) => day.addEventListener("change", () => { period.value = ""; }));
  }

  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
