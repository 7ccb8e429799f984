#include "cli/telling.h"

#include "base/series_id.h"
#include "cli/output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace forecart {

namespace {

bool is_named(const std::vector<std::string>& models, const std::string& model) {
  return std::find(models.begin(), models.end(), model) != models.end();
}

/// ARIMA named without a seasonal order has none, which surprises where there is a season.
void tell_missing_season(const ModelRegistry& registry, const std::vector<std::string>& models) {
  const ModelOptions& options = registry.options();
  if (!is_named(models, "ARIMA") || options.order.has_season() || options.season_length < 2) return;
  print_note(fmt::format("ARIMA{} has no season; give it one with --seasonal-order 1,1,1,{}",
                         options.order.format(), options.season_length));
}

/// Says once which models use the regressors, and which cannot.
void tell_covariates(ModelRegistry& registry, const PanelRunOptions& options) {
  if (options.covariates.empty()) return;
  std::vector<std::string> users;
  std::vector<std::string> others;
  for (const std::string& name : options.models) {
    (registry.make(name)->uses_covariates() ? users : others).push_back(name);
  }
  const std::string names = fmt::format("{}", fmt::join(options.covariates.all_names(), ", "));
  if (!users.empty())
    print_note(
        fmt::format("{} {} {}", fmt::join(users, ", "), users.size() > 1 ? "use" : "uses", names));
  if (others.empty()) return;
  print_note(
      fmt::format("{} cannot use regressors and leaves {} aside", fmt::join(others, ", "), names));
}

/// Drift is ARIMA's, Fourier terms are AutoARIMA's too; given to other models they do nothing.
void tell_idle_terms(const ModelRegistry& registry, const std::vector<std::string>& models) {
  const ModelOptions& options = registry.options();
  if (options.fourier.empty() && !options.drift) return;
  const auto is_used = [&](const char* model) {
    return is_named(models, model) ||
           (is_named(models, "Ensemble") && is_named(options.members, model));
  };
  if (is_used("ARIMA")) return;
  if (options.drift) print_note("--drift is for ARIMA, which is not among the models");
  if (!options.fourier.empty() && !is_used("AutoARIMA")) {
    print_note("--fourier is for ARIMA and AutoARIMA, which are not among the models");
  }
}

/// Whether another result tells the same of the same fits: "X/variance" beside "X".
bool is_told(const ModelBacktest& result, const std::vector<ModelBacktest>& results) {
  const std::string base = result.model.substr(0, result.model.find('/'));
  return base != result.model &&
         std::any_of(results.begin(), results.end(),
                     [&](const ModelBacktest& other) { return other.model == base; });
}

/// Which series fell back, a few of them by name.
void tell_fallbacks(const std::vector<ModelBacktest>& results) {
  constexpr int kShown = 5;
  for (const ModelBacktest& result : results) {
    if (is_told(result, results)) continue;
    int fallen = 0;
    for (const LedgerRow& row : result.ledger) {
      if (row.fallback.empty() || ++fallen > kShown) continue;
      print_note(fmt::format("{} fell back to {} on '{}': {}", result.model, row.fallback,
                             readable_id(row.unique_id), row.reason));
    }
    if (fallen > kShown) {
      print_note(fmt::format("{} fell back on {} more series", result.model, fallen - kShown));
    }
  }
}

/// "'a'", "'a' and 3 more series".
std::string series_text(const std::vector<std::string>& ids) {
  const std::string first = fmt::format("'{}'", readable_id(ids.front()));
  return ids.size() == 1 ? first : fmt::format("{} and {} more series", first, ids.size() - 1);
}

/// What a model has to say of series that it fitted, a few notes, each once.
void tell_remarks(const std::vector<ModelBacktest>& results) {
  constexpr std::size_t kShown = 5;
  for (const ModelBacktest& result : results) {
    if (is_told(result, results)) continue;
    std::vector<std::pair<std::string, std::vector<std::string>>> remarks;  // in order of the rows
    for (const LedgerRow& row : result.ledger) {
      const bool fine = row.converged && row.fallback.empty();
      if (!fine || row.reason.empty()) continue;
      auto found = std::find_if(remarks.begin(), remarks.end(),
                                [&](const auto& one) { return one.first == row.reason; });
      if (found == remarks.end()) found = remarks.insert(remarks.end(), {row.reason, {}});
      found->second.push_back(row.unique_id);
    }
    for (std::size_t i = 0; i < std::min(remarks.size(), kShown); ++i) {
      const auto& [reason, ids] = remarks[i];
      print_note(fmt::format("{} on {}: {}", result.model, series_text(ids), reason));
    }
    if (remarks.size() > kShown) {
      print_note(fmt::format("{} says {} things more, which the ledger holds", result.model,
                             remarks.size() - kShown));
    }
  }
}

}  // namespace

void tell_terms(ModelRegistry& registry, const PanelRunOptions& options) {
  tell_missing_season(registry, options.models);
  tell_idle_terms(registry, options.models);
  tell_covariates(registry, options);
}

void tell_results(const std::vector<ModelBacktest>& results) {
  tell_fallbacks(results);
  tell_remarks(results);
  if (const std::string note = endings_of(results); !note.empty()) print_note(note);
}

std::string reconciliation_line(std::string_view model, std::string_view chosen) {
  return chosen.empty() ? ""
                        : fmt::format("{} adds up by {}, chosen by past errors\n", model, chosen);
}

void tell_disturbances(const nlohmann::json& rows) {
  constexpr std::size_t kShown = 5;
  const std::size_t from = rows.size() - std::min(rows.size(), kShown);
  if (from > 0) print_note(fmt::format("{} outliers and level shifts before these", from));
  for (std::size_t i = from; i < rows.size(); ++i) {
    const nlohmann::json& row = rows[i];
    print_note(fmt::format(
        "{} of '{}' at {}: {:g} where {:g} was expected (treatment: {})",
        row.at("kind").get<std::string>(), readable_id(row.at("unique_id").get<std::string>()),
        row.at("ds").get<std::string>(), row.at("value").get<double>(),
        row.at("expected").get<double>(), row.at("treatment").get<std::string>()));
  }
}

}  // namespace forecart
