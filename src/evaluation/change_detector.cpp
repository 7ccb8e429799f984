#include "evaluation/change_detector.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart {

namespace {

constexpr double kFirstGuess = 8;
/// What a change must exceed to count, in standard deviations: half of the least to be found.
constexpr double kAllowance = .5;
constexpr double kFarthest = 4;

}  // namespace

ChangeDetector::ChangeDetector(double mean, double spread)
    : count_(kFirstGuess), mean_(mean), squares_(kFirstGuess * spread * spread) {}

void ChangeDetector::add(double value) {
  const double spread = std::sqrt(squares_ / count_);
  const double far = std::clamp((value - mean_) / spread, -kFarthest, kFarthest);
  up_ = std::max(0.0, up_ + far - kAllowance);
  down_ = std::max(0.0, down_ - far - kAllowance);
  ++count_;
  const double distance = far * spread;
  mean_ += distance / count_;
  squares_ += distance * distance * (count_ - 1) / count_;
}

nlohmann::json ChangeDetector::save() const {
  return {count_, mean_, squares_, up_, down_};
}

ChangeDetector ChangeDetector::load(const nlohmann::json& state) {
  const auto numbers = state.get<std::array<double, 5>>();
  const bool finite =
      std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
  const auto& [count, mean, squares, up, down] = numbers;
  if (!finite || count < 1 || squares <= 0 || up < 0 || down < 0) {
    refuse_state("a watch", "detector");
  }
  ChangeDetector result(0, 1);
  result.count_ = count;
  result.mean_ = mean;
  result.squares_ = squares;
  result.up_ = up;
  result.down_ = down;
  return result;
}

}  // namespace forecart
