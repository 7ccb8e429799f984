#pragma once

#include "pipeline/repository.h"

#include "http/event_hub.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace forecart {

/// Tells clients that listen, by events `published`, which runs become current, whoever made them:
/// this server, another one on the same repository, somebody by hand. Looks at the store, by one
/// listing, only while anybody listens.
class RunWatch {
 public:
  /// `heard` is told of the data set before clients are. All that it is given outlives it.
  RunWatch(const Repository& repository, EventHub& hub,
           std::function<void(const std::string& dataset)> heard,
           std::chrono::milliseconds every = std::chrono::seconds(3));

  /// Something was published here: looks at once.
  void hurry();

 private:
  struct Known {
    std::string version;  ///< of the pointer
    std::string run;
  };

  void watch(const std::stop_token& stop, std::chrono::milliseconds every);
  void look(bool tells);
  void look_at(const ObjectInfo& pointer, bool tells);

  const Repository& repository_;
  EventHub& hub_;
  std::function<void(const std::string&)> heard_;
  std::map<std::string, Known> known_;  ///< by data set; of the thread alone
  std::mutex mutex_;                    ///< of what follows
  bool hurried_ = false;
  std::condition_variable_any ending_;
  std::jthread thread_;  ///< the last: it uses the others
};

}  // namespace forecart
