#include "sim/report/small_picture.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/explain.h"
#include "sim/report/page_text.h"

namespace leasehold::sim {
namespace {

using Bar = Picture::Bar;
using Message = Picture::Message;
using detail::Wide;

constexpr std::int64_t width = 900;
constexpr std::int64_t gutter = 92;
constexpr std::int64_t margin = 12;
constexpr std::int64_t bar_height = 22;
constexpr std::int64_t lane_gap = 8;
constexpr std::int64_t wire = 30;
// Above a lane, if something hinders its process.
constexpr std::int64_t strip = 15;
constexpr std::int64_t axis = 20;
constexpr std::int64_t band_height = 17;

// Of the page, in fewer words.
constexpr const char* style = R"svg(<style>
text{font:11px system-ui,sans-serif;fill:#1b1f24}.m{fill:#545d68}.b{fill:#b3161b;font-weight:700}.n{font-weight:700}
.bg{fill:#fff}.g{stroke:#e3e7ec}.k0{fill:#d3e5f8;stroke:#0b5cad}.k1{fill:#fde2cc;stroke:#a34a00}.k2{fill:#cfeedd;stroke:#1a6b4a}
.k3{fill:#ecdcf6;stroke:#7b3aa0}.over{fill:none;stroke:#545d68;stroke-dasharray:2 3}.wait{fill:none;stroke:#545d68;stroke-dasharray:4 3}
.still{fill:url(#still)}.cut{fill:url(#cut)}.sp{stroke:#8a94a0}.bad{fill:url(#bad);stroke:#b3161b;stroke-width:2}.bp{stroke:#b3161b;stroke-width:2}
.wash{fill:#b3161b;opacity:.1}.edge{stroke:#b3161b;stroke-dasharray:4 4}.box{fill:#fbdad8;stroke:#b3161b}.a{stroke:#8a94a0}.l{stroke:#7d5200;stroke-dasharray:6 3;stroke-width:1.6}
.x{stroke:#b3161b;stroke-width:1.8}.h{paint-order:stroke;stroke:#fff;stroke-width:3px}
@media (prefers-color-scheme:dark){text{fill:#e8ebee}.m{fill:#a6afb9}.b{fill:#ff9a90}.bg{fill:#14171a}.g{stroke:#282e35}.k0{fill:#14365a;stroke:#7cb8f5}
.k1{fill:#55300f;stroke:#ffb27a}.k2{fill:#124530;stroke:#7fd8ac}.k3{fill:#432459;stroke:#d3a6f0}.bad,.bp,.edge,.box,.x{stroke:#ff9a90}.box{fill:#4c1613}
.wash{fill:#ff9a90}.l{stroke:#f5c552}.h{stroke:#14171a}}
</style>
<defs><pattern id="still" width="6" height="6" patternUnits="userSpaceOnUse"><path class="sp" d="M0 3H6M3 0V6" opacity=".5"/></pattern>
<pattern id="cut" width="6" height="6" patternUnits="userSpaceOnUse"><path class="sp" d="M3 0V6"/></pattern>
<pattern id="bad" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="bp" d="M0 0V7"/></pattern></defs>
)svg";

/// Draws one run, from the back to the front.
class SmallPicture {
 public:
  SmallPicture(std::ostream& out, const PageRun& run) : out_(out), run_(run), end_(end_of(run)) {
    const std::size_t count = run.cast.processes.size();
    const std::size_t half = (count + 1) / 2;
    std::int64_t y = axis + band_height * static_cast<std::int64_t>(bands().size()) + 6;
    for (std::size_t process = 0; process < count; ++process) {
      if (process == half) y = place_store(y);
      if (is_hindered(process)) y += strip;
      lanes_.push_back(y);
      y += bar_height + lane_gap;
    }
    if (half == count) y = place_store(y) - wire;
    height_ = y;
  }

  void write(const std::string& title) {
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << " " << height_
         << "\" width=\"" << width << "\" height=\"" << height_ << "\" role=\"img\">\n<title>"
         << html(title) << "</title>\n"
         << style << "<rect class=\"bg\" width=\"" << width << "\" height=\"" << height_
         << "\"/>\n";
    draw_axis();
    draw_washes();
    draw_messages();
    draw_bars({Bar::Kind::paused, Bar::Kind::dead, Bar::Kind::starved, Bar::Kind::overslept,
               Bar::Kind::cut_off, Bar::Kind::absent});
    draw_bars({Bar::Kind::waiting, Bar::Kind::belief, Bar::Kind::tenure, Bar::Kind::lapsed,
               Bar::Kind::stalled, Bar::Kind::down});
    draw_bars({Bar::Kind::beyond});
    draw_bands();
    draw_names();
    out_ << "</svg>\n";
  }

 private:
  // Where nothing happens any more there is nothing to be seen.
  static TrueTime end_of(const PageRun& run) {
    if (run.events.empty()) return TrueTime::at_ns(1);
    const std::int64_t last = run.events.back().at.ns();
    return TrueTime::at_ns(
        std::max<std::int64_t>(1, std::min(run.picture.end.ns(), last + last / 25)));
  }

  static bool hinders(Bar::Kind kind) {
    return kind >= Bar::Kind::paused && kind < Bar::Kind::tenure;
  }
  bool is_hindered(std::size_t process) const {
    return std::any_of(
        run_.picture.bars.begin(), run_.picture.bars.end(),
        [process](const Bar& bar) { return hinders(bar.kind) && bar.process == process; });
  }

  std::int64_t place_store(std::int64_t y) {
    store_ = y + wire - lane_gap;
    return store_ + (bar_height + 2) * static_cast<std::int64_t>(run_.cast.keys.size()) + wire;
  }

  // Overlaps and excesses; moments are the page's.
  std::vector<const Picture::Band*> bands() const {
    std::vector<const Picture::Band*> shown;
    for (const Picture::Band& band : run_.picture.bands) {
      if (band.invariant == Invariant::I1) shown.push_back(&band);
    }
    if (shown.empty() && !run_.picture.bands.empty()) shown.push_back(&run_.picture.bands.front());
    return shown;
  }

  // In tenths of a pixel.
  std::int64_t tenths(TrueTime at) const {
    const Wide room = Wide{width - gutter - margin} * 10;
    const Wide x = room * std::min(at, end_).ns() / end_.ns();
    return gutter * 10 + static_cast<std::int64_t>(x);
  }
  static std::string pixels(std::int64_t in_tenths) {
    return std::to_string(in_tenths / 10) + "." + std::to_string(in_tenths % 10);
  }
  std::string x_of(TrueTime at) const { return pixels(tenths(at)); }

  void rect(const std::string& style_of, TrueTime from, TrueTime to, std::int64_t y,
            std::int64_t height) {
    const std::int64_t left = tenths(from);
    const std::int64_t room = std::max<std::int64_t>(tenths(to) - left, 15);
    out_ << "<rect class=\"" << style_of << "\" x=\"" << pixels(left) << "\" y=\"" << y
         << "\" width=\"" << pixels(room) << "\" height=\"" << height << "\"/>\n";
  }

  // The first of the words that fit between the two.
  void label(const std::string& style_of, TrueTime from, TrueTime to, std::int64_t y,
             const std::vector<std::string>& choices) {
    const std::int64_t room = (tenths(to) - tenths(from)) / 10 - 10;
    for (const std::string& words : choices) {
      if (static_cast<std::int64_t>(words.size()) * 62 / 10 > room) continue;
      text(style_of, tenths(from) + 50, y, words, "start");
      return;
    }
  }

  void text(const std::string& style_of, std::int64_t x, std::int64_t y, const std::string& words,
            const char* anchor) {
    out_ << "<text class=\"" << style_of << "\" x=\"" << pixels(x) << "\" y=\"" << y
         << "\" text-anchor=\"" << anchor << "\">" << html(words) << "</text>\n";
  }

  // The smallest of 1, 2, 5, 10 ... of which at most eight fit.
  static std::int64_t step_of(std::int64_t ns) {
    for (std::int64_t power = 1;; power *= 10) {
      for (const std::int64_t times : {1, 2, 5}) {
        if (ns / (power * times) <= 8) return power * times;
      }
    }
  }

  void draw_axis() {
    const std::int64_t step = step_of(end_.ns());
    for (std::int64_t at = 0; at <= end_.ns(); at += step) {
      const TrueTime moment = TrueTime::at_ns(at);
      out_ << "<path class=\"g\" d=\"M" << x_of(moment) << " " << axis << "V" << height_
           << "\"/>\n";
      if (tenths(moment) < (width - 30) * 10) {
        text("m", tenths(moment), 14, spoken(Length(at)), "middle");
      }
    }
  }

  void draw_washes() {
    for (const Picture::Band* const band : bands()) {
      rect("wash", band->from, band->to, axis, height_ - axis);
      for (const TrueTime edge : {band->from, band->to}) {
        out_ << "<path class=\"edge\" d=\"M" << x_of(edge) << " " << axis << "V" << height_
             << "\"/>\n";
      }
    }
  }

  void draw_bands() {
    std::int64_t y = axis + 2;
    for (const Picture::Band* const band : bands()) {
      rect("box", band->from, band->to, y, band_height - 5);
      std::string words = to_string(band->invariant) + " " + meaning(band->invariant);
      if (band->to > band->from) words += ", " + spoken(Length((band->to - band->from).ns()));
      const std::int64_t needs = static_cast<std::int64_t>(words.size()) * 66;
      const bool right = tenths(band->to) + 50 + needs < (width - margin) * 10;
      const bool left = tenths(band->from) - 50 - needs > gutter * 10;
      if (right || !left) {
        text("b h", (right ? tenths(band->to) : tenths(band->from)) + 50, y + 10, words, "start");
      } else {
        text("b h", tenths(band->from) - 50, y + 10, words, "end");
      }
      y += band_height;
    }
  }

  void draw_names() {
    for (std::size_t process = 0; process < lanes_.size(); ++process) {
      text("n", 80, lanes_[process] + 15, visible(run_.cast.processes[process]), "start");
    }
    text("n", 80, store_ + 15, "store", "start");
  }

  void draw_bars(const std::vector<Bar::Kind>& kinds) {
    for (const Bar& bar : run_.picture.bars) {
      if (std::find(kinds.begin(), kinds.end(), bar.kind) != kinds.end()) draw_bar(bar);
    }
  }

  void draw_bar(const Bar& bar) {
    const bool of_store = bar.kind >= Bar::Kind::tenure;
    const std::int64_t y = of_store ? store_ + (bar_height + 2) * bar.key : lanes_.at(bar.process);
    const std::string colour = "k" + std::to_string(bar.process % 4);
    const std::string name = bar.process == nobody ? "" : run_.cast.processes.at(bar.process);
    const std::string term = "term " + std::to_string(bar.term);
    switch (bar.kind) {
      case Bar::Kind::belief:
        rect(colour, bar.from, bar.to, y, bar_height);
        return label("", bar.from, beyond_of(bar), y + 15, {name + " believes in " + term, term});
      case Bar::Kind::beyond:
        rect("bad", bar.from, bar.to, y, bar_height);
        return label("b h", bar.from, bar.to, y + 15,
                     {name + " still believes: no lease", "no lease"});
      case Bar::Kind::tenure:
        rect(colour, bar.from, bar.to, y, bar_height);
        return label("", bar.from, bar.to, y + 15, {"the lease of " + name + ", " + term, name});
      case Bar::Kind::lapsed:
        rect("over", bar.from, bar.to, y, bar_height);
        return label("m", bar.from, bar.to, y + 15, {"over"});
      case Bar::Kind::waiting:
        rect("wait", bar.from, bar.to, y + 7, bar_height - 14);
        return label("m h", bar.from, bar.to, y + 15, {"waits"});
      case Bar::Kind::stalled:
      case Bar::Kind::down:
        return rect("cut", bar.from, bar.to, store_ + bar_height - 6, 6);
      default:
        return draw_hindrance(bar, y);
    }
  }

  void draw_hindrance(const Bar& bar, std::int64_t y) {
    const bool runs = bar.kind != Bar::Kind::paused && bar.kind != Bar::Kind::dead;
    rect(runs ? "cut" : "still", bar.from, bar.to, y - strip, strip - 2);
    label("h", bar.from, bar.to, y - 5, {word_of(bar)});
  }

  static std::string word_of(const Bar& bar) {
    switch (bar.kind) {
      case Bar::Kind::paused:
        return bar.how == static_cast<std::uint8_t>(TimedFault::Kind::suspended) ? "suspended"
               : bar.how == static_cast<std::uint8_t>(TimedFault::Kind::frozen)  ? "frozen"
                                                                                 : "stopped";
      case Bar::Kind::starved:
        return "starved";
      case Bar::Kind::overslept:
        return "late timer";
      case Bar::Kind::dead:
        return "crashed";
      case Bar::Kind::absent:
        return "not there yet";
      default:
        return "cut off";
    }
  }

  // Where a belief is no longer covered by a lease something else is said of it.
  TrueTime beyond_of(const Bar& belief) const {
    for (const Bar& bar : run_.picture.bars) {
      const bool its = bar.kind == Bar::Kind::beyond && bar.process == belief.process &&
                       bar.term == belief.term && bar.from >= belief.from && bar.from < belief.to;
      if (its) return bar.from;
    }
    return belief.to;
  }

  void draw_messages() {
    std::vector<std::int64_t> last(lanes_.size(), -1000);
    for (const Message& message : run_.picture.messages) {
      if (message.is_write || message.sent.at > end_) continue;
      const std::int64_t x = tenths(message.sent.at);
      if (x - last.at(message.process) < (message.routine ? 120 : 20)) continue;
      last.at(message.process) = x;
      draw_message(message);
    }
  }

  void draw_message(const Message& message) {
    const bool above = lanes_.at(message.process) < store_;
    const std::int64_t near = lanes_.at(message.process) + (above ? bar_height : 0);
    const std::int64_t keys = static_cast<std::int64_t>(run_.cast.keys.size());
    const std::int64_t far = above ? store_ : store_ + (bar_height + 2) * keys - 2;
    if (message.request_lost) return draw_lost(message.sent.at, near, far);
    if (message.arrivals.empty()) return;
    const TrueTime arrival = message.arrivals.front().at;
    line(message.late_request ? "l" : "a", message.sent.at, near, message.arrivals.back().at, far);
    if (message.answer_lost) return draw_lost(arrival, far, near);
    if (message.answered && message.answered->at >= arrival) {
      line(message.late_answer ? "l" : "a", arrival, far, message.answered->at, near);
    }
  }

  void line(const char* style_of, TrueTime from, std::int64_t y, TrueTime to, std::int64_t until) {
    out_ << "<path class=\"" << style_of << "\" d=\"M" << x_of(from) << " " << y << "L" << x_of(to)
         << " " << until << "\"/>\n";
  }

  void draw_lost(TrueTime from, std::int64_t y, std::int64_t until) {
    const std::string x = x_of(from);
    const std::int64_t middle = (y + until) / 2;
    out_ << "<path class=\"a\" d=\"M" << x << " " << y << "V" << middle
         << "\"/><path class=\"x\" d=\"M" << x << " " << middle << "m-3.5 -3.5l7 7m-7 0l7 -7\"/>\n";
  }

  std::ostream& out_;
  const PageRun& run_;
  const TrueTime end_;
  std::vector<std::int64_t> lanes_;
  std::int64_t store_ = 0;
  std::int64_t height_ = 0;
};

}  // namespace

void write_small_picture(std::ostream& out, const PageRun& run, const std::string& title) {
  SmallPicture(out, run).write(title);
}

}  // namespace leasehold::sim
