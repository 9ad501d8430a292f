#include "lib/src/stores/sqlite/filesystem.h"

#include <array>
#include <cinttypes>
#include <cstdio>
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

// Of one machine only. Nothing rests on this list: it is for people to read.
constexpr std::array local{
    Known{0xEF53, "ext2/3/4"},  Known{0x58465342, "XFS"},   Known{0x9123683E, "btrfs"},
    Known{0x01021994, "tmpfs"}, Known{0x858458F6, "ramfs"}, Known{0x794C7630, "overlayfs"},
    Known{0x2FC12FC1, "ZFS"},   Known{0xF2F52010, "F2FS"},  Known{0xCA451A4E, "bcachefs"},
    Known{0x3153464A, "JFS"},   Known{0x3434, "NILFS2"},    Known{0x52654973, "ReiserFS"},
    Known{0x24051905, "UBIFS"}, Known{0x4D44, "FAT"},       Known{0x2011BAB0, "exFAT"},
    Known{0x7366746E, "NTFS"},  Known{0xF15F, "eCryptfs"}};

}  // namespace

std::optional<std::uint32_t> magic_of(const std::string& directory) {
  struct statfs about {};
  if (statfs(directory.c_str(), &about) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(about.f_type);
}

std::optional<std::string> shared_filesystem(std::uint32_t magic) {
  for (const Known& one : shared) {
    if (one.magic == magic) return one.name;
  }
  return std::nullopt;
}

std::optional<std::string> shared_filesystem_of(const std::string& directory) {
  const auto magic = magic_of(directory);
  return magic ? shared_filesystem(*magic) : std::nullopt;
}

std::string filesystem_name(std::uint32_t magic) {
  for (const Known& one : local) {
    if (one.magic == magic) return one.name;
  }
  if (const auto name = shared_filesystem(magic)) return *name;
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "0x%08" PRIX32, magic);
  return number.data();
}

}  // namespace leasehold::stores
