#include "models/trees/entry.h"

#include "base/error.h"
#include "models/saved_state.h"
#include "models/trees/held_out.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::trees {

namespace {

using nlohmann::json;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
/// Steps a state is moved on over at most; beyond it the dates are wrong.
constexpr Bucket kLongestGap = 100'000'000;
/// Known values a series needs, and the greatest whose square sums stay finite.
constexpr std::int64_t kLeastValues = 8;
constexpr double kGreatestValue = 1e100;

void trim_tail(std::vector<double>& tail, const FeaturePlan& plan) {
  const auto most = static_cast<std::size_t>(plan.lookback());
  if (tail.size() > most) tail.erase(tail.begin(), tail.end() - static_cast<std::ptrdiff_t>(most));
}

double value_at(const SeriesView& series, Bucket bucket) {
  if (bucket < series.first || bucket >= series.end()) return kUnknown;
  return series.values[static_cast<std::size_t>(bucket - series.first)];
}

/// Moves the last values on from bucket `from`; where that is later than the entry's end, more than
/// the lookback follows, and nothing of the old values stays.
void extend_tail(Entry& entry, const SeriesView& recent, Bucket from, const FeaturePlan& plan) {
  for (Bucket bucket = from; bucket < recent.end(); ++bucket) {
    const double value = value_at(recent, bucket);
    if (!entry.born && !std::isnan(value) && value != 0) entry.born = bucket;
    entry.tail.push_back(value);
  }
  trim_tail(entry.tail, plan);
}

}  // namespace

Entry Entry::clone() const {
  return {end, non_negative, fallback ? fallback->clone() : nullptr, tail, born, covariates, fixed};
}

Origin Entry::origin() const {
  std::optional<Bucket> position;
  if (born) position = *born - first();
  return {History(tail, position), first(), covariates.value(), fixed};
}

std::string obstacle(std::span<const double> values) {
  std::int64_t known = 0;
  bool varies = false;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (!(std::abs(value) <= kGreatestValue)) {
      return fmt::format("the value {} is beyond {}", value, kGreatestValue);
    }
    ++known;
    varies = varies || value != values.front();
  }
  if (known == 0) return "no values";
  if (!varies) return fmt::format("all values are {}", values.front());
  if (known < kLeastValues) {
    return fmt::format("too short: {} known values, {} are needed", known, kLeastValues);
  }
  return "";
}

bool never_negative(std::span<const double> values) {
  return std::none_of(values.begin(), values.end(), [](double y) { return y < 0; });
}

Entry make_entry(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan) {
  const SeriesView& series = subject.series;
  Origin origin = origin_at(panel, subject, plan, std::ssize(series.values));
  Entry entry;
  entry.end = series.end();
  entry.non_negative = never_negative(series.values);
  const auto kept = static_cast<std::size_t>(origin.end());
  entry.tail.assign(series.values.end() - static_cast<std::ptrdiff_t>(kept), series.values.end());
  if (origin.history.born()) entry.born = origin.first + *origin.history.born();
  entry.covariates = std::move(origin.covariates);
  entry.fixed = std::move(origin.fixed);
  return entry;
}

void move_on(Entry& entry, const SeriesView& recent, const Covariates& covariates,
             const FeaturePlan* plan) {
  if (recent.end() <= entry.end) return;
  if (recent.end() - entry.end > kLongestGap) {
    throw Error(ErrorCode::bad_data,
                fmt::format("series '{}' ends {} steps after what the model knows, more than {}; "
                            "fit it again or check the last ds",
                            recent.id, recent.end() - entry.end, kLongestGap));
  }
  entry.non_negative = entry.non_negative && never_negative(recent.values);
  if (entry.fallback != nullptr) {
    std::vector<double> values;
    for (Bucket bucket = entry.end; bucket < recent.end(); ++bucket) {
      values.push_back(value_at(recent, bucket));
    }
    entry.fallback->update(values);
  } else {
    // of a gap longer than all that the trees look back over, only the end matters
    const Bucket from = std::max(entry.end, recent.end() - plan->lookback());
    const CovariateRows rows =
        covariate_rows(plan->covariates, covariates, recent.id, from, recent.end());
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      entry.covariates->advance(row_of(rows, i));
    }
    extend_tail(entry, recent, from, *plan);
  }
  entry.end = recent.end();
}

json save_entry(const Entry& entry) {
  json born;
  if (entry.born) born = *entry.born;
  return {{"tail", numbers_or_null(entry.tail)},
          {"born", std::move(born)},
          {"covariates", entry.covariates->save()},
          {"fixed", numbers_or_null(entry.fixed)}};
}

Entry load_entry(const json& state, const FeaturePlan& plan, const Calendar& calendar) {
  Entry entry;
  for (const json& value : state.at("tail")) entry.tail.push_back(number_or_missing(value));
  const bool fine = std::none_of(entry.tail.begin(), entry.tail.end(),
                                 [](double y) { return std::abs(y) > kGreatestValue; });
  if (!fine) refuse_state("GradientBoostedTrees", "tail");
  trim_tail(entry.tail, plan);
  if (!state.at("born").is_null()) {
    entry.born = whole<Bucket>(state.at("born"));
    if (!calendar.holds(*entry.born)) refuse_state("GradientBoostedTrees", "born");
  }
  entry.covariates.emplace(plan.covariates, plan.spread_window);
  entry.covariates->restore(state.at("covariates"));
  for (const json& value : state.at("fixed")) entry.fixed.push_back(number_or_missing(value));
  if (entry.fixed.size() != plan.covariates.fixed.size()) {
    refuse_state("GradientBoostedTrees", "fixed");
  }
  return entry;
}

}  // namespace forecart::trees
