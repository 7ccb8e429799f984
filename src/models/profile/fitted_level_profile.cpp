#include "models/profile/fitted_level_profile.h"

#include "base/parallel.h"
#include "base/work_clock.h"
#include "series/demand_predictive.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Buckets of history that estimates look at, from the end of the panel: three years of minutes.
constexpr Bucket kLongestStretch = 1'600'000;

/// The part of a series that estimates look at, without missing values at either end.
SeriesView usable(SeriesView series, Bucket from) {
  if (series.first < from) {
    const auto drop = std::min<Bucket>(from - series.first, std::ssize(series.values));
    series.values = series.values.subspan(static_cast<std::size_t>(drop));
    series.first += drop;
  }
  while (!series.values.empty() && !std::isfinite(series.values.front())) {
    series.values = series.values.subspan(1);
    ++series.first;
  }
  while (!series.values.empty() && !std::isfinite(series.values.back())) {
    series.values = series.values.first(series.values.size() - 1);
  }
  return series;
}

Bucket first_bucket(const Panel& panel, Bucket from) {
  Bucket first = panel.end();
  for (Index s = 0; s < panel.size(); ++s) {
    const SeriesView series = usable(panel[s], from);
    if (!series.values.empty()) first = std::min(first, series.first);
  }
  return first;
}

Prepared prepare(const Panel& panel, const std::vector<Axis>& axes) {
  const Bucket from = panel.end() - kLongestStretch;
  Prepared result{{}, PlaceTable(axes, first_bucket(panel, from), panel.end())};
  for (Index s = 0; s < panel.size(); ++s) {
    result.series.emplace_back(usable(panel[s], from));
  }
  return result;
}

Index longest(const Panel& panel) {
  Index length = 0;
  for (Index s = 0; s < panel.size(); ++s) length = std::max(length, std::ssize(panel[s].values));
  return length;
}

NoiseEvidence evidence_of(const ScaledSeries& series, const PlaceTable& places,
                          const ProfileItem& item) {
  return {
      {}, in_sample_errors(series, item.factors, places), item.level.value(), item.level.support()};
}

std::vector<LevelBlend> each_alone(const std::vector<LevelRule>& rules) {
  std::vector<LevelBlend> blends;
  for (const LevelRule& rule : rules) blends.push_back({{rule, 1}});
  return blends;
}

/// The series are fitted together: each has its share of the time.
void share_time(double seconds, std::vector<LedgerRow>& ledger) {
  for (LedgerRow& row : ledger)
    row.milliseconds = 1000 * seconds / static_cast<double>(ledger.size());
}

}  // namespace

FittedLevelProfile::FittedLevelProfile(LevelProfileOptions options, const Calendar& calendar)
    : options_(std::move(options)), calendar_(calendar) {}

FittedLevelProfile::FittedLevelProfile(const FittedLevelProfile& other)
    : Fitted(other),
      options_(other.options_),
      calendar_(other.calendar_),
      axes_(other.axes_),
      parameters_(other.parameters_),
      ledger_(other.ledger_) {
  for (const ProfileItem& item : other.items_) {
    items_.push_back({item.end, item.scale, item.factors, item.level, item.noise,
                      item.fallback == nullptr ? nullptr : item.fallback->clone()});
  }
}

double FittedLevelProfile::factor(const Factors& factors, Bucket bucket) const {
  double product = 1;
  for (std::size_t i = 0; i < axes_.size(); ++i) product *= factors[i][axes_[i].place(bucket)];
  return product;
}

void FittedLevelProfile::fit(const Panel& panel, const FitOptions& options) {
  const double start = work_seconds();
  const Index history = longest(panel);
  parameters_.has_season = history >= 2 * Index{options_.season};
  axes_ = axes_of(calendar_, parameters_.has_season ? options_.season : 1, history);
  const Prepared all = prepare(panel, axes_);
  const std::vector<ErrorSums> errors = choose_level(panel, all, options);

  parameters_.alike = LikeSeries::of(panel.ids());
  PanelFactors factors =
      estimate_factors(all.series, axes_, all.places, parameters_.alike, options.threads);
  std::vector<NoiseEvidence> evidence;
  for (std::size_t s = 0; s < all.series.size(); ++s) {
    items_.push_back(item_of(all.series[s], all.places, std::move(factors.own[s])));
    evidence.push_back(evidence_of(all.series[s], all.places, items_.back()));
    evidence.back().at_origins = errors[s];
  }
  const PanelNoise noise = estimate_noise(evidence);
  parameters_.excess = noise.excess;
  parameters_.factors = {{}, std::move(factors.pooled), std::move(factors.beside)};
  for (std::size_t s = 0; s < items_.size(); ++s) {
    items_[s].noise = noise.series[s];
    ledger_.push_back(row_of(panel[static_cast<Index>(s)], items_[s]));
  }
  share_time(work_seconds() - start, ledger_);
}

