#include "pipeline/sales_cache.h"

#include "aggregates/cube_query.h"
#include "aggregates/file_query.h"
#include "base/time_budget.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace forecart {

namespace {

using Clock = std::chrono::steady_clock;

/// All sums of a data set at one state.
struct Cubes {
  std::string version;
  SalesCube full;
  std::optional<SalesCube> coarse;  ///< of the dimensions with few values

  std::size_t bytes() const { return full.bytes() + (coarse ? coarse->bytes() : 0); }
};

struct Entry {
  std::mutex looking;  ///< one thread looks at the repository, others wait for what it finds
  std::shared_ptr<const SalesState> state;
  Clock::time_point seen{};
  std::shared_ptr<const Cubes> cubes;
  std::mutex fetching;  ///< one thread brings the sales files here, others wait for them
  std::shared_ptr<const SalesFiles> files;  ///< as long as there are no sums of them
  std::string files_version;
  std::uint64_t used = 0;  ///< of the last question
  std::string failed;      ///< the version of which no sums could be made, and when
  Clock::time_point failed_at{};
  bool waiting = false;  ///< sums are being made or will be
};

/// Sums over no sales.
SalesCube empty_cube(const SalesSchema& schema) {
  SalesCube cube;
  cube.zone = schema.zone;
  for (const std::string& name : schema.dimensions) cube.dimensions.push_back({name, {}, {}});
  return cube;
}

}  // namespace

class SalesCache::Work {
 public:
  Work(const Repository& repository, SalesCacheOptions options)
      : repository_(repository), options_(std::move(options)) {}

  ~Work() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& builder : builders_) builder.join();
  }

  std::shared_ptr<const SalesState> state(const std::string& dataset) {
    const std::shared_ptr<Entry> entry = entry_of(dataset);
    const std::lock_guard looking(entry->looking);
    {
      const std::lock_guard lock(mutex_);
      if (entry->state && Clock::now() - entry->seen < options_.freshness) return entry->state;
    }
    const auto now = Clock::now();
    auto state = std::make_shared<const SalesState>(read_sales_state(repository_, dataset));
    const std::lock_guard lock(mutex_);
    Entry& kept = *entries_.try_emplace(dataset, entry).first->second;
    kept.state = state;
    kept.seen = now;
    return state;
  }

  /// The sums of a state, or nothing; then they are being made, if they can be.
  std::shared_ptr<const Cubes> cubes(const SalesState& state) {
    const std::lock_guard lock(mutex_);
    Entry& entry = *entries_.at(state.dataset);
    entry.used = ++questions_;
    if (entry.cubes && entry.cubes->version == state.version) return entry.cubes;
    const bool failed = entry.failed == state.version && Clock::now() - entry.failed_at < kPause;
    if (!failed) ask_for(state.dataset, entry);
    return nullptr;
  }

  /// The sales files of a state, which lie here until there are sums.
  std::shared_ptr<const SalesFiles> files(const SalesState& state) {
    const std::shared_ptr<Entry> entry = entry_of(state.dataset);
    const std::lock_guard fetching(entry->fetching);
    std::shared_ptr<const SalesFiles> held;
    {
      const std::lock_guard lock(mutex_);
      if (entry->files_version == state.version) held = entry->files;
    }
    if (held) {
      require_clean_sales(repository_, state);
      return held;
    }
    auto files = std::make_shared<const SalesFiles>(repository_, state);
    const std::lock_guard lock(mutex_);
    entry->files = files;
    entry->files_version = state.version;
    return files;
  }

  void note_change(const std::string& dataset) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(dataset);
    if (at != entries_.end()) at->second->seen = {};
  }

  bool prepare(const std::string& dataset) {
    note_change(dataset);
    state(dataset);
    std::unique_lock lock(mutex_);
    Entry& entry = *entries_.at(dataset);
    const auto there = [&] { return entry.cubes && entry.cubes->version == entry.state->version; };
    entry.failed.clear();
    if (!there()) ask_for(dataset, entry);
    changed_.wait(lock, [&] { return there() || !entry.waiting || ended_; });
    return there();
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return held();
  }

  unsigned threads() const { return options_.threads; }

 private:
  static constexpr std::size_t kBuilders = 2;
  static constexpr std::chrono::minutes kPause{1};  ///< after a failure, before the next try

  std::shared_ptr<Entry> entry_of(const std::string& dataset) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(dataset);
    return at == entries_.end() ? std::make_shared<Entry>() : at->second;
  }

  std::size_t held() const {
    std::size_t sum = 0;
    for (const auto& [name, entry] : entries_) sum += entry->cubes ? entry->cubes->bytes() : 0;
    return sum;
  }

  void ask_for(const std::string& dataset, Entry& entry) {
    if (entry.waiting) return;
    entry.waiting = true;
    queue_.push_back(dataset);
    if (builders_.size() < kBuilders) builders_.emplace_back([this] { build_in_turn(); });
    changed_.notify_all();
  }

  void build_in_turn() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ended_ || !queue_.empty(); });
      if (ended_) return;
      const std::string dataset = queue_.front();
      queue_.pop_front();
      lock.unlock();
      build(dataset);
      lock.lock();
    }
  }

  void build(const std::string& dataset) {
    std::shared_ptr<const SalesState> wanted;
    std::shared_ptr<const Cubes> made;
    const double begin = steady_seconds();
    try {
      wanted = state(dataset);
      made = make(*wanted);
      tell_made(dataset, *made, steady_seconds() - begin);
    } catch (const std::exception& error) {
      tell_failed(dataset, error.what());
    }
    const std::lock_guard lock(mutex_);
    Entry& entry = *entries_.at(dataset);
    entry.waiting = false;
    if (made) {
      hold(entry, std::move(made));
    } else if (wanted) {
      entry.failed = wanted->version;
      entry.failed_at = Clock::now();
    }
    changed_.notify_all();
  }

  void tell_made(const std::string& dataset, const Cubes& cubes, double seconds) const {
    if (options_.log == nullptr) return;
    options_.log->info("sales summed up", {{"dataset", dataset},
                                           {"seconds", seconds},
                                           {"bytes", cubes.bytes()},
                                           {"facts", cubes.full.cell.size()}});
  }

  void tell_failed(const std::string& dataset, const char* reason) const {
    if (options_.log == nullptr || ended_) return;
    options_.log->warning("sales not summed up", {{"dataset", dataset}, {"reason", reason}});
  }

  std::shared_ptr<const Cubes> make(const SalesState& state) {
    Cubes cubes{state.version, empty_cube(state.schema), {}};
    if (!state.hashes.empty()) {
      const auto held = files(state);
      CubeOptions options;
      options.threads = options_.threads;
      options.memory_limit = options_.build_memory;
      options.most_bytes = options_.memory;
      options.cancelled = &ended_;
      cubes.full = build_cube(held->paths(), state.schema, options);
    }
    const std::vector<std::size_t> coarse = coarse_dimensions(cubes.full);
    if (!coarse.empty()) cubes.coarse = roll_up(cubes.full, coarse);
    return std::make_shared<const Cubes>(std::move(cubes));
  }

  /// Takes new sums; those that were asked for longest ago go where it gets too much.
  void hold(Entry& entry, std::shared_ptr<const Cubes> cubes) {
    entry.cubes = std::move(cubes);
    entry.files.reset();
    while (held() > options_.memory) {
      Entry* oldest = nullptr;
      for (const auto& [name, other] : entries_) {
        const bool counts = other->cubes && other.get() != &entry;
        if (counts && (oldest == nullptr || other->used < oldest->used)) oldest = other.get();
      }
      if (oldest == nullptr) return;
      oldest->cubes.reset();
    }
  }

  const Repository& repository_;
  const SalesCacheOptions options_;
  mutable std::mutex mutex_;  ///< of all below, entries but for their `looking` included
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::deque<std::string> queue_;  ///< data sets that sums are to be made of
  std::vector<std::thread> builders_;
  std::uint64_t questions_ = 0;
  std::atomic<bool> ended_ = false;
};

