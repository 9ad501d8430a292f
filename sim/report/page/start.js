// Builds what the pictures need around them, and begins.

function svgElement(cls, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", cls);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return svg;
}

function buildStage(run) {
  const told = `Timeline under ${run.algorithm}: ${run.at.length} events of ${run.processes.map((one) => one.name).join(", ")} and the store, over ${lengthText(run.end)}.` +
    (run.bands.length ? ` ${run.bands.length} violations, listed above.` : "");
  run.stage.tabIndex = 0;
  run.stage.setAttribute("role", "group");
  run.stage.setAttribute("aria-label", `${told} Arrow keys step from event to event, plus and minus zoom, v shows a violation; all events are in the table below.`);
  run.svg = svgElement("picture", told);
  run.stage.append(run.svg);
  run.stage.addEventListener("keydown", onKey);
  takePointer(run);
  for (const button of run.section.querySelectorAll("[data-band]")) {
    button.addEventListener("click", () => showBand(run, Number(button.dataset.band)));
  }
}

function buildLanes() {
  const fieldset = document.getElementById("lanes");
  const names = [...new Set(runs.flatMap((run) => run.processes.map((one) => one.name)))];
  const all = [...names, ...(runs.some((run) => run.hasStore) ? ["store"] : []),
    ...(runs.some((run) => run.hasWrites) ? ["resource"] : []),
    ...(runs.some((run) => run.messages.length) ? ["requests"] : [])];
  for (const name of all) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = name;
    box.addEventListener("change", () => {
      if (box.checked) hiddenLanes.delete(name);
      else hiddenLanes.add(name);
      redraw();
    });
    label.append(box, " ", name);
    fieldset.append(label);
  }
}

// A strip of the whole history with the window on it.
function drawOverview() {
  const overview = document.getElementById("overview");
  const width = overview.clientWidth || 600;
  const x = (at) => px((Math.max(0, Math.min(at, theEnd)) / theEnd) * width);
  const run = chosen ? chosen.run : runs[0];
  const rows = run.processes.length;
  const rowHeight = Math.max(1, Math.min(5, 24 / rows));
  let out = "";
  for (const bar of run.bars) {
    if (bar.kind !== barKind.belief) continue;
    out += rect(+x(bar.from), 4 + bar.who * rowHeight, x(bar.to) - x(bar.from), rowHeight - 0.5, `over p${bar.who % 6}`);
  }
  for (const band of run.bands) {
    out += rect(x(band.from) - 1, 0, Math.max(3, x(band.to) - x(band.from)), 3.5, "over-band");
  }
  const from = x(view.from);
  const to = Math.max(x(view.to), from + 3);
  out += `<rect x="${from}" y="0.5" width="${px(to - from)}" height="29" class="window"/>`;
  overview.firstChild.setAttribute("viewBox", `0 0 ${width} 30`);
  overview.firstChild.innerHTML = out;
}

function buildOverview() {
  const overview = document.getElementById("overview");
  const svg = svgElement("strip", "The whole history, and the part of it that is shown");
  svg.setAttribute("preserveAspectRatio", "none");
  overview.append(svg);
  const move = (event) => {
    const bounds = svg.getBoundingClientRect();
    const at = ((event.clientX - bounds.left) / bounds.width) * theEnd;
    const half = (view.to - view.from) / 2;
    show(at - half, at + half);
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    move(event);
  });
  svg.addEventListener("pointermove", (event) => event.buttons && move(event));
}

function swatch(inside, words) {
  return `<li><svg width="34" height="18" aria-hidden="true">${inside}</svg> ${words}</li>`;
}

