// Memory for large tables that are read here and there: in big pages, where the kernel has them, a
// look-up waits for one piece of memory instead of two.
#pragma once

#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace leasehold::sim {

/// An allocator that asks for big pages. That is advice: without them it is as any other.
template <class T>
class BigPages {
 public:
  // As every allocator must call it.
  using value_type = T;  // NOLINT(readability-identifier-naming)

  BigPages() = default;
  template <class Other>
  explicit BigPages(const BigPages<Other>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* const memory = ::operator new(bytes, std::align_val_t(page));
    if (bytes >= page) madvise(memory, bytes / page * page, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, std::align_val_t(page)); }

  friend bool operator==(const BigPages&, const BigPages&) { return true; }

 private:
  static constexpr std::size_t page = std::size_t{2} << 20;
};

}  // namespace leasehold::sim
