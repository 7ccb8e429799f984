#include "pipeline/alerting.h"

#include "base/error.h"
#include "pipeline/alert_delivery.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/known_datasets.h"
#include "pipeline/lease.h"
#include "pipeline/run_quality.h"
#include "services/secret_variable.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

/// Between looks where a sink could not be told.
constexpr std::chrono::minutes kDeliveryPause{5};

std::string alerts_key(const std::string& dataset) {
  return fmt::format("work/{}/alerts.json", dataset);
}

/// Brings what the state knows of uploads up to the newest record.
void see_uploads(const Repository& repository, const std::string& dataset, const TimeZone& zone,
                 AlertState& state) {
  std::vector<std::string> fresh;
  repository.store().list_objects({fmt::format("uploads/{}/", dataset), state.seen_upload},
                                  [&](const ObjectInfo& object) {
                                    fresh.push_back(object.key);
                                    return true;
                                  });
  for (const std::string& key : fresh) {
    const json record = repository.read_json(key);
    const json& counts = record.at("counts");
    const auto read = counts.at("rows_read").get<double>();
    if (read > 0) state.reject_share = counts.at("rows_rejected").get<double>() / read;
    if (counts.at("last").is_string()) {
      const auto last = parse_instant(counts.at("last").get<std::string>(), zone);
      if (last) state.last_sale = std::max(state.last_sale.value_or(*last), *last);
    }
    state.seen_upload = key;
  }
}

/// What the current run knows of the panels.
void see_run(const Repository& repository, const std::string& dataset,
             std::vector<WatchedPanel>& panels) {
  for (const PanelQuality& quality : quality_of_current_run(repository, dataset)) {
    const auto panel = std::ranges::find(panels, quality.panel, &WatchedPanel::name);
    if (panel == panels.end()) continue;
    panel->error_share = quality.error_above_band;
    panel->coverage_share = quality.coverage_drift;
    for (const auto& [level, share] : quality.coverage) {
      panel->coverage.emplace_back(std::stod(level) / 100, share);
    }
  }
}

AlertFacts facts_of(const Repository& repository, const std::string& dataset,
                    const DatasetConfig& config, AlertState& state) {
  const TimeZone zone = TimeZone::named(config.time_zone);
  see_uploads(repository, dataset, zone, state);
  AlertFacts facts{repository.store().now(), state.last_sale, state.reject_share};
  for (const PanelConfig& panel : config.panels) {
    facts.panels.push_back({.name = panel.name, .calendar = Calendar(panel.frequency, zone)});
  }
  const bool asks_runs = std::ranges::any_of(config.alerts, [](const AlertRule& rule) {
    return rule.kind == AlertKind::error_above_band || rule.kind == AlertKind::coverage_drift;
  });
  if (asks_runs) see_run(repository, dataset, facts.panels);
  return facts;
}

void keep(Repository& repository, const std::string& dataset, const AlertState& state) {
  repository.write_json(alerts_key(dataset), to_json(state));
}

}  // namespace

AlertState read_alerts(const Repository& repository, const std::string& dataset) {
  const auto bytes = repository.store().read(alerts_key(dataset));
  return bytes ? parse_alert_state(*bytes) : AlertState{};
}

AlertSinks sinks_with_environment(AlertSinks sinks, const Environment& environment) {
  const auto fill = [&](std::string& value, const char* name) {
    if (value.empty()) value = environment(name).value_or("");
  };
  fill(sinks.webhook, "FORECART_ALERT_WEBHOOK");
  fill(sinks.mail_from, "FORECART_ALERT_MAIL_FROM");
  fill(sinks.smtp, "FORECART_ALERT_SMTP");
  fill(sinks.sns_topic, "FORECART_ALERT_SNS_TOPIC");
  if (sinks.mail_to.empty()) {
    sinks.mail_to = listed_in(environment, "FORECART_ALERT_MAIL_TO");
  }
  AlertSinks known = sinks;
  if (!secret_id(known.webhook).empty()) known.webhook.clear();  // looked at when it is told
  check_alert_sinks(known);
  return sinks;
}

std::vector<std::string> datasets_with_alerts(const Repository& repository) {
  return datasets_with_record(repository, "alerts.json");
}

AlertState check_alerts(Repository& repository, const std::string& dataset,
                        const Environment& environment) {
  if (!repository.has_dataset(dataset)) return {};  // nothing of it could be taken in yet
  const DatasetConfig config = read_config(repository, dataset);
  AlertState state = read_alerts(repository, dataset);
  if (state.notices.empty()) state.delivery_error.clear();  // of one that was given up
  if (config.alerts.empty() && state.active.empty() && state.notices.empty()) return state;
  const AlertSinks sinks = sinks_with_environment(config.alert_sinks, environment);
  const AlertFacts facts = facts_of(repository, dataset, config, state);
  forget_alerts_without_rule(state, config.alerts, facts.now);
  change_alerts(state, find_alerts(config.alerts, facts), sink_names(sinks), facts.now);
  state.no_data_due = no_data_due(config.alerts, facts);
  keep(repository, dataset, state);
  if (state.notices.empty()) return state;
  deliver(state, dataset, sinks, environment);
  keep(repository, dataset, state);
  return state;
}

std::optional<Instant> next_alert_check(const AlertState& state, Instant now) {
  if (state.notices.empty()) return state.no_data_due;
  const Instant again = now + kDeliveryPause;
  return state.no_data_due ? std::min(*state.no_data_due, again) : again;
}

bool is_alert_check_due(const AlertState& state, Instant now) {
  const auto due = next_alert_check(state, now);
  return (due && *due <= now) || !state.notices.empty();
}

std::optional<AlertState> check_alerts_alone(Repository& repository, const std::string& dataset,
                                             const Environment& environment) {
  const auto lease = Lease::take(repository.store(), fmt::format("work/{}/lease.json", dataset));
  if (!lease) return std::nullopt;
  return check_alerts(repository, dataset, environment);
}

}  // namespace forecart
