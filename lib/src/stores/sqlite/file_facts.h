// What the kernel tells of a database file: where it lies, whose it is and who may write it.
#pragma once

#include <string>
#include <vector>

#include <leasehold/store.h>

namespace leasehold::stores {

/// The directory that the last part of `path` is in.
std::string directory_of(const std::string& path);

/// Of the file and its directory, and what is wrong with them. `path` is absolute. A file that is
/// not there has no owner and no mode.
std::vector<Fact> facts_of_file(const std::string& path);

}  // namespace leasehold::stores
