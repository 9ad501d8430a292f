// What a lock is to the children of its holder: nothing. Each case runs in a real child; its exit
// code says which expectation failed.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include "lib/src/runtime/fork_epoch.h"
#include "lib/tests/sanitized.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

/// The exit code of `body` in a child.
template <class Body>
int in_a_child(Body body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

struct ForkTest : testing::Test {
  Guard taken() const {
    Grant grant = client->lock("k").acquire({});
    EXPECT_TRUE(grant) << grant.refusal().text();
    return std::move(grant).guard();
  }

  const TempDir dir;
  const std::string url = "sqlite:" + dir.file("locks.db");
  std::unique_ptr<Client> client = std::make_unique<Client>(open(url).value());
};

TEST(ForkEpoch, ChangesInChildrenAndTheirChildrenAndNowhereElse) {
  const ForkEpoch parents;
  EXPECT_FALSE(parents.changed());
  EXPECT_EQ(in_a_child([&] {
              if (!parents.changed()) return 1;
              const ForkEpoch childs;
              if (childs.changed() || !parents.changed()) return 2;
              return in_a_child([&] { return childs.changed() && parents.changed() ? 0 : 3; });
            }),
            0);
  EXPECT_FALSE(parents.changed());
}

TEST_F(ForkTest, AChildsGuardIsLostAndItsEndDoesNothing) {
  Guard guard = taken();
  EXPECT_EQ(in_a_child([&] {
              if (guard.is_held() || guard.remaining() > Length::zero()) return 1;
              if (guard.lost() != LossReason::forked) return 2;
              guard.drop();
              return guard.is_held() ? 3 : 0;
            }),
            0);
  EXPECT_TRUE(guard.is_held());
  EXPECT_FALSE(guard.lost());
  const auto other = open(url);
  EXPECT_FALSE(other->lock("k").try_acquire()) << "the child released nothing";
}

TEST_F(ForkTest, AChildIsRefusedByItsParentsClient) {
  const Lock lock = client->lock("k");
  EXPECT_EQ(in_a_child([&] {
              const Grant grant = lock.acquire({});
              if (grant || grant.refusal().why != Refusal::Why::forked) return 1;
              if (client->lock("another").try_acquire()) return 2;
              bool told = false;
              lock.acquire_async({}, [&](Grant none) { told = !none; });
              if (!told) return 3;
              client->close();
              client.reset();
              return 0;
            }),
            0);
  EXPECT_TRUE(taken().is_held());
}

#ifndef LEASEHOLD_TSAN  // it can't start threads in a child of a program that has some
TEST_F(ForkTest, AChildMayOpenAClientOfItsOwn) {
  const Guard guard = taken();
  EXPECT_EQ(in_a_child([&] {
              auto own = open(url);
              if (!own) return 1;
              const Grant refused = own->lock("k").try_acquire();
              if (refused || refused.refusal().why != Refusal::Why::busy) return 2;
              const Grant granted = own->lock("the child's").acquire({});
              return granted ? 0 : 3;
            }),
            0);
  EXPECT_TRUE(guard.is_held());
}
#endif

TEST_F(ForkTest, NothingOfOursIsOpenAfterAnExec) {
  const Guard guard = taken();
  const std::string list = "ls -l /proc/self/fd | grep -E 'locks.db|timerfd' && exit 1; exit 0";
  EXPECT_EQ(std::system(list.c_str()), 0);  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
  EXPECT_TRUE(guard.is_held());
}

}  // namespace
}  // namespace leasehold
