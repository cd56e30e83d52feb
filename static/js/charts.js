// Draws the charts of a report from the values beside them. What a series is can be told without its colour:
// bars by their pattern and by what is written beside them, lines by their dashes and the shape of their points.
"use strict";

(() => {
  const LOOKS = {
    met: { colour: "--met-area", pattern: "plain", point: "circle", dash: [] },
    missed: { colour: "--late-area", pattern: "stripes", point: "crossRot", dash: [] },
    open_late: { colour: "--risk-area", pattern: "dots", point: "triangle", dash: [2, 3] },
    now: { colour: "--calm-area", pattern: "plain", point: "circle", dash: [] },
    before: { colour: "--still-area", pattern: "outline", point: "rectRot", dash: [6, 4] },
    other: { colour: "--stopped-area", pattern: "grid", point: "rect", dash: [10, 3] },
    quiet: { colour: "--still-area", pattern: "dots", point: "triangle", dash: [2, 3] },
  };
  const BAR = 30; // Pixels for each lying bar, and around all of them.
  const AROUND = 90;
  const drawn = [];

  function colourOf(element, name) {
    // A custom property comes as it was written; only a real colour is worked out for light or dark.
    const probe = element.appendChild(document.createElement("span"));
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function patternOf(kind, colour, ground) {
    if (kind === "plain") return colour;
    if (kind === "outline") return ground;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = ground;
    pen.lineWidth = 2;
    pen.beginPath();
    if (kind === "stripes") {
      for (const start of [-8, 0, 8]) { pen.moveTo(start - 1, 9); pen.lineTo(start + 9, -1); }
    } else if (kind === "grid") {
      pen.moveTo(0, 4); pen.lineTo(8, 4); pen.moveTo(4, 0); pen.lineTo(4, 8);
    } else {
      pen.arc(4, 4, 1.7, 0, 7);
      pen.fill();
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function paint(frame) {
    const names = { text: "--body-fg", quiet: "--body-quiet-color", grid: "--hairline-color", ground: "--body-bg", late: "--late" };
    const found = Object.entries(names).map(([key, name]) => [key, colourOf(frame, name)]);
    return Object.fromEntries(found);
  }

  function dataset(series, values, colours, frame) {
    const look = LOOKS[series.role] || LOOKS.now;
    const colour = colourOf(frame, look.colour);
    const common = { label: series.label, data: series.values, notes: series.notes, borderColor: colour };
    if (values.kind === "lines") {
      return {
        ...common, borderDash: look.dash, borderWidth: 2, backgroundColor: colour, spanGaps: true,
        pointStyle: look.point, pointRadius: 4, pointHoverRadius: 6, pointBackgroundColor: look.pattern === "outline" ? colours.ground : colour, tension: 0,
      };
    }
    return {
      ...common, backgroundColor: patternOf(look.pattern, colour, colours.ground), borderWidth: 1.5,
      maxBarThickness: values.kind === "bars" ? 22 : 64, categoryPercentage: 0.9, barPercentage: 0.8, stack: "one",
    };
  }

  // What is written beside each lying bar.
  function notes(colours, font) {
    return {
      id: "notes",
      afterDatasetsDraw(chart) {
        const pen = chart.ctx;
        pen.save();
        pen.font = `${font.size}px ${font.family}`;
        pen.textBaseline = "middle";
        chart.data.datasets.forEach((set, index) => chart.getDatasetMeta(index).data.forEach((bar, place) => {
          const note = (set.notes || [])[place];
          if (!note || set.data[place] === null) return;
          const width = pen.measureText(note).width;
          const left = Math.min(bar.x + 6, chart.width - width - 4);
          pen.fillStyle = colours.ground;
          pen.globalAlpha = 0.85;
          pen.fillRect(left - 3, bar.y - 8, width + 6, 16);
          pen.globalAlpha = 1;
          pen.fillStyle = colours.text;
          pen.fillText(note, left, bar.y);
        }));
        pen.restore();
      },
    };
  }

  // The line that is measured by: what was promised.
  function line(values, colours, font) {
    return {
      id: "line",
      afterDatasetsDraw(chart) {
        const lies = values.kind === "bars";
        const { left, right, top, bottom } = chart.chartArea;
        const pen = chart.ctx;
        pen.save();
        pen.strokeStyle = pen.fillStyle = colours.text;
        pen.font = `${font.size}px ${font.family}`;
        pen.lineWidth = 1.5;
        pen.setLineDash([5, 4]);
        pen.beginPath();
        if (lies || values.lineAt !== null) {
          const x = lies ? chart.scales.x.getPixelForValue(values.line) : placeOf(chart.scales.x, values.lineAt);
          pen.moveTo(x, top); pen.lineTo(x, bottom);
          pen.textAlign = x > (left + right) / 2 ? "right" : "left";
          pen.fillText(values.lineLabel, x + (pen.textAlign === "right" ? -4 : 4), top - 5);
        } else {
          const y = chart.scales.y.getPixelForValue(values.line);
          pen.moveTo(left, y); pen.lineTo(right, y);
          pen.textAlign = "right";
          pen.fillText(values.lineLabel, right, y - 5);
        }
        pen.stroke();
        pen.restore();
      },
    };
  }

  function placeOf(scale, at) {
    // Between two labels: at 3.5, between the fourth and the fifth.
    const whole = Math.floor(at);
    const start = scale.getPixelForValue(whole);
    return start + (at - whole) * (scale.getPixelForValue(whole + 1) - start);
  }

  function told(values, value) {
    return value === null || value === undefined ? "" : `${value.toLocaleString("en", { maximumFractionDigits: 1 })}${values.unit ? ` ${values.unit}` : ""}`;
  }

  function scales(values, colours) {
    const lies = values.kind === "bars";
    const stacked = values.kind !== "lines";
    const amount = {
      stacked, min: values.least ?? undefined, max: values.most ?? undefined, beginAtZero: values.kind !== "lines",
      grid: { color: colours.grid }, border: { display: false },
      ticks: { color: colours.quiet, callback: (value) => told(values, value), maxTicksLimit: 8 },
    };
    const names = {
      stacked, grid: { display: false }, border: { color: colours.grid },
      ticks: { color: colours.text, autoSkip: !lies, maxRotation: 50, callback(value) {
        const name = this.getLabelForValue(value);
        const most = lies && this.chart.width < 500 ? 14 : 28;
        return name.length > most ? `${name.slice(0, most - 1)}…` : name;
      } },
    };
    return lies ? { x: amount, y: names } : { x: names, y: amount };
  }

  function draw(canvas) {
    const values = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const frame = canvas.parentElement;
    frame.closest(".chart").classList.add("drawn");
    if (values.kind === "bars") frame.style.height = `${values.labels.length * BAR + AROUND}px`;
    const colours = paint(frame);
    const font = { family: getComputedStyle(frame).fontFamily, size: 12 };
    const sets = values.series.map((series) => dataset(series, values, colours, frame));
    const plugins = [...(values.line === null && values.lineAt === null ? [] : [line(values, colours, font)]), notes(colours, font)];
    return new Chart(canvas, {
      type: values.kind === "lines" ? "line" : "bar",
      data: { labels: values.labels, datasets: sets },
      plugins,
      options: {
        indexAxis: values.kind === "bars" ? "y" : "x",
        animation: false, maintainAspectRatio: false, font,
        layout: { padding: { top: 16, right: sets.some((set) => set.notes.length) && frame.clientWidth > 500 ? 110 : 8 } },
        interaction: { mode: "index", axis: values.kind === "bars" ? "y" : "x", intersect: false },
        scales: scales(values, colours),
        plugins: {
          legend: { display: sets.length > 1, position: "bottom", labels: { color: colours.text, usePointStyle: values.kind === "lines", boxWidth: values.kind === "lines" ? 8 : 22, font } },
          tooltip: { filter: (one) => one.raw !== null, callbacks: { label: (one) => `${one.dataset.label}: ${(one.dataset.notes || [])[one.dataIndex] || told(values, one.raw)}` } },
        },
      },
    });
  }

  function drawAll() {
    drawn.splice(0).forEach((chart) => chart.destroy());
    document.querySelectorAll("canvas[data-chart]").forEach((canvas) => drawn.push(draw(canvas)));
  }

  drawAll();
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", drawAll);
})();
