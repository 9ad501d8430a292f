// One run as SVG, for the window of time `view`. What is not in the window, or would fall onto what
// is drawn already, is left out, so a picture has some hundred elements however long a history is.

const view = {from: 0, to: theEnd, width: 1000};

function xOf(at) {
  return gutter + ((at - view.from) / (view.to - view.from)) * (view.width - gutter - margin);
}

function timeOf(x) {
  return view.from + ((x - gutter) / (view.width - gutter - margin)) * (view.to - view.from);
}

// Cut off a little outside of the window: a browser must not be given coordinates of millions.
function clipped(x) {
  return Math.max(gutter - 60, Math.min(view.width + 60, x));
}

const px = (x) => Math.round(x * 10) / 10;

function text(x, y, words, cls = "", anchor = "start") {
  return `<text x="${px(x)}" y="${px(y)}" class="${cls}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function rect(x, y, width, height, cls, more = "") {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(width, 0.5))}" height="${px(height)}" class="${cls}" ${more}/>`;
}

function patterns(run) {
  const id = `r${run.index}`;
  const one = (name, size, path, more = "") =>
    `<pattern id="${id}-${name}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" ${more}>
    <path d="${path}" class="pattern ${name}"/></pattern>`;
  const tilt = 'patternTransform="rotate(45)"';
  return `<defs>${one("beyond", 7, "M0 0V7", tilt)}${one("band", 10, "M0 0V10", tilt)}
    ${one("pause", 6, "M0 3H6M3 0V6", tilt)}${one("dead", 6, "M0 3H6")}${one("cut", 6, "M3 0V6")}
    ${one("starved", 6, "M1 1h1.6v1.6h-1.6z")}${one("jeopardy", 8, "M0 8L4 0L8 8")}
    ${one("lapsed", 6, "M1 3h1.5")}${[1, 2, 3, 4, 5].map((p) => one("p" + p, 8,
      ["", "M4 0V8", "M2 2h1.5v1.5h-1.5z", "M0 4H8", "M0 0L8 8", "M4 0V8M0 4H8"][p])).join("")}</defs>`;
}

function drawAxis(layout) {
  const step = niceStep(((view.to - view.from) / (view.width - gutter - margin)) * 20) ;
  const label = niceStep(((view.to - view.from) / (view.width - gutter - margin)) *
    (widthOf(momentText(view.to, step, unit)) + 26));
  let grid = "";
  let out = text(gutter - 8, 15, "true time", "gutter strong", "end");
  const first = Math.ceil(view.from / label - 1e-9);
  for (let nth = first; nth * label <= view.to * (1 + 1e-12); ++nth) {
    const x = xOf(nth * label);
    if (x < gutter - 1 || nth - first > 60) continue;
    const half = widthOf(momentText(nth * label, label, unit)) / 2;
    grid += `M${px(x)} ${axisHeight}V${layout.height}`;
    if (x - half < gutter - 4 || x + half > view.width) continue;
    out += text(x, 15, momentText(nth * label, label, unit), "axis", "middle");
  }
  return {grid: `<path d="${grid}" class="grid"/>`,
    axis: `<g class="axis-row">${out}</g>`};
}

// Violations: a row of their own at the top, and a wash through all lanes.
function drawBands(run, layout) {
  let wash = "";
  let rows = "";
  run.bands.forEach((band, index) => {
    if (band.to < view.from || band.from > view.to) return;
    const left = Math.max(clipped(xOf(band.from)), gutter);
    const right = Math.min(Math.max(clipped(xOf(band.to)), left + 3), view.width - margin);
    const y = axisHeight + layout.bandRows[index] * bandHeight;
    const lasts = band.to > band.from;
    if (lasts) wash += rect(left, y, right - left, layout.height - y, "wash");
    const edges = (lasts ? [band.from, band.to] : [band.from]).filter((at) => at >= view.from && at <= view.to);
    wash += `<path d="${edges.map((at) => `M${px(xOf(at))} ${y}V${layout.height}`).join("")}" class="wash-edge"/>`;
    const name = `\u2717 ${band.name} ${band.meaning}` +
      (lasts ? `, ${lengthText(band.to - band.from)}` : "");
    const wide = right - left > widthOf(name) + 12;
    rows += `<g class="band" data-band="${index}">` +
      rect(left, y + 2, right - left, bandHeight - 5, "band-fill") +
      rect(left, y + 2, right - left, bandHeight - 5, "band-box", `fill="url(#r${run.index}-band)"`);
    const fits = right + 5 + widthOf(name) < view.width - margin;
    const at = wide ? left + 6 : fits ? right + 5 : Math.max(gutter, left - 8 - widthOf(name));
    rows += text(at, y + 14, name, "band-text halo") + "</g>";
  });
  return {wash, rows};
}

