// What a person who has only a keyboard meets: where each press of Tab leads, and how it looks there.
"use strict";

window.keyboard = (() => {
  const CAN_BE_A_STOP = "a[href], button, input, select, textarea, summary, iframe, [tabindex]";
  const LEAST_CONTRAST = 3;
  const PLACE = "keyboard-walk";
  const HOLDS_STILL = "htmx:beforeRequest";
  let stops = [];
  let looksBefore = new Map();
  let met = [];
  let wrong = [];

  const { onWhite } = window.colours;
  const words = (one) => (one.getAttribute("aria-label") || one.innerText || one.name || "").trim();
  const named = (one) => `${one.tagName.toLowerCase()} “${words(one).slice(0, 50)}”`;

  // The buttons of a radio group are one stop: the chosen one, else the first.
  function stopOf(one) {
    if (one.type !== "radio") {
      return one;
    }
    const group = [...one.form.querySelectorAll(`[type=radio][name="${CSS.escape(one.name)}"]`)];
    return group.find((each) => each.checked) || group[0];
  }

  function isStop(one) {
    const folded = one.closest("details:not([open])");
    const seen = one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length;
    return (
      seen && !one.disabled && one.tabIndex >= 0 && stopOf(one) === one &&
      (!folded || (one.localName === "summary" && one.parentElement === folded))
    );
  }

  // What may show that the focus is here: the element, what is right inside it, and its label.
  function looksOf(one) {
    const parts = [one, ...one.children, ...(one.labels || [])];
    return parts.flatMap((part) => ["", "::before", "::after"].flatMap((pseudo) => {
      const style = getComputedStyle(part, pseudo);
      const outline = style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor;
      const border = style.borderBottomWidth + style.borderBottomColor;
      return [outline, style.boxShadow, style.backgroundColor, border];
    }));
  }

  // WCAG 2.4.7 and 1.4.11: it has appeared, or a colour has come that stands out from white.
  function isMarked(one) {
    const before = looksBefore.get(one);
    if (one.matches(".govuk-skip-link") && one.offsetWidth > 1) {
      return true;
    }
    const changed = looksOf(one).filter((look, index) => look !== before[index]);
    const colours = changed.flatMap((look) => look.match(/rgba?\([^)]*\)/g) || []);
    return colours.some((colour) => onWhite(colour) >= LEAST_CONTRAST);
  }

  function isInFront(one, x, y) {
    const front = document.elementFromPoint(x, y);
    const own = [one, ...(one.labels || [])];
    return front && own.some((each) => each.contains(front));
  }

  // WCAG 2.4.11: something of it shows, below nothing that stands still and inside what scrolls.
  function isHidden(one) {
    const boxes = [one, ...(one.labels || [])].flatMap((each) => [...each.getClientRects()]);
    return !boxes.some((box) => {
      const [left, right] = [Math.max(box.left, 0) + 2, Math.min(box.right, innerWidth) - 2];
      const [top, bottom] = [Math.max(box.top, 0) + 2, Math.min(box.bottom, innerHeight) - 2];
      const middle = [(left + right) / 2, (top + bottom) / 2];
      return [middle, [left, top], [right, bottom]].some(([x, y]) => isInFront(one, x, y));
    });
  }

  function look(event) {
    const one = document.activeElement;
    if (event.key !== "Tab" || one === document.body || one.id === PLACE) {
      return;
    }
    met.push(stopOf(one));
    if (!isMarked(one)) {
      wrong.push(`focus does not show on ${named(one)}`);
    }
    if (isHidden(one)) {
      wrong.push(`focus is hidden on ${named(one)} at ${innerWidth} px`);
    }
  }

  // Return how many stops there are. Parts that change by themselves stay as they are.
  function begin({ backwards }) {
    standAt(backwards ? "append" : "prepend");
    const possible = [...document.querySelectorAll(CAN_BE_A_STOP)];
    stops = possible.filter(isStop);
    looksBefore = new Map(possible.map((one) => [one, looksOf(one)]));
    met = [];
    wrong = stops.filter((one) => one.tabIndex > 0)
      .map((one) => `${named(one)} leaves the order of the page`);
    document.addEventListener("keydown", look, true);
    document.body.addEventListener(HOLDS_STILL, (event) => event.preventDefault());
    return stops.length;
  }

  // The walk begins before the first stop or after the last one, at a place that Tab never leads to.
  function standAt(end) {
    const place = document.createElement("span");
    place.tabIndex = -1;
    place.id = PLACE;
    document.getElementById(PLACE)?.remove();
    document.body[end](place);
    place.focus({ preventScroll: true });
  }

  function end({ backwards }) {
    document.removeEventListener("keydown", look, true);
    const expected = backwards ? stops.toReversed() : stops;
    const at = expected.findIndex((one, index) => met[index] !== one);
    const last = expected.at(-1);
    if (document.activeElement === last || met.slice(stops.length).includes(last)) {
      wrong.push(`focus stays on ${named(last)}`);
    }
    if (at >= 0) {
      const here = met[at] ? named(met[at]) : "nothing";
      const path = met.slice(Math.max(0, at - 2)).map(named).slice(0, 6).join(" > ");
      wrong.push(`stop ${at + 1} of ${expected.length} is ${here}, not ${named(expected[at])}; ${path}`);
    }
    return wrong;
  }

  // Focus the first fold that is closed, also one that stands in another; false where none is.
  function reachFold() {
    const folds = [...document.querySelectorAll("details:not([open]) > summary:first-of-type")];
    const first = folds.find((one) => one.checkVisibility());
    first?.focus();
    return first !== undefined;
  }

  return { begin, end, reachFold, isSkipped: () => document.activeElement.id === "main-content",
    isUnfolded: () => document.activeElement.parentElement.open };
})();
