#pragma once

#include "ingest/toml_section.h"
#include "monitoring/alert_rule.h"

#include <string>
#include <vector>

namespace forecart {

/// A table of [[alert]], and [alerts]. Throw Error as parse_dataset_config does.
AlertRule read_alert_rule(const toml::table& table, const Place& place);
AlertSinks read_alert_sinks(const toml::table& table, const Place& place);

/// The same as text; nothing where there are no rules and no sinks.
std::string alerts_toml(const std::vector<AlertRule>& rules, const AlertSinks& sinks);

}  // namespace forecart