function drawLaneBox(run, lane) {
  const name = laneName(run, lane.home);
  const middle = (lane.top + lane.bottom) / 2;
  const boxed = typeof lane.home === "number" ? `p${lane.home % 6}` : "neutral";
  let gutterText = rect(0, lane.top, gutter - 6, lane.bottom - lane.top, "lane-head") +
    rect(0, lane.top, 4, lane.bottom - lane.top, `lane-edge ${boxed}`);
  const y = lane.barTop !== undefined ? lane.barTop + barHeight / 2 + 4 : lane.tracks ? lane.tracks[0] + barHeight / 2 + 4 : middle + 4;
  gutterText += text(12, y, name.length > 14 ? name.slice(0, 13) + "\u2026" : name, "lane-name");
  for (const {clock, y: top} of lane.rulers || []) {
    gutterText += text(gutter - 12, top + 15, clock.name, "gutter", "end");
  }
  if (lane.tracks && run.keys.length > 1) {
    run.keys.forEach((key, index) => {
      gutterText += text(gutter - 12, lane.tracks[index] + 17, key.slice(0, 10), "gutter", "end");
    });
  }
  return {back: rect(gutter - 6, lane.top, view.width - gutter + 6, lane.bottom - lane.top, "lane"), gutterText};
}

function inView(bar) {
  return bar.to >= view.from && bar.from <= view.to;
}

// A label that stays inside the part of a bar that is to be seen; the first that fits.
function labelIn(left, right, y, choices, cls) {
  const from = Math.max(left, gutter) + 6;
  const room = Math.min(right, view.width - margin) - from - 4;
  const fits = choices.find((words) => widthOf(words) <= room);
  return fits ? text(from, y, fits, cls) : "";
}

// `until`: where something else says more of it.
function drawBar(run, bar, y, height, cls, labels, pattern, until = bar.to) {
  const left = clipped(xOf(bar.from));
  const right = Math.max(clipped(xOf(bar.to)), left + 1.5);
  let out = rect(left, y, right - left, height, cls);
  if (pattern) out += rect(left, y, right - left, height, "", `fill="url(#r${run.index}-${pattern})"`);
  return out + labelIn(left, Math.min(right, xOf(until)), y + height / 2 + 4, labels, "bar-text");
}

function drawBeliefs(run, layout) {
  let out = "";
  for (const bar of run.bars) {
    const lane = inView(bar) && typeof bar.who === "number" ? laneOf(layout, bar.who) : undefined;
    if (!lane) continue;
    const texture = bar.who % 6 ? `p${bar.who % 6}` : "";
    const name = run.processes[bar.who].name;
    if (bar.kind === barKind.waiting) {
      const left = clipped(xOf(bar.from));
      const right = Math.max(clipped(xOf(bar.to)), left + 2);
      out += rect(left, lane.barTop + 7, right - left, barHeight - 14, "waiting") +
        labelIn(left, right, lane.barTop + barHeight / 2 + 4, ["waits"], "bar-text muted");
    } else if (bar.kind === barKind.belief) {
      const beyond = run.bars.find((one) => one.kind === barKind.beyond && one.who === bar.who &&
        one.term === bar.term && one.from >= bar.from && one.from < bar.to);
      out += drawBar(run, bar, lane.barTop + 2, barHeight - 4, `belief p${bar.who % 6}`,
        [`${name} believes in term ${bar.term}`, `term ${bar.term}`, `${bar.term}`], texture, beyond && beyond.from);
    }
  }
  for (const bar of run.bars) {
    const lane = inView(bar) && bar.who >= 0 ? laneOf(layout, bar.who) : undefined;
    if (!lane) continue;
    const left = clipped(xOf(bar.from));
    const right = Math.max(clipped(xOf(bar.to)), left + 2);
    if (bar.kind === barKind.beyond) {
      out += rect(left, lane.barTop + 2, right - left, barHeight - 4, "beyond", `fill="url(#r${run.index}-beyond)"`) +
        labelIn(left, right, lane.barTop + barHeight / 2 + 4,
          [`${run.processes[bar.who].name} still believes in term ${bar.term}: no lease`, "no lease any more", "no lease"], "bar-text bad halo");
    } else if (bar.kind === barKind.jeopardy) {
      const y = lane.above ? lane.barTop + barHeight - 8 : lane.barTop;
      out += rect(left, y, right - left, 8, "jeopardy") +
        rect(left, y, right - left, 8, "", `fill="url(#r${run.index}-jeopardy)"`);
    }
  }
  return out;
}

