// Starts the GOV.UK components. The address of their module carries its hash, so the page names it.
const start = document.getElementById("assay");

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

const { initAll } = await import(start.dataset.govukFrontend);
initAll();

// A part of the page that htmx has replaced brings components of its own.
document.body.addEventListener("htmx:afterSwap", (event) => initAll({ scope: event.detail.elt }));
