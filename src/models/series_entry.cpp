#include "models/series_entry.h"

#include "base/error.h"
#include "base/work_clock.h"
#include "models/last_value.h"
#include "models/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

namespace forecart {

namespace {

/// Steps a state is moved on over at most; beyond it the dates are wrong.
constexpr Bucket kLongestGap = 100'000'000;

bool never_negative(std::span<const double> values) {
  for (const double y : values) {
    if (y < 0) return false;
  }
  return true;
}

/// Columns that a fitted model needs, of one series.
class SeriesCovariates {
 public:
  SeriesCovariates(const Covariates& all, std::string_view id) : all_(all), id_(id) {}

  /// What is known ahead, over the history that a model is fitted to; none where the model uses
  /// none.
  Regressors history(const SeriesModel& model, const SeriesView& series) const {
    if (!model.uses_regressors()) return {};
    const std::vector<std::string> names = all_.future_names();
    return names.empty() ? Regressors{} : all_.of(id_, names, series.first, series.end());
  }

  /// Of buckets [from, to) that a fitted model moves on over. Throws Error bad_data where a column
  /// is not there at all.
  Regressors beside(const std::vector<std::string>& needs, Bucket from, Bucket to) const {
    if (needs.empty()) return {};
    for (const std::string& name : needs) {
      if (!all_.has(name)) refuse(name);
    }
    return all_.of(id_, needs, from, to);
  }

  /// The same for a forecast, which needs every value. Throws Error bad_data naming the first that
  /// is unknown.
  Regressors future(const std::vector<std::string>& needs, Bucket from, Bucket to,
                    const Calendar& calendar) const {
    if (needs.empty()) return {};
    const auto unknown = all_.first_unknown(id_, needs, from, to);
    if (!unknown) return all_.of(id_, needs, from, to);
    throw Error(ErrorCode::bad_data,
                fmt::format("the forecast of series '{}' needs regressor '{}' at {}, and it is not "
                            "known there; give its value at every step ahead",
                            id_, unknown->name, calendar.label(unknown->bucket)));
  }

 private:
  [[noreturn]] void refuse(const std::string& name) const {
    throw Error(ErrorCode::bad_data,
                fmt::format("the model of series '{}' was fitted with regressor '{}', which is not "
                            "among those given; give its values",
                            id_, name));
  }

  const Covariates& all_;
  std::string_view id_;
};

/// Stands for the steps ahead where only stability matters: the last row, unknown values as 0.
Regressors next_like_last(const Regressors& history, const std::vector<std::string>& needs,
                          Eigen::Index horizon) {
  Regressors next{needs, Eigen::MatrixXd::Zero(horizon, std::ssize(needs))};
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const auto at = std::find(history.names.begin(), history.names.end(), needs[i]);
    const double last = history.values(history.values.rows() - 1, at - history.names.begin());
    if (std::isfinite(last)) next.values.col(static_cast<Eigen::Index>(i)).setConstant(last);
  }
  return next;
}

}  // namespace

Regressors regressors_ahead(const Covariates& covariates, std::string_view id,
                            const SeriesEntry& entry, Eigen::Index horizon,
                            const Calendar& calendar) {
  return SeriesCovariates(covariates, id)
      .future(entry.fitted->needs(), entry.end, entry.end + horizon, calendar);
}

const SeriesModel& last_resort() {
  static const SeriesModelPtr kModel = make_last_value();
  return *kModel;
}

void move_on(SeriesEntry& entry, const SeriesView& recent, const Covariates& covariates) {
  if (recent.end() <= entry.end) return;
  if (recent.end() - entry.end > kLongestGap) {
    throw Error(ErrorCode::bad_data,
                fmt::format("series '{}' ends {} steps after what the model knows, more than {}; "
                            "fit it again or check the last ds",
                            recent.id, recent.end() - entry.end, kLongestGap));
  }
  std::vector<double> values(static_cast<std::size_t>(recent.end() - entry.end),
                             std::numeric_limits<double>::quiet_NaN());
  for (Bucket bucket = std::max(recent.first, entry.end); bucket < recent.end(); ++bucket) {
    values[static_cast<std::size_t>(bucket - entry.end)] =
        recent.values[static_cast<std::size_t>(bucket - recent.first)];
  }
  entry.non_negative = entry.non_negative && never_negative(values);
  const SeriesCovariates beside(covariates, recent.id);
  entry.fitted->update(values, beside.beside(entry.fitted->needs(), entry.end, recent.end()));
  entry.end = recent.end();
}

std::pair<SeriesEntry, LedgerRow> EntryFitter::fit(const SeriesView& whole,
                                                   const Covariates& covariates,
                                                   const SeriesEntry* earlier) const {
  const double start = work_seconds();
  const SeriesView series = trimmed(whole);
  LedgerRow row = describe(whole, series);
  const SeriesCovariates beside(covariates, whole.id);
  const SeriesInput input{calendar_, series.first, series.values, beside.history(model_, series)};
  SeriesEntry entry;
  entry.end = series.end();
  entry.non_negative = never_negative(series.values);
  const bool has_structure = earlier != nullptr && !earlier->is_fallback;
  SeriesFit fit = try_fit(input, has_structure ? earlier->fitted.get() : nullptr);
  row.reason = fit.reason;
  row.converged = fit.converged;
  if (fit.fitted == nullptr)
    fall_back(input, entry, row);
  else
    entry.fitted = std::move(fit.fitted);
  move_on(entry, whole, covariates);  // missing values at the end are part of the history
  row.milliseconds = 1000 * (work_seconds() - start);
  return {std::move(entry), std::move(row)};
}

LedgerRow EntryFitter::describe(const SeriesView& whole, const SeriesView& series) const {
  LedgerRow row;
  row.unique_id = whole.id;
  row.model = model_.name();
  row.interval_method = model_.interval_method();
  for (const double y : series.values) std::isnan(y) ? ++row.gaps : ++row.rows_used;
  return row;
}

SeriesFit EntryFitter::try_fit(const SeriesInput& input, const FittedSeries* earlier) const {
  if (input.values.empty()) return {nullptr, "no values", false};
  SeriesFit fit =
      earlier != nullptr ? model_.refit(input, *earlier, options_) : model_.fit(input, options_);
  if (fit.fitted == nullptr) return fit;
  const Regressors next = next_like_last(input.regressors, fit.fitted->needs(), options_.horizon);
  std::string flaw = instability(*fit.fitted, input.values, options_.horizon, next);
  if (!flaw.empty()) return {nullptr, std::move(flaw), false};
  return fit;
}

void EntryFitter::fall_back(const SeriesInput& input, SeriesEntry& entry, LedgerRow& row) const {
  SeriesFit fit = fallback_.fit(input, options_);
  entry.is_fallback = true;
  entry.is_last_resort = fit.fitted == nullptr;
  const SeriesModel& used = entry.is_last_resort ? last_resort() : fallback_;
  if (entry.is_last_resort) {
    row.reason += fmt::format("; {}: {}", fallback_.name(), fit.reason);
    fit = used.fit(input, options_);
  }
  entry.fitted = std::move(fit.fitted);
  row.fallback = used.name();
  row.interval_method = used.interval_method();
  row.converged = false;
}

}  // namespace forecart
