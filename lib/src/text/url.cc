#include "lib/src/text/url.h"

#include <cctype>
#include <cstddef>
#include <string_view>

namespace leasehold {
namespace {

constexpr const char* hidden = "***";

// Of what stands between "//" and the path. A password may itself contain "@" and "/" where
// somebody forgot to encode them: better too much is hidden than too little.
std::string hide_userinfo(const std::string& url) {
  const std::size_t slashes = url.find("://");
  const std::size_t at = url.substr(0, url.find('?')).rfind('@');
  if (slashes == std::string::npos || at == std::string::npos || at < slashes) return url;
  const std::size_t colon = url.find(':', slashes + 3);
  if (colon == std::string::npos || colon > at) return url;
  return url.substr(0, colon + 1) + hidden + url.substr(at);
}

bool ends_in_password(std::string_view name) {
  constexpr std::string_view wanted = "password";
  if (name.size() < wanted.size()) return false;
  const std::string_view end = name.substr(name.size() - wanted.size());
  for (std::size_t i = 0; i < end.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(end[i])) != wanted[i]) return false;
  }
  return true;
}

}  // namespace

std::string without_password(const std::string& url) {
  std::string whole = hide_userinfo(url);
  std::size_t from = whole.find('?');
  if (from == std::string::npos) return whole;
  std::string shown = whole.substr(0, from);
  while (from != std::string::npos) {
    const std::size_t next = whole.find_first_of("&;", from + 1);
    const std::string parameter = whole.substr(from, next - from);
    const std::size_t equals = parameter.find('=');
    const bool is_secret =
        equals != std::string::npos && ends_in_password(parameter.substr(1, equals - 1));
    shown += is_secret ? parameter.substr(0, equals + 1) + hidden : parameter;
    from = next;
  }
  return shown;
}

}  // namespace leasehold
