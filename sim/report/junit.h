// What came of runs, as JUnit's XML, which most CI systems show.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace leasehold::sim {

/// One run of one file.
struct TestCase {
  /// Where it stood, and what it ran under.
  std::string file;
  std::string algorithm;
  /// Why it is no success; empty: it is one.
  std::string failure;
};

/// A suite named `suite`; each case is a testcase of the class that its file is.
void write_junit(std::ostream& out, const std::string& suite, const std::vector<TestCase>& cases);

}  // namespace leasehold::sim