function drawStore(run, layout) {
  const lane = layout.store;
  if (!lane) return "";
  let out = "";
  for (const bar of run.bars) {
    if (!inView(bar)) continue;
    const y = lane.tracks[bar.key] + 2;
    if (bar.kind === barKind.tenure) {
      const name = run.processes[bar.who].name;
      out += drawBar(run, bar, y, barHeight - 4, `tenure p${bar.who % 6}`,
        [`the lease of ${name}, term ${bar.term}`, `${name}, term ${bar.term}`, `${name} ${bar.term}`, name],
        bar.who % 6 ? `p${bar.who % 6}` : "");
    } else if (bar.kind === barKind.lapsed) {
      out += drawBar(run, bar, y, barHeight - 4, "lapsed", ["over: anybody may take it", "over"], "lapsed");
    }
  }
  for (const bar of lane.down) {
    if (!inView(bar)) continue;
    const words = bar.kind === barKind.down ? "the store is down" : "the writer is taken";
    out += drawBar(run, bar, lane.downTop + 1, faultHeight - 3, "fault", [words, words.slice(-5)], "dead");
  }
  return out;
}

function faultWords(run, bar) {
  if (bar.kind === barKind.dead) return ["crashed", "\u2020"];
  if (bar.kind === barKind.absent) return ["not there yet"];
  if (bar.kind === barKind.overslept) return ["its timer is late", "late"];
  const said = sentenceOf(run, bar.event);
  const short = said.match(/suspended|frozen|stopped|starved|can't reach|can't be reached|cut off/);
  return [`${short} for ${lengthText(bar.to - bar.from)}`, String(short)];
}

function drawFaults(run, lane) {
  let back = "";
  let out = "";
  for (const {bar, row} of lane.faults || []) {
    if (!inView(bar)) continue;
    const pattern = {[barKind.paused]: "pause", [barKind.starved]: "starved", [barKind.overslept]: "starved", [barKind.cut_off]: "cut"}[bar.kind] || "dead";
    const left = clipped(xOf(bar.from));
    const right = Math.max(clipped(xOf(bar.to)), left + 2);
    if (pattern === "pause" || pattern === "dead") {
      back += rect(left, lane.top, right - left, lane.bottom - lane.top, "still") +
        rect(left, lane.top, right - left, lane.bottom - lane.top, "", `fill="url(#r${run.index}-${pattern})"`);
    }
    const y = lane.faultTop + row * faultHeight + 1;
    out += rect(left, y, right - left, faultHeight - 3, "fault");
    const words = labelIn(left, right, y + 11, faultWords(run, bar), "bar-text small");
    if (!words) out += rect(left, y, right - left, faultHeight - 3, "", `fill="url(#r${run.index}-${pattern})"`);
    out += words;
  }
  return {back, out};
}

