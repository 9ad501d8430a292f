#include "sim/cli/common.h"

#include <algorithm>
#include <iostream>

namespace leasehold::sim {

int complain(const std::string& what) {
  std::cerr << what << "\n";
  return exit_bad_input;
}

std::vector<std::filesystem::path> files_of(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.emplace_back(path);
      continue;
    }
    std::vector<std::filesystem::path> below;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error)) {
      const bool scenario =
          entry.path().extension() == ".json" && entry.path().filename() != "schema.json";
      if (scenario) below.push_back(entry.path());
    }
    std::sort(below.begin(), below.end());
    files.insert(files.end(), below.begin(), below.end());
  }
  return files;
}

}  // namespace leasehold::sim
