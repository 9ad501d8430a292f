// What is to be shown, as the page was told, with what the drawing asks for again and again.

const world = JSON.parse(document.getElementById("world").textContent);
const barKind = Object.fromEntries(world.barKinds.map((word, index) => [word, index]));
const storeEvents = new Set(["applied", "takeable", "could_be_taken", "batched", "stalled",
  "kept_waiting", "store_down", "store_up", "store_clock_stepped", "store_clock_rated",
  "failed_over", "healed"]);

// Events that happen at the store are at home there, whoever they are about.
function homeOf(run, index) {
  const word = world.kinds[run.kind[index]];
  if (word === "write_came") return "resource";
  return storeEvents.has(word) || run.who[index] < 0 ? "store" : run.who[index];
}

function readRun(told, index) {
  const section = document.querySelector(`section[data-run="${index}"]`);
  const run = {...told, index, section, stage: section.querySelector(".stage")};
  run.rows = section.querySelector(".events tbody").rows;
  run.kind = told.events.kind;
  run.who = told.events.who;
  let at = 0;
  run.at = told.events.since.map((since) => (at += since));
  run.home = run.at.map((unused, event) => homeOf(run, event));
  run.ofHome = new Map();
  run.home.forEach((home, event) => {
    if (!run.ofHome.has(home)) run.ofHome.set(home, []);
    run.ofHome.get(home).push(event);
  });
  run.bars = told.bars.map(([kind, who, key, from, to, open, term, event]) =>
    ({kind, who, key, from, to, open, term, event}));
  run.messages = told.messages.map(([who, key, sent, arrivals, answered, requestLost, answerLost, flags]) =>
    ({who, key, sent, arrivals, answered, requestLost, answerLost, doubled: flags & 1,
      lateRequest: flags & 2, lateAnswer: flags & 4, write: flags & 8, refused: flags & 16,
      routine: flags & 32, failed: flags & 64}));
  run.hasWrites = run.ofHome.has("resource") || run.messages.some((message) => message.write);
  run.hasStore = run.ofHome.has("store");
  return run;
}

const runs = world.runs.map(readRun);
// Nothing happens any more: there is nothing to be seen of what is left.
const theEnd = Math.max(1, ...runs.map((run) => Math.min(run.end, 1.04 * run.at[run.at.length - 1] || run.end)));
const unit = unitFor(theEnd);

function isQuiet(run, event) {
  return run.events.quiet[event] === "1";
}

function sentenceOf(run, event) {
  const cells = run.rows[event].cells;
  const who = cells[2].textContent;
  return (who ? who + " " : "") + cells[3].textContent;
}

function momentOf(run, event) {
  return run.rows[event].cells[1].textContent;
}

// The first place of a sorted list of events at which the event is not before `at`.
function firstAt(run, list, at) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.at[list[middle]] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// What a clock shows, and how fast it runs; null before it is there.
function readingAt(clock, at) {
  let piece = null;
  for (const one of clock.pieces) {
    if (one[0] > at) break;
    piece = one;
  }
  if (!piece) return null;
  const [since, shows, rate] = piece;
  return {shows: shows + (at - since) * (1 + rate / 1e6), rate};
}

function clocksOf(run, who) {
  const body = who < 0 ? -1 : run.processes[who].body;
  return run.clocks.filter((clock) => clock.who === body || (clock.who < 0 && who < 0));
}
