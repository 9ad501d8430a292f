#include "lib/src/stores/postgres/address.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <libpq-fe.h>

#include "lib/src/text/url.h"

namespace leasehold::stores {
namespace {

constexpr std::string_view our_parameter = "leasehold_schema=";
constexpr const char* default_schema = "leasehold";

Error refused(const std::string& url, const std::string& why) {
  return Error{Errc::misuse, "postgresql: open " + without_password(url) + ": " + why};
}

// Takes `leasehold_schema=NAME` out of the url's parameters; empty if it is not there.
std::string take_schema(std::string& url) {
  const std::size_t question = url.find('?');
  if (question == std::string::npos) return {};
  std::size_t from = question + 1;
  while (from < url.size()) {
    const std::size_t next = std::min(url.find('&', from), url.size());
    if (std::string_view(url).substr(from, our_parameter.size()) == our_parameter) {
      std::string name =
          url.substr(from + our_parameter.size(), next - from - our_parameter.size());
      // With the "&" behind it, or the one before if it is the last.
      if (next < url.size()) {
        url.erase(from, next + 1 - from);
      } else {
        url.erase(from - 1);
      }
      return name;
    }
    from = next + 1;
  }
  return {};
}

// What SQL folds to itself: such a name is the same with quotes and without.
bool is_plain_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool begins = !name.empty() && !(name.front() >= '0' && name.front() <= '9');
  return begins && name.size() < 64 && std::all_of(name.begin(), name.end(), plain);
}

bool has(const Address& address, const std::string& keyword) {
  return std::any_of(address.parameters.begin(), address.parameters.end(),
                     [&](const auto& one) { return one.first == keyword; });
}

}  // namespace

Result<Address> address_of(const std::string& url) {
  std::string rest = url;
  Address address;
  address.shown = without_password(url);
  address.schema = take_schema(rest);
  if (address.schema.empty()) address.schema = default_schema;
  if (!is_plain_name(address.schema)) {
    return refused(url, "leasehold_schema: found \"" + address.schema +
                            "\"; accepted: up to 63 of a-z, 0-9 and _, not beginning with a digit");
  }
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(rest.c_str(), &complaint), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> owned(complaint, &PQfreemem);
  if (!options) {
    std::string why = complaint == nullptr ? "it can't be read" : complaint;
    while (!why.empty() && why.back() == '\n') why.pop_back();
    return refused(url,
                   why +
                       "; accepted: postgresql://[USER@]HOST[:PORT]/DATABASE[?PARAMETER=VALUE&...] "
                       "with libpq's parameters and leasehold_schema=NAME");
  }
  for (const PQconninfoOption* one = options.get(); one->keyword != nullptr; ++one) {
    if (one->val != nullptr) address.parameters.emplace_back(one->keyword, one->val);
  }
  // Of several hosts the one that can be written, and never a standby.
  if (!has(address, "target_session_attrs")) {
    address.parameters.emplace_back("target_session_attrs", "read-write");
  }
  if (!has(address, "application_name") && !has(address, "fallback_application_name")) {
    address.parameters.emplace_back("fallback_application_name", "leasehold");
  }
  return address;
}

}  // namespace leasehold::stores
