// The way from processes to the store and back.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "lib/src/shell/async_store.h"
#include "sim/world/kernel.h"
#include "sim/world/partition.h"
#include "sim/world/store_node.h"

namespace leasehold::sim {

/// Who sends a request.
struct Sender {
  ReplySink* sink = nullptr;
  std::uint32_t process = nobody;
  /// The life of the process that asked: an answer never reaches the next one.
  std::uint32_t life = 0;
  /// What the process's calendar clock showed when it sent the request: what an adapter in that
  /// process puts into it.
  Instant<WallClock> wall{};
};

/// A request on its way, and then its answer on the way back.
struct Message {
  StoreCall call{};
  StoreReply reply{};
  Sender from{};
  /// Of this kind of call, per process: what choices are keyed by.
  std::uint32_t ordinal = 0;
  /// When the request was sent; then, when it was answered.
  TrueTime since{};
  /// Which of its process's it is; 0 for a second copy.
  std::uint64_t place = 0;
  /// A second copy of the request is or was on its way.
  bool copied = false;
  /// The answer has come to the process, which need not run.
  bool came = false;
};

class Network {
 public:
  Network(Kernel& kernel, StoreNode& store);

  /// Sends a request; the scenario's choices decide what becomes of it.
  void send(const StoreCall& call, const Sender& from);
  /// The request reaches the store, which answers at once. Renewals of other locks of the same
  /// process that come at the same moment go along in one batch.
  void on_request(std::uint32_t index);
  /// From now on the process and its parts are cut off from the store.
  void cut(std::uint32_t body, TimedFault::Kind kind, TrueTime until);
  /// A stall of the store's writer ends: what waited for it is carried out, if it is free now.
  void on_stall_over();
  /// The store goes down: what waits for its writer is broken off.
  void on_store_down();
  /// The answer reaches the process, unless that is cut off: then it is gone.
  bool on_answer(std::uint32_t index);
  /// The message whose answer has arrived; it stays where it is until it is given back.
  const Message& arrived(std::uint32_t index) const { return messages_[index]; }
  void give_back(std::uint32_t index) { free_.push_back(index); }

 private:
  ChoiceKey key(const Message& message, Purpose purpose) const;
  std::uint32_t free_slot();
  StoreFault store_fault(const Message& message) const;
  void plan_request(std::uint32_t index, TrueTime at);
  bool request_is_cut(const Message& message);
  bool answer_is_cut(const Message& message);
  void note_order(const Message& message, Partition::Way way);
  void refuse(std::uint32_t index);
  void answer_gathered();
  void gather(std::uint32_t index);
  bool joins(const Message& message) const;
  bool may_be_in_a_batch(const Message& message) const;
  void apply_gathered();
  Arrival arrival_of(const Message& message) const;
  void answer(std::uint32_t index);

  Kernel& kernel_;
  StoreNode& store_;
  Partition partition_;
  // They stay where they are: who hears one may send another.
  std::deque<Message> messages_;
  std::vector<std::uint32_t> free_;
  // What the store carries out in one step.
  std::vector<std::uint32_t> gathered_;
  // What waits for the store's writer, in the order in which it came.
  std::vector<std::uint32_t> waiting_;
  // Calls so far of each process, by kind: what an ordinal of a choice counts.
  std::vector<std::array<std::uint32_t, 4>> calls_;
  // By process: how many requests it sent, and by way the latest of them that has arrived.
  struct Order {
    std::uint64_t sent = 0;
    std::array<std::uint64_t, 2> arrived{};
  };
  std::vector<Order> orders_;
};

}  // namespace leasehold::sim
