#pragma once

#include "aggregates/sales_answer.h"
#include "aggregates/sales_overview.h"
#include "base/log.h"
#include "pipeline/sales_state.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace forecart {

struct SalesCacheOptions {
  std::size_t memory = std::size_t{1} << 30;  ///< bytes of all sums together
  std::string build_memory = "1GB";           ///< of DuckDB while sums are made
  unsigned threads = 0;                       ///< 0: all cores
  /// For so long what uploads brought is not looked up again.
  std::chrono::milliseconds freshness{1000};
  Log* log = nullptr;  ///< told of sums made, and why some could not be
};

/// What answered: the sales files, sums of all dimensions, or of few.
enum class SalesSource { files, cube, roll_up };
std::string to_string(SalesSource source);

struct SalesReply {
  SalesAnswer answer;
  SalesSource source = SalesSource::files;
  std::string version;  ///< of the data that it is of: SalesState::version
};

/// Answers questions about the clean sales of a repository's data sets. The first question about
/// data that no sums are held of is answered from the sales files, and sums are made meanwhile in a
/// thread of their own, which later ones are answered from: a data set at a time once, two data
/// sets at once. Answers are of the data as they are, never of earlier ones, but for `freshness`.
/// Sums lie in memory only: when they would take more than allowed, those of the data set that was
/// asked about longest ago go. Any number of threads may call.
/// All methods throw Error unknown_name for a data set that there is not, and unavailable where its
/// settings were changed and no run has cleaned its files again yet.
class SalesCache {
 public:
  /// The repository must outlive this.
  explicit SalesCache(const Repository& repository, SalesCacheOptions options = {});
  /// Ends what is being made.
  ~SalesCache();
  SalesCache(const SalesCache&) = delete;
  SalesCache& operator=(const SalesCache&) = delete;

  /// What queries may name, and the version that an answer would be of.
  std::shared_ptr<const SalesState> state(const std::string& dataset);

  /// Throws as SalesQuery::validate does.
  SalesReply query(const std::string& dataset, const SalesQuery& query);
  SalesOverview overview(const std::string& dataset);
  ValuesFound values(const std::string& dataset, const ValueSearch& search);

  /// Somebody brought sales: looks at the next question, however fresh what is known.
  void note_change(const std::string& dataset);

  /// Makes sums of the data as they are now and waits for them; false where there can be none:
  /// they are too large, or the files cannot be read.
  bool prepare(const std::string& dataset);

  std::size_t bytes() const;  ///< of all sums held

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace forecart
