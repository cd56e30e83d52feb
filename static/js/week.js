"use strict";
// The week of business hours: a grid to drag in. The text fields hold what is true; the grid shows and writes them.

(() => {
  const week = document.getElementById("week");
  if (!week) return;
  const STEP = 15;
  const DAY = 1440;
  const CLOCK = "(\\d{1,2})(?:[:.h](\\d{2}))?\\s*([ap]\\.?m\\.?)?";
  const RANGE = new RegExp(`^${CLOCK}\\s*(?:-|–|—|to|until)\\s*${CLOCK}$`);
  const rows = [...week.querySelectorAll(".week-day")].map((element) => ({
    text: element.querySelector(".week-text"),
    track: element.querySelector(".week-track"),
    copy: element.querySelector(".week-copy"),
    label: element.querySelector("label").textContent.trim(),
  }));
  let held = null;

  // --- Text and windows ------------------------------------------------------------------------

  function minutes(hour, minute, half) {
    let hours = Number(hour);
    if (half) hours = (hours % 12) + (half[0] === "p" ? 12 : 0);
    return hours * 60 + Number(minute || 0);
  }

  // The windows of a day as [opens, closes] in minutes; null when the text cannot be read.
  function read(text) {
    const said = text.trim().toLowerCase();
    if (["", "closed", "-", "–"].includes(said)) return [];
    if (["24h", "24 h", "all day", "open", "24/7"].includes(said)) return [[0, DAY]];
    const found = [];
    for (const part of said.split(/[,;]|\band\b/)) {
      const match = RANGE.exec(part.trim());
      if (!match) return null;
      const opens = minutes(match[1], match[2], match[3]);
      const closes = minutes(match[4], match[5], match[6]);
      if (opens >= DAY || closes > DAY || (opens === closes && opens)) return null;
      found.push([opens, closes > opens ? closes : closes + DAY]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  const clock = (at) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const words = ([opens, closes]) => `${clock(opens)}-${closes === DAY ? "24:00" : clock(closes % DAY)}`;

  // What overlaps or touches is one.
  function joined(windows) {
    const all = [];
    for (const [opens, closes] of [...windows].sort((a, b) => a[0] - b[0])) {
      const last = all[all.length - 1];
      if (last && opens <= last[1]) last[1] = Math.max(last[1], closes);
      else all.push([opens, closes]);
    }
    return all.map(([opens, closes]) => [opens, Math.min(closes, opens + DAY)]);
  }

  function write(row, windows) {
    row.text.value = windows.map(words).join(", ");
  }

  function told(row) {
    row.text.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // --- Drawing ---------------------------------------------------------------------------------

  function part(className, edge) {
    const element = document.createElement("span");
    element.className = className;
    if (edge) element.dataset.edge = edge;
    return element;
  }

  // What is too narrow for its times has them as its title alone.
  const NARROWEST = 78;

  function block(times, from, to, number, width) {
    const element = document.createElement("div");
    element.className = "week-block";
    element.style.left = `${(from / DAY) * 100}%`;
    element.style.width = `${((to - from) / DAY) * 100}%`;
    element.title = words(times).replace("-", "–");
    element.dataset.number = number;
    if (((to - from) / DAY) * width >= NARROWEST) element.append(element.title);
    return element;
  }

  function draw() {
    const days = rows.map((row) => read(row.text.value));
    rows.forEach((row, day) => {
      const width = row.track.clientWidth;
      row.track.replaceChildren();
      row.track.classList.toggle("is-unclear", days[day] === null);
      (days[day] || []).forEach((times, number) => {
        const own = block(times, times[0], Math.min(times[1], DAY), number, width);
        own.append(part("week-edge", "opens"));
        if (times[1] <= DAY) own.append(part("week-edge", "closes"));
        else own.classList.add("is-cut");
        const remove = part("week-remove");
        remove.textContent = "×";
        own.append(remove);
        row.track.append(own);
      });
      const before = days[(day + 6) % 7] || [];
      before.forEach((times, number) => {
        if (times[1] <= DAY) return;
        const tail = block(times, 0, times[1] - DAY, number, width);
        tail.classList.add("is-tail");
        tail.dataset.before = "";
        tail.append(part("week-edge", "closes"));
        row.track.append(tail);
      });
    });
    if (held) markHeld();
  }

  function markHeld() {
    const windows = read(rows[held.day].text.value) || [];
    const number = windows.findIndex((times) => times[0] <= held.at && held.at <= times[1]);
    const shown = rows[held.day].track.querySelector(`.week-block:not(.is-tail)[data-number="${number}"]`);
    if (shown) shown.classList.add("is-held");
  }

  // --- Dragging --------------------------------------------------------------------------------

  function place(event, row) {
    const box = row.track.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    return Math.round((share * DAY) / STEP) * STEP;
  }

  // From the midnight at which the held day begins; over the row below it is the next day.
  function placeFromHeld(event) {
    const below = rows[(held.day + 1) % 7];
    const bottom = rows[held.day].track.getBoundingClientRect().bottom;
    return event.clientY > bottom + 4 ? DAY + place(event, below) : place(event, rows[held.day]);
  }

  function begin(event) {
    const track = event.target.closest(".week-track");
    const day = rows.findIndex((row) => row.track === track);
    if (day < 0 || event.button !== 0 || track.classList.contains("is-unclear")) return;
    const hit = event.target.closest(".week-block");
    const isTail = Boolean(hit && "before" in hit.dataset);
    const of = isTail ? (day + 6) % 7 : day;
    const windows = read(rows[of].text.value);
    if (!windows) return;
    if (hit && event.target.classList.contains("week-remove")) return take(of, Number(hit.dataset.number));
    const edge = event.target.dataset.edge;
    if (isTail && !edge) return;
    event.preventDefault();
    const at = place(event, rows[day]) + (isTail ? DAY : 0);
    const times = hit ? windows[Number(hit.dataset.number)] : [at, at];
    const others = windows.filter((one) => one !== times);
    held = { day: of, at, mode: hit ? edge || "move" : "new", times, others, before: rows[of].text.value };
    track.setPointerCapture(event.pointerId);
    markHeld();
  }

  function changed(at) {
    const [opens, closes] = held.times;
    const length = closes - opens;
    if (held.mode === "new") return [Math.min(held.at, at), Math.max(held.at, at)];
    if (held.mode === "opens") return [Math.min(at, closes - STEP, DAY - STEP), closes];
    if (held.mode === "closes") return [opens, Math.max(at, opens + STEP)];
    const moved = Math.min(Math.max(opens + at - held.at, 0), DAY - STEP);
    return [moved, moved + length];
  }

  function drag(event) {
    if (!held) return;
    const at = held.mode === "opens" || held.mode === "move" ? place(event, rows[held.day]) : placeFromHeld(event);
    const [opens, closes] = changed(at);
    const times = [Math.min(opens, DAY - STEP), Math.min(closes, opens + DAY)];
    write(rows[held.day], joined(times[1] - times[0] < STEP ? held.others : [...held.others, times]));
    draw();
  }

  function end(event) {
    if (!held) return;
    const { day, before } = held;
    held = null;
    if (event.type === "pointercancel") rows[day].text.value = before;
    draw();
    if (rows[day].text.value !== before) told(rows[day]);
  }

  function take(day, number) {
    write(rows[day], read(rows[day].text.value).filter((_, one) => one !== number));
    draw();
    told(rows[day]);
  }

  // --- Keys in a field -------------------------------------------------------------------------

  function keys(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const field = event.target;
    const at = field.selectionStart;
    for (const match of field.value.matchAll(/\d{1,2}:\d{2}/g)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (at < from || at > to) continue;
      event.preventDefault();
      const [hour, minute] = match[0].split(":").map(Number);
      const step = (event.shiftKey ? 60 : STEP) * (event.key === "ArrowUp" ? 1 : -1);
      const moved = clock((hour * 60 + minute + step + DAY) % DAY);
      field.value = field.value.slice(0, from) + moved + field.value.slice(to);
      field.setSelectionRange(from, from + moved.length);
      draw();
      return;
    }
  }

  // --- Copying ---------------------------------------------------------------------------------

  const dialog = document.getElementById("week-copy-to");
  let copied = 0;

  function openCopy(day) {
    copied = day;
    dialog.querySelector(".week-copied").textContent = rows[day].label;
    dialog.querySelectorAll("input").forEach((box, number) => {
      box.disabled = number === day;
      box.checked = day < 5 && number < 5 && number !== day;
    });
    dialog.showModal();
  }

  function copy() {
    for (const box of dialog.querySelectorAll("input:checked")) rows[Number(box.value)].text.value = rows[copied].text.value;
    draw();
    told(rows[copied]);
  }

  week.classList.add("is-alive");
  week.addEventListener("pointerdown", begin);
  week.addEventListener("pointermove", drag);
  week.addEventListener("pointerup", end);
  week.addEventListener("pointercancel", end);
  rows.forEach((row, day) => {
    row.text.addEventListener("input", draw);
    row.text.addEventListener("keydown", keys);
    row.copy.addEventListener("click", () => openCopy(day));
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.value || event.target.type !== "button") return;
    if (event.target.value === "copy") copy();
    dialog.close();
  });
  window.addEventListener("resize", draw);
  draw();
})();