// A clock as a ruler: ticks at its own round moments. Skew shows as ticks beside those of true time,
// drift as another distance, a step as a break.
function drawRuler(run, clock, y) {
  let path = `M${gutter} ${y + 18}H${view.width - margin}`;
  let out = "";
  const perPx = (view.to - view.from) / (view.width - gutter - margin);
  const reach = Math.max(...clock.pieces.map((piece) => Math.abs(piece[1]))) + view.to;
  const own = unitFor(reach);
  const step = niceStep(perPx * (widthOf(momentText(reach, perPx * 60, own)) + 34));
  let lastLabel = -1e9;
  const changes = clock.pieces.map((unused, index) => drawChange(clock, index, y));
  const isFree = (x, width) => !changes.some(({left, right}) => x < right && x + width > left);
  clock.pieces.forEach(([at, shows, rate], index) => {
    const until = index + 1 < clock.pieces.length ? clock.pieces[index + 1][0] : theEnd;
    if (until < view.from || at > view.to) return;
    const from = Math.max(at, view.from);
    const to = Math.min(until, view.to);
    if (rate === -1e6) {
      out += rect(xOf(from), y + 6, xOf(to) - xOf(from), 12, "still-clock", `fill="url(#r${run.index}-pause)"`) +
        labelIn(xOf(from), xOf(to), y + 15, [`stands still at ${momentText(shows, step / 10, own)}`, "still"], "ruler-text strong halo");
    } else {
      const local = (moment) => shows + (moment - at) * (1 + rate / 1e6);
      for (let nth = Math.ceil(local(from) / (step / 5) - 1e-9); nth * step / 5 <= local(to); ++nth) {
        const x = xOf(at + (nth * step / 5 - shows) / (1 + rate / 1e6));
        path += `M${px(x)} ${y + 18}v${nth % 5 ? -3 : -6}`;
        if (nth % 5 || x < lastLabel + step / perPx / 2 || x > view.width - margin - 20) continue;
        const words = momentText(nth * step / 5, step, own);
        if (!isFree(x, widthOf(words) + 6)) continue;
        out += text(x + 3, y + 11, words, "ruler-text halo");
        lastLabel = x;
      }
    }
  });
  return `<path d="${path}" class="ruler"/>` + out + changes.map(({svg}) => svg).join("");
}

// What a clock begins with and how it changes, in words, and the room that they take.
function drawChange(clock, index, y) {
  const none = {left: 0, right: 0, svg: ""};
  const [at, shows, rate] = clock.pieces[index];
  const words = [];
  if (index > 0) {
    const [before, showed, pace] = clock.pieces[index - 1];
    const jump = Math.round(shows - (showed + (at - before) * (1 + pace / 1e6)));
    if (Math.abs(jump) > Math.abs(shows) * 1e-12 + 1) words.push(`steps by ${jump > 0 ? "+" : ""}${lengthText(jump)}`);
    if (rate !== pace && rate !== -1e6 && pace !== -1e6) words.push(`${rate > 0 ? "+" : ""}${rate} ppm`);
  } else {
    if (shows !== at) words.push(`${shows > at ? "+" : ""}${lengthText(shows - at)}`);
    if (rate && rate !== -1e6) words.push(`${rate > 0 ? "+" : ""}${rate} ppm`);
  }
  if (!words.length || at > view.to) return none;
  const x = at < view.from ? gutter : xOf(at);
  if (at < view.from && index + 1 < clock.pieces.length && clock.pieces[index + 1][0] < view.from) return none;
  const said = words.join(", ");
  const left = Math.min(x + 4, view.width - margin - widthOf(said) - 4);
  return {left, right: left + widthOf(said), svg: (index && at >= view.from ? `<path d="M${px(x)} ${y + 2}l3 4l-6 4l6 4l-3 4" class="step"/>` : "") +
    rect(left - 2, y, widthOf(said) + 4, 12, "tag") + text(left, y + 10, said, "ruler-text strong")};
}

function draw(run) {
  const layout = layoutOf(run);
  run.layout = layout;
  const {grid, axis} = drawAxis(layout);
  const {wash, rows} = drawBands(run, layout);
  let back = "";
  let rulers = "";
  let faults = "";
  let heads = "";
  for (const lane of layout.lanes) {
    const box = drawLaneBox(run, lane);
    const fault = drawFaults(run, lane);
    back += box.back + fault.back;
    heads += box.gutterText;
    faults += fault.out;
    for (const {clock, y} of lane.rulers || []) rulers += drawRuler(run, clock, y);
  }
  const clip = `<clipPath id="r${run.index}-clip"><rect x="${gutter - 2}" y="0" width="${view.width - gutter - margin + 8}" height="${layout.height}"/></clipPath>`;
  run.svg.setAttribute("viewBox", `0 0 ${view.width} ${layout.height}`);
  run.svg.setAttribute("height", layout.height);
  run.svg.innerHTML = patterns(run) + clip + `<g clip-path="url(#r${run.index}-clip)">` + back + grid + wash +
    `<g class="rulers">${rulers}</g>` + drawArrows(run, layout) + drawBeliefs(run, layout) + drawStore(run, layout) + faults +
    drawMarks(run, layout) + rows + drawCursor(run, layout) + "</g>" + axis + heads;
}
