#include "models/trees/error_pool.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Where regular, intermittent and lumpy series part, as shares of zeros.
constexpr std::array kBounds{0.1, 0.5};
/// Paths that make a group of its own; with fewer it takes those of all series.
constexpr std::size_t kLeastPaths = 50;
/// Paths kept per group, evenly from all.
constexpr std::size_t kMostPaths = 400;

std::size_t group_of(double zero_share) {
  std::size_t group = 0;
  while (group < kBounds.size() && zero_share > kBounds[group]) ++group;
  return group;
}

/// An error that is not known is taken from the others of its step in turn; a step of which none is
/// known takes those of the nearest one before it, or after it.
void fill_unknown(Eigen::MatrixXf& errors) {
  std::vector<Index> told;
  for (Index step = 0; step < errors.rows(); ++step) {
    std::vector<float> known;
    for (const float error : errors.row(step)) {
      if (!std::isnan(error)) known.push_back(error);
    }
    if (known.empty()) continue;
    told.push_back(step);
    std::size_t next = 0;
    for (float& error : errors.row(step)) {
      if (std::isnan(error)) error = known[next++ % known.size()];
    }
  }
  for (Index step = 0; step < errors.rows(); ++step) {
    const auto after = std::lower_bound(told.begin(), told.end(), step);
    if (after != told.end() && *after == step) continue;
    if (told.empty()) {
      errors.row(step).setZero();
    } else {
      errors.row(step) = errors.row(after == told.begin() ? told.front() : *(after - 1));
    }
  }
}

/// At most kMostPaths of them as columns, see fill_unknown.
Eigen::MatrixXf as_columns(const std::vector<const ErrorPath*>& paths) {
  const std::size_t kept = std::min(paths.size(), kMostPaths);
  Eigen::MatrixXf result(paths.front()->errors.size(), static_cast<Index>(kept));
  for (std::size_t i = 0; i < kept; ++i) {
    const ErrorPath& path = *paths[i * paths.size() / kept];
    result.col(static_cast<Index>(i)) = path.errors.cast<float>();
  }
  fill_unknown(result);
  return result;
}

class Pooled final : public Predictive {
 public:
  Pooled(Eigen::VectorXd mean, double scale, ErrorGroupPtr group)
      : mean_(std::move(mean)), scale_(scale), group_(std::move(group)) {}

  Index horizon() const override { return mean_.size(); }
  double mean(Index step) const override { return mean_[step]; }
  double quantile(Index step, double probability) const override {
    return mean_[step] + scale_ * group_->quantile(step, probability);
  }
  Eigen::MatrixXd draw(Index paths, Generator& generator) const override {
    const Eigen::MatrixXf& errors = group_->paths;
    Eigen::MatrixXd result = mean_.replicate(1, paths);
    for (Index path = 0; path < paths; ++path) {
      for (Index from = 0; from < mean_.size(); from += errors.rows()) {
        const Index steps = std::min(errors.rows(), mean_.size() - from);
        const auto drawn =
            static_cast<Index>(generator.below(static_cast<std::uint64_t>(errors.cols())));
        result.col(path).segment(from, steps) +=
            scale_ * errors.col(drawn).head(steps).cast<double>();
      }
    }
    return result;
  }

 private:
  Eigen::VectorXd mean_;
  double scale_;
  ErrorGroupPtr group_;
};

}  // namespace

ErrorGroup::ErrorGroup(Eigen::MatrixXf all, Index width)
    : paths(std::move(all)), stretch(std::max<Index>(width, 1)) {
  for (Index from = 0; from < paths.rows(); from += stretch) {
    const Eigen::MatrixXf part = paths.middleRows(from, std::min(stretch, paths.rows() - from));
    stretches.emplace_back(part.data(), part.data() + part.size());
    std::sort(stretches.back().begin(), stretches.back().end());
  }
}

double ErrorGroup::quantile(Index step, double probability) const {
  const auto at = std::min(static_cast<std::size_t>(step / stretch), stretches.size() - 1);
  const std::vector<float>& sorted = stretches[at];
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  return (1 - share) * sorted[below] + share * sorted[above];
}

ErrorPool::ErrorPool(const std::vector<ErrorPath>& paths, Index stretch) {
  std::vector<const ErrorPath*> all;
  std::array<std::vector<const ErrorPath*>, kGroups> members;
  for (const ErrorPath& path : paths) {
    all.push_back(&path);
    members[group_of(path.zero_share)].push_back(&path);
  }
  for (std::size_t i = 0; i < kGroups; ++i) {
    const auto& own = members[i].size() < kLeastPaths ? all : members[i];
    groups_[i] = std::make_shared<ErrorGroup>(as_columns(own), stretch);
  }
}

const ErrorGroupPtr& ErrorPool::group(double zero_share) const {
  return groups_[group_of(zero_share)];
}

json ErrorPool::save() const {
  json groups = json::array();
  for (const ErrorGroupPtr& group : groups_) {
    const Eigen::MatrixXf& paths = group->paths;
    groups.push_back({{"horizon", paths.rows()},
                      {"errors", std::vector<float>(paths.data(), paths.data() + paths.size())}});
  }
  return {{"stretch", groups_.front()->stretch}, {"groups", std::move(groups)}};
}

ErrorPool ErrorPool::load(const json& state) {
  constexpr std::int64_t kMostSteps = 1'000'000;
  ErrorPool pool;
  const auto stretch = static_cast<Index>(whole_number(state, "stretch", 1, kMostSteps));
  const json& groups = state.at("groups");
  if (groups.size() != kGroups) refuse_state("GradientBoostedTrees", "groups");
  for (std::size_t i = 0; i < kGroups; ++i) {
    const auto horizon = static_cast<Index>(whole_number(groups[i], "horizon", 1, kMostSteps));
    const auto errors = groups[i].at("errors").get<std::vector<float>>();
    const bool finite =
        std::all_of(errors.begin(), errors.end(), [](float error) { return std::isfinite(error); });
    if (errors.empty() || std::ssize(errors) % horizon != 0 || !finite) {
      refuse_state("GradientBoostedTrees", "errors");
    }
    pool.groups_[i] = std::make_shared<ErrorGroup>(
        Eigen::Map<const Eigen::MatrixXf>(errors.data(), horizon, std::ssize(errors) / horizon),
        stretch);
  }
  return pool;
}

PredictivePtr pooled_predictive(Eigen::VectorXd mean, double scale, ErrorGroupPtr group) {
  return std::make_shared<Pooled>(std::move(mean), scale, std::move(group));
}

}  // namespace forecart::trees
