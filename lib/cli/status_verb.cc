#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "lib/cli/colour.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/lock_row.h"
#include "lib/cli/say.h"
#include "lib/cli/store_url.h"
#include "lib/cli/verbs.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

struct StatusPlan {
  std::string store;
  bool as_json = false;
  bool all = false;
};

constexpr std::size_t columns = 8;
using Line = std::array<std::string, columns>;

Line line_of(const LockRow& row) {
  const std::string left = row.record.left ? readable(*row.record.left) : "-";
  const auto shown = [](const std::string& text) { return text.empty() ? "-" : printable(text); };
  return {shown(row.key),
          to_string(row.state),
          shown(row.holder.name),
          shown(row.holder.host),
          row.holder.pid ? std::to_string(*row.holder.pid) : "-",
          shown(row.holder.since),
          std::to_string(row.record.term),
          left};
}

// In characters, so that letters of more than one byte don't push the columns apart.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

void print_table(const std::vector<LockRow>& rows) {
  std::vector<Line> lines{{"KEY", "STATE", "HOLDER", "HOST", "PID", "SINCE", "TERM", "LEFT"}};
  for (const LockRow& row : rows) lines.push_back(line_of(row));
  std::array<std::size_t, columns> widths{};
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  const bool colours = wants_colours();
  for (std::size_t nth = 0; nth < lines.size(); ++nth) {
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) {
      text += lines[nth][i];
      if (i + 1 < columns) text.append(widths[i] - width(lines[nth][i]) + 2, ' ');
    }
    const bool bold = colours && nth == 0;
    std::printf("%s%s%s\n", bold ? "\033[1m" : "", text.c_str(), bold ? "\033[0m" : "");
  }
}

void print_json(const std::vector<LockRow>& rows) {
  std::string text = "[";
  for (const LockRow& row : rows) text += (text.size() > 1 ? ",\n " : "") + json(row);
  std::printf("%s]\n", text.c_str());
}

int status(const StatusPlan& plan) {
  const auto store = store_to_look_at(plan.store);
  if (!store) return complain("status: " + store.error().detail);
  std::vector<LockRow> rows;
  int code = exit_ok;
  // A page at a time, so that a store of a million keys is not asked for all at once.
  constexpr std::size_t page = 1000;
  std::string after;
  for (std::size_t found = page; *store && found == page;) {
    const auto keys = (*store)->list(after, page);
    if (!keys) return complain("status: " + keys.error().detail);
    found = keys->answer.size();
    for (const std::string& key : keys->answer) {
      after = key;
      Result<LockRow> row = look_at(**store, key);
      // One record that can't be read hides no other.
      if (!row) code = complain("status: " + row.error().detail);
      if (row && (plan.all || row->state != LockRow::State::free)) rows.push_back(*std::move(row));
    }
  }
  if (plan.as_json) {
    print_json(rows);
  } else {
    print_table(rows);
  }
  return code;
}

}  // namespace

void add_status(CLI::App& app, Chosen& chosen) {
  const auto plan = std::make_shared<StatusPlan>();
  CLI::App* const verb = app.add_subcommand("status", "Who holds which lock");
  add_store_option(*verb, plan->store);
  verb->add_flag("--json", plan->as_json, "As a JSON array");
  verb->add_flag("-a,--all", plan->all, "Also locks that are free");
  verb->callback([plan, &chosen] { chosen = [plan] { return status(*plan); }; });
}

}  // namespace leasehold::cli
