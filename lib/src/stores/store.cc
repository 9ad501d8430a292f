#include <leasehold/store.h>

namespace leasehold {

Result<Answered<std::vector<std::string>>> Store::list(const std::string& /*after*/,
                                                       std::size_t /*most*/) {
  return Error{Errc::misuse, "list: this store can't list its keys; name the key to look at"};
}

Result<std::vector<Fact>> Store::facts() { return std::vector<Fact>{}; }

}  // namespace leasehold
