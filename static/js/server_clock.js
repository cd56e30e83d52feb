// The server's clock, whatever the browser's says. An element with data-now carries the server's time at
// which it was made; an answer's X-Server-Time corrects it.
"use strict";

const serverClock = {
  offsets: new WeakMap(),

  // Milliseconds since the epoch at this moment, for what stands inside `frame`.
  now(frame) {
    if (!this.offsets.has(frame)) this.set(frame, Number(frame.dataset.now));
    return Date.now() + this.offsets.get(frame);
  },

  set(frame, time) {
    this.offsets.set(frame, time - Date.now());
  },
};

document.addEventListener("htmx:afterRequest", (event) => {
  const time = event.detail.xhr?.getResponseHeader("X-Server-Time");
  const frame = event.detail.elt?.closest?.("[data-now]");
  if (time && frame) serverClock.set(frame, Number(time));
});
