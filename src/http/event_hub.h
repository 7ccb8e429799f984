#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// What has happened, for clients that listen (server-sent events, HTML Standard section 9.2).
/// Publishing costs the same however many listen: the last events are kept once, and each
/// connection reads on from where it is. Safe for several threads.
class EventHub {
 public:
  explicit EventHub(std::size_t most_kept = 1024) : most_kept_(most_kept) {}

  /// `type` is a word, `data` one line, usually JSON; `topic` decides who gets it.
  void publish(std::string topic, std::string type, std::string data);

  /// The number of the last event; they count up from the microseconds of the hub's beginning, so
  /// that those of an earlier process are never taken for its own.
  std::uint64_t last() const;

  /// What follows number `after` as the text of an event stream, of topics that are wanted, and the
  /// number to go on from. Where some are lost it begins with an event `missed`: the client does
  /// not know what it does not know.
  struct Text {
    std::string text;
    std::uint64_t last = 0;
  };
  Text since(std::uint64_t after, const std::function<bool(const std::string&)>& wants) const;

  /// How many clients listen, as the listener says.
  std::size_t listeners() const { return listeners_; }
  void set_listeners(std::size_t count) { listeners_ = count; }

  /// Called after each event, from the thread that publishes; nothing ends it. Waits for one that
  /// is under way.
  void on_event(std::function<void()> wake);

 private:
  struct Event {
    std::uint64_t number;
    std::string topic;
    std::string type;
    std::string data;
  };

  const std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::deque<Event> events_;
  std::uint64_t last_ = first_number();
  std::atomic<std::size_t> listeners_{0};
  std::mutex wake_mutex_;
  std::function<void()> wake_;

  static std::uint64_t first_number();
};

}  // namespace forecart