/// Chooses how the level follows the data on origins inside the history, with factors from before
/// the first of them; returns the errors of that choice, by series.
std::vector<ErrorSums> FittedLevelProfile::choose_level(const Panel& panel, const Prepared& all,
                                                        const FitOptions& options) {
  const Origins origins = Origins::of(longest(panel), options.horizon, options_.season);
  const Panel earlier = panel.before_end(Panel::kAll, origins.held_out());
  const Prepared before = prepare(earlier, axes_);
  const PanelFactors factors = estimate_factors(before.series, axes_, before.places,
                                                LikeSeries::of(panel.ids()), options.threads);
  const auto errors_of = [&](const std::vector<LevelBlend>& blends) {
    std::vector<std::vector<ErrorSums>> errors(all.series.size());
    parallel_for(errors.size(), options.threads, [&](std::size_t s) {
      errors[s] = origin_errors(all.series[s], blends, factors.own[s], all.places, origins);
    });
    return errors;
  };
  const std::vector<LevelRule> rules = level_rules(calendar_, options_.season);
  parameters_.blend = weighed_rules(errors_of(each_alone(rules)), rules);
  parameters_.reach = origins.reach;
  std::vector<ErrorSums> chosen;
  for (auto& one : errors_of({parameters_.blend})) chosen.push_back(one.front());
  return chosen;
}

ProfileItem FittedLevelProfile::item_of(const ScaledSeries& series, const PlaceTable& places,
                                        Factors factors) const {
  ProfileItem item;
  item.end = series.first + series.size();
  item.scale = series.scale;
  item.factors = std::move(factors);
  item.level = BlendedLevel(parameters_.blend);
  for (Index t = 0; t < series.size(); ++t) {
    const double z = series.z[static_cast<std::size_t>(t)];
    if (!std::isnan(z)) item.level.push(z, factor_at(item.factors, places, series.first + t));
  }
  return item;
}

LedgerRow FittedLevelProfile::row_of(const SeriesView& series, ProfileItem& item) const {
  LedgerRow row;
  row.unique_id = series.id;
  row.model = "LevelProfile";
  row.interval_method = "past errors, by moments";
  const SeriesView known = usable(series, series.first);
  for (const double y : known.values) std::isfinite(y) ? ++row.rows_used : ++row.gaps;
  item.end = std::max(item.end, series.end());
  if (row.rows_used > 0) return row;
  item.fallback = options_.fallback->fit({calendar_, series.first, {}}, {}).fitted;
  row.fallback = options_.fallback->name();
  row.reason = "no values";
  row.interval_method = options_.fallback->interval_method();
  row.converged = false;
  return row;
}

PredictivePtr FittedLevelProfile::distribution(const ProfileItem& item, Index horizon) const {
  if (item.fallback != nullptr) return item.fallback->forecast(horizon);
  const double level = item.level.value();
  VectorXd mean(horizon);
  VectorXd level_variance(horizon);
  for (Index step = 0; step < horizon; ++step) {
    mean[step] = level * factor(item.factors, item.end + step);
    const double beyond = static_cast<double>(step + 1) / static_cast<double>(parameters_.reach);
    level_variance[step] = item.noise.level_variance * std::max(1.0, beyond);
  }
  return std::make_shared<DemandPredictive>(
      item.scale.kind, std::move(mean), std::move(level_variance),
      DemandNoise{.index = item.noise.index}, item.scale.unit, item.scale.offset);
}

Forecast FittedLevelProfile::forecast(Index horizon, const Covariates&) const {
  Forecast result{calendar_, horizon, {}};
  for (std::size_t s = 0; s < items_.size(); ++s) {
    result.series.push_back(
        {ledger_[s].unique_id, items_[s].end, distribution(items_[s], horizon)});
  }
  return result;
}

