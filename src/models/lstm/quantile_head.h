#pragma once

#include "models/lstm/head.h"

#include <array>

namespace forecart::lstm {

/// Quantiles at fixed probabilities: the median is the base plus the first number, each further one
/// lies a positive distance (softplus of a number) beyond its neighbour, so that they never cross.
/// Trained on the quantile loss [KoenkerBassett1978], half of it on the median; between them
/// linear, beyond the outer ones exponential.
class QuantileHead final : public Head {
 public:
  static constexpr std::array kProbabilities{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};
  static constexpr std::size_t kCount = kProbabilities.size();
  static constexpr std::size_t kMedian = kCount / 2;

  /// Distances between neighbouring quantiles, ascending by probability (kCount - 1), each > 0.
  explicit QuantileHead(std::span<const double> gaps);

  std::string name() const override { return "quantiles"; }
  std::size_t per_step() const override { return kCount; }
  double loss(const StepSite& site, const StepTruth& truth, std::span<const float> numbers,
              std::span<float> gradient) const override;
  double point(const StepSite& site, std::span<const float> numbers) const override;
  double quantile(const StepSite& site, std::span<const float> numbers,
                  double probability) const override;
  double at_most(const StepSite& site, std::span<const float> numbers, double y) const override;
  void write(HeadGraph& graph) const override;
  std::vector<double> settings() const override;

 private:
  using Quantiles = std::array<double, kCount>;
  /// In normal units; number 0 belongs to the median, the next ones to the gaps below it and above
  /// it, ascending.
  Quantiles quantiles(const StepSite& site, std::span<const float> numbers) const;

  std::array<double, kCount - 1> gaps_{};    // as given, so that what is saved is what it was
  std::array<double, kCount - 1> starts_{};  // what is added to the numbers of the gaps
};

}  // namespace forecart::lstm
