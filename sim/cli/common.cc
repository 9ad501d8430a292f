#include "sim/cli/common.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>

namespace leasehold::sim {

int complain(const std::string& what) {
  std::cerr << what << "\n";
  return exit_bad_input;
}

// "x" is what makes it refuse a file that is there: to look first would leave a gap.
int write_new_file(const std::string& who, const std::string& file, const std::string& text) {
  std::FILE* const out = std::fopen(file.c_str(), "wxe");
  if (out == nullptr && errno == EEXIST) {
    return complain(who + file +
                    ": is there already, and is left as it is; accepted: the name "
                    "of a new file");
  }
  if (out == nullptr) {
    return complain(who + file + ": can't be made: " + std::generic_category().message(errno));
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  const bool closed = std::fclose(out) == 0;
  if (written && closed) return exit_as_expected;
  const std::string why = std::generic_category().message(errno);
  // Half a scenario would be in the way of the next try.
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return complain(who + file + ": can't be written: " + why);
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
