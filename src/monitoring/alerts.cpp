#include "monitoring/alerts.h"

#include "base/utc_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// Panels that a rule looks at.
std::vector<const WatchedPanel*> panels_of(const AlertRule& rule, const AlertFacts& facts) {
  std::vector<const WatchedPanel*> panels;
  for (const WatchedPanel& panel : facts.panels) {
    if (rule.panel.empty() || rule.panel == panel.name) panels.push_back(&panel);
  }
  if (rule.kind == AlertKind::no_data && panels.size() > 1) panels.resize(1);
  return panels;
}

AlertFinding finding_of(const AlertRule& rule, const std::string& panel) {
  const std::string kind = to_string(rule.kind);
  return {panel.empty() ? kind : kind + " " + panel, rule.kind, panel};
}

/// When the buckets behind that of the last sale have all passed.
Instant due(const AlertRule& rule, const WatchedPanel& panel, Instant last_sale) {
  return panel.calendar.start(panel.calendar.bucket(last_sale) + rule.buckets + 1);
}

void look_at_data(const AlertRule& rule, const WatchedPanel& panel, const AlertFacts& facts,
                  std::vector<AlertFinding>& found) {
  if (!facts.last_sale) return;
  AlertFinding finding = finding_of(rule, panel.name);
  finding.fires = facts.now >= due(rule, panel, *facts.last_sale);
  finding.message = fmt::format("no sale for more than {} buckets of {}; the last is of {}",
                                rule.buckets, panel.calendar.frequency().name(),
                                format_instant(*facts.last_sale, panel.calendar.zone()));
  found.push_back(std::move(finding));
}

void look_at_share(const AlertRule& rule, const std::string& panel, std::optional<double> share,
                   const char* what, std::vector<AlertFinding>& found) {
  if (!share) return;
  AlertFinding finding = finding_of(rule, panel);
  finding.fires = *share > rule.share;
  finding.message =
      fmt::format("{}: {:.1f} % (limit {:.1f} %)", what, 100 * *share, 100 * rule.share);
  found.push_back(std::move(finding));
}

void look_at_coverage(const AlertRule& rule, const WatchedPanel& panel,
                      std::vector<AlertFinding>& found) {
  std::vector<AlertFinding> own;
  look_at_share(rule, panel.name, panel.coverage_share, "series whose intervals miss their level",
                own);
  for (const auto& [level, actual] : panel.coverage) {
    AlertFinding finding = finding_of(rule, panel.name);
    finding.fires = std::abs(actual - level) > rule.tolerance;
    finding.message =
        fmt::format("intervals of {:.0f} % held {:.1f} % of the values in the last proof",
                    100 * level, 100 * actual);
    own.push_back(std::move(finding));
  }
  if (own.empty()) return;
  const auto fires = std::ranges::find_if(own, &AlertFinding::fires);
  found.push_back(fires != own.end() ? *fires : own.front());
}

void look(const AlertRule& rule, const WatchedPanel& panel, const AlertFacts& facts,
          std::vector<AlertFinding>& found) {
  switch (rule.kind) {
    case AlertKind::no_data:
      return look_at_data(rule, panel, facts, found);
    case AlertKind::error_above_band:
      return look_at_share(rule, panel.name, panel.error_share,
                           "series whose errors have grown beyond the band", found);
    case AlertKind::coverage_drift:
      return look_at_coverage(rule, panel, found);
    case AlertKind::rejects_above:
      break;
  }
}

/// Two rules may look at the same thing, with other limits: it fires where any of them does.
std::vector<AlertFinding> one_of_each_key(const std::vector<AlertFinding>& all) {
  std::vector<AlertFinding> found;
  for (const AlertFinding& finding : all) {
    const auto same = std::ranges::find(found, finding.key, &AlertFinding::key);
    if (same == found.end()) {
      found.push_back(finding);
    } else if (finding.fires && !same->fires) {
      *same = finding;
    }
  }
  return found;
}

json time_json(const std::optional<Instant>& time) {
  return time ? json(utc_text(*time)) : json(nullptr);
}

std::optional<Instant> time_of(const json& value, const char* name) {
  return value.contains(name) && value.at(name).is_string()
             ? parse_instant(value.at(name).get<std::string>(), {})
             : std::nullopt;
}

ActiveAlert alert_of(const json& value) {
  return {value.at("key"), value.at("alert"), value.at("panel"), value.at("message"),
          time_of(value, "since").value_or(Instant{})};
}

EndedAlert ended_of(const json& value) {
  return {alert_of(value), time_of(value, "ended").value_or(Instant{})};
}

AlertNotice notice_of(const json& value) {
  return {alert_of(value.at("alert")), value.at("begun"), time_of(value, "at").value_or(Instant{}),
          value.at("waiting"), value.at("tries")};
}

json state_notice_json(const AlertNotice& notice) {
  return {{"alert", to_json(notice.alert)},
          {"begun", notice.begun},
          {"at", time_json(notice.at)},
          {"waiting", notice.waiting},
          {"tries", notice.tries}};
}

