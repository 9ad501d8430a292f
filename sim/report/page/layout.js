// Where things stand: lanes from top to bottom. Of the processes half stand above the store and half
// below it, so that with two of them no arrow crosses a lane, and both beliefs lie beside the lease.

const gutter = 118;
const margin = 14;
const axisHeight = 24;
const bandHeight = 20;
const rulerHeight = 22;
const faultHeight = 17;
const barHeight = 26;
const lineHeight = 16;
const gap = 40;

const hiddenLanes = new Set();

function laneName(run, home) {
  if (home === "store" || home === "resource") return home;
  return run.processes[home].name;
}

function isShown(run, home) {
  return !hiddenLanes.has(laneName(run, home));
}

function faultKinds() {
  return [barKind.paused, barKind.starved, barKind.overslept, barKind.dead, barKind.absent, barKind.cut_off];
}

// Bars that overlap go into rows of their own.
function packed(bars) {
  const ends = [];
  return bars.map((bar) => {
    let row = ends.findIndex((end) => end <= bar.from);
    if (row < 0) row = ends.length;
    ends[row] = Math.max(bar.to, bar.from + 1);
    return row;
  });
}

function processLane(run, who, above) {
  const faults = run.bars.filter((bar) => bar.who === who && faultKinds().includes(bar.kind));
  const rows = packed(faults);
  const isBody = run.processes[who].body === who;
  const clocks = isBody ? clocksOf(run, who) : [];
  // Of a crowd only clocks that differ from true time are worth their height.
  const differs = (clock) => clock.pieces.length > 1 || clock.pieces[0][1] !== clock.pieces[0][0] || clock.pieces[0][2];
  const lane = {home: who, above, clocks: run.processes.length > 6 ? clocks.filter(differs) : clocks,
    faults: faults.map((bar, index) => ({bar, row: rows[index]})),
    faultRows: Math.max(0, ...rows.map((row) => row + 1))};
  lane.height = lane.clocks.length * rulerHeight + lane.faultRows * faultHeight + barHeight + lineHeight + 10;
  return lane;
}

// Counted from the side that is away from the store.
function place(lane, top) {
  lane.top = top;
  lane.bottom = top + lane.height;
  let y = top + 4;
  const take = (height) => (y += height) - height;
  const parts = [
    () => (lane.rulers = lane.clocks.map((clock) => ({clock, y: take(rulerHeight)}))),
    () => (lane.faultTop = take(lane.faultRows * faultHeight)),
    () => (lane.barTop = take(barHeight)),
    () => (lane.line = take(lineHeight) + lineHeight / 2)];
  for (const part of lane.above ? parts : [...parts].reverse()) part();
}

function storeLane(run) {
  const lane = {home: "store", clocks: clocksOf(run, -1), down: run.bars.filter(
    (bar) => bar.kind === barKind.stalled || bar.kind === barKind.down)};
  lane.height = lane.clocks.length * rulerHeight + run.keys.length * barHeight + 8 +
    (lane.down.length ? faultHeight : 0);
  return lane;
}

function placeStore(run, lane, top) {
  lane.top = top;
  lane.bottom = top + lane.height;
  lane.tracks = run.keys.map((key, index) => top + 4 + index * barHeight);
  let y = top + 4 + run.keys.length * barHeight;
  lane.downTop = y;
  if (lane.down.length) y += faultHeight;
  lane.rulers = lane.clocks.map((clock, index) => ({clock, y: y + index * rulerHeight}));
}

function layoutOf(run) {
  const whos = run.processes.map((unused, who) => who).filter((who) => isShown(run, who));
  const half = Math.ceil(whos.length / 2);
  // Names stand beside short bands: to their right, or to their left at the end.
  const room = theEnd / 5;
  const bands = packed(run.bands.map((band) => ({from: Math.min(band.from, theEnd - room),
    to: Math.max(band.to, band.from + room)})));
  const layout = {lanes: [], bandRows: bands, height: 0};
  let y = axisHeight + Math.max(0, ...bands.map((row) => row + 1)) * bandHeight + 4;
  layout.bandsBottom = y;
  const add = (lane, put) => {
    put(lane, y);
    layout.lanes.push(lane);
    y += lane.height + 6;
  };
  whos.slice(0, half).forEach((who) => add(processLane(run, who, true), place));
  if (run.hasStore && isShown(run, "store")) {
    if (half) y += gap;
    layout.store = storeLane(run);
    add(layout.store, (lane, top) => placeStore(run, lane, top));
    if (half < whos.length) y += gap;
  }
  whos.slice(half).forEach((who) => add(processLane(run, who, false), place));
  if (run.hasWrites && isShown(run, "resource")) {
    y += gap / 2;
    layout.resource = {home: "resource", height: 30};
    add(layout.resource, (lane, top) => Object.assign(lane, {top, bottom: top + 30, line: top + 15}));
  }
  layout.height = y + 4;
  return layout;
}

function laneOf(layout, home) {
  return layout.lanes.find((lane) => lane.home === home);
}
