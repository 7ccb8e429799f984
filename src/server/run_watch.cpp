#include "server/run_watch.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace forecart {

namespace {

constexpr std::string_view kPointers = "current/";
constexpr std::string_view kEnding = ".json";

}  // namespace

RunWatch::RunWatch(const Repository& repository, EventHub& hub,
                   std::function<void(const std::string& dataset)> heard,
                   std::chrono::milliseconds every)
    : repository_(repository),
      hub_(hub),
      heard_(std::move(heard)),
      thread_([this, every](const std::stop_token& stop) { watch(stop, every); }) {}

void RunWatch::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
  }
  ending_.notify_all();
}

/// What became current while nobody listened is told to who comes again.
void RunWatch::watch(const std::stop_token& stop, std::chrono::milliseconds every) {
  look(false);
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      ending_.wait_for(lock, stop, every, [this] { return hurried_; });
      hurried_ = false;
    }
    if (!stop.stop_requested() && hub_.listeners() > 0) look(true);
  }
}

void RunWatch::look(bool tells) {
  try {
    std::vector<ObjectInfo> pointers;
    repository_.store().list_objects({.prefix = std::string(kPointers)},
                                     [&pointers](const ObjectInfo& object) {
                                       pointers.push_back(object);
                                       return true;
                                     });
    for (const ObjectInfo& pointer : pointers) look_at(pointer, tells);
  } catch (const std::exception&) {
    return;  // the store is away, which others tell: later
  }
}

void RunWatch::look_at(const ObjectInfo& pointer, bool tells) {
  const std::size_t ends = kPointers.size() + kEnding.size();
  if (!pointer.key.ends_with(kEnding) || pointer.key.size() <= ends) return;
  const std::string dataset = pointer.key.substr(kPointers.size(), pointer.key.size() - ends);
  Known& known = known_[dataset];
  if (known.version == pointer.version) return;
  const auto current = repository_.current(dataset);
  known.version = pointer.version;
  std::string run = current ? current->value("run", "") : "";
  if (run == known.run) return;
  known.run = std::move(run);
  if (!tells || known.run.empty()) return;
  heard_(dataset);
  const nlohmann::json told{{"dataset", dataset}, {"run", known.run}};
  hub_.publish(dataset, "published", told.dump());
}

}  // namespace forecart
