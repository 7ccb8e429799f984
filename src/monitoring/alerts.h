#pragma once

#include "base/calendar.h"
#include "monitoring/alert_rule.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forecart {

/// What is known of a panel when alerts are looked for; what is not known asks nothing and ends
/// nothing.
struct WatchedPanel {
  std::string name;
  Calendar calendar{};
  std::optional<double> error_share{};     ///< of series whose errors have grown beyond the band
  std::optional<double> coverage_share{};  ///< of series whose intervals miss their level
  /// Of the last proof: level and share of values inside, both from 0 to 1.
  std::vector<std::pair<double, double>> coverage{};
};

struct AlertFacts {
  Instant now{};  ///< by the store's clock
  std::optional<Instant> last_sale{};
  std::optional<double> reject_share{};  ///< of the last upload
  std::vector<WatchedPanel> panels{};
};

/// What a rule finds.
struct AlertFinding {
  std::string key;  ///< tells alerts of a data set apart: "no_data hourly"
  AlertKind kind = AlertKind::no_data;
  std::string panel{};  ///< "" where it is about none
  bool fires = false;
  std::string message{};  ///< for people: value and limit; nothing of any order
};

/// What the rules say of what is known, each of every panel that it looks at; each key once.
std::vector<AlertFinding> find_alerts(const std::vector<AlertRule>& rules, const AlertFacts& facts);

/// When the next no_data rule fires if no sale comes; nothing where none will, or no sale is known.
std::optional<Instant> no_data_due(const std::vector<AlertRule>& rules, const AlertFacts& facts);

/// An alert that has begun and not ended.
struct ActiveAlert {
  std::string key;
  std::string kind;
  std::string panel;
  std::string message;  ///< as when it began
  Instant since{};
};

/// An alert that is over.
struct EndedAlert {
  ActiveAlert alert;
  Instant ended{};
};

/// That an alert has begun or ended, told once to each sink.
struct AlertNotice {
  ActiveAlert alert;
  bool begun = true;
  Instant at{};
  std::vector<std::string> waiting;  ///< sinks that have not got it yet
  int tries = 0;
};

inline constexpr std::size_t kMostEnded = 100;

/// The alerts of a data set between two looks at it.
struct AlertState {
  std::vector<ActiveAlert> active{};
  std::vector<EndedAlert> ended{};     ///< the last kMostEnded, oldest first
  std::vector<AlertNotice> notices{};  ///< that some sink has not got
  std::string delivery_error{};        ///< of the last that could not be told; "" where all could
  std::optional<Instant> last_sale{};
  std::optional<Instant> no_data_due{};
  std::optional<double> reject_share{};
  std::vector<AlertNotice> changes{};  ///< that the last look has found; not kept
  std::string seen_upload{};  ///< key of the last record that last_sale and reject_share know
};

/// Begins alerts that fire and are not active, and ends those that no longer fire; each adds a
/// notice for `sinks`. What no finding speaks of stays as it is.
void change_alerts(AlertState& state, const std::vector<AlertFinding>& findings,
                   const std::vector<std::string>& sinks, Instant now);

nlohmann::json to_json(const ActiveAlert& alert);
nlohmann::json to_json(const EndedAlert& alert);
nlohmann::json to_json(const AlertState& state);
/// Of what to_json wrote; anything else is a state that knows nothing.
AlertState parse_alert_state(const std::string& text);

/// Ends alerts that no rule is about any more, without a notice.
void forget_alerts_without_rule(AlertState& state, const std::vector<AlertRule>& rules,
                                Instant now);

/// What a sink is told: `{"id":..,"dataset":..,"alert":..,"panel":..,"event":"begun"|"ended",
/// "at":..,"since":..,"message":..}`. The id is the same however often it is told.
nlohmann::json notice_json(const std::string& dataset, const AlertNotice& notice);

}  // namespace forecart
