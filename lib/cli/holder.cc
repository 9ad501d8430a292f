#include "lib/cli/holder.h"

#include <array>
#include <charconv>
#include <ctime>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace leasehold::cli {
namespace {

constexpr std::string_view pid_word = "pid ";
constexpr std::string_view host_word = " on ";
constexpr std::string_view since_word = " since ";
constexpr std::string_view name_word = ": ";

// Cuts `rest` behind the next `word`; what stood before it.
std::string before(std::string_view& rest, std::string_view word) {
  const std::size_t at = rest.find(word);
  std::string part(rest.substr(0, at));
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + word.size());
  return part;
}

}  // namespace

std::string info_of(const Holder& holder) {
  std::string info(pid_word);
  info += std::to_string(holder.pid.value_or(0)).append(host_word) + holder.host;
  if (!holder.since.empty()) info.append(since_word) += holder.since;
  if (!holder.name.empty()) info.append(name_word) += holder.name;
  return info;
}

Holder holder_of(const std::string& info) {
  std::string_view rest(info);
  Holder holder;
  if (!rest.starts_with(pid_word)) return {.name = info};
  rest.remove_prefix(pid_word.size());
  const std::string number = before(rest, host_word);
  int pid = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), pid);
  if (error != std::errc() || end != number.data() + number.size() || rest.empty()) {
    return {.name = info};
  }
  holder.pid = pid;
  std::string_view with_name = rest;
  const bool has_since = rest.find(since_word) != std::string_view::npos;
  holder.host = has_since ? before(rest, since_word) : before(with_name, name_word);
  if (has_since) holder.since = before(rest, name_word);
  holder.name = std::string(has_since ? rest : with_name);
  return holder;
}

Holder this_process(std::string name) {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return {.name = std::move(name), .host = host.data(), .pid = getpid()};
}

std::string calendar(Instant<WallClock> moment) {
  const std::time_t seconds = moment.ns() / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace leasehold::cli
