// What people do to the picture: zoom, pan, point, step from event to event, hide lanes.

let chosen = null;
let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    runs.forEach(draw);
    drawOverview();
  });
}

// Nothing is finer than a nanosecond, and nothing lies outside of the history but a little margin.
function show(from, to) {
  const least = 20;
  const span = Math.min(Math.max(to - from, least), theEnd * 1.03);
  const middle = (from + to) / 2;
  view.from = Math.max(-span * 0.015, Math.min(middle - span / 2, theEnd - span * 0.985));
  view.to = view.from + span;
  redraw();
}

function showAll() {
  show(0, theEnd * 1.03);
}

// What is looked at stays in view.
function middle() {
  const at = chosen ? chosen.run.at[chosen.event] : view.from;
  return at > view.from && at < view.to ? at : (view.from + view.to) / 2;
}

function zoom(times, at = middle()) {
  show(at - (at - view.from) * times, at + (view.to - at) * times);
}

function pan(part) {
  const by = (view.to - view.from) * part;
  show(view.from + by, view.to + by);
}

function nameOf(run, event) {
  return `${run.index ? "r" + (run.index + 1) : ""}e${event + 1}`;
}

function choose(run, event, {bring = true, link = true} = {}) {
  chosen = {run, event};
  const at = run.at[event];
  const room = (view.to - view.from) * 0.02;
  if (bring && (at < view.from + room || at > view.to - room)) {
    const half = (view.to - view.from) / 2;
    show(at - half, at + half);
  }
  if (link) history.replaceState(null, "", "#" + nameOf(run, event));
  tellDetail();
  redraw();
}

function unchoose() {
  chosen = null;
  history.replaceState(null, "", location.pathname + location.search);
  tellDetail();
  redraw();
}

function isStop(run, event, every) {
  if (!every && isQuiet(run, event)) return false;
  return isShown(run, run.home[event]);
}

// To the next event that tells something; `every`: to the next one at all.
function step(by, every) {
  const run = chosen ? chosen.run : runs[0];
  let event = chosen ? chosen.event + by : by > 0 ? 0 : run.at.length - 1;
  while (event >= 0 && event < run.at.length && !isStop(run, event, every)) event += by;
  if (event >= 0 && event < run.at.length) choose(run, event);
}

// What a violation came from: requests that are under way, beliefs without a lease, and the last that
// their processes asked for while they had one.
function causesOf(run, band) {
  const moments = [];
  const endOf = (message) => Math.max(...[message.sent, ...message.arrivals, message.answered].map((event) => run.at[event] || 0));
  for (const message of run.messages) {
    const sent = run.at[message.sent];
    if (sent <= band.from && endOf(message) >= band.from) moments.push(sent, endOf(message));
  }
  const lastAsked = (who, at, count) => run.messages
    .filter((message) => message.who === who && !message.write && run.at[message.sent] < at)
    .slice(-count).map((message) => run.at[message.sent]);
  moments.push(...lastAsked(run.who[band.event], band.from, 3));
  for (const bar of run.bars) {
    if (bar.kind !== barKind.beyond || bar.from > band.to || bar.to < band.from) continue;
    moments.push(bar.from, ...lastAsked(bar.who, bar.from, 2));
  }
  return moments;
}

function showBand(run, index, link = true) {
  const band = run.bands[index];
  const near = run.at[Math.max(0, band.event - 12)];
  const far = run.at[Math.min(run.at.length - 1, band.event + 12)];
  const around = Math.max(Math.min(band.from - near, far - band.to), (band.to - band.from) / 2, 10);
  const moments = [band.from - around, band.to + around, ...causesOf(run, band)];
  const [from, to] = [Math.min(...moments), Math.max(...moments)];
  show(from - (to - from) * 0.06, to + (to - from) * 0.06);
  choose(run, band.event, {bring: false, link});
}

let lastBand = -1;
function nextViolation() {
  const all = runs.flatMap((run) => run.bands.map((unused, index) => [run, index]));
  if (!all.length) return;
  lastBand = (lastBand + 1) % all.length;
  showBand(...all[lastBand]);
}

