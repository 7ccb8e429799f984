#pragma once

#include "base/log.h"
#include "server/routes.h"
#include "server/transfers.h"

#include "access/audit.h"

#include <chrono>
#include <condition_variable>
#include <thread>

namespace forecart {

/// Puts what is whole into the inbox, and tells the audit who sent it.
Transfers::Deliver delivery(const RouteServices& services, Actor by);

/// Hands over what came whole and could not be handed over then, by this process or one before: at
/// once, and every so often. Removes what nothing comes to any more.
class TransferKeeper {
 public:
  /// All that it is given outlives it.
  TransferKeeper(const RouteServices& services, Log& log,
                 std::chrono::milliseconds every = std::chrono::minutes(1));

 private:
  void look();
  void settle(const Transfer& transfer);

  RouteServices services_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable_any ending_;
  std::jthread thread_;  ///< the last: it uses the others
};

}  // namespace forecart
