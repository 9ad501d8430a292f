// Counters as Prometheus reads them.
//
// The rule to know: the sums over all keys cost a fixed number of series; a key costs that number
// again, so only those are shown that the caller names.
#pragma once

#include <map>
#include <string>

#include <leasehold/events.h>
#include <leasehold/export.h>

namespace leasehold {

/// What a scrape shows.
struct Metrics {
  /// Of all keys: `Client::counters()`.
  Counters all{};
  /// Of keys that are worth series of their own: `Client::counters(key)`, by key. Prometheus keeps
  /// every label value that it ever saw, and a key may be the id of a document: that is why keys
  /// are named and never taken from what the client happened to lock. Keep it to a few dozen.
  std::map<std::string, Counters> keys{};
  /// Labels of every series, by name: {"client", "worker 3"} where a process has several clients.
  /// A name has letters, digits and underscores and begins with no digit, and is not "key": one
  /// that has not is left out.
  std::map<std::string, std::string> labels{};
};

/// `metrics` in Prometheus's text format 0.0.4 (content type `text/plain; version=0.0.4`):
/// `leasehold_renewals_total` and so on over all keys, `leasehold_key_renewals_total{key="..."}`
/// for those named. They are families of their own, so that a sum over a family counts nothing
/// twice. A smallest margin that nobody has measured yet has no sample. Label values may be any
/// bytes: one that is no UTF-8, or null, becomes U+FFFD and its two hexadecimal digits. A pure
/// function: asks nobody.
LEASEHOLD_API std::string prometheus_text(const Metrics& metrics);

}  // namespace leasehold
