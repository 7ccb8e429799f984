#pragma once

#include "monitoring/alerts.h"
#include "net/credentials.h"

#include <string>
#include <vector>

namespace forecart {

/// Names of the sinks that are set: "webhook", "mail", "sns".
std::vector<std::string> sink_names(const AlertSinks& sinks);

/// Tells the sinks what they have not got; notices that all have, or that could not be told in
/// kMostAlertTries looks, are gone from the state. `delivery_error` says what went wrong last.
void deliver(AlertState& state, const std::string& dataset, const AlertSinks& sinks,
             const Environment& environment);

inline constexpr int kMostAlertTries = 20;

}  // namespace forecart
