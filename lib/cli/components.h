// The stores that this command was built with.
#pragma once

namespace leasehold::cli {

/// From now on the urls of all of them are known.
void add_components();

}  // namespace leasehold::cli
