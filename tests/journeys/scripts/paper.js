// What of the open page would be wrong on paper.
"use strict";

window.paper = (() => {
  const LEAST_CONTRAST = 4.5;
  const ACTS = "nav, button, [type=submit], [type=range], .govuk-skip-link, .assay-filters";
  const FIELDS = "input:not([type=hidden]), select, textarea";

  const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
  const isHiddenText = (one) => one.closest(".govuk-visually-hidden, [role=img], script, style");
  const named = (one) => `${one.localName} “${(one.innerText || one.getAttribute("class") || "").trim().slice(0, 50)}”`;

  // Backgrounds are not printed, so every word stands on white.
  const isPale = (one) => window.colours.onWhite(getComputedStyle(one).color) < LEAST_CONTRAST;

  const holdsText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  // A box that hides or scrolls what does not fit is a box whose words are lost on paper.
  function isCut(one) {
    const style = getComputedStyle(one);
    const cutsX = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    const cutsY = style.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
    return one.clientWidth > 1 && (cutsX || cutsY);
  }

  function isOver(one) {
    const box = one.getBoundingClientRect();
    return box.width > 1 && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
  }

  function wrong() {
    const shown = [...document.querySelectorAll("body *")].filter(isShown);
    const texts = shown.filter((one) => holdsText(one) && !isHiddenText(one));
    const drawings = shown.filter((one) => one.matches("main svg, main img, .assay-chart__drawing"));
    const filled = (one) => one.closest("form[method=post]");
    const found = {
      "acts, and paper cannot": shown.filter((one) => one.matches(ACTS)),
      "asks, and paper cannot": shown.filter((one) => one.matches(FIELDS) && !filled(one)),
      "is too pale": texts.filter(isPale),
      "is cut": shown.filter((one) => isCut(one) && !isHiddenText(one)),
      "runs over the side": [...texts, ...drawings].filter(isOver),
      "stays folded": shown.filter((one) => one.matches("details") && one.innerText.trim() === ""),
    };
    return Object.entries(found).flatMap(([what, ones]) =>
      ones.slice(0, 3).map((one) => `on paper ${named(one)} ${what}`));
  }

  return { wrong };
})();
