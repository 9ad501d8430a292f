// What the SQLite store asks of the machine: its clock domain, and what its disks are.
#include <gtest/gtest.h>

#include "lib/src/stores/sqlite/file_facts.h"
#include "lib/src/stores/sqlite/filesystem.h"
#include "lib/src/stores/sqlite/host_domain.h"

namespace leasehold::stores {
namespace {

TEST(Host, FileSystemsOfSeveralMachinesAreToldByTheirMagicNumber) {
  EXPECT_EQ(shared_filesystem(0x6969), "NFS");
  EXPECT_EQ(shared_filesystem(0xFF534D42), "CIFS");
  EXPECT_EQ(shared_filesystem(0x01021997), "9p");
  EXPECT_EQ(shared_filesystem(0x65735546), "FUSE");
  EXPECT_EQ(shared_filesystem(0xEF53), std::nullopt) << "ext4";
  EXPECT_EQ(shared_filesystem(0x01021994), std::nullopt) << "tmpfs";
  EXPECT_EQ(shared_filesystem(0x58465342), std::nullopt) << "xfs";
  EXPECT_EQ(shared_filesystem(0x9123683E), std::nullopt) << "btrfs";
}

TEST(Host, ADirectoryIsWhatStandsBeforeTheLastSlash) {
  EXPECT_EQ(directory_of("/locks.db"), "/");
  EXPECT_EQ(directory_of("a/locks.db"), "a");
  EXPECT_EQ(directory_of("/var/lib/locks.db"), "/var/lib");
  EXPECT_EQ(directory_of("locks.db"), ".");
}

TEST(Host, TheOffsetOfTheBootClockIsReadFromTheKernelsText) {
  EXPECT_EQ(boot_offset("monotonic           0         0\nboottime            0         0\n"),
            Span<LocalClock>::ns(0));
  EXPECT_EQ(boot_offset("monotonic 1 2\nboottime -86400 500\n"),
            Span<LocalClock>::ns(-86'400'000'000'000 + 500));
  EXPECT_EQ(boot_offset(""), std::nullopt);
  EXPECT_EQ(boot_offset("monotonic 1 2\n"), std::nullopt);
  EXPECT_EQ(boot_offset("boottime soon\n"), std::nullopt);
}

TEST(Host, ThisMachineHasADomainThatStaysTheSame) {
  const auto one = host_domain();
  const auto two = host_domain();
  ASSERT_TRUE(one) << one.error().detail;
  EXPECT_EQ(one->name, two->name);
  EXPECT_EQ(one->name.size(), 5U + 36U);
  EXPECT_EQ(one->name.substr(0, 5), "boot:");
}

}  // namespace
}  // namespace leasehold::stores
