// What travels and what happens in a moment: arrows and marks.

// Each mark has a shape of its own; colour only adds to it. Drawn from its middle, relative to it.
const box = "m-3.5 -3.5h7v7h-7z";
const flash = "m1 -6l-4 7h3l-1 5l4 -8h-3z";
const marks = {
  acquire: ["want", "m-4 -4.5l8 4.5l-8 4.5z"],
  granted: ["got", "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"],
  refused: ["no", "m-4 -4l8 8m-8 0l8 -8"],
  cancel: ["no", "m-4 0h8"],
  drop: ["end", box],
  release: ["end", box],
  stopped: ["end", box],
  ended: ["end", "m-2 -2h4v4h-4z"],
  lost: ["bad", "m-4.5 -4.5l9 9m-9 0l9 -9m-9 4.5h9"],
  renew_failed: ["warn", "m0 -5l5 5l-5 5l-5 -5z"],
  stop_told: ["warn", "m0 -5l5 9h-10z"],
  crashed: ["bad", "m0 -6v12m-4 -8h8"],
  restarted: ["got", "m-3 -4.5l7 4.5l-7 4.5z"],
  cloned: ["bad", "m-5 0h10m-5 -5v10m-4 -9l8 8m0 -8l-8 8"],
  clock_stepped: ["warn", flash],
  clock_rated: ["warn", flash],
  wall_stepped: ["warn", flash],
  store_clock_stepped: ["warn", flash],
  store_clock_rated: ["warn", flash],
  failed_over: ["bad", "m-6 -3h8l-2 -2m5 8h-8l2 2"],
  healed: ["got", "m-5 0l4 4l6 -9l-6 6z"],
  looked: ["end", "m-5 0q5 -6 10 0q-5 6 -10 0z"],
  loaded: ["no", "m-4 -2h8m-8 4h8"],
};

function markOf(run, event) {
  const word = world.kinds[run.kind[event]];
  if (word !== "write_came") return marks[word];
  return sentenceOf(run, event).includes("keeps out") ? ["bad", "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0m1.5 -3.5l7 7"] : marks.granted;
}

// Where an event stands in the picture; null if its lane is not shown.
function anchorOf(run, layout, event) {
  const home = run.home[event];
  const lane = laneOf(layout, home);
  if (!lane) return null;
  if (home !== "store") return lane.line;
  const near = run.who[event] >= 0 ? laneOf(layout, run.who[event]) : undefined;
  if (!near) return (lane.top + lane.bottom) / 2;
  return near.above ? lane.top : lane.bottom;
}

function lineOf(layout, home, towards) {
  const lane = laneOf(layout, home);
  if (!lane) return null;
  if (home !== "store") return lane.line;
  return towards < lane.top ? lane.top : lane.bottom;
}

// Paths by class: thousands of arrows are a handful of elements.
class Paths {
  constructor() {
    this.paths = new Map();
    this.words = "";
    this.worded = [];
  }
  add(cls, d) {
    this.paths.set(cls, (this.paths.get(cls) || "") + d);
  }
  arrow(cls, x1, y1, x2, y2) {
    if (Math.max(x1, x2) < gutter || Math.min(x1, x2) > view.width) return;
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    this.add(cls, `M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}`);
    const [bx, by] = [x2 - 6 * dx, y2 - 6 * dy];
    this.add(`${cls} head`, `M${px(x2)} ${px(y2)}L${px(bx - 2.6 * dy)} ${px(by + 2.6 * dx)}L${px(bx + 2.6 * dy)} ${px(by - 2.6 * dx)}Z`);
  }
  // Stops half way, at a cross.
  lost(cls, x1, y1, x2, y2) {
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    if (x < gutter || x > view.width) return;
    this.add(cls, `M${px(x1)} ${px(y1)}L${px(x)} ${px(y)}`);
    this.add("cross", `M${px(x - 4)} ${px(y - 4)}l8 8m-8 0l8 -8`);
  }
  word(x, y, words, cls) {
    if (x < gutter || x > view.width - margin) return;
    if (this.worded.some(([otherX, otherY]) => Math.abs(otherX - x) < 30 && Math.abs(otherY - y) < 11)) return;
    this.worded.push([x, y]);
    this.words += text(x, y, words, `arrow-text halo ${cls}`);
  }
  svg() {
    return [...this.paths].map(([cls, d]) => `<path class="arrow ${cls}" d="${d}"/>`).join("") + this.words;
  }
}