/// Level, then what each cycle changes after those before it.
Components FittedLevelProfile::parts(const ProfileItem& item, Index horizon) const {
  if (item.fallback != nullptr) return item.fallback->components(horizon);
  const Scale& scale = item.scale;
  VectorXd before = VectorXd::Constant(horizon, item.level.value());
  Components result;
  result.add(kLevel, (scale.unit * before).array() + scale.offset);
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    VectorXd with = before;
    for (Index step = 0; step < horizon; ++step) {
      with[step] *= item.factors[i][axes_[i].place(item.end + step)];
    }
    result.add(axes_[i].name(), scale.unit * (with - before));
    before = std::move(with);
  }
  return result;
}

std::vector<Components> FittedLevelProfile::components(Index horizon, const Covariates&) const {
  std::vector<Components> result;
  for (const ProfileItem& item : items_) result.push_back(parts(item, horizon));
  return result;
}

void FittedLevelProfile::move_on(ProfileItem& item, const SeriesView& recent) const {
  for (Bucket bucket = std::max(item.end, recent.first); bucket < recent.end(); ++bucket) {
    const double y = recent.values[static_cast<std::size_t>(bucket - recent.first)];
    if (!std::isfinite(y)) continue;
    item.scale.admit(y);
    item.level.push(item.scale.in(y), factor(item.factors, bucket));
  }
  item.end = std::max(item.end, recent.end());
}

void FittedLevelProfile::update(const Panel& recent, const Covariates&) {
  std::unordered_set<std::string> known;
  for (std::size_t s = 0; s < items_.size(); ++s) {
    known.insert(ledger_[s].unique_id);
    const Index at = recent.find(ledger_[s].unique_id);
    if (at < 0) continue;
    items_[s].fallback == nullptr ? move_on(items_[s], recent[at]) : revive(s, recent[at]);
  }
  std::vector<Index> joining;
  for (Index i = 0; i < recent.size(); ++i) {
    if (!known.contains(recent.ids()[static_cast<std::size_t>(i)])) joining.push_back(i);
  }
  for (const Index i : joining) join(recent[i]);
}

/// A series first seen in an update has the factors of those it is like.
std::pair<ProfileItem, LedgerRow> FittedLevelProfile::joined(const SeriesView& whole) const {
  const SeriesView series = usable(whole, whole.end() - kLongestStretch);
  const ScaledSeries scaled(series);
  const PlaceTable places(axes_, series.first, series.end());
  const auto groups = parameters_.alike.groups_of(whole.id);
  ProfileItem item = item_of(scaled, places, parameters_.factors.expected_of(groups));
  item.noise = noise_of(evidence_of(scaled, places, item), parameters_.excess);
  LedgerRow row = row_of(whole, item);
  if (row.reason.empty()) row.reason = "new since the last fit";
  return {std::move(item), std::move(row)};
}

void FittedLevelProfile::join(const SeriesView& series) {
  auto [item, row] = joined(series);
  items_.push_back(std::move(item));
  ledger_.push_back(std::move(row));
}

/// A series of which nothing was known joins at its first value.
void FittedLevelProfile::revive(std::size_t at, const SeriesView& recent) {
  const Bucket end = std::max(items_[at].end, recent.end());
  auto [item, row] = joined(recent);
  if (row.rows_used > 0) {
    items_[at] = std::move(item);
    ledger_[at] = std::move(row);
  }
  items_[at].end = end;
}

nlohmann::json FittedLevelProfile::explain(Index series) const {
  const ProfileItem& item = items_.at(static_cast<std::size_t>(series));
  if (item.fallback != nullptr) return item.fallback->explain();
  nlohmann::json factors = nlohmann::json::array();
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Eigen::ArrayXd& f = item.factors[i];
    factors.push_back(
        {{"name", axes_[i].name()}, {"factors", std::vector<double>(f.begin(), f.end())}});
  }
  nlohmann::json rules = nlohmann::json::array();
  for (const auto& [rule, weight] : parameters_.blend) {
    rules.push_back({{"window", rule.window}, {"fading", rule.fading}, {"weight", weight}});
  }
  return {{"level", item.scale.offset + item.scale.unit * item.level.value()},
          {"level_rules", std::move(rules)},
          {"profiles", std::move(factors)},
          {"dispersion", item.noise.index * item.scale.unit},
          {"level_deviation", std::sqrt(item.noise.level_variance)}};
}

}  // namespace forecart
