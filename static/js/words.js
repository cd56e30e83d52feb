// Spans and instants in words; cases/queries/words.py says the same on the server.
"use strict";

const words = {
  // Two units at most, rounded down; seconds below two minutes. `days` only for 24/7.
  span(seconds, days) {
    const length = Math.floor(Math.abs(seconds));
    if (length < 120) return words.two(length, 60, "m", 1, "s");
    if (length < 3600) return `${Math.floor(length / 60)} m`;
    if (length < 86400 || !days) return words.two(length, 3600, "h", 60, "m");
    return words.two(length, 86400, "d", 3600, "h");
  },

  two(length, large, largeUnit, small, smallUnit) {
    const whole = Math.floor(length / large);
    const rest = Math.floor((length % large) / small);
    const told = [];
    if (whole) told.push(`${whole} ${largeUnit}`);
    if (rest) told.push(`${rest} ${smallUnit}`);
    return told.join(" ") || `0 ${smallUnit}`;
  },

  // “today 14:00”, “Mon 09:00” within six days, else “3 Mar 09:00”.
  instant(at, now) {
    const day = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());
    const away = Math.round((day(at) - day(now)) / 86400000);
    const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    if (Math.abs(away) <= 1) return `${["yesterday", "today", "tomorrow"][away + 1]} ${clock}`;
    if (Math.abs(away) < 7) return `${at.toLocaleDateString("en-GB", { weekday: "short" })} ${clock}`;
    return `${at.getDate()} ${at.toLocaleDateString("en-GB", { month: "short" })} ${clock}`;
  },
};
