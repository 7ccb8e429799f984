#include "models/smoothing/double_seasonal_state.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Share of what the short season leaves that the long one starts with.
constexpr double kTrusted = .5;

}  // namespace

DoubleSeasonalState DoubleSeasonalState::before(std::span<const double> z, int short_season,
                                                int long_season) {
  const Index span = long_season > 0 ? long_season : 2 * short_season;
  assert(std::ssize(z) >= span);
  const Eigen::Map<const VectorXd> first(z.data(), span);
  DoubleSeasonalState state;
  state.level = first.mean();
  state.short_season = VectorXd::Zero(short_season);
  VectorXd counts = VectorXd::Zero(short_season);
  for (Index t = 0; t < span; ++t) {
    state.short_season[t % short_season] += first[t] - state.level;
    ++counts[t % short_season];
  }
  state.short_season = state.short_season.cwiseQuotient(counts);
  state.long_season.resize(long_season);
  for (Index t = 0; t < long_season; ++t)
    state.long_season[t] =
        kTrusted * (first[t] - state.level - state.short_season[t % short_season]);
  return state;
}

double DoubleSeasonalState::ahead(Index step, const DoubleSeasonalWeights& weights) const {
  return seasonal_level(step) + std::pow(weights.phi, static_cast<double>(step + 1)) * departure;
}

double DoubleSeasonalState::seasonal_level(Index step) const {
  double z = level + short_season[(short_place + step) % short_season.size()];
  if (long_season.size() > 0) z += long_season[(long_place + step) % long_season.size()];
  return z;
}

double DoubleSeasonalState::take(double z, const DoubleSeasonalWeights& weights) {
  double& short_term = short_season[short_place];
  double structure = level + short_term;
  if (long_season.size() > 0) structure += long_season[long_place];
  departure *= weights.phi;
  const double e = z - structure - departure;
  if (!std::isnan(e)) {
    departure = z - structure;
    level += weights.alpha * e;
    short_term += weights.delta * e;
    if (long_season.size() > 0) long_season[long_place] += weights.omega * e;
  }
  short_place = short_place + 1 == short_season.size() ? 0 : short_place + 1;
  long_place = long_place + 1 >= long_season.size() ? 0 : long_place + 1;
  return e;
}

VectorXd psi_of(const DoubleSeasonalWeights& weights, const DoubleSeasonalState& state,
                Index count) {
  VectorXd psi(count);
  double decay = 1;
  for (Index k = 0; k < count; ++k, decay *= weights.phi) {
    psi[k] = k == 0 ? 1 : weights.alpha + decay;
    if (k > 0 && k % state.short_season.size() == 0) psi[k] += weights.delta;
    if (k > 0 && state.long_season.size() > 0 && k % state.long_season.size() == 0)
      psi[k] += weights.omega;
  }
  return psi;
}

}  // namespace forecart
