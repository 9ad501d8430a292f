#include "lib/src/stores/etcd/address.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include "lib/src/text/url.h"

namespace leasehold::stores {

const char* const etcd_url_form =
    "etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]...][/PREFIX]"
    "[?tls=on&cacert=FILE&cert=FILE&key=FILE]";

namespace {

constexpr std::string_view scheme = "etcd://";
constexpr const char* default_prefix = "leasehold/";
constexpr const char* default_port = "2379";

Error refused(const std::string& url, const std::string& why) {
  return Error{Errc::misuse,
               "etcd: open " + without_password(url) + ": " + why + "; accepted: " + etcd_url_form};
}

// What stands for a byte: "%2f". Anything else that begins with "%" stays as it is.
std::string decoded(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

// Calls `each` with what lies between separators; the text itself if there is none.
template <class Each>
void split(std::string_view text, char separator, Each each) {
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t next = std::min(text.find(separator, from), text.size());
    each(text.substr(from, next - from));
    from = next + 1;
  }
}

// "HOST", "HOST:PORT", "[::1]" or "[::1]:PORT" with a port; empty if it is none of them.
std::string with_port(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view name = host.substr(0, colon);
  const std::string_view port =
      colon == std::string_view::npos ? default_port : host.substr(colon + 1);
  const bool all_digits =
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (name.empty() || port.empty() || port.size() > 5 || !all_digits ||
      name.find_first_of(" \t\r\n%#\\") != std::string_view::npos) {
    return {};
  }
  return std::string(name) + ":" + std::string(port);
}

// Fills in what stands behind "?"; what is wrong, or empty.
std::string take_parameters(std::string_view text, EtcdAddress& address, std::string& tls) {
  std::string wrong;
  split(text, '&', [&](std::string_view one) {
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view name = one.substr(0, equals);
    const std::string value = decoded(equals < one.size() ? one.substr(equals + 1) : "");
    if (name == "tls" && (value == "on" || value == "off")) {
      tls = value;
    } else if (name == "cacert" && !value.empty()) {
      address.cacert = value;
    } else if (name == "cert" && !value.empty()) {
      address.cert = value;
    } else if (name == "key" && !value.empty()) {
      address.key = value;
    } else if (wrong.empty() && !one.empty()) {
      wrong = "found the parameter \"" + std::string(one) + "\"";
    }
  });
  return wrong;
}

}  // namespace

Result<EtcdAddress> etcd_address_of(const std::string& url) {
  EtcdAddress address;
  address.shown = without_password(url);
  std::string_view rest = url;
  if (!rest.starts_with(scheme)) return refused(url, "it does not begin with \"etcd://\"");
  rest.remove_prefix(scheme.size());
  const std::size_t question = std::min(rest.find('?'), rest.size());
  std::string tls;
  const std::string wrong =
      take_parameters(question < rest.size() ? rest.substr(question + 1) : "", address, tls);
  if (!wrong.empty()) return refused(url, wrong);
  rest = rest.substr(0, question);
  if (address.cert.empty() != address.key.empty()) {
    return refused(url, "a certificate needs its key: give both cert=FILE and key=FILE");
  }
  const bool needs_tls = !address.cacert.empty() || !address.cert.empty();
  if (tls == "off" && needs_tls) {
    return refused(url, "tls=off and a certificate contradict each other: leave one of them out");
  }
  for (const std::string& file : {address.cacert, address.cert, address.key}) {
    if (file.empty() || access(file.c_str(), R_OK) == 0) continue;
    return refused(url,
                   "\"" + file + "\" can't be read: " + std::generic_category().message(errno));
  }
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view who = rest.substr(0, at);
    const std::size_t colon = who.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return refused(url, "before \"@\" stands USER:PASSWORD, with %XX for what is not plain");
    }
    address.user = decoded(who.substr(0, colon));
    address.password = decoded(who.substr(colon + 1));
    rest.remove_prefix(at + 1);
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  address.prefix = slash < rest.size() ? decoded(rest.substr(slash + 1)) : "";
  if (address.prefix.empty()) address.prefix = default_prefix;
  if (!address.prefix.ends_with('/')) address.prefix.push_back('/');
  const std::string start = tls == "on" || needs_tls ? "https://" : "http://";
  bool all_good = true;
  split(rest.substr(0, slash), ',', [&](std::string_view host) {
    const std::string whole = with_port(host);
    all_good = all_good && !whole.empty();
    address.endpoints.push_back(start + whole);
  });
  if (!all_good) {
    return refused(url, "found the hosts \"" + std::string(rest.substr(0, slash)) + "\"");
  }
  return address;
}

}  // namespace leasehold::stores
