#include "pipeline/explanation.h"

#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using Eigen::Index;

/// Rows of the series asked for.
std::vector<std::size_t> rows_of(const Fitted& fitted, const std::vector<std::string>& ids) {
  std::vector<std::size_t> rows;
  const std::vector<LedgerRow>& ledger = fitted.ledger();
  if (ids.empty()) {
    for (std::size_t row = 0; row < ledger.size(); ++row) rows.push_back(row);
    return rows;
  }
  std::vector<std::string> known;
  for (const LedgerRow& row : ledger) known.push_back(row.unique_id);
  require_series(known, ids);
  for (const std::string& id : ids) {
    rows.push_back(
        static_cast<std::size_t>(std::find(known.begin(), known.end(), id) - known.begin()));
  }
  return rows;
}

/// The explained forecasts, row by row; parts are columns, 0 before they first occur.
class Rows {
 public:
  void add(const std::string& model, const SeriesForecast& forecast, const Calendar& calendar,
           const Components& parts) {
    const Eigen::VectorXd mean = means_of(*forecast.distribution);
    Components padded;  // after the rows so far
    const Index before = std::ssize(ids_);
    for (std::size_t i = 0; i < parts.names.size(); ++i) {
      Eigen::VectorXd column = Eigen::VectorXd::Zero(before + mean.size());
      column.tail(mean.size()) = parts.values.col(static_cast<Index>(i));
      padded.add(parts.names[i], column);
    }
    parts_.values.conservativeResizeLike(
        Eigen::MatrixXd::Zero(before + mean.size(), parts_.values.cols()));
    parts_.add(padded);
    for (Index step = 0; step < mean.size(); ++step) {
      ids_.push_back(forecast.id);
      times_.push_back(calendar.label(forecast.first + step));
      models_.push_back(model);
      means_.push_back(mean[step]);
    }
  }

  Table table() && {
    Table table;
    table.add("unique_id", std::move(ids_));
    table.add("ds", std::move(times_));
    table.add("model", std::move(models_));
    table.add("forecast", std::move(means_));
    for (std::size_t i = 0; i < parts_.names.size(); ++i) {
      const auto column = parts_.values.col(static_cast<Index>(i));
      table.add(parts_.names[i], std::vector<double>(column.begin(), column.end()));
    }
    return table;
  }

 private:
  std::vector<std::string> ids_;
  std::vector<std::string> times_;
  std::vector<std::string> models_;
  std::vector<double> means_;
  Components parts_;
};

}  // namespace

void require_series(const std::vector<std::string>& known, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("series '{}' is not in the panel; its {} series begin with '{}'", id,
                            known.size(), known.empty() ? "" : known.front()));
  }
}

Table explanation_table(const std::vector<NamedFitted>& models, const ExplanationRequest& request,
                        const Covariates& future) {
  Rows rows;
  for (const auto& [model, fitted] : models) {
    const Forecast forecast = fitted->forecast(request.horizon, future);
    const std::vector<Components> parts = fitted->components(request.horizon, future);
    for (const std::size_t row : rows_of(*fitted, request.ids)) {
      rows.add(model, forecast.series[row], forecast.calendar, parts[row]);
    }
  }
  return std::move(rows).table();
}

nlohmann::json explanation_json(const std::vector<NamedFitted>& models,
                                const ExplanationRequest& request) {
  nlohmann::json result = nlohmann::json::array();
  for (const auto& [model, fitted] : models) {
    for (const std::size_t row : rows_of(*fitted, request.ids)) {
      result.push_back({{"model", model},
                        {"unique_id", fitted->ledger()[row].unique_id},
                        {"explanation", fitted->explain(static_cast<Index>(row))}});
    }
  }
  return result;
}

}  // namespace forecart
