#pragma once

#include "models/model.h"

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A series of a linear model, by its row there, whose one-step errors a network follows, or not.
struct ResidualSeries {
  std::string id;
  Bucket end = 0;            ///< of what the linear model knows
  bool non_negative = true;  ///< was never below zero
  bool followed = false;
  std::size_t network = 0;  ///< row of the network, where it is followed
};

/// Whether all that forecasts of the next `steps` look at is known.
bool is_known_ahead(const Fitted& linear, const std::vector<ResidualSeries>& series,
                    const Covariates& covariates, Eigen::Index steps);

/// Moves the linear model on over `recent`, the followed series step by step, and gives what its
/// one-step medians missed by: the followed series with new values, missing where the value or
/// something that the forecast looks at is not known. Series that are new join the linear model and
/// `series`, not followed.
Panel walk_residuals(Fitted& linear, std::vector<ResidualSeries>& series, const Panel& recent,
                     const Covariates& covariates);

/// How one-step errors that a network expects move the forecasts of a linear model.
enum class CorrectionWay : std::uint8_t {
  added,   ///< each is added to the step that it is expected at
  carried  ///< and to later ones as the linear model carries it on: as if it had come
};

const char* name_of(CorrectionWay way);
/// Throws Error invalid_value for another name.
CorrectionWay parse_correction_way(std::string_view name);

/// A linear model and a network on the residuals of its followed series.
struct ResidualPair {
  const Fitted& linear;
  const Fitted& network;
  const std::vector<ResidualSeries>& series;
};

/// By how much the next steps of the followed series move, (horizon, series) and zero for others,
/// by what the network expects. Errors are carried on by moving the linear model on over its own
/// forecasts with and without them.
Eigen::MatrixXd expected_shifts(const ResidualPair& pair, CorrectionWay way, Eigen::Index horizon,
                                const Covariates& future);

}  // namespace forecart
