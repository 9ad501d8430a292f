// Ends a poll() of another thread.
#pragma once

namespace leasehold::stores {

/// A descriptor that becomes readable when somebody rings. Thread-safe; close-on-exec.
class WakeUp {
 public:
  WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;
  ~WakeUp();

  /// -1 if there were no descriptors left: who waits then looks around from time to time.
  int fd() const { return ends_[0]; }
  void ring();
  /// What was rung so far is heard.
  void hush();

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace leasehold::stores
