// What runs over the side of the open page, and what is cut off inside it.
"use strict";

window.reflow = (() => {
  // What readers of WCAG 1.4.12 may set: a page must keep all its words.
  const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`;
  const SCROLLS = ".assay-table-scroll, .assay-chart__drawing";

  function over() {
    const root = document.documentElement;
    const excess = root.scrollWidth - root.clientWidth;
    if (excess <= 0) {
      return [];
    }
    const wide = [...document.querySelectorAll("main *, header *, footer *")]
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
      .filter((one) => !one.closest(SCROLLS));
    return [`${excess} px too wide at ${innerWidth} px`,
      ...wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))];
  }

  function cut() {
    return [...document.querySelectorAll("body *")]
      .filter((one) => one.checkVisibility() && one.clientWidth > 1 && !one.closest("input, [role=img]"))
      .filter((one) => /hidden|clip/.test(getComputedStyle(one).overflow))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      .slice(0, 3)
      .map((one) => `cut with wide spacing: ${one.outerHTML.slice(0, 120)}`);
  }

  function withSpacing(measure) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACING);
    document.adoptedStyleSheets.push(sheet);
    const found = measure();
    document.adoptedStyleSheets.pop();
    return found;
  }

  return { over, spaced: () => withSpacing(() => [...over(), ...cut()]) };
})();
