#include "http/event_hub.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace forecart {

std::uint64_t EventHub::first_number() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

void EventHub::publish(std::string topic, std::string type, std::string data) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back({++last_, std::move(topic), std::move(type), std::move(data)});
    if (events_.size() > most_kept_) events_.pop_front();
  }
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

std::uint64_t EventHub::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

EventHub::Text EventHub::since(std::uint64_t after,
                               const std::function<bool(const std::string&)>& wants) const {
  const std::lock_guard lock(mutex_);
  Text text{.text = {}, .last = last_};
  const std::uint64_t first = last_ - events_.size() + 1;
  if (after + 1 < first || after > last_) {
    text.text = fmt::format("id: {}\nevent: missed\ndata: {{}}\n\n", first - 1);
    after = first - 1;
  }
  for (std::size_t i = static_cast<std::size_t>(after + 1 - first); i < events_.size(); ++i) {
    const Event& event = events_[i];
    if (!wants(event.topic)) continue;
    text.text +=
        fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.number, event.type, event.data);
  }
  return text;
}

void EventHub::on_event(std::function<void()> wake) {
  const std::lock_guard lock(wake_mutex_);
  wake_ = std::move(wake);
}

}  // namespace forecart
