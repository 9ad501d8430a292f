#include "lib/src/stores/redis/address.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

#include "lib/src/text/length.h"
#include "lib/src/text/url.h"

namespace leasehold::stores::redis {
namespace {

constexpr std::string_view tcp = "redis://";
constexpr std::string_view unix_socket = "redis+unix:";
constexpr const char* forms =
    "; accepted: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE] and redis+unix:PATH, both with "
    "[?prefix=PREFIX&wait=LENGTH]";
// Redis: "databases" may be set as high as an int goes.
constexpr int largest_database = 65535;

/// What is wrong with a url.
struct Wrong {
  std::string why;
};

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// "%41" is "A".
std::string decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      throw Wrong{"a \"%\" stands without two hexadecimal digits: write \"%25\" for \"%\" itself"};
    }
    bytes.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return bytes;
}

int database_of(std::string_view text) {
  int number = -1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0 || number > largest_database) {
    throw Wrong{"the database \"" + std::string(text) + "\" is no number from 0 to " +
                std::to_string(largest_database)};
  }
  return number;
}

void take_credentials(Address& address, std::string_view userinfo) {
  const std::size_t colon = userinfo.find(':');
  if (colon == std::string_view::npos) {
    throw Wrong{"a user stands there without a password: write USER:PASSWORD@, or :PASSWORD@"};
  }
  address.user = decoded(userinfo.substr(0, colon));
  address.password = decoded(userinfo.substr(colon + 1));
}

void take_host(Address& address, std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  // An IPv6 address has colons of its own and stands in brackets.
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    const bool is_number =
        !port.empty() && port.size() <= 5 &&
        std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) throw Wrong{"the port \"" + std::string(port) + "\" is no number"};
    address.port = port;
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) throw Wrong{"no host is named"};
  address.host = host;
}

void take_tcp(Address& address, std::string_view rest) {
  // The last "@": one in a password may have been left as it is.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    take_credentials(address, rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view database = rest.substr(slash + 1);
    if (!database.empty()) address.database = database_of(database);
    rest = rest.substr(0, slash);
  }
  take_host(address, rest);
}

void take_parameter(Address& address, const std::string& name, const std::string& value) {
  const bool of_socket = !address.path.empty();
  if (name == "prefix") {
    address.prefix = value;
  } else if (name == "wait") {
    const std::optional<Length> wait = parse_length(value);
    if (!wait || *wait < std::chrono::milliseconds(1)) {
      throw Wrong{"wait is \"" + value + "\": give a length of 1ms or more"};
    }
    address.wait = *wait;
  } else if (of_socket && name == "user") {
    address.user = value;
  } else if (of_socket && name == "password") {
    address.password = value;
  } else if (of_socket && name == "db") {
    address.database = database_of(value);
  } else {
    throw Wrong{"the parameter \"" + name + "\" is none of this store's"};
  }
}

void take_parameters(Address& address, std::string_view text) {
  while (!text.empty()) {
    const std::size_t next = std::min(text.find('&'), text.size());
    const std::string_view one = text.substr(0, next);
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view value = equals < one.size() ? one.substr(equals + 1) : "";
    take_parameter(address, decoded(one.substr(0, equals)), decoded(value));
    text.remove_prefix(std::min(next + 1, text.size()));
  }
}

Address taken_apart(const std::string& url) {
  Address address;
  address.shown = without_password(url);
  const std::size_t question = std::min(url.find('?'), url.size());
  const std::string_view main = std::string_view(url).substr(0, question);
  if (main.starts_with(tcp)) {
    take_tcp(address, main.substr(tcp.size()));
  } else if (main.starts_with(unix_socket)) {
    address.path = decoded(main.substr(unix_socket.size()));
    if (address.path.starts_with("//")) address.path.erase(0, 2);
    if (address.path.empty()) throw Wrong{"no path of a socket is named"};
  } else if (main.starts_with("rediss:")) {
    throw Wrong{
        "TLS is not spoken by this store: put a tunnel such as stunnel before the server, and name "
        "the tunnel's end here"};
  } else {
    throw Wrong{"it is no url of a Redis server"};
  }
  if (question < url.size()) take_parameters(address, std::string_view(url).substr(question + 1));
  if (!address.user.empty() && address.password.empty()) {
    throw Wrong{"a user is named without a password"};
  }
  return address;
}

}  // namespace

Result<Address> address_of(const std::string& url) {
  try {
    return taken_apart(url);
  } catch (const Wrong& wrong) {
    return Error{Errc::misuse, "redis: open " + without_password(url) + ": " + wrong.why + forms};
  }
}

}  // namespace leasehold::stores::redis