std::string to_string(SalesSource source) {
  if (source == SalesSource::files) return "files";
  return source == SalesSource::cube ? "cube" : "roll_up";
}

SalesCache::SalesCache(const Repository& repository, SalesCacheOptions options)
    : work_(std::make_unique<Work>(repository, std::move(options))) {}

SalesCache::~SalesCache() = default;

std::shared_ptr<const SalesState> SalesCache::state(const std::string& dataset) {
  return work_->state(dataset);
}

SalesReply SalesCache::query(const std::string& dataset, const SalesQuery& query) {
  const auto state = work_->state(dataset);
  query.validate(state->schema);
  const auto cubes = work_->cubes(*state);
  if (cubes && cubes->coarse && can_answer(*cubes->coarse, query)) {
    auto answer = ask_cube(*cubes->coarse, query, work_->threads());
    if (answer) return {std::move(*answer), SalesSource::roll_up, state->version};
  }
  if (cubes && can_answer(cubes->full, query)) {
    auto answer = ask_cube(cubes->full, query, work_->threads());
    if (answer) return {std::move(*answer), SalesSource::cube, state->version};
  }
  if (state->hashes.empty()) {
    SalesAnswer none = *ask_cube(empty_cube(state->schema), query);
    return {std::move(none), SalesSource::files, state->version};
  }
  const auto files = work_->files(*state);
  return {ask_files(files->paths(), query, state->schema), SalesSource::files, state->version};
}

SalesOverview SalesCache::overview(const std::string& dataset) {
  const auto state = work_->state(dataset);
  if (const auto cubes = work_->cubes(*state)) return overview_of(cubes->full);
  if (state->hashes.empty()) return overview_of(empty_cube(state->schema));
  const auto files = work_->files(*state);
  return overview_of(files->paths(), state->schema);
}

ValuesFound SalesCache::values(const std::string& dataset, const ValueSearch& search) {
  const auto state = work_->state(dataset);
  search.validate(state->schema);
  if (const auto cubes = work_->cubes(*state)) return find_values(cubes->full, search);
  if (state->hashes.empty()) return {};
  const auto files = work_->files(*state);
  return find_values(files->paths(), search);
}

void SalesCache::note_change(const std::string& dataset) {
  work_->note_change(dataset);
}

bool SalesCache::prepare(const std::string& dataset) {
  return work_->prepare(dataset);
}

std::size_t SalesCache::bytes() const {
  return work_->bytes();
}

}  // namespace forecart
