// Waiting on a word in memory that processes share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace leasehold::stores {

using Word = std::atomic<std::uint32_t>;
static_assert(Word::is_always_lock_free && sizeof(Word) == sizeof(std::uint32_t));

/// Sleeps while `word` is `expected`, at most for `most`; may return earlier for no reason.
void wait_on(const Word& word, std::uint32_t expected, std::chrono::nanoseconds most);
/// Wakes the one that has waited longest, in whatever process. False if nobody waited.
bool wake_one(const Word& word);
/// Wakes all that wait.
void wake_all(const Word& word);

}  // namespace leasehold::stores
