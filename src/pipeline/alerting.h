#pragma once

#include "monitoring/alerts.h"
#include "net/credentials.h"
#include "pipeline/repository.h"

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What alerts of a data set are active, and whom nobody could tell yet:
/// work/<dataset>/alerts.json.
AlertState read_alerts(const Repository& repository, const std::string& dataset);

/// Those whose alerts were looked at before, so that they may be due again.
std::vector<std::string> datasets_with_alerts(const Repository& repository);

/// Looks at all rules of a data set's dataset.toml after work on it, and tells the sinks what began
/// and ended. What is to be told is kept before it is told, so that a process that dies leaves it
/// to the next; a sink may so be told twice, with the same id. Whoever calls holds the data set's
/// lease. Throws as the repository does; that a sink cannot be told is kept in the state.
AlertState check_alerts(Repository& repository, const std::string& dataset,
                        const Environment& environment = process_environment());

/// When somebody should look again though no work came: data are late by then, or a sink could not
/// be told. Nothing where all is quiet.
std::optional<Instant> next_alert_check(const AlertState& state, Instant now);

/// Whether it is time for that, or somebody is still to be told.
bool is_alert_check_due(const AlertState& state, Instant now);

/// check_alerts under the data set's lease; nothing where another process holds it.
std::optional<AlertState> check_alerts_alone(
    Repository& repository, const std::string& dataset,
    const Environment& environment = process_environment());

/// What dataset.toml says, and of what it does not say the environment: FORECART_ALERT_WEBHOOK,
/// FORECART_ALERT_MAIL_TO (joined by commas), FORECART_ALERT_MAIL_FROM, FORECART_ALERT_SMTP,
/// FORECART_ALERT_SNS_TOPIC, of which the first may lie in Secrets Manager; secrets without a name
/// of their own are FORECART_ALERT_WEBHOOK_SECRET, FORECART_ALERT_SMTP_USER and
/// FORECART_ALERT_SMTP_PASSWORD. Throws Error invalid_value as check_alert_sinks.
AlertSinks sinks_with_environment(AlertSinks sinks, const Environment& environment);

}  // namespace forecart