function drawMessage(run, message, layout, paths, x, usual) {
  const far = message.write ? "resource" : "store";
  const near = lineOf(layout, message.who, 0);
  if (near === null) return;
  const other = lineOf(layout, far, near);
  if (other === null) return;
  const sentX = x(run.at[message.sent]);
  const late = (way) => (way ? "late" : message.write ? "write" : message.routine ? "" : "told");
  if (message.requestLost >= 0) {
    const at = x(run.at[message.requestLost]);
    paths.lost("gone", sentX, near, at > sentX ? at : sentX + usual, other);
  }
  message.arrivals.forEach((event, nth) => {
    const cls = message.refused ? "refused" : nth ? "copy" : late(message.lateRequest);
    paths.arrow(cls, sentX, near, x(run.at[event]), other);
    if (message.failed) paths.add("cross", `M${px(x(run.at[event]) - 3)} ${other - 3}l6 6m-6 0l6 -6`);
    if (nth) paths.word((sentX + x(run.at[event])) / 2 + 4, (near + other) / 2, "\u00d72", "");
  });
  if (message.lateRequest) paths.word((sentX + x(run.at[message.arrivals[0]])) / 2 + 4, (near + other) / 2, "late", "warn");
  const answeredFrom = message.arrivals.length ? x(run.at[message.arrivals[0]]) : sentX;
  if (message.answerLost >= 0) {
    const at = x(run.at[message.answerLost]);
    paths.lost("gone", answeredFrom, other, at > answeredFrom ? at : answeredFrom + usual, near);
  } else if (message.answered >= 0 && run.at[message.answered] >= run.at[message.arrivals[0] || 0]) {
    paths.arrow(`answer ${late(message.lateAnswer)}`, answeredFrom, other, x(run.at[message.answered]), near);
    if (message.lateAnswer) paths.word((answeredFrom + x(run.at[message.answered])) / 2 + 4, (near + other) / 2 + 10, "late", "warn");
  }
}

// Requests that went well are thinned out where they stand closer than an eye can part them.
function drawArrows(run, layout) {
  if (hiddenLanes.has("requests")) return "";
  const paths = new Paths();
  const last = new Map();
  const x = (at) => Math.max(-2000, Math.min(view.width + 2000, xOf(at)));
  const usual = 14;
  run.thinned = 0;
  for (const message of run.messages) {
    const ends = [message.sent, ...message.arrivals, message.answered, message.requestLost, message.answerLost];
    const from = run.at[message.sent];
    const to = Math.max(...ends.filter((event) => event >= 0).map((event) => run.at[event]));
    if (from > view.to) break;
    if (to < view.from) continue;
    const at = xOf(from);
    const lane = message.routine ? message.who : `told ${message.who}`;
    if (at - (last.get(lane) ?? -1e9) < (message.write ? 12 : message.routine ? 9 : 2)) {
      ++run.thinned;
      continue;
    }
    last.set(lane, at);
    drawMessage(run, message, layout, paths, x, usual);
  }
  return `<g class="arrows">${paths.svg()}</g>`;
}

function drawMarks(run, layout) {
  const paths = new Map();
  for (const lane of layout.lanes) {
    const events = run.ofHome.get(lane.home) || [];
    const last = new Map();
    for (let nth = firstAt(run, events, view.from); nth < events.length; ++nth) {
      const event = events[nth];
      if (run.at[event] > view.to) break;
      const mark = markOf(run, event);
      if (!mark) continue;
      const x = xOf(run.at[event]);
      if (x - (last.get(mark[1]) ?? -1e9) < 4) continue;
      last.set(mark[1], x);
      const [cls, shape] = mark;
      paths.set(cls, (paths.get(cls) || "") + `M${px(x)} ${px(anchorOf(run, layout, event))}${shape}`);
    }
  }
  // What went wrong is not to be hidden by what went well.
  const order = ["no", "end", "want", "got", "warn", "bad"];
  const sorted = [...paths].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `<g class="marks">${sorted.map(([cls, d]) => `<path class="mark ${cls}" d="${d}"/>`).join("")}</g>`;
}

// The event that is looked at: a line through all lanes, and a ring where it happens.
function drawCursor(run, layout) {
  if (!chosen || chosen.run !== run) return "";
  const at = run.at[chosen.event];
  if (at < view.from || at > view.to) return "";
  const x = px(xOf(at));
  const y = anchorOf(run, layout, chosen.event);
  return `<g class="cursor"><path d="M${x} ${axisHeight}V${layout.height}"/>` +
    (y === null ? "" : `<circle cx="${x}" cy="${px(y)}" r="8"/>`) + "</g>";
}
