#include "sim/report/page.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "lib/src/text/length.h"
#include "sim/report/page_data.h"
#include "sim/report/page_parts.h"
#include "sim/report/page_text.h"
#include "sim/report/write_file.h"
#include "sim/scenario/duration.h"

namespace leasehold::sim {
namespace {

std::size_t count_of(const PageRun& run, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(run.compared.begin(), run.compared.end(),
                    [verdict](const Compared& one) { return one.judgement.verdict == verdict; }));
}

// A sign beside the colour, and words beside the sign.
std::string verdict_of(const PageRun& run) {
  if (run.compared.empty()) return "<span class=\"verdict none\">not judged</span>";
  const std::size_t broken = count_of(run, Verdict::broken);
  if (broken == 0) {
    return "<span class=\"verdict good\">&#10003; no invariant is broken</span>";
  }
  const bool expected =
      std::none_of(run.compared.begin(), run.compared.end(),
                   [](const Compared& one) { return one.difference == Difference::broken; });
  return "<span class=\"verdict bad\">&#10007; " + std::to_string(broken) +
         (broken == 1 ? " invariant is" : " invariants are") + " broken" +
         (expected ? ", as expected" : "") + "</span>";
}

void write_findings(std::ostream& out, const PageRun& run) {
  if (run.picture.bands.empty()) return;
  out << "<ol class=\"findings\">\n";
  for (std::size_t index = 0; index < run.picture.bands.size(); ++index) {
    const Picture::Band& band = run.picture.bands[index];
    out << "<li><button type=\"button\" data-band=\"" << index << "\"><b>"
        << to_string(band.invariant) << " " << meaning(band.invariant) << "</b> "
        << html(band.sentence) << "</button></li>\n";
  }
  out << "</ol>\n";
}

void write_verdicts(std::ostream& out, const PageRun& run) {
  if (run.compared.empty()) return;
  out << "<details class=\"verdicts\"><summary>All invariants: " << count_of(run, Verdict::broken)
      << " broken, " << count_of(run, Verdict::holds) << " hold, "
      << count_of(run, Verdict::never_exercised)
      << " never put to the test</summary>\n<table><caption>What the oracles say of this run"
      << "</caption>\n<thead><tr><th scope=\"col\">Invariant<th scope=\"col\">Verdict"
      << "<th scope=\"col\">Expected</thead>\n<tbody>\n";
  for (const Compared& one : run.compared) {
    const bool broken = one.judgement.verdict == Verdict::broken;
    out << "<tr" << (broken ? " class=\"broken\"" : "") << "><th scope=\"row\">"
        << to_string(one.judgement.invariant) << " " << meaning(one.judgement.invariant) << "<td>"
        << (broken ? "&#10007; " : "") << to_string(one.judgement.verdict) << "<td>"
        << (one.difference != Difference::none ? html(sentence(one))
            : one.expected_to_break            ? "broken, as expected"
            : one.expected_to_hold             ? "holds, as expected"
                                               : "")
        << "\n";
  }
  out << "</tbody></table></details>\n";
}

// The script takes the sentences from here, so none is said twice.
void write_events(std::ostream& out, const PageRun& run) {
  out << "<details class=\"events\"><summary>Table of all " << run.events.size()
      << " events</summary>\n<table><caption>Every event under " << html(run.algorithm)
      << ", in the order in which they happened; moments of true time</caption>\n"
      << "<thead><tr><th scope=\"col\">Event<th scope=\"col\">Moment<th scope=\"col\">Process"
      << "<th scope=\"col\">What happens</thead>\n<tbody>\n";
  for (std::size_t index = 0; index < run.events.size(); ++index) {
    const Event& event = run.events[index];
    const Words words = words_for(event, run.cast);
    out << "<tr><td>" << index + 1 << "<td>" << at_ms(event.at) << "<td>" << html(words.who)
        << "<td>" << html(words.what) << "\n";
  }
  out << "</tbody></table></details>\n";
}

std::string runs_of(const Page& page) {
  std::ostringstream out;
  for (std::size_t index = 0; index < page.runs.size(); ++index) {
    const PageRun& run = page.runs[index];
    out << "<section class=\"run\" data-run=\"" << index << "\" aria-labelledby=\"run-" << index
        << "\">\n<h2 id=\"run-" << index << "\"><span class=\"algorithm\">"
        << (page.runs.size() > 1 ? "<span class=\"nth\">" + std::to_string(index + 1) + "</span> "
                                 : "")
        << "under " << html(run.algorithm) << "</span> " << verdict_of(run) << "</h2>\n";
    write_findings(out, run);
    out << "<div class=\"stage\"></div>\n";
    write_verdicts(out, run);
    write_events(out, run);
    out << "</section>\n";
  }
  return out.str();
}

std::string facts_of(const Page& page) {
  std::string text;
  for (const auto& [name, value] : page.facts) {
    text += "<div><dt>" + html(name) + "</dt><dd>" + html(value) + "</dd></div>\n";
  }
  return text;
}

std::string script() {
  return page_scale_js() + page_world_js() + page_layout_js() + page_draw_js() + page_marks_js() +
         page_steer_js() + page_start_js();
}

}  // namespace

