"use strict";
// The editor of entitlement processes: rows of a list are dragged by their handle into another order.
// What is done here is also done by plain buttons.

(function () {
  let dragged = null;

  function rowOf(target) {
    return target.closest("[data-ordered-by] > tr");
  }

  function order(body) {
    return [...body.children].map((row) => row.dataset.key).join(",");
  }

  // A row can be dragged only while its handle is held: its text stays selectable.
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".drag-handle");
    if (handle) rowOf(handle).draggable = true;
  });

  document.addEventListener("pointerup", (event) => {
    const row = event.target.closest && rowOf(event.target);
    if (row) row.draggable = false;
  });

  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest && rowOf(event.target);
    if (!row || !row.draggable) return;
    dragged = { row, before: order(row.parentElement) };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.key);
    row.classList.add("is-dragged");
  });

  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const over = event.target.closest && rowOf(event.target);
    if (!over || over.parentElement !== dragged.row.parentElement) return;
    event.preventDefault();
    if (over === dragged.row) return;
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    over[below ? "after" : "before"](dragged.row);
  });

  document.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });

  document.addEventListener("dragend", () => {
    if (!dragged) return;
    const { row, before } = dragged;
    dragged = null;
    row.classList.remove("is-dragged");
    row.draggable = false;
    const body = row.parentElement;
    const form = document.getElementById(body.dataset.orderedBy);
    if (order(body) === before || !form) return;
    form.elements.order.value = order(body);
    form.requestSubmit();
  });

  // A trigger: only what its kind has.
  function showTimes() {
    const chosen = document.querySelector("#trigger_form input[name='kind']:checked");
    if (!chosen) return;
    const row = document.querySelector("#trigger_form .form-row.field-minutes");
    const percent = document.querySelector("#trigger_form .fieldBox.field-percent");
    const isWrong = row && row.querySelector(".errorlist");
    if (row) row.hidden = chosen.value === "success" && !isWrong;
    if (percent) percent.parentElement.hidden = chosen.value !== "warning" && !isWrong;
  }

  // Completion criteria are only for milestones that go by them.
  function showCompletion() {
    const chosen = document.querySelector("#processmilestone_form input[name='completed_by']:checked");
    const row = document.querySelector("#processmilestone_form .form-row.field-completion");
    if (chosen && row) row.hidden = chosen.value !== "criteria" && !row.querySelector(".errorlist");
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "kind") showTimes();
    if (event.target.name === "completed_by") showCompletion();
  });
  showTimes();
  showCompletion();

  // After an arrow has moved a row the focus stays on it, also at the end of the list, and its place is said.
  let moved = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest && rowOf(event.target);
    if (row) moved = row.id;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.target.id === "milestone-list" && moved && document.getElementById(moved);
    if (!row) return;
    moved = null;
    if (!row.contains(document.activeElement)) row.querySelector("button:not([disabled])")?.focus();
    const rows = [...row.parentElement.children];
    const said = document.getElementById("order-said");
    if (said) said.textContent = `Now ${rows.indexOf(row) + 1} of ${rows.length}`;
  });
})();
