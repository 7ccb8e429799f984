#pragma once

#include "pipeline/work_queue.h"
#include "services/sqs.h"
#include "store/location.h"

#include "automation/bell.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace forecart {

/// Rings for the data sets that messages of an SQS queue tell of: notifications of S3, EventBridge
/// or SNS about objects below the inbox of a repository. A message is removed when nothing waits
/// for its data set any more (`settle`), or when it tells of nothing of ours; until then it comes
/// again.
class QueueWatch {
 public:
  using Note = std::function<void(const std::string& message)>;

  /// Throws Error invalid_value for what is no address of a queue.
  QueueWatch(const std::string& address, StoreLocation repository, Bell& bell, Note note);
  ~QueueWatch();
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

  void settle(const std::string& dataset);
  /// All data sets but these.
  void settle_all_but(const std::vector<WaitingWork>& waiting);

 private:
  void receive_all();
  void take(const QueueMessage& message);
  void remove_all();
  bool wait(std::chrono::seconds time);

  SqsQueue queue_;
  StoreLocation repository_;
  Bell& bell_;
  Note note_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::stop_source stop_;
  /// Receipts by message, of data sets that something may wait for.
  std::map<std::string, std::map<std::string, std::string>> held_;
  std::vector<std::string> done_;  ///< receipts
  std::thread receiving_;
  std::thread removing_;
};

}  // namespace forecart
