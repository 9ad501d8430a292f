// What came of runs, as JUnit's XML, which most CI systems show.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace leasehold::sim {

struct TestCase {
  /// JUnit's classname: a file, or what was swept.
  std::string group;
  /// What it was run under, or is asked.
  std::string name;
  /// Why it is no success; empty: it is one.
  std::string failure;
};

/// A suite named `suite`; each case is a testcase of the class that its group is.
void write_junit(std::ostream& out, const std::string& suite, const std::vector<TestCase>& cases);

}  // namespace leasehold::sim
