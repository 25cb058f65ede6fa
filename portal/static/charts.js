// Draws every figure of the page from the JSON beside it. The same numbers stand in its table.
"use strict";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, showTips: false };
const NARROW_PX = 560;
const NARROW_FONT_PX = 12;
const LEGEND_ROW_PX = 20;
const PAPER_PX = 660;
const ON_PAPER = { autosize: false, width: PAPER_PX };

// What stands in brackets goes below, so that a long title is not cut off.
function breakTitle(axis) {
  axis.title.text = axis.title.text.replace(" (", "<br>(");
  axis.title.font.size = NARROW_FONT_PX;
}

// A narrow screen has no room for names beside the lines: they move into a legend below.
function layoutFor(figure, width) {
  if (width >= NARROW_PX) {
    return figure.layout;
  }
  const narrow = structuredClone(figure.layout);
  const named = figure.data.filter((trace) => trace.showlegend !== false).length;
  narrow.margin = { ...narrow.margin, l: 48, r: 10 };
  narrow.font.size = NARROW_FONT_PX;
  [narrow.xaxis, narrow.yaxis].forEach(breakTitle);
  narrow.annotations = (narrow.annotations || []).filter((note) => note.name !== "wide");
  narrow.showlegend = true;
  narrow.height += named * LEGEND_ROW_PX;
  if (narrow.meta && narrow.meta.narrowRange) {
    narrow.xaxis.range = narrow.meta.narrowRange;
  }
  return narrow;
}

function draw(place, width, kept = {}) {
  const data = document.getElementById(place.dataset.chart);
  const figure = JSON.parse(data.textContent);
  const layout = { ...layoutFor(figure, width), ...kept };
  place.dataset.drawn = "begun";
  place.dataset.narrow = String(width < NARROW_PX);
  return Plotly.newPlot(place, figure.data, layout, CONFIG).then(() => {
    place.dataset.drawn = "true";
  });
}

// What is folded has no width yet: it is drawn when it is opened.
function drawOnceSeen(place) {
  const folded = place.closest("details:not([open])");
  if (!folded) {
    draw(place, place.clientWidth);
    return;
  }
  folded.addEventListener("toggle", () => {
    if (folded.open) {
      draw(place, place.clientWidth);
    }
  });
}

const places = [...document.querySelectorAll("[data-chart]")];
let onPaper = false;

places.forEach(drawOnceSeen);

// A turned tablet or an enlarged page crosses the width at which names move into the legend.
const widths = new ResizeObserver((entries) => {
  entries.forEach(({ target, contentRect: { width } }) => {
    const crossed = target.dataset.narrow !== String(width < NARROW_PX);
    if (!onPaper && width > 0 && crossed && target.dataset.drawn === "true") {
      draw(target, width);
    }
  });
});
places.forEach((place) => widths.observe(place));

// A drawing keeps its width in pixels, and paper is narrower than most screens.
window.addEventListener("beforeprint", () => {
  onPaper = true;
  places.forEach((place) => {
    if (place.dataset.drawn === "true") {
      Plotly.relayout(place, ON_PAPER);
    } else {
      draw(place, PAPER_PX, ON_PAPER);
    }
  });
});
window.addEventListener("afterprint", () => {
  onPaper = false;
  places.forEach((place) => Plotly.relayout(place, { autosize: true, width: null }));
});
