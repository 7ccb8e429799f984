#include "models/lstm/trial.h"

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

std::vector<SubjectOrigin> trial_origins(const OriginSampler& sampler, std::uint64_t seed) {
  constexpr std::size_t kOrigins = 2000;
  Generator generator(seed);
  std::vector<SubjectOrigin> origins;
  for (std::size_t i = 0; i < kOrigins; ++i) origins.push_back(sampler.draw(generator));
  return origins;
}

double missed(const Track& track, const Frame& frame, Eigen::Index at, double said) {
  constexpr double kMost = 10;
  if (at >= track.size() || std::isnan(track.value(at))) return 0;
  return std::clamp((track.measure().working(track.value(at)) - said) / frame.unit, -kMost, kMost);
}

}  // namespace forecart::lstm
