#include "sim/report/junit.h"

#include <algorithm>

#include "sim/report/page_text.h"

namespace leasehold::sim {

// What HTML escapes is what XML must, and `html` leaves no character that XML forbids.
void write_junit(std::ostream& out, const std::string& suite, const std::vector<TestCase>& cases) {
  const auto failures = std::count_if(cases.begin(), cases.end(),
                                      [](const TestCase& one) { return !one.failure.empty(); });
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\""
      << html(suite) << "\" tests=\"" << cases.size() << "\" failures=\"" << failures
      << "\" errors=\"0\" skipped=\"0\">\n";
  for (const TestCase& one : cases) {
    out << "<testcase classname=\"" << html(one.group) << "\" name=\"" << html(one.name) << "\"";
    if (one.failure.empty()) {
      out << "/>\n";
    } else {
      out << "><failure message=\"" << html(one.failure) << "\"/></testcase>\n";
    }
  }
  out << "</testsuite>\n</testsuites>\n";
}

}  // namespace leasehold::sim
