#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include <leasehold/prometheus.h>
#include "lib/src/text/length.h"
#include "lib/src/text/utf8.h"

namespace leasehold {
namespace {

struct Family {
  const char* name;
  const char* help;
  std::uint64_t Counters::*counter;
};

constexpr std::array<Family, 10> families{{
    {"acquired", "Tenures that began.", &Counters::acquired},
    {"changed", "Tenures before which others had the key.", &Counters::changed},
    {"renewals", "Renewals that were confirmed.", &Counters::renewed},
    {"renewals_failed", "Renewals that failed or were not answered in time.",
     &Counters::renewals_failed},
    {"jeopardies", "Tenures of which the deadline came near.", &Counters::jeopardies},
    {"lost", "Tenures that were lost.", &Counters::lost},
    {"released", "Tenures that were released or closed by this process.", &Counters::released},
    {"busy", "Tries that found the lock taken.", &Counters::busy},
    {"stalled", "Calls that have waited for long.", &Counters::stalled},
    {"callbacks_thrown", "Callbacks of the user that threw.", &Counters::callbacks_thrown},
}};

// Who adds a counter shows it here.
static_assert(sizeof(Counters) ==
              families.size() * sizeof(std::uint64_t) + sizeof(std::optional<Length>));

// U+FFFD and the byte's two digits, so that no two keys become one.
std::string replaced(char byte) {
  std::array<char, 6> shown{};
  std::snprintf(shown.data(), shown.size(), "\xEF\xBF\xBD%02x",
                static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return shown.data();
}

// Within double quotes a line has three bytes that mean something else.
std::string quoted(std::string_view text) {
  std::string value = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text, at);
    if (size == 0 || text[at] == '\0') {
      value += replaced(text[at]);
    } else if (text[at] == '\n') {
      value += "\\n";
    } else {
      if (text[at] == '"' || text[at] == '\\') value += '\\';
      value.append(text, at, size);
    }
    at += size == 0 ? 1 : size;
  }
  return value + "\"";
}

// Of plain ASCII, whatever the locale is.
bool is_label_name(std::string_view name) {
  const auto fits = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (byte >= '0' && byte <= '9');
  };
  if (name.empty() || name == "key" || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char byte : name) {
    if (!fits(byte)) return false;
  }
  // Prometheus keeps these for itself.
  return !name.starts_with("__");
}

class Page {
 public:
  explicit Page(const std::map<std::string, std::string>& labels) {
    for (const auto& [name, value] : labels) {
      if (is_label_name(name)) common_ += (common_.empty() ? "" : ",") + name + "=" + quoted(value);
    }
  }

  void family(const std::string& name, const char* help, const char* type) {
    name_ = name;
    text_ += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void sample(const std::string& value) { line(common_, value); }
  void sample(const std::string& key, const std::string& value) {
    line(common_ + (common_.empty() ? "" : ",") + "key=" + quoted(key), value);
  }
  std::string text() && { return std::move(text_); }

 private:
  void line(const std::string& labels, const std::string& value) {
    text_ += name_ + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
  }

  std::string common_;
  std::string name_;
  std::string text_;
};

void write_all(Page& page, const Counters& all) {
  for (const Family& one : families) {
    page.family(std::string("leasehold_") + one.name + "_total", one.help, "counter");
    page.sample(std::to_string(all.*one.counter));
  }
  if (!all.smallest_margin) return;
  page.family("leasehold_smallest_margin_seconds",
              "The least that was left of a lease when a renewal was confirmed.", "gauge");
  page.sample(seconds(*all.smallest_margin));
}

void write_keys(Page& page, const std::map<std::string, Counters>& keys) {
  if (keys.empty()) return;
  for (const Family& one : families) {
    // Nobody knows of which key a callback was.
    if (one.counter == &Counters::callbacks_thrown) continue;
    page.family(std::string("leasehold_key_") + one.name + "_total", one.help, "counter");
    for (const auto& [key, counters] : keys) {
      page.sample(key, std::to_string(counters.*one.counter));
    }
  }
  bool begun = false;
  for (const auto& [key, counters] : keys) {
    if (!counters.smallest_margin) continue;
    if (!std::exchange(begun, true)) {
      page.family("leasehold_key_smallest_margin_seconds",
                  "The least that was left of a lease when a renewal was confirmed.", "gauge");
    }
    page.sample(key, seconds(*counters.smallest_margin));
  }
}

}  // namespace

std::string prometheus_text(const Metrics& metrics) {
  Page page(metrics.labels);
  write_all(page, metrics.all);
  write_keys(page, metrics.keys);
  return std::move(page).text();
}

}  // namespace leasehold
