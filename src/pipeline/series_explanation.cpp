#include "pipeline/series_explanation.h"

#include "pipeline/explanation.h"

namespace forecart {

SeriesExplanation explain_series(const SeriesExplanationRequest& request) {
  SavedForecastRequest asked;
  asked.repository = request.repository;
  asked.dataset = request.dataset;
  asked.panel = request.panel;
  asked.models = request.models;
  asked.horizon = request.horizon;
  asked.as_far_as_run = true;
  asked.only_series = request.unique_id;
  const SavedForecast saved = forecast_saved(asked);
  std::vector<NamedFitted> models;
  for (std::size_t i = 0; i < saved.fitted.size(); ++i) {
    models.push_back({saved.forecasts[i].model, saved.fitted[i].get()});
  }
  const ExplanationRequest own{saved.forecasts.front().forecast.horizon, {request.unique_id}};
  return {saved.run, saved.moved_on, explanation_table(models, own, saved.future),
          explanation_json(models, own), saved.notes};
}

}  // namespace forecart
