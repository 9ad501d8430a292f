#!/usr/bin/env python3
"""What a timeline's page does in a real browser. Usage: check_page.py LEASEHOLD_SIM FOLDER

Pages and screenshots are left in FOLDER. Prints one line per check, and measurements, which never
fail. Exit codes: 0 all passed, 1 some failed, 77 there is no Chromium, so nothing was checked.
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
from chromium import Browser  # noqa: E402  (it must leave no bytecode in the tree)

STORY = "scenarios/clocks/b27_suspend_monotonic.json"
LARGE = "scenarios/releases/b16_delete_others_lock.json"
NASTY = "</script><script>window.hit = 1</script><img src=x onerror='window.hit=2'>\"'&\u202e"

passed = 0
failures = 0


def check(what, is_so, found=""):
    global passed, failures
    if is_so:
        passed += 1
        print("passed:", what)
    else:
        failures += 1
        print("FAILED:", what, "-", found)


def make(sim, folder, name, *arguments):
    path = os.path.join(folder, name + ".html")
    subprocess.run([sim, "timeline", *arguments, "-o", path], check=True, stdout=subprocess.DEVNULL)
    return path


def nasty_story(folder):
    with open(STORY, encoding="utf-8") as file:
        story = json.load(file)
    story["name"] = story["about"] = NASTY
    story["$schema"] = "schema.json"
    path = os.path.join(folder, "nasty.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(story, file)
    return path


def count(browser, selector):
    return browser.js(f"document.querySelectorAll({json.dumps(selector)}).length")


def text(browser, selector):
    return browser.js(f"document.querySelector({json.dumps(selector)}).textContent")


def window_width(browser):
    return float(browser.js("document.querySelector('.window').getAttribute('width')"))


def hash_of(browser):
    return browser.js("location.hash")


def check_elements(browser):
    check("two pictures, one for each algorithm", count(browser, "svg.picture") == 2)
    for selector in (".belief", ".tenure", "rect.beyond", ".waiting", "g.band", ".wash", ".ruler", ".still-clock",
                     ".arrow", ".arrow.head", ".mark.got", ".mark.want", ".fault", ".lane-name"):
        check(f"there is {selector}", count(browser, "section[data-run='0'] " + selector) > 0)
    names = browser.js("[...document.querySelectorAll('section[data-run=\"0\"] .lane-name')].map(e => e.textContent).sort().join()")
    check("a lane for each process and for the store", names == "A,B,store", names)
    check("the run that holds shows no violation", count(browser, "section[data-run='1'] g.band") == 0)
    check("the violation stands above the picture", "B believes in term 2" in text(browser, ".findings"))
    check("a belief is labelled", "A still believes in term 1" in text(browser, "svg.picture"))
    check("the legend explains the signs", count(browser, "#legend li") > 15)


def check_keys(browser):
    check("the picture has the focus", browser.js("document.activeElement.className") == "stage")
    browser.key("ArrowRight")
    check("right goes to the first event", hash_of(browser) == "#e1", hash_of(browser))
    check("the event is told", "A wants the lock" in text(browser, "#detail"), text(browser, "#detail"))
    check("its clocks are told", "monotonic shows 0.000 s" in text(browser, "#detail"), text(browser, "#detail"))
    check("a line marks it", count(browser, ".cursor") == 1)
    browser.key("ArrowRight")
    check("right leaves out what is routine", hash_of(browser) == "#e4", hash_of(browser))
    browser.key("ArrowRight", shift=True)
    check("with Shift to every event", hash_of(browser) == "#e5", hash_of(browser))
    browser.key("ArrowLeft")
    check("left goes back", hash_of(browser) == "#e4", hash_of(browser))
    whole = window_width(browser)
    browser.key("+")
    nearer = window_width(browser)
    check("plus zooms in", nearer < whole * 0.7, f"{whole} {nearer}")
    browser.key("-")
    check("minus zooms out", window_width(browser) > nearer * 1.4, window_width(browser))
    browser.key("+")
    browser.key("0")
    check("0 shows all", abs(window_width(browser) - whole) < 1, window_width(browser))
    browser.key("v")
    check("v goes to the violation", "B believes in term 2" in text(browser, "#detail"), text(browser, "#detail"))
    browser.key("End")
    check("End goes to the last event", int(hash_of(browser)[2:]) > 1000, hash_of(browser))
    browser.key("Escape")
    check("Escape looks at nothing", hash_of(browser) == "" and count(browser, ".cursor") == 0, hash_of(browser))
    browser.key("End")
    for _ in range(12):
        browser.key("+")
    check("zooming keeps in view what is looked at", count(browser, ".cursor circle") == 1)
    browser.key("0")
    browser.key("Escape")
    seen = set()
    browser.js("document.activeElement.blur()")
    for _ in range(16):
        browser.key("Tab")
        seen.add(browser.js("document.activeElement.dataset.do || document.activeElement.value || document.activeElement.className"))
    check("Tab reaches buttons, lanes and the picture", {"fit", "next", "A", "store", "stage"} <= seen, seen)


def check_pointer(browser):
    browser.js("scrollTo(0, 0)")
    box = browser.js("(() => { const b = document.querySelector('svg.picture .belief').getBoundingClientRect();"
                     "return {x: b.x + 2, y: b.y + 8}; })()")
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=box["x"] + 300, y=box["y"])
    browser.frame()
    tip = text(browser, "#tip")
    check("pointing at a belief tells of it", "believes" in tip and "term 1" in tip, tip)
    before = window_width(browser)
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=box["x"] + 300, y=box["y"], deltaX=0,
                 deltaY=-200, modifiers=2)
    browser.frame()
    check("Ctrl and wheel zoom", window_width(browser) < before, f"{before} {window_width(browser)}")
    left = browser.js("document.querySelector('.window').getAttribute('x')")
    for kind, x in (("mousePressed", 400), ("mouseMoved", 300), ("mouseMoved", 200), ("mouseReleased", 200)):
        browser.call("Input.dispatchMouseEvent", type=kind, x=box["x"] + x, y=box["y"] + 60, button="left",
                     buttons=1, clickCount=1)
    browser.frame()
    check("dragging pans", browser.js("document.querySelector('.window').getAttribute('x')") != left)
    browser.js("document.querySelector('[data-band=\"1\"]').click()")
    browser.frame()
    check("a click on a violation shows it", count(browser, "section[data-run='0'] .band[data-band='1']") == 1 and
          hash_of(browser) != "", hash_of(browser))
    browser.js("document.querySelector('[data-do=fit]').click()")
    browser.frame()


def check_lanes(browser):
    browser.js("document.querySelector('#lanes input[value=B]').click()")
    browser.frame()
    check("a lane can be hidden", "B" not in browser.js(
        "[...document.querySelectorAll('.lane-name')].map(e => e.textContent)"))
    browser.js("document.querySelector('#lanes input[value=requests]').click()")
    browser.frame()
    check("requests can be hidden", count(browser, ".picture .arrow") == 0)
    for name in ("B", "requests"):
        browser.js(f"document.querySelector('#lanes input[value={name}]').click()")
    browser.frame()
    check("and shown again", count(browser, ".picture .arrow") > 0)


def check_links(browser, page):
    browser.open(page, "#e123")
    check("#e123 shows event 123", "e123" in text(browser, "#detail") and count(browser, ".cursor circle") == 1)
    browser.open(page, "#r2e7")
    check("#r2e7 shows event 7 of the second run", "under leasehold" in text(browser, "#detail") and
          count(browser, "section[data-run='1'] .cursor") == 1, text(browser, "#detail"))
    browser.open(page, "#e99999999")
    check("a link to no event does no harm", not browser.complaints(), browser.complaints())


# Every text against what is painted behind it, as the browser lays it out.
CONTRAST = """(() => {
  const parse = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const page = parse(getComputedStyle(document.body).backgroundColor);
  const behindHtml = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return page; };
  const behindSvg = (e) => { const b = e.getBoundingClientRect();
    for (const under of document.elementsFromPoint(b.x + b.width / 2, b.y + b.height / 2)) {
      if (under === e || !(under instanceof SVGRectElement)) continue;
      const style = getComputedStyle(under);
      if (style.opacity !== '1' || !style.fill.startsWith('rgb')) continue;
      return parse(style.fill); }
    return page; };
  let worst = [99, '']; let seen = 0;
  const look = (e, colour, behind) => { const r = ratio(parse(colour), behind); ++seen; if (r < worst[0]) worst = [r, e.textContent.slice(0, 40)]; };
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('#tip, noscript, script, style') || !e.checkVisibility()) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e);
    if (e instanceof SVGElement) look(e, style.fill, behindSvg(e)); else look(e, style.color, behindHtml(e));
  }
  let edge = [99, ''];
  for (const e of document.querySelectorAll('.picture .belief, .picture .beyond, .picture .band-box, .picture .mark')) {
    const r = ratio(parse(getComputedStyle(e).stroke), page); if (r < edge[0]) edge = [r, e.getAttribute('class')]; }
  return {worst, seen, edge};
})()"""


def check_colours(browser, page, folder):
    # All of it on the screen: what is not can't be asked what lies behind it.
    browser.size(1440, 2400)
    for scheme in ("light", "dark"):
        browser.media(scheme)
        browser.open(page)
        browser.js("scrollTo(0, 0)")
        found = browser.js(CONTRAST)
        print(f"measured: contrast, {scheme}: of {found['seen']} texts the least is {found['worst'][0]:.2f} "
              f"({found['worst'][1]}), of edges {found['edge'][0]:.2f} ({found['edge'][1]})")
        check(f"texts are readable, {scheme}", found["seen"] > 60 and found["worst"][0] >= 4.5, found)
        check(f"edges can be seen, {scheme}", found["edge"][0] >= 3, found)
        browser.screenshot(os.path.join(folder, f"overlap-{scheme}.png"), full=True)
    browser.media("dark", "print")
    check("print is black on white", browser.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)")
    check("print leaves out the buttons", browser.js("getComputedStyle(document.getElementById('bar')).display") == "none")
    check("it prints", browser.pdf().startswith(b"%PDF"))
    browser.media("light")


def check_readers(browser, page):
    browser.open(page)
    browser.js("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    nodes = [node for node in browser.call("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    named = {}
    for node in nodes:
        named.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    for role in ("button", "checkbox"):
        check(f"every {role} has a name", named.get(role) and all(named[role]), named.get(role))
    pictures = [name for role in ("image", "img") for name in named.get(role, [])]
    check("the picture says what it shows", any("events of A, B" in name for name in pictures), pictures)
    check("tables have captions", any("Every event under" in name for name in named.get("table", [])), named.get("table"))
    check("one heading leads", named.get("heading", [""])[0] == "the laptop sleeps", named.get("heading"))


FRAMES = """new Promise((done) => {
  const times = []; let last; let nth = 0;
  const svg = document.querySelector('svg.picture'); const box = svg.getBoundingClientRect();
  const turn = (now) => {
    if (last) times.push(now - last);
    last = now;
    if (++nth > 90) return done(times.sort((a, b) => a - b));
    svg.dispatchEvent(new WheelEvent('wheel', {deltaY: nth < 45 ? -60 : 60, ctrlKey: true, bubbles: true, cancelable: true,
      clientX: box.x + box.width / 2, clientY: box.y + 60}));
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
})"""


def check_large(browser, page):
    seconds = min(browser.open(page) for _ in range(3))
    events = browser.js("document.querySelector('.events tbody').rows.length")
    times = browser.js(FRAMES)
    middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"measured: {events} events, {os.path.getsize(page)} bytes, open in {seconds:.2f} s; zooming, "
          f"a frame takes {middle:.1f} ms, the slowest of twenty {most:.1f} ms")
    check("10,000 events are shown", events > 10000 and count(browser, ".picture .belief") > 0, events)
    check("without a complaint", not browser.complaints(), browser.complaints())


def main(sim, folder):
    os.makedirs(folder, exist_ok=True)
    overlap = make(sim, folder, "overlap", STORY, "--algorithm", "answer-anchored", "--beside", "leasehold")
    large = make(sim, folder, "large", LARGE, "--algorithm", "leasehold")
    nasty = make(sim, folder, "nasty", nasty_story(folder), "--algorithm", "answer-anchored")
    try:
        browser = Browser()
    except FileNotFoundError as why:
        print(f"NOT CHECKED: {why}")
        return 77
    with browser:
        browser.open(overlap)
        check_elements(browser)
        check_keys(browser)
        check_pointer(browser)
        check_lanes(browser)
        check("nothing on the console, no request to anybody", not browser.complaints(), browser.complaints())
        check_links(browser, overlap)
        check_colours(browser, overlap, folder)
        check_readers(browser, overlap)
        check_large(browser, large)
        browser.open(nasty)
        check("no scenario gets a script in", browser.js("window.hit") is None and not browser.complaints(),
              browser.complaints())
        check("its name is shown as it is", text(browser, "h1") == NASTY.replace("\u202e", "[U+202E]"),
              text(browser, "h1"))
    print(f"{passed + failures} checks, {failures} failures")
    return 1 if failures or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
