// Lengths and moments of time, in nanoseconds, as people read them.

const units = [[1e9, "s"], [1e6, "ms"], [1e3, "\u00b5s"], [1, "ns"]];

// The unit in which moments up to `end` are told.
function unitFor(end) {
  return units.find(([ns]) => end >= 10 * ns) || units[3];
}

// The smallest of 1, 2, 5, 10, 20 ... that is no smaller than `least`, which may be below 1.
function niceStep(least) {
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  for (const times of [1, 2, 5, 10]) {
    if (power * times >= least * (1 - 1e-9)) return power * times;
  }
  return power * 10;
}

// "18.300 000 001 s": with as many digits as tell apart what lies `step` apart.
function momentText(ns, step, unit) {
  const [size, name] = unit;
  const digits = Math.max(0, Math.min(12, Math.ceil(-Math.log10(step / size) - 1e-9)));
  const [whole, fraction] = (ns / size).toFixed(digits).split(".");
  const grouped = fraction ? "." + fraction.replace(/(\d{3})(?=\d)/g, "$1\u202f") : "";
  return `${whole}${grouped} ${name}`;
}

// "600 s", "1.5 ms": a length with four digits that count, in its own unit.
function lengthText(ns) {
  const rounded = Number(ns.toPrecision(4));
  const [size, name] = units.find(([one]) => Math.abs(rounded) >= one) || units[3];
  return `${Number((rounded / size).toPrecision(4))} ${name}`;
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

// About how wide a text is at 11 px.
function widthOf(text) {
  return text.length * 6.2;
}
