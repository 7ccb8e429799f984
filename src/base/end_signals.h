#pragma once

#include "base/interruption.h"

#include <chrono>
#include <csignal>
#include <thread>

namespace forecart {

/// SIGTERM and SIGINT, waited for in place of being handled; threads started later have them
/// blocked too.
class EndSignals {
 public:
  EndSignals();

  /// The signal that came within so long; 0 for none.
  int wait(std::chrono::milliseconds time) const;

 private:
  sigset_t set_{};
};

/// Asks the work of this process to end soon once one of these came, as long as it lives. To be
/// made before other threads are.
class EndWatch {
 public:
  EndWatch();

  const Interruption& interruption() const { return interruption_; }

 private:
  EndSignals signals_;
  Interruption interruption_;
  std::jthread thread_;
};

}  // namespace forecart
