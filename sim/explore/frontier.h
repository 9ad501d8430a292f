// Packed situations, first in, first out, one after another in blocks of memory that are given back
// as soon as they are empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>

#include "sim/explore/packed.h"

namespace leasehold::sim {

class Frontier {
 public:
  void push(const Packed& packed) {
    const std::size_t size = packed.size();
    if (blocks_.empty() || end_ + size > block_size) {
      // Not make_unique_for_overwrite, which libc++ 14 lacks, nor make_unique, which writes it all.
      blocks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[block_size]));
      ends_.push_back(0);
      end_ = 0;
    }
    std::copy_n(reinterpret_cast<const std::byte*>(&packed), size, blocks_.back().get() + end_);
    end_ += size;
    ends_.back() = end_;
    ++count_;
  }

  /// Requires: it is not empty.
  void pop(Packed& packed) {
    auto* const into = reinterpret_cast<std::byte*>(&packed);
    if (begin_ == ends_.front()) {
      blocks_.pop_front();
      ends_.pop_front();
      begin_ = 0;
    }
    const std::byte* const from = blocks_.front().get() + begin_;
    // The number of letters, and so the size, stands before the letters.
    std::copy_n(from, offsetof(Packed, letters), into);
    std::copy_n(from, packed.size(), into);
    begin_ += packed.size();
    --count_;
  }

  std::size_t size() const { return count_; }
  std::size_t bytes() const { return blocks_.size() * block_size; }

 private:
  static constexpr std::size_t block_size = std::size_t{1} << 20;

  std::deque<std::unique_ptr<std::byte[]>> blocks_;
  // How much of each is used.
  std::deque<std::size_t> ends_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t count_ = 0;
};

}  // namespace leasehold::sim
