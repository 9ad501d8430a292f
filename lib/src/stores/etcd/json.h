// JSON as etcd's gateway speaks it: 64-bit numbers are strings, bytes are base64, and what is zero,
// false or empty is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace leasehold::stores {

using Json = nlohmann::json;

std::string base64(std::string_view bytes);
/// Throws `EtcdFailure` (unknown) if it is none.
std::string from_base64(std::string_view text);

/// Throws `EtcdFailure` (unknown) if it is no object.
Json parsed_object(const std::string& text);
/// The member `name`, or one that is null.
const Json& member(const Json& object, const char* name);
/// A text; empty if it is left out or none.
std::string text_of(const Json& object, const char* name);
/// A number, in digits or as itself; 0 if it is left out or none.
std::uint64_t number_of(const Json& object, const char* name);

}  // namespace leasehold::stores
