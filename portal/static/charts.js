// Draws every figure of the page from the JSON beside it. The same numbers stand in its table.
"use strict";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, showTips: false };
const NARROW_PX = 520;

function layoutFor(layout, width) {
  if (width >= NARROW_PX) {
    return layout;
  }
  const narrow = structuredClone(layout);
  narrow.margin = { ...narrow.margin, l: 52, r: 8 };
  narrow.annotations = (narrow.annotations || []).filter((note) => note.name !== "wide");
  narrow.showlegend = true;
  return narrow;
}

function draw(place) {
  const data = document.getElementById(place.dataset.chart);
  const figure = JSON.parse(data.textContent);
  Plotly.newPlot(place, figure.data, layoutFor(figure.layout, place.clientWidth), CONFIG).then(() => {
    place.dataset.drawn = "true";
  });
}

document.querySelectorAll("[data-chart]").forEach(draw);
