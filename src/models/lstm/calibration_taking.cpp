#include "models/lstm/calibration_taking.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace forecart::lstm {

namespace {

using Eigen::Index;

constexpr std::size_t kMostPaths = 512;

/// What a network says at one origin.
struct Said {
  const Head& head;
  const std::vector<StepSite>& sites;
  std::span<const float> numbers;
};

/// The probability integral transforms of one path; what is missing could be anywhere.
std::optional<Eigen::VectorXf> path_of(const Said& said, const Track& track, Index end,
                                       Generator& generator) {
  if (!said.sites.front().frame.usable()) return std::nullopt;
  const auto horizon = std::ssize(said.sites);
  const std::size_t width = said.head.per_step();
  Eigen::VectorXf path(horizon);
  Index known = 0;
  for (Index k = 0; k < horizon; ++k) {
    const auto step = static_cast<std::size_t>(k);
    const double y = track.value(end + k);
    const auto numbers = said.numbers.subspan(step * width, width);
    const double low = std::isnan(y) ? 0 : said.head.below(said.sites[step], numbers, y);
    const double high = std::isnan(y) ? 1 : said.head.at_most(said.sites[step], numbers, y);
    path[k] = static_cast<float>(low + generator.uniform() * (high - low));
    known += std::isnan(y) ? 0 : 1;
  }
  if (2 * known < horizon) return std::nullopt;
  return path;
}

}  // namespace

Calibration take_calibration(const Lesson& lesson, std::span<const float> parameters,
                             const std::vector<SubjectOrigin>& held_out,
                             const TrainingOptions& options) {
  const std::vector<SubjectOrigin> origins = thinned(held_out, kMostPaths);
  std::vector<Origin> places;
  for (const SubjectOrigin& origin : origins) places.push_back(origin.in(lesson.subjects));
  const Outputs outputs = predict(lesson.reading, parameters, places, options.trainer.threads);
  Generator generator(options.trainer.seed);
  std::vector<Eigen::VectorXf> paths;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const Said said{lesson.head, outputs.sites[i], outputs.numbers[i]};
    auto path = path_of(said, lesson.subjects[origins[i].subject].track, origins[i].end, generator);
    if (path) paths.push_back(std::move(*path));
  }
  const WindowPlan& plan = lesson.reading.plan;
  Eigen::MatrixXf matrix(plan.horizon, std::ssize(paths));
  for (std::size_t i = 0; i < paths.size(); ++i) matrix.col(static_cast<Index>(i)) = paths[i];
  return {std::move(matrix), std::max<Index>(plan.block, 1)};
}

}  // namespace forecart::lstm