// "#e123", "#r2e123" of the second run.
function followLink() {
  const [, nth, event] = location.hash.match(/^#(?:r(\d+))?e(\d+)$/) || [];
  const run = event && runs[nth ? nth - 1 : 0];
  if (!run || event < 1 || event > run.at.length) return false;
  choose(run, event - 1, {link: false});
  return true;
}

function tellDetail() {
  const detail = document.getElementById("detail");
  if (!chosen) {
    detail.innerHTML = '<p class="clocks">Point at the picture, or step through it with the arrow keys.</p>';
    return;
  }
  const {run, event} = chosen;
  const clocks = [...(run.who[event] >= 0 ? clocksOf(run, run.who[event]) : []), ...clocksOf(run, -1)];
  const shown = clocks.map((clock) => [clock, readingAt(clock, run.at[event])])
    .filter(([, reading]) => reading)
    .map(([clock, {shows, rate}]) => `${clock.name} shows ${momentText(shows, unit[0] / 1e3, unit)}${rate === -1e6 ? " and stands still" : ""}`);
  const under = runs.length > 1 ? `under ${run.algorithm}, ` : "";
  detail.innerHTML = `<p><a href="#${nameOf(run, event)}">${nameOf(run, event)}</a>
    <span class="when">${escaped(under + momentOf(run, event))}</span>
    <strong><bdi>${escaped(sentenceOf(run, event))}</bdi></strong>
    <span class="clocks">${escaped(shown.join("; "))}</span></p>`;
}

// What lies under the pointer: events of the lane that are close, or else a bar.
function under(run, x, y) {
  const lane = run.layout.lanes.find((one) => y >= one.top - gap / 2 && y <= one.bottom + gap / 2);
  if (!lane || x < gutter) return null;
  const events = run.ofHome.get(lane.home) || [];
  const reach = timeOf(x + 6) - timeOf(x);
  const close = [];
  for (let nth = firstAt(run, events, timeOf(x) - reach); nth < events.length; ++nth) {
    if (run.at[events[nth]] > timeOf(x) + reach) break;
    close.push(events[nth]);
  }
  const apart = (event) => Math.abs(run.at[event] - timeOf(x)) + (isQuiet(run, event) ? reach / 2 : 0);
  close.sort((a, b) => apart(a) - apart(b));
  if (close.length) return {events: close};
  const at = timeOf(x);
  const bars = run.bars.filter((bar) => bar.from <= at && bar.to >= at &&
    (lane.home === "store" ? bar.kind >= barKind.tenure : bar.kind < barKind.tenure && bar.who === lane.home));
  return bars.length ? {bars} : null;
}

const barWords = {belief: "believes that it holds", beyond: "believes without a lease", jeopardy: "told to stop, still holding",
  waiting: "waits for the lock", paused: "does not run", starved: "its timers don't fire", overslept: "waits for a timer that is late", dead: "crashed",
  absent: "not there yet", cut_off: "cut off from the store", tenure: "has the lease",
  lapsed: "the lease is over and nobody has taken it", stalled: "the store's writer is taken", down: "the store is down"};

function tipText(run, found) {
  if (found.events) {
    const lines = found.events.slice(0, 5).map((event) => `${nameOf(run, event)}  ${momentOf(run, event)}  ${sentenceOf(run, event)}`);
    if (found.events.length > 5) lines.push(`... and ${found.events.length - 5} more here; zoom in`);
    return lines.join("\n");
  }
  return found.bars.map((bar) => {
    const name = bar.who >= 0 ? run.processes[bar.who].name + ": " : "";
    return `${name}${barWords[world.barKinds[bar.kind]]}${bar.term ? `, term ${bar.term}` : ""}\n` +
      `${momentText(bar.from, unit[0] / 1e3, unit)} to ${bar.open ? "the end" : momentText(bar.to, unit[0] / 1e3, unit)} (${lengthText(bar.to - bar.from)})`;
  }).join("\n");
}

function pointAt(run, event) {
  const bounds = run.svg.getBoundingClientRect();
  const times = view.width / bounds.width;
  return [(event.clientX - bounds.left) * times, (event.clientY - bounds.top) * times];
}

function showTip(run, event) {
  const tip = document.getElementById("tip");
  const found = under(run, ...pointAt(run, event));
  tip.hidden = !found;
  if (!found) return;
  tip.textContent = tipText(run, found);
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  const top = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

function takePointer(run) {
  let drag = null;
  run.svg.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (!event.ctrlKey && !event.metaKey && !sideways) return;
    event.preventDefault();
    if (sideways && !event.ctrlKey) return pan((event.deltaX || event.deltaY) / 1000);
    zoom(Math.exp(Math.max(-100, Math.min(100, event.deltaY)) / 300), timeOf(pointAt(run, event)[0]));
  }, {passive: false});
  run.svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0) drag = {x: event.clientX, from: view.from, to: view.to, moved: false};
  });
  run.svg.addEventListener("pointermove", (event) => {
    if (!drag) return showTip(run, event);
    const by = (event.clientX - drag.x) * (view.width / run.svg.getBoundingClientRect().width);
    if (Math.abs(by) < 4 && !drag.moved) return;
    if (!drag.moved) run.svg.setPointerCapture(event.pointerId);
    drag.moved = true;
    const shift = by * (drag.to - drag.from) / (view.width - gutter - margin);
    show(drag.from - shift, drag.to - shift);
  });
  run.svg.addEventListener("pointerup", (event) => {
    const clicked = drag && !drag.moved && under(run, ...pointAt(run, event));
    drag = null;
    if (!clicked) return;
    choose(run, clicked.events ? clicked.events[0] : clicked.bars[0].event, {bring: false});
  });
  run.svg.addEventListener("pointerleave", () => (document.getElementById("tip").hidden = true));
  run.svg.addEventListener("dblclick", (event) => zoom(0.4, timeOf(pointAt(run, event)[0])));
}

const actions = {
  fit: showAll, in: () => zoom(0.6), out: () => zoom(1 / 0.6), previous: () => step(-1), next: () => step(1),
  violation: nextViolation,
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowRight: () => step(1, event.shiftKey), ArrowLeft: () => step(-1, event.shiftKey),
    "+": actions.in, "=": actions.in, "-": actions.out, "0": showAll, v: nextViolation,
    "[": () => pan(-0.2), "]": () => pan(0.2), Escape: unchoose,
    Home: () => {
      chosen = null;
      step(1);
    },
    End: () => {
      chosen = {run: runs[0], event: runs[0].at.length};
      step(-1);
    },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}
