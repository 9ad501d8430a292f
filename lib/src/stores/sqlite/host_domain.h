// Which clock domain this process's boot clock belongs to.
#pragma once

#include <optional>
#include <string>

#include <leasehold/result.h>
#include <leasehold/time.h>

namespace leasehold::stores {

/// One kernel from boot to shutdown. Processes of one domain read one clock, once `offset` (that of
/// the time namespace they live in) is taken off their readings.
struct HostDomain {
  std::string name;
  Span<LocalClock> offset{};
};

/// The domain of this process. `misuse` if the kernel does not tell, or if this process and its
/// children have different time namespaces: the kernel names the offset of the children's only.
Result<HostDomain> host_domain();

/// The offset of the boot clock in the text of /proc/self/timens_offsets; nullopt if it has none.
std::optional<Span<LocalClock>> boot_offset(const std::string& timens_offsets);

}  // namespace leasehold::stores
