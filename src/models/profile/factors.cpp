#include "models/profile/factors.h"

#include "base/parallel.h"
#include "math/shrinkage.h"
#include "models/profile/axis_sums.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using Eigen::Index;

/// Rounds over the axes. Where blocks are not whole cycles, levels and factors settle over some.
constexpr int kSweeps = 6;

/// The parts "name=value" of an id; none if it is not made of such parts.
std::vector<std::string_view> dimensions(std::string_view id) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = id.find('/');
    const std::string_view part = id.substr(0, slash);
    const std::size_t equals = part.find('=');
    if (equals == 0 || equals == std::string_view::npos) return {};
    parts.push_back(part);
    if (slash == std::string_view::npos) return parts;
    id.remove_prefix(slash + 1);
  }
}

/// Observed and expected sums of things taken together, each series in units of its own noise.
struct PooledSums {
  ArrayXd observed;
  ArrayXd expected;

  explicit PooledSums(Index places)
      : observed(ArrayXd::Zero(places)), expected(ArrayXd::Zero(places)) {}

  /// What is expected is `prior` times what would be, were all places alike.
  void add(const AxisSums& sums, const ArrayXd& prior, double index) {
    if (!sums.speaks()) return;
    observed += sums.observed / index;
    expected += sums.expected * prior / index;
  }
  Ratios ratios() const {
    return {(expected > 0).select(observed / expected.max(1e-300), 1.0), expected};
  }
};

/// One axis of all series: draws pooled, group and own factors from the sums of the series.
class AxisEstimate {
 public:
  AxisEstimate(const std::vector<AxisSums>& sums, const LikeSeries& alike, std::size_t axis,
               Index places)
      : sums_(sums), alike_(alike), axis_(axis), places_(places) {}

  void write(PanelFactors& factors) const {
    const ArrayXd pooled = pool();
    factors.pooled[axis_] = pooled;
    std::vector<ArrayXd> prior(sums_.size(), pooled);
    for (std::size_t d = 0; d < alike_.groups.size(); ++d) group(d, prior, factors.beside[d]);
    own(prior, factors.own);
  }

 private:
  ArrayXd pool() const {
    PooledSums all(places_);
    for (const AxisSums& sums : sums_) all.add(sums, ArrayXd::Ones(places_), sums.index);
    const Ratios ratios = all.ratios();
    return shrunk(ratios, between_variance(ratios, 1));
  }

  /// Ratios of the groups of one dimension to what is expected so far, multiplied into it.
  void group(std::size_t dimension, std::vector<ArrayXd>& prior,
             std::vector<Factors>& beside) const {
    const std::vector<int>& of = alike_.groups[dimension];
    std::vector<PooledSums> sums(beside.size(), PooledSums(places_));
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      if (of[s] >= 0) {
        sums[static_cast<std::size_t>(of[s])].add(sums_[s], prior[s], sums_[s].cautious_index);
      }
    }
    std::vector<Ratios> ratios;
    for (const PooledSums& one : sums) ratios.push_back(one.ratios());
    const double between = between_of(ratios);
    for (std::size_t g = 0; g < beside.size(); ++g) beside[g][axis_] = shrunk(ratios[g], between);
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      if (of[s] >= 0) prior[s] *= beside[static_cast<std::size_t>(of[s])][axis_];
    }
  }

  void own(const std::vector<ArrayXd>& prior, std::vector<Factors>& own) const {
    std::vector<Ratios> ratios;
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      PooledSums one(places_);
      one.add(sums_[s], prior[s], sums_[s].cautious_index);
      ratios.push_back(one.ratios());
    }
    const double between = sums_.size() > 1 ? between_of(ratios) : 0;
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      own[s][axis_] = prior[s] * shrunk(ratios[s], between);
    }
  }

  /// tau^2 over the places of all things compared, each of which has spent one on its level.
  double between_of(const std::vector<Ratios>& ratios) const {
    Ratios all{ArrayXd(std::ssize(ratios) * places_), ArrayXd(std::ssize(ratios) * places_)};
    double levels = 0;
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      const Index at = static_cast<Index>(i) * places_;
      all.value.segment(at, places_) = ratios[i].value;
      all.information.segment(at, places_) = ratios[i].information;
      levels += (ratios[i].information > 0).any() ? 1 : 0;
    }
    return between_variance(all, levels);
  }

  const std::vector<AxisSums>& sums_;
  const LikeSeries& alike_;
  std::size_t axis_;
  Index places_;
};

Factors all_ones(const std::vector<Axis>& axes) {
  Factors ones;
  for (const Axis& axis : axes) ones.push_back(ArrayXd::Ones(axis.places()));
  return ones;
}

}  // namespace

double factor_at(const Factors& factors, const PlaceTable& places, Bucket bucket) {
  double product = 1;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    product *= factors[i][places.place(bucket, i)];
  }
  return product;
}

LikeSeries LikeSeries::of(const std::vector<std::string>& ids) {
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> found;
  for (std::size_t s = 0; s < ids.size(); ++s) {
    for (const std::string_view part : dimensions(ids[s])) {
      const std::size_t equals = part.find('=');
      found[std::string(part.substr(0, equals))][std::string(part.substr(equals + 1))].push_back(s);
    }
  }
  LikeSeries result;
  for (const auto& [name, values] : found) {
    if (values.size() < 2 || values.size() >= ids.size()) continue;
    result.names.push_back(name);
    auto& of = result.groups.emplace_back(ids.size(), -1);
    auto& labels = result.values.emplace_back();
    for (const auto& [value, members] : values) {
      for (const std::size_t s : members) of[s] = static_cast<int>(labels.size());
      labels.push_back(value);
    }
  }
  return result;
}

std::vector<int> LikeSeries::groups_of(std::string_view id) const {
  std::vector<int> result(names.size(), -1);
  for (const std::string_view part : dimensions(id)) {
    const std::size_t equals = part.find('=');
    const auto name = std::find(names.begin(), names.end(), part.substr(0, equals));
    if (name == names.end()) continue;
    const auto d = static_cast<std::size_t>(name - names.begin());
    const auto value = std::find(values[d].begin(), values[d].end(), part.substr(equals + 1));
    if (value != values[d].end()) result[d] = static_cast<int>(value - values[d].begin());
  }
  return result;
}

Factors PanelFactors::expected_of(const std::vector<int>& groups) const {
  Factors result = pooled;
  for (std::size_t d = 0; d < beside.size(); ++d) {
    if (groups[d] < 0) continue;
    const Factors& ratio = beside[d][static_cast<std::size_t>(groups[d])];
    for (std::size_t i = 0; i < result.size(); ++i) result[i] *= ratio[i];
  }
  return result;
}

PanelFactors estimate_factors(const std::vector<ScaledSeries>& series,
                              const std::vector<Axis>& axes, const PlaceTable& places,
                              const LikeSeries& alike, unsigned threads) {
  PanelFactors result;
  result.pooled = all_ones(axes);
  result.own.assign(series.size(), result.pooled);
  for (const auto& values : alike.values) result.beside.emplace_back(values.size(), result.pooled);
  std::vector<AxisSums> sums(series.size());
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      parallel_for(series.size(), threads, [&](std::size_t s) {
        sums[s] = axis_sums(series[s], axes, axis, places, result.own[s]);
      });
      AxisEstimate(sums, alike, axis, axes[axis].places()).write(result);
    }
  }
  return result;
}

}  // namespace forecart
