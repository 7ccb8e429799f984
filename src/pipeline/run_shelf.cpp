#include "pipeline/run_shelf.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace forecart {

namespace {

std::string key_of(const std::string& dataset, const std::string& run) {
  return dataset + "/" + run;
}

}  // namespace

RunShelf::RunShelf(const Repository& repository, ShelfLimits limits,
                   std::function<Clock::time_point()> clock)
    : repository_(repository), limits_(limits), clock_(std::move(clock)) {}

template <class Value>
std::shared_ptr<const Value> RunShelf::find(Shelf<Value>& shelf, const std::string& key) {
  const auto found = std::find_if(shelf.begin(), shelf.end(),
                                  [&](const Kept<Value>& kept) { return kept.key == key; });
  if (found == shelf.end()) return nullptr;
  shelf.splice(shelf.begin(), shelf, found);
  return found->value;
}

/// The newest stays, whatever its size.
template <class Value>
void RunShelf::put(Shelf<Value>& shelf, Kept<Value> kept, std::size_t most_bytes) {
  shelf.push_front(std::move(kept));
  const auto all = [&] {
    return std::accumulate(shelf.begin(), shelf.end(), std::size_t{0},
                           [](std::size_t sum, const auto& one) { return sum + one.bytes; });
  };
  while (shelf.size() > 1 && all() > most_bytes) shelf.pop_back();
}

std::optional<std::string> RunShelf::recall_current(const std::string& dataset) {
  const std::lock_guard lock(mutex_);
  const auto found = current_.find(dataset);
  if (found == current_.end() || found->second.run.empty()) return std::nullopt;
  Known& known = found->second;
  const auto age = clock_() - known.at;
  if (age > limits_.usable) return std::nullopt;
  if (age > limits_.fresh && !std::exchange(known.asked_again, true)) return std::nullopt;
  return known.run;
}

std::string RunShelf::current(const std::string& dataset) {
  const auto at = clock_();
  const auto pointer = repository_.current(dataset);
  std::string run = pointer ? pointer->value("run", "") : "";
  const std::lock_guard lock(mutex_);
  current_[dataset] = {run, at, false};
  return run;
}

void RunShelf::forget(const std::string& dataset) {
  const std::lock_guard lock(mutex_);
  current_.erase(dataset);
}

std::shared_ptr<const ForecastIndex> RunShelf::recall_forecasts(const std::string& dataset,
                                                                const std::string& run) {
  const std::lock_guard lock(mutex_);
  return find(forecasts_, key_of(dataset, run));
}

std::shared_ptr<const ForecastIndex> RunShelf::forecasts(const std::string& dataset,
                                                         const std::string& run) {
  if (auto known = recall_forecasts(dataset, run)) return known;
  const std::lock_guard reading(reading_);
  if (auto known = recall_forecasts(dataset, run)) return known;
  auto index = ForecastIndex::read(repository_.store(), dataset, run);
  const std::lock_guard lock(mutex_);
  put(forecasts_, {key_of(dataset, run), index, index->bytes()}, limits_.most_bytes);
  return index;
}

std::shared_ptr<const FetchedFile> RunShelf::file(const std::string& dataset,
                                                  const std::string& run, const std::string& name) {
  const std::string key = Repository::run_key(dataset, run, name);
  {
    const std::lock_guard lock(mutex_);
    if (auto known = find(files_, key)) return known;
  }
  auto file = std::make_shared<const FetchedFile>(repository_.store(), key);
  const std::lock_guard lock(mutex_);
  put(files_, {key, file, 1}, limits_.most_files);
  return file;
}

}  // namespace forecart
