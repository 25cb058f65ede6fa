// Moves the threshold of the explorer: the server wrote the texts of every threshold, here they are shown.
"use strict";

const SAID_AFTER_MS = 400;

const slider = document.getElementById("threshold-slider");
const source = document.getElementById("threshold-data");

function rowOf(table, number) {
  return table.keys.map((key, column) => [key, table.rows[number][column]]);
}

function textsAt(data, place) {
  const ofGroups = data.axes.flatMap((axis) => rowOf(axis, axis.places[place]));
  return Object.fromEntries([...rowOf(data.everybody, place), ...ofGroups]);
}

function moveLines(threshold) {
  document.querySelectorAll("[data-chart][data-drawn=true]").forEach((drawing) => {
    Plotly.relayout(drawing, { "shapes[0].x0": threshold, "shapes[0].x1": threshold });
  });
}

// The address and what a screen reader says wait until the slider rests.
function settle(threshold, sentence) {
  const address = new URL(window.location.href);
  address.searchParams.set("threshold", threshold);
  window.history.replaceState(null, "", address);
  document.getElementById("threshold-said").textContent = sentence;
}

function start() {
  const data = JSON.parse(source.textContent);
  const places = [...document.querySelectorAll("[data-threshold-text]")];
  const typed = document.getElementById("id_threshold");
  let waiting = 0;

  slider.addEventListener("input", () => {
    const place = Number(slider.value);
    const texts = textsAt(data, place);
    const threshold = data.thresholds[place];
    places.forEach((one) => {
      one.textContent = texts[one.dataset.thresholdText];
    });
    slider.setAttribute("aria-valuetext", texts.threshold);
    typed.value = threshold;
    moveLines(threshold);
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => settle(threshold, texts.sentence), SAID_AFTER_MS);
  });
  slider.closest("[hidden]").hidden = false;
}

if (slider && source) {
  start();
}
