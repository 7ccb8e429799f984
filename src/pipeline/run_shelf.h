#pragma once

#include "pipeline/forecast_index.h"
#include "pipeline/repository.h"

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace forecart {

struct ShelfLimits {
  std::chrono::milliseconds fresh{1000};     ///< so old may be what is known of the current run
  std::chrono::milliseconds usable{10'000};  ///< and so old while one asks again
  std::size_t most_bytes = std::size_t{1} << 30;  ///< of forecasts in memory
  std::size_t most_files = 64;                    ///< tables of runs at hand on the local disk
};

/// What a server keeps at hand of the runs of a repository, as far as it was asked for: which run
/// is current, forecasts in memory, tables on the local disk. The longest unused go first. Safe for
/// several threads; the repository must outlive it. What `recall` functions do not know at once
/// they do not tell; the others ask the store.
class RunShelf {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RunShelf(const Repository& repository, ShelfLimits limits = {},
                    std::function<Clock::time_point()> clock = Clock::now);

  /// The name of the current run of a data set; "" where there is none. What is no longer fresh is
  /// still told to others while the first who asks is told nothing, and so will ask the store. That
  /// there is none is not kept in mind: pages that hear of the first run ask for it at once.
  std::optional<std::string> recall_current(const std::string& dataset);
  std::string current(const std::string& dataset);
  /// Something was published: what is known of the data set's current run does not hold any more.
  void forget(const std::string& dataset);

  std::shared_ptr<const ForecastIndex> recall_forecasts(const std::string& dataset,
                                                        const std::string& run);
  /// Throws Error as ForecastIndex::read. Of many at once one reads.
  std::shared_ptr<const ForecastIndex> forecasts(const std::string& dataset,
                                                 const std::string& run);

  /// A file of a run, "ledger.parquet". Throws Error not_found.
  std::shared_ptr<const FetchedFile> file(const std::string& dataset, const std::string& run,
                                          const std::string& name);

 private:
  struct Known {
    std::string run;
    Clock::time_point at;
    bool asked_again = false;
  };
  template <class Value>
  struct Kept {
    std::string key;
    std::shared_ptr<const Value> value;
    std::size_t bytes;
  };
  template <class Value>
  using Shelf = std::list<Kept<Value>>;  ///< the last used first

  template <class Value>
  static std::shared_ptr<const Value> find(Shelf<Value>& shelf, const std::string& key);
  template <class Value>
  static void put(Shelf<Value>& shelf, Kept<Value> kept, std::size_t most_bytes);

  const Repository& repository_;
  const ShelfLimits limits_;
  std::function<Clock::time_point()> clock_;
  std::mutex mutex_;  ///< of all below, not held while the store is asked
  std::map<std::string, Known> current_;
  Shelf<ForecastIndex> forecasts_;
  Shelf<FetchedFile> files_;
  std::mutex reading_;  ///< forecasts are read one at a time: each takes its memory
};

}  // namespace forecart
