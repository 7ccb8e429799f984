#include "pipeline/covariate_source.h"

#include "base/error.h"
#include "ingest/country_holidays.h"
#include "ingest/holiday_table.h"
#include "ingest/regressor_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

/// Buckets from the first of any series to the last step that must be known.
struct Reach {
  Bucket from = 0;
  Bucket to = 0;
};

Reach reach_of(const Panel& panel, Eigen::Index after) {
  Reach reach;
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    const SeriesView series = panel[i];
    reach.from = i == 0 ? series.first : std::min(reach.from, series.first);
    reach.to = i == 0 ? series.end() : std::max(reach.to, series.end());
  }
  reach.to += after;
  return reach;
}

/// The days of "country:US", or those of a file.
std::vector<HolidaySpan> holidays_of(const std::string& source) {
  constexpr std::string_view kCountry = "country:";
  if (!source.starts_with(kCountry)) return read_holidays(source);
  return country_holidays(std::string_view(source).substr(kCountry.size()));
}

/// Where the rows of a series' regressors begin and end.
Reach rows_of(const Covariates& covariates, std::string_view id) {
  if (covariates.own_names.empty()) {
    return {covariates.first, covariates.first + covariates.values.rows()};
  }
  const auto own = covariates.own.find(id);
  if (own == covariates.own.end()) return {};
  return {own->second.first, own->second.first + own->second.values.rows()};
}

/// The history needs a row for each value; a cell may be unknown.
void require_rows(const Covariates& covariates, const SeriesView& series, const Calendar& calendar,
                  std::string_view place) {
  const Reach rows = rows_of(covariates, series.id);
  if (series.values.empty() || (rows.from <= series.first && series.end() <= rows.to)) return;
  const Bucket first = rows.from <= series.first ? std::max(rows.to, series.first) : series.first;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("'{}' has no row for series '{}' at {}, where the series has a value; add "
                  "it, with empty cells where values are unknown",
                  place, series.id, calendar.label(first)));
}

}  // namespace

void require_known(const Covariates& covariates, const Panel& panel, const KnownSteps& known,
                   std::string_view place) {
  const std::vector<std::string> names = covariates.future_names();
  const Calendar& calendar = panel.calendar();
  for (Eigen::Index i = 0; i < panel.size(); ++i) {
    const SeriesView series = panel[i];
    require_rows(covariates, series, calendar, place);
    const Bucket from = std::max(series.end() - known.before, series.first);
    const Bucket to = series.end() + known.after;
    const auto unknown = covariates.first_unknown(series.id, names, from, to);
    if (!unknown) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("'{}' has no value of '{}' for series '{}' at {}; the forecasts need it "
                    "at every step from {} to {}",
                    place, unknown->name, series.id, calendar.label(unknown->bucket),
                    calendar.label(from), calendar.label(to - 1)));
  }
}

Covariates load_covariates(const CovariateRequest& request, const Panel& panel,
                           const KnownSteps& known) {
  Covariates covariates;
  if (!request.regressors.empty()) {
    covariates = read_regressors(request.regressors, panel);
    require_known(covariates, panel, known, request.regressors.string());
  }
  if (!request.holidays.empty()) {
    const Reach reach = reach_of(panel, known.after);
    add_holidays(holidays_of(request.holidays.string()), panel.calendar(), reach.from, reach.to,
                 covariates);
  }
  return covariates;
}

}  // namespace forecart
