// A fence as text, for programs that are not written in C++.
#pragma once

#include <string>

#include <leasehold/fence.h>

namespace leasehold::cli {

/// "INCARNATION:TERM:OWNER": 32 hexadecimal digits, a decimal number, 16 hexadecimal digits. At
/// most 70 characters. The key is not in it.
std::string fence_text(const Fence& fence);

}  // namespace leasehold::cli
