#pragma once

#include "models/global/covariate_plan.h"
#include "models/net/shape.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forecart::lstm {

/// Buckets [from, to) of one series.
struct Stretch {
  std::string_view id;
  Bucket from = 0;
  Bucket to = 0;
};

/// How a column of covariates is handed to a network.
struct CovariateColumn {
  bool as_is = false;     ///< it only says yes or no
  bool relative = false;  ///< above zero: its change is counted in shares of its usual value
  double unit = 1;        ///< usual size of a change

  /// A value as it is read beside the usual one of its series: as it is, or its change in units,
  /// within +-8. An unknown value (NaN) reads as the usual one, 0 of what is read as it is; without
  /// a usual one there is no change.
  float encoded(double value, double usual) const;
  /// The same change in the values' own units, or in shares of the usual value.
  double change(double value, double usual) const;

  friend bool operator==(const CovariateColumn&, const CovariateColumn&) = default;
};

/// Mean of the known cells of a column in the first `count` rows, NaN where none is known.
double usual_value(const CovariateRows& rows, Eigen::Index column, Eigen::Index count);

/// A property of the series: a category that is embedded, or a number.
struct FixedColumn {
  std::vector<std::string> categories;  ///< those learnt; none: a number
  double centre = 0;                    ///< of a number
  double unit = 1;

  friend bool operator==(const FixedColumn&, const FixedColumn&) = default;
};

/// The fixed columns of one series.
struct FixedCells {
  std::vector<std::int32_t> codes;  ///< (categorical columns), 0: none of those learnt
  std::vector<float> numbers;       ///< (other columns)
};

/// How a network reads what is known beside the sales. Fixed once learnt.
struct CovariateReading {
  CovariatePlan plan;
  std::vector<CovariateColumn> columns;  ///< the future ones, then the past ones
  std::vector<FixedColumn> fixed;        ///< (plan.fixed)

  /// From the covariates of some series over stretches of them.
  static CovariateReading learn(const Covariates& covariates, std::span<const Stretch> stretches);

  bool empty() const { return plan.empty(); }
  /// Whether the same columns are read in the same way, units apart, with the same categories.
  bool reads_like(const CovariateReading& other) const;
  /// Numbers per bucket.
  std::size_t per_bucket() const { return columns.size(); }
  /// Numbers known ahead of each step that is forecast: of each future column its value there, the
  /// value that the season before had, and its recent mean.
  std::size_t known() const { return 3 * plan.future.size(); }
  std::size_t fixed_numbers() const;
  std::vector<net::Embedding> embeddings() const;

  FixedCells fixed_cells(const Covariates& covariates, std::string_view id) const;

  nlohmann::json save() const;
  /// Throws Error bad_data or nlohmann's exception.
  static CovariateReading load(const nlohmann::json& state);

  friend bool operator==(const CovariateReading&, const CovariateReading&) = default;
};

}  // namespace forecart::lstm
