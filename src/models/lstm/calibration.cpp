#include "models/lstm/calibration.h"

#include "base/error.h"
#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Probabilities stay so far from 0 and 1.
constexpr double kLeast = 1e-4;
/// Values with which a stretch counts half of what it tells.
constexpr double kPrior = 10;

double inside(double probability) {
  return std::clamp(probability, kLeast, 1 - kLeast);
}

class NetPredictive final : public Predictive {
 public:
  NetPredictive(HeadPtr head, std::vector<StepSite> sites, std::vector<float> numbers,
                CalibrationPtr calibration)
      : head_(std::move(head)),
        sites_(std::move(sites)),
        numbers_(std::move(numbers)),
        calibration_(std::move(calibration)) {}

  Index horizon() const override { return static_cast<Index>(sites_.size()); }
  double mean(Index step) const override { return point_of(*head_, site(step), numbers(step)); }
  double quantile(Index step, double probability) const override {
    if (!site(step).frame.usable()) return 0;
    return head_->interval_end(site(step), numbers(step), calibration_->read(step, probability));
  }
  Eigen::MatrixXd draw(Index paths, Generator& generator) const override {
    Eigen::MatrixXd result(horizon(), paths);
    for (Index path = 0; path < paths; ++path) {
      const Eigen::VectorXd at = calibration_->draw(horizon(), generator);
      for (Index step = 0; step < horizon(); ++step) {
        if (!site(step).frame.usable()) {
          result(step, path) = 0;
          continue;
        }
        result(step, path) = head_->quantile(site(step), numbers(step), inside(at[step]));
      }
    }
    return result;
  }

 private:
  const StepSite& site(Index step) const { return sites_[static_cast<std::size_t>(step)]; }
  std::span<const float> numbers(Index step) const {
    const std::size_t width = head_->per_step();
    return std::span(numbers_).subspan(static_cast<std::size_t>(step) * width, width);
  }

  HeadPtr head_;
  std::vector<StepSite> sites_;
  std::vector<float> numbers_;
  CalibrationPtr calibration_;
};

}  // namespace

Calibration::Calibration(Eigen::MatrixXf paths, Index stretch)
    : paths_(std::move(paths)), stretch_(std::max<Index>(stretch, 1)) {
  if (empty()) return;
  for (Index from = 0; from < paths_.rows(); from += stretch_) {
    const Eigen::MatrixXf part = paths_.middleRows(from, std::min(stretch_, paths_.rows() - from));
    sorted_.emplace_back(part.data(), part.data() + part.size());
    std::sort(sorted_.back().begin(), sorted_.back().end());
  }
}

double Calibration::read(Index step, double probability) const {
  if (sorted_.empty()) return inside(probability);
  const auto at = std::min(static_cast<std::size_t>(step / stretch_), sorted_.size() - 1);
  const std::vector<float>& sorted = sorted_[at];
  // of n + 1 gaps between values as likely as another [Vovk2005]
  const auto count = static_cast<double>(sorted.size());
  const double place = std::clamp(probability * (count + 1) - 1, 0.0, count - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = place - static_cast<double>(below);
  const double told = (1 - share) * sorted[below] + share * sorted[above];
  return inside((count * told + kPrior * probability) / (count + kPrior));
}

Eigen::VectorXd Calibration::draw(Index horizon, Generator& generator) const {
  Eigen::VectorXd result(horizon);
  // as often as `read` has it, a path as the head says: independent steps
  if (generator.uniform() * (static_cast<double>(size()) + kPrior) < kPrior) {
    for (double& probability : result) probability = inside(generator.uniform());
    return result;
  }
  for (Index from = 0; from < horizon; from += paths_.rows()) {
    const auto path = static_cast<Index>(generator.below(static_cast<std::uint64_t>(size())));
    const Index steps = std::min(paths_.rows(), horizon - from);
    result.segment(from, steps) = paths_.col(path).head(steps).cast<double>();
  }
  return result;
}

json Calibration::save() const {
  return {{"horizon", paths_.rows()},
          {"stretch", stretch_},
          {"paths", to_binary({paths_.data(), static_cast<std::size_t>(paths_.size())})}};
}

Calibration Calibration::load(const json& state) {
  constexpr std::int64_t kMostSteps = 1'000'000;
  const auto horizon = static_cast<Index>(whole_number(state, "horizon", 0, kMostSteps));
  const auto stretch = static_cast<Index>(whole_number(state, "stretch", 1, kMostSteps));
  const auto numbers = from_binary(state.at("paths"));
  if (horizon == 0 && numbers.empty()) return {};
  const bool fine =
      std::all_of(numbers.begin(), numbers.end(), [](float p) { return p >= 0 && p <= 1; });
  if (horizon == 0 || std::ssize(numbers) % horizon != 0 || !fine) throw_bad_state("calibration");
  return {Eigen::Map<const Eigen::MatrixXf>(numbers.data(), horizon, std::ssize(numbers) / horizon),
          stretch};
}

PredictivePtr make_net_predictive(HeadPtr head, std::vector<StepSite> sites,
                                  std::vector<float> numbers, CalibrationPtr calibration) {
  return std::make_shared<NetPredictive>(std::move(head), std::move(sites), std::move(numbers),
                                         std::move(calibration));
}

}  // namespace forecart::lstm
