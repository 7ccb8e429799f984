#include "automation/queue_watch.h"

#include "base/error.h"
#include "pipeline/store_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace forecart {

namespace {

using std::chrono::seconds;

constexpr seconds kWait{20};     // the longest the service waits for a message
constexpr seconds kHidden{300};  // then a message that was not removed comes again
constexpr seconds kFirstPause{1};
constexpr seconds kLongestPause{60};

}  // namespace

QueueWatch::QueueWatch(const std::string& address, StoreLocation repository, Bell& bell, Note note)
    : queue_(address, aws_access(process_environment())),
      repository_(std::move(repository)),
      bell_(bell),
      note_(std::move(note)) {
  receiving_ = std::thread([this] { receive_all(); });
  removing_ = std::thread([this] { remove_all(); });
}

QueueWatch::~QueueWatch() {
  {
    const std::scoped_lock lock(mutex_);
    stop_.request_stop();
  }
  changed_.notify_all();
  receiving_.join();
  removing_.join();
}

/// False where it is to stop.
bool QueueWatch::wait(seconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stop_.stop_requested(); });
}

void QueueWatch::receive_all() {
  seconds pause{0};
  while (wait(pause)) {
    try {
      const auto messages = queue_.receive(kWait, kHidden, stop_.get_token());
      for (const QueueMessage& message : messages) take(message);
      pause = seconds(0);
    } catch (const Error& error) {
      if (stop_.stop_requested()) return;
      pause = std::clamp(2 * pause, kFirstPause, kLongestPause);
      note_(fmt::format("{}; asked again in {} s", error.what(), pause.count()));
    }
  }
}

void QueueWatch::take(const QueueMessage& message) {
  std::set<std::string> datasets;
  try {
    for (const StoreEvent& event : parse_store_events(message.body)) {
      if (const auto dataset = inbox_of(event, repository_)) datasets.insert(*dataset);
    }
  } catch (const Error& error) {
    note_(fmt::format("message {} is dropped: {}", message.id, error.what()));
  }
  {
    const std::scoped_lock lock(mutex_);
    for (const std::string& dataset : datasets) held_[dataset][message.id] = message.receipt;
    if (datasets.empty()) done_.push_back(message.receipt);
  }
  changed_.notify_all();
  for (const std::string& dataset : datasets) bell_.ring(dataset);
}

void QueueWatch::settle(const std::string& dataset) {
  {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(dataset);
    if (held == held_.end()) return;
    std::map<std::string, std::string> messages = std::move(held->second);
    held_.erase(held);
    for (const auto& [id, receipt] : messages) {
      const bool wanted = std::any_of(held_.begin(), held_.end(), [&](const auto& other) {
        return other.second.contains(id);  // one message may tell of several data sets
      });
      if (!wanted) done_.push_back(receipt);
    }
  }
  changed_.notify_all();
}

void QueueWatch::settle_all_but(const std::vector<WaitingWork>& waiting) {
  std::set<std::string> settled;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [dataset, messages] : held_) settled.insert(dataset);
  }
  for (const WaitingWork& work : waiting) settled.erase(work.dataset);
  for (const std::string& dataset : settled) settle(dataset);
}

void QueueWatch::remove_all() {
  while (true) {
    std::vector<std::string> receipts;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stop_.stop_requested() || !done_.empty(); });
      receipts.swap(done_);
      if (receipts.empty()) return;
    }
    for (const std::string& receipt : receipts) {
      try {
        queue_.remove(receipt);
      } catch (const Error& error) {  // it comes again and finds nothing to do
        note_(error.what());
      }
    }
  }
}

}  // namespace forecart