Page page_of(const Scenario& scenario, const std::string& file) {
  const Timing& timing = scenario.config.timing;
  Page page{scenario.name, scenario.about, {}, {}};
  page.facts = {{"file", file},
                {"who says that a lease is over", to_string(scenario.config.authority)},
                {"lease", write_duration(timing.lease)},
                {"renewed every", write_duration(timing.renew_every)},
                {"time to stop", write_duration(timing.stop_budget)},
                {"runs for", seconds(scenario.run_for) + " s"}};
  return page;
}

PageRun page_run(const Scenario& scenario, const std::string& algorithm) {
  return page_run(scenario, algorithm, run(scenario, algorithm, {.keep_trace = true}));
}

PageRun page_run(const Scenario& scenario, const std::string& algorithm, Run run) {
  const auto expected = scenario.expect.find(algorithm);
  PageRun shown;
  shown.algorithm = algorithm;
  shown.cast = Cast(scenario);
  shown.keys = Keys(scenario).of;
  shown.compared =
      compare(run, expected == scenario.expect.end() ? Expectation{} : expected->second);
  shown.clocks = clock_lines_of(scenario, run.trace);
  shown.picture =
      picture_of(run.trace, run.judgements, TrueTime{} + on<TrueClock>(scenario.run_for));
  shown.events = std::move(run.trace);
  return shown;
}

Page page_of(std::vector<Recording> recordings, const std::string& file) {
  Page page{recordings.front().file, "A recorded history.", {{"file", file}}, {}};
  for (Recording& recording : recordings) {
    PageRun shown;
    shown.algorithm = recording.algorithm;
    shown.cast = std::move(recording.cast);
    shown.keys.assign(shown.cast.processes.size(), 0);
    for (const Event& event : recording.events) {
      if (event.process != nobody) shown.keys.at(event.process) = event.key;
    }
    const TrueTime end = recording.events.empty() ? TrueTime{} : recording.events.back().at;
    shown.picture = picture_of(recording.events, {}, end);
    shown.events = std::move(recording.events);
    page.runs.push_back(std::move(shown));
  }
  return page;
}

void write_page(std::ostream& out, const Page& page) {
  out << filled(page_html(), [&page](std::string_view name) -> std::string {
    if (name == "title") return html(page.title);
    if (name == "about") return html(page.about);
    if (name == "facts") return facts_of(page);
    if (name == "runs") return runs_of(page);
    if (name == "data") return page_data(page);
    if (name == "css") return page_css();
    if (name == "script") return script();
    return "{{" + std::string(name) + "}}";
  });
}

std::optional<Error> write_page_file(const std::filesystem::path& file, const Page& page) {
  return write_file(file, [&page](std::ostream& out) { write_page(out, page); });
}

}  // namespace leasehold::sim
