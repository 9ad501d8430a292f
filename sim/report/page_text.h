// What others wrote, put into a page.
#pragma once

#include <string>
#include <string_view>

namespace leasehold::sim {

/// `text` as people may be shown it: bytes that are no UTF-8 become U+FFFD; control characters, and
/// those that turn the direction of what follows, become visible as "[U+202E]".
std::string visible(std::string_view text);

/// `visible(text)` for HTML, in an element or in a quoted attribute.
std::string html(std::string_view text);

/// For a script element: a JSON text in which nothing can end the element.
std::string script_json(const std::string& json);

/// `text` with each "{{name}}" replaced by what `value` says of the name. What is put in is not
/// looked at again.
template <typename Value>
std::string filled(std::string_view text, const Value& value) {
  std::string done;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{")) {
    const std::size_t end = text.find("}}", at);
    done += text.substr(0, at);
    done += value(text.substr(at + 2, end - at - 2));
    text.remove_prefix(end + 2);
  }
  return done += text;
}

}  // namespace leasehold::sim
