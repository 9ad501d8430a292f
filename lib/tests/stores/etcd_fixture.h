// Tests of the etcd store, each under a prefix of its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/etcd_store.h>
#include "lib/tests/stores/etcd_server.h"

namespace leasehold {

class EtcdTest : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_etcd() == nullptr) GTEST_SKIP() << no_etcd;
  }

  static std::string new_prefix() {
    static std::atomic<int> prefixes = 0;
    return "p" + std::to_string(++prefixes);
  }

  static std::unique_ptr<EtcdStore> open(const std::string& url,
                                         Length patience = std::chrono::minutes(2)) {
    auto opened = EtcdStore::open(url, {.patience = patience});
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(opened).value() : nullptr;
  }
  std::unique_ptr<EtcdStore> open() const { return open(url()); }

  static Error refused(const std::string& url, Length patience = std::chrono::minutes(2)) {
    const auto opened = EtcdStore::open(url, {.patience = patience});
    EXPECT_FALSE(opened) << url;
    return opened ? Error{} : opened.error();
  }
  static void expect_refused(const std::string& url, Errc kind, const std::string& words) {
    const Error error = refused(url);
    EXPECT_EQ(error.kind, kind) << error.detail;
    EXPECT_NE(error.detail.find(words), std::string::npos) << error.detail;
    EXPECT_EQ(error.detail.find('\n'), std::string::npos) << error.detail;
  }

  std::string url() const { return server().url("/" + prefix_); }
  static EtcdCluster& server() { return *shared_etcd(); }

  /// What an acquire by `owner` comes to: "granted", "busy", "moved", or the kind of error.
  static std::string acquire(Store& store, const std::string& key, const OwnerId& owner,
                             Term expected = 0, Length lease = std::chrono::hours(1)) {
    const auto answered = store.acquire({.key = key,
                                         .owner = owner,
                                         .expected_term = expected,
                                         .lease = lease,
                                         .info = "test",
                                         .unchanged = std::nullopt});
    if (!answered) return to_string(answered.error().kind);
    if (std::holds_alternative<Busy>(answered->answer)) return "busy";
    return std::holds_alternative<Granted>(answered->answer) ? "granted" : "moved";
  }
  static RenewRequest renewal(const std::string& key, const OwnerId& owner, Seq seq) {
    return {.key = key,
            .owner = owner,
            .term = 1,
            .seq = seq,
            .renew_id = {9, seq},
            .lease = std::chrono::hours(1)};
  }

  const std::string& prefix() const { return prefix_; }

 private:
  const std::string prefix_ = new_prefix();
};

}  // namespace leasehold
