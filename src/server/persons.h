#pragma once

#include "pipeline/forecast_index.h"
#include "server/route.h"

#include <string>

namespace forecart {

/// What may name a person is for analysts, as rejected rows are.
bool may_see_persons(const Call& call);

/// Throws Forbidden where a dimension may name one and who asks is no analyst.
void require_seeing(const Call& call, const std::string& dimension);

/// The same of a panel whose ids may.
void require_seeing(const Call& call, const ForecastIndex::Panel& panel);

}  // namespace forecart
