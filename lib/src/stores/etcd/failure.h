// What went wrong with etcd.
#pragma once

#include <stdexcept>
#include <string>

#include <leasehold/result.h>

namespace leasehold::stores {

/// A request failed, and this is what it means to a lease holder.
class EtcdFailure : public std::runtime_error {
 public:
  EtcdFailure(Errc kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}

  Errc kind() const { return kind_; }

 private:
  Errc kind_;
};

}  // namespace leasehold::stores