AlertState state_of(const json& value) {
  AlertState state;
  for (const json& alert : value.at("active")) state.active.push_back(alert_of(alert));
  const json ended = value.value("ended", json::array());  // programs of before kept none
  for (const json& alert : ended) state.ended.push_back(ended_of(alert));
  for (const json& notice : value.at("notices")) state.notices.push_back(notice_of(notice));
  state.delivery_error = value.at("delivery_error");
  state.last_sale = time_of(value, "last_sale");
  state.no_data_due = time_of(value, "no_data_due");
  if (value.at("reject_share").is_number()) state.reject_share = value.at("reject_share");
  state.seen_upload = value.at("seen_upload");
  return state;
}

/// Takes an alert from those that are active to those that are over.
void end_alert(AlertState& state, std::vector<ActiveAlert>::iterator alert, Instant now) {
  state.ended.push_back({std::move(*alert), now});
  state.active.erase(alert);
  if (state.ended.size() > kMostEnded) state.ended.erase(state.ended.begin());
}

}  // namespace

std::vector<AlertFinding> find_alerts(const std::vector<AlertRule>& rules,
                                      const AlertFacts& facts) {
  std::vector<AlertFinding> found;
  for (const AlertRule& rule : rules) {
    if (rule.kind == AlertKind::rejects_above) {
      look_at_share(rule, "", facts.reject_share, "rows of the last upload that were refused",
                    found);
      continue;
    }
    for (const WatchedPanel* const panel : panels_of(rule, facts)) look(rule, *panel, facts, found);
  }
  return one_of_each_key(found);
}

std::optional<Instant> no_data_due(const std::vector<AlertRule>& rules, const AlertFacts& facts) {
  std::optional<Instant> first;
  if (!facts.last_sale) return first;
  for (const AlertRule& rule : rules) {
    if (rule.kind != AlertKind::no_data) continue;
    for (const WatchedPanel* const panel : panels_of(rule, facts)) {
      const Instant own = due(rule, *panel, *facts.last_sale);
      if (own > facts.now) first = first ? std::min(*first, own) : own;
    }
  }
  return first;
}

void change_alerts(AlertState& state, const std::vector<AlertFinding>& findings,
                   const std::vector<std::string>& sinks, Instant now) {
  const auto tell = [&](const ActiveAlert& alert, bool begun) {
    state.changes.push_back({alert, begun, now, {}});
    if (!sinks.empty()) state.notices.push_back({alert, begun, now, sinks});
  };
  for (const AlertFinding& finding : findings) {
    const auto active = std::ranges::find(state.active, finding.key, &ActiveAlert::key);
    if (finding.fires && active == state.active.end()) {
      state.active.push_back(
          {finding.key, to_string(finding.kind), finding.panel, finding.message, now});
      tell(state.active.back(), true);
    } else if (!finding.fires && active != state.active.end()) {
      ActiveAlert told = *active;
      told.message = finding.message;
      tell(told, false);
      end_alert(state, active, now);
    }
  }
}

void forget_alerts_without_rule(AlertState& state, const std::vector<AlertRule>& rules,
                                Instant now) {
  const auto has_rule = [&](const ActiveAlert& alert) {
    return std::ranges::any_of(rules, [&](const AlertRule& rule) {
      const bool same_panel = rule.panel.empty() || rule.panel == alert.panel;
      return to_string(rule.kind) == alert.kind && same_panel;
    });
  };
  for (;;) {
    const auto alert = std::ranges::find_if_not(state.active, has_rule);
    if (alert == state.active.end()) return;
    end_alert(state, alert, now);
  }
}

json to_json(const ActiveAlert& alert) {
  return {{"key", alert.key},
          {"alert", alert.kind},
          {"panel", alert.panel},
          {"message", alert.message},
          {"since", time_json(alert.since)}};
}

json to_json(const EndedAlert& alert) {
  json told = to_json(alert.alert);
  told["ended"] = time_json(alert.ended);
  return told;
}

json to_json(const AlertState& state) {
  json active = json::array();
  json ended = json::array();
  for (const EndedAlert& alert : state.ended) ended.push_back(to_json(alert));
  for (const ActiveAlert& alert : state.active) active.push_back(to_json(alert));
  json notices = json::array();
  for (const AlertNotice& notice : state.notices) notices.push_back(state_notice_json(notice));
  return {{"active", std::move(active)},
          {"ended", std::move(ended)},
          {"notices", std::move(notices)},
          {"delivery_error", state.delivery_error},
          {"last_sale", time_json(state.last_sale)},
          {"no_data_due", time_json(state.no_data_due)},
          {"reject_share", state.reject_share ? json(*state.reject_share) : json(nullptr)},
          {"seen_upload", state.seen_upload}};
}

AlertState parse_alert_state(const std::string& text) {
  try {
    return state_of(json::parse(text));
  } catch (const json::exception&) {  // derived: an alert at worst begins again
    return {};
  }
}

json notice_json(const std::string& dataset, const AlertNotice& notice) {
  const char* const event = notice.begun ? "begun" : "ended";
  const std::string since = utc_text(notice.alert.since);
  return {{"id", fmt::format("{}/{}/{}/{}", dataset, notice.alert.key, since, event)},
          {"dataset", dataset},
          {"alert", notice.alert.kind},
          {"panel", notice.alert.panel},
          {"event", event},
          {"at", time_json(notice.at)},
          {"since", since},
          {"message", notice.alert.message}};
}

}  // namespace forecart
