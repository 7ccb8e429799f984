#include "models/lstm/error_paths.h"

#include "models/lstm/binary.h"
#include "models/lstm/recursion.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

using Eigen::Index;

constexpr std::size_t kMaxOrigins = 128;
/// Weight of the overall size of errors against that of one season position, in steps.
constexpr double kShrinkage = 5;

std::size_t path_length(const Encoding& encoding, std::size_t held_out) {
  const auto season = static_cast<std::size_t>(encoding.season);
  const std::size_t wanted = season > 1 ? 2 * season : encoding.window;
  return std::max<std::size_t>(1, std::min(wanted, held_out / 2));
}

/// Origins spread evenly over those that leave room for a whole path.
std::vector<std::size_t> spread_origins(std::size_t split, std::size_t end, std::size_t steps) {
  const std::size_t room = end - split - steps + 1;
  const std::size_t count = std::min(room, kMaxOrigins);
  std::vector<std::size_t> origins;
  for (std::size_t i = 0; i < count; ++i) origins.push_back(split + i * room / count);
  return origins;
}

/// Errors in units of the origin, (steps, origins).
Eigen::MatrixXf unit_errors(const Encoder& encoder, std::span<const float> parameters,
                            const HeldOut& held_out, std::span<const std::size_t> origins,
                            std::size_t steps, Network<float>& network) {
  const std::size_t window = encoder.encoding().window;
  Eigen::MatrixXf errors(static_cast<Index>(steps), static_cast<Index>(origins.size()));
  for (std::size_t first = 0; first < origins.size(); first += kPanel) {
    std::vector<RecursionStart> starts;
    for (std::size_t i = first; i < std::min(first + kPanel, origins.size()); ++i) {
      starts.push_back(
          {held_out.filled.first(origins[i]), held_out.positions.subspan(origins[i] - window + 1)});
    }
    const auto paths = recursive_forecasts(encoder, parameters, starts, steps, network);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const double unit = level_at(starts[i].past, encoder.encoding()).unit;
      double error = 0;
      for (std::size_t k = 0; k < steps; ++k) {
        const double actual = held_out.targets[origins[first + i] + k];
        if (!std::isnan(actual)) error = (actual - paths[i][k]) / unit;
        errors(static_cast<Index>(k), static_cast<Index>(first + i)) = static_cast<float>(error);
      }
    }
  }
  return errors;
}

std::vector<double> season_factors(const Eigen::MatrixXf& errors,
                                   std::span<const std::size_t> origins,
                                   std::span<const int> positions, int season) {
  std::vector<double> squares(static_cast<std::size_t>(season));
  std::vector<double> counts(squares.size());
  const double overall =
      std::max<double>(errors.squaredNorm(), 1e-30) / static_cast<double>(errors.size());
  for (Index i = 0; i < errors.cols(); ++i) {
    for (Index k = 0; k < errors.rows(); ++k) {
      const auto target = origins[static_cast<std::size_t>(i)] + static_cast<std::size_t>(k);
      const auto position = static_cast<std::size_t>(positions[target]);
      const auto error = static_cast<double>(errors(k, i));
      squares[position] += error * error / overall;
      counts[position] += 1;
    }
  }
  for (std::size_t p = 0; p < squares.size(); ++p) {
    squares[p] = std::sqrt((squares[p] + kShrinkage) / (counts[p] + kShrinkage));
  }
  return squares;
}

}  // namespace

Eigen::MatrixXd ErrorPaths::scaled(double unit, std::span<const int> positions) const {
  const Index known = paths.rows();
  const Index period = std::min(known, static_cast<Index>(factors.size()));
  Eigen::MatrixXd errors(static_cast<Index>(positions.size()), paths.cols());
  for (Index k = 0; k < errors.rows(); ++k) {
    const Index row = k < known ? k : known - period + (k - known) % period;
    const double factor = factors[static_cast<std::size_t>(positions[static_cast<std::size_t>(k)])];
    errors.row(k) = unit * factor * paths.row(row).cast<double>();
  }
  return errors;
}

nlohmann::json save_error_paths(const ErrorPaths& errors) {
  return {
      {"steps", errors.paths.rows()},
      {"paths", to_binary({errors.paths.data(), static_cast<std::size_t>(errors.paths.size())})},
      {"factors", errors.factors}};
}

ErrorPaths load_error_paths(const nlohmann::json& state) {
  ErrorPaths errors;
  errors.factors = state.at("factors").get<std::vector<double>>();
  const auto steps = whole<Index>(state.at("steps"));
  const AlignedVector<float> values = from_binary(state.at("paths"));
  const auto count = static_cast<Index>(values.size());
  if (steps < 1 || count < steps || count % steps != 0) throw_bad_state("error paths");
  errors.paths = Eigen::Map<const Eigen::MatrixXf>(values.data(), steps, count / steps);
  return errors;
}

ErrorPaths measure_errors(const Encoder& encoder, std::span<const float> parameters,
                          const HeldOut& held_out, Network<float>& network) {
  const std::size_t end = held_out.filled.size();
  const std::size_t steps = path_length(encoder.encoding(), end - held_out.split);
  const auto origins = spread_origins(held_out.split, end, steps);
  ErrorPaths errors;
  errors.paths = unit_errors(encoder, parameters, held_out, origins, steps, network);
  errors.factors =
      season_factors(errors.paths, origins, held_out.positions, encoder.encoding().season);
  for (Index i = 0; i < errors.paths.cols(); ++i) {
    for (Index k = 0; k < errors.paths.rows(); ++k) {
      const auto target = origins[static_cast<std::size_t>(i)] + static_cast<std::size_t>(k);
      const auto position = static_cast<std::size_t>(held_out.positions[target]);
      errors.paths(k, i) /= static_cast<float>(errors.factors[position]);
    }
  }
  return errors;
}

}  // namespace forecart::lstm
