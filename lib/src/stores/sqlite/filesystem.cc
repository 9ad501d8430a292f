#include "lib/src/stores/sqlite/filesystem.h"

#include <array>
#include <sys/vfs.h>

namespace leasehold::stores {
namespace {

struct Known {
  std::uint32_t magic;
  const char* name;
};

// Magic numbers: statfs(2) and linux/magic.h; those of Lustre, GPFS, BeeGFS, PanFS, VirtualBox and
// VMware from the list of GNU coreutils' stat.
constexpr std::array shared{
    Known{0x6969, "NFS"},         Known{0x517B, "SMB"},        Known{0xFF534D42, "CIFS"},
    Known{0xFE534D42, "SMB2"},    Known{0x01021997, "9p"},     Known{0x65735546, "FUSE"},
    Known{0x00C36400, "Ceph"},    Known{0x5346414F, "AFS"},    Known{0x6B414653, "AFS"},
    Known{0x73757245, "Coda"},    Known{0x0BD00BD0, "Lustre"}, Known{0x47504653, "GPFS"},
    Known{0x01161970, "GFS2"},    Known{0x7461636F, "OCFS2"},  Known{0x19830326, "BeeGFS"},
    Known{0xAAD7AAEA, "PanFS"},   Known{0x786F4256, "vboxsf"}, Known{0xBACBACBC, "vmhgfs"},
    Known{0x20030528, "OrangeFS"}};

}  // namespace

std::optional<std::string> shared_filesystem(std::uint32_t magic) {
  for (const Known& one : shared) {
    if (one.magic == magic) return one.name;
  }
  return std::nullopt;
}

std::optional<std::string> shared_filesystem_of(const std::string& directory) {
  struct statfs about {};
  if (statfs(directory.c_str(), &about) != 0) return std::nullopt;
  return shared_filesystem(static_cast<std::uint32_t>(about.f_type));
}

}  // namespace leasehold::stores
