#pragma once

#include "models/lstm/window_source.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::lstm {

/// Forecast errors at held-out origins, freed from level and time of day: error = unit of the
/// origin x factor of the target's season position x path. Whole paths keep the dependence between
/// steps.
struct ErrorPaths {
  Eigen::MatrixXf paths;        // (steps, origins)
  std::vector<double> factors;  // (season)

  /// Errors for a forecast in units of `unit` whose steps lie at `positions`, (horizon, origins).
  /// Steps beyond those held out repeat the last season of the paths (or their last step).
  Eigen::MatrixXd scaled(double unit, std::span<const int> positions) const;
};

/// State with the paths as binary, for CBOR.
nlohmann::json save_error_paths(const ErrorPaths& errors);
/// Throws Error bad_data where sizes do not fit.
ErrorPaths load_error_paths(const nlohmann::json& state);

/// What error paths are made from: the series as a WindowSource sees it, held out from `split` on.
struct HeldOut {
  std::span<const double> filled;
  std::span<const double> targets;  // NaN is missing
  std::span<const int> positions;
  std::size_t split = 0;
};

/// Runs the network from up to 128 origins spread over the held-out part, over two seasons (without
/// season: one window) but at most half of it. A missing actual repeats the error of the step
/// before. Season factors are root mean squares over the paths, shrunk towards one by five steps.
ErrorPaths measure_errors(const Encoder& encoder, std::span<const float> parameters,
                          const HeldOut& held_out, Network<float>& network);

}  // namespace forecart::lstm
