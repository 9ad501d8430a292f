// The JSON Schema of scenario files, as it was when this program was built.
#pragma once

#include <string>

namespace leasehold::sim {

/// scenarios/schema.json, byte for byte. The build makes its definition (cmake/embed.cmake).
std::string schema_text();

}  // namespace leasehold::sim
