// Starts the GOV.UK components. The address of their module carries its hash, so the page names it.
const start = document.getElementById("assay");

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

const { initAll } = await import(start.dataset.govukFrontend);
initAll();

// Whoever works by keyboard keeps their place when htmx replaces the part of the page they are in.
const PLACES = "a[href], button, summary, [tabindex]";
const nameOf = (place) => `${place.localName} ${place.getAttribute("aria-label") || place.textContent}`;
let left = null;

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const here = document.activeElement;
  left = detail.target.contains(here) ? nameOf(here) : null;
});

// A part of the page that htmx has replaced brings components of its own.
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  initAll({ scope: detail.elt });
  [...detail.elt.querySelectorAll(PLACES)].find((place) => nameOf(place) === left)
    ?.focus({ preventScroll: true });
});
