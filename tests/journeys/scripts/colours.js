// How much a colour stands out from white, as WCAG counts it: 1 is white itself, 21 is black.
"use strict";

window.colours = (() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

  function onWhite(colour) {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    const [r, g, b] = [red, green, blue].map((part) => linear((part * alpha + 255 * (1 - alpha)) / 255));
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
  }

  return { onWhite };
})();
