#pragma once

#include "base/calendar.h"

#include <Eigen/Core>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Numbers known beside one series: a row per step, a column per name; NaN is unknown.
struct Regressors {
  std::vector<std::string> names;
  Eigen::MatrixXd values;  // (steps, names)

  bool empty() const { return names.empty(); }
};

/// Whether a column is known ahead of its time, such as a holiday or a planned price, or only once
/// its time is over, such as the weather.
enum class CovariateRole { future, past };

/// A property of the series. Where `categories` are given a cell is an index into them, else a
/// number.
struct StaticColumn {
  std::string name;
  std::vector<std::string> categories{};
};

/// What is known of each series and never changes; NaN is unknown.
struct Statics {
  std::vector<StaticColumn> columns;
  std::map<std::string, Eigen::VectorXd, std::less<>> cells;  // (columns) by unique_id

  bool empty() const { return columns.empty(); }

  /// The cells of a series, all unknown where it has none.
  Eigen::VectorXd of(std::string_view id) const;
};

/// Rows of numbers, one per bucket from `first` on; NaN is unknown.
struct CovariateBlock {
  Bucket first = 0;
  Eigen::MatrixXd values;  // (buckets, columns)
};

/// A cell of the covariates of one series.
struct CovariateCell {
  std::string_view name;
  Bucket bucket = 0;
};

/// Numbers known beside the sales of a panel, over the history and as far ahead as they are known:
/// a fit looks at the buckets of its history only, a forecast at those of its horizon only.
/// `values` are the same for all series; `own` are those of each series, by unique_id. What lies
/// outside a block is unknown. No name occurs twice. Columns named in `past_names` are known up to
/// the origin only: no forecast may look at them from there on, though a backtest holds their rows.
struct Covariates {
  std::vector<std::string> names;
  Bucket first = 0;
  Eigen::MatrixXd values;  // (buckets, names)
  std::vector<std::string> own_names;
  std::map<std::string, CovariateBlock, std::less<>> own;  // (buckets, own_names)

  std::vector<std::string> past_names{};  ///< of the names and own names
  Statics statics{};

  bool empty() const { return names.empty() && own_names.empty() && statics.empty(); }

  /// Of one of the names.
  CovariateRole role(std::string_view name) const;

  /// The shared names, then the own ones.
  std::vector<std::string> all_names() const;

  /// Those of all_names() that are known ahead.
  std::vector<std::string> future_names() const;

  bool has(std::string_view name) const;

  /// Columns `wanted`, all of them known names, of a series in buckets [from, to); NaN where
  /// nothing is known.
  Regressors of(std::string_view id, std::span<const std::string> wanted, Bucket from,
                Bucket to) const;

  /// The first cell of columns `wanted` in buckets [from, to) that is not known, by bucket.
  std::optional<CovariateCell> first_unknown(std::string_view id,
                                             std::span<const std::string> wanted, Bucket from,
                                             Bucket to) const;

  /// Adds columns that all series share; the rows become the union of both, unknown where one of
  /// them has none. Throws Error bad_data for a name that is there.
  void add_shared(const std::vector<std::string>& added, const CovariateBlock& block);

  /// The same for columns of each series.
  void add_own(const std::vector<std::string>& added,
               const std::map<std::string, CovariateBlock, std::less<>>& blocks);
};

}  // namespace forecart