function buildLegend() {
  const bar = (cls, pattern) => rect(2, 2, 30, 14, cls) + (pattern ? rect(2, 2, 30, 14, "", `fill="url(#r0-${pattern})"`) : "");
  const mark = (name) => `<path class="mark ${marks[name][0]}" d="M17 9${marks[name][1]}"/>`;
  const arrow = (cls, end) => `<path class="arrow ${cls}" d="M2 3L30 14"/>` + end;
  const head = (cls) => `<path class="arrow ${cls} head" d="M30 14L23.5 14.2L25.4 9.4Z"/>`;
  const legend = document.getElementById("legend");
  legend.innerHTML = "<h2>What the signs mean</h2><ul>" + [
    swatch(bar("belief p0"), "a process believes that it holds the lock"),
    swatch(bar("tenure p0"), "the lease, as the store has it"),
    swatch(bar("lapsed", "lapsed"), "the lease is over, nobody took it yet"),
    swatch(bar("belief p0") + rect(2, 2, 30, 14, "beyond", 'fill="url(#r0-beyond)"'), "belief without a lease"),
    swatch(bar("jeopardy", "jeopardy"), "jeopardy: told to stop, still holding"),
    swatch(rect(2, 5, 30, 8, "waiting"), "waits for the lock"),
    swatch(bar("still", "pause"), "does not run, or a clock that stands still"),
    swatch(bar("still", "dead"), "crashed, or not there yet"),
    swatch(arrow("told", head("told")), "request, or answer"),
    swatch(arrow("late", head("late")), "late: three times the fastest and more"),
    swatch(arrow("copy", head("copy")), "second copy of a request"),
    swatch('<path class="arrow gone" d="M2 3L17 9"/><path class="arrow cross" d="M13 5l8 8m-8 0l8 -8"/>', "lost or kept out; at the store: it failed"),
    swatch(mark("acquire"), "wants the lock"), swatch(mark("granted"), "got it; a write that the fence lets through"),
    swatch(mark("refused"), "refused"), swatch(mark("lost"), "told that it lost it"),
    swatch(mark("release"), "drops, releases or ends it"), swatch(mark("stop_told"), "told to stop"),
    swatch(mark("renew_failed"), "could not renew"), swatch(mark("crashed"), "crashes"),
    swatch(mark("clock_stepped"), "a clock changes"),
    swatch(`<path class="mark bad" d="M17 9${"m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0m1.5 -3.5l7 7"}"/>`, "the fence keeps a write out"),
  ].join("") + "</ul><p>Keys, with the picture in focus: &#8592; &#8594; step (with Shift: every event), + &#8722; zoom, 0 all, [ ] pan, v violation, Esc none. " +
    "Ctrl and wheel zoom, Shift and wheel or dragging pan. Requests that went well are thinned out where they stand too close: zoom in to see them all.</p>";
  legend.hidden = false;
}

function fitWidth(width) {
  view.width = Math.max(640, width || runs[0].stage.clientWidth - 2);
}

// Where the first violation is but a hair on the whole history, the picture begins beside it.
function begin() {
  runs.forEach(buildStage);
  document.getElementById("bar").hidden = false;
  buildLanes();
  buildOverview();
  // Keys go on working for whoever has just used a button.
  document.querySelectorAll(".buttons, .findings").forEach((part) => part.addEventListener("keydown", onKey));
  fitWidth();
  document.querySelectorAll("[data-do]").forEach((button) =>
    button.addEventListener("click", () => actions[button.dataset.do]()));
  document.querySelector('[data-do="violation"]').hidden = !runs.some((run) => run.bands.length);
  showAll();
  const first = runs[0].bands[0];
  if (!followLink() && first && first.to - first.from < theEnd * 0.02) showBand(runs[0], 0, false);
  if (!chosen) tellDetail();
  runs.forEach(draw);
  buildLegend();
  addEventListener("hashchange", followLink);
  addEventListener("resize", () => (fitWidth(), redraw()));
  addEventListener("beforeprint", () => (fitWidth(1040), runs.forEach(draw)));
  addEventListener("afterprint", () => (fitWidth(), redraw()));
  runs[0].stage.focus({preventScroll: true});
}

begin();
