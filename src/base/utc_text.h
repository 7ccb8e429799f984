#pragma once

#include "base/time.h"

#include <string>

namespace forecart {

/// "2026-04-12T08:30:15Z", with as many digits of a second as there are: how repository, API and
/// logs write instants, so that any program reads them (RFC 3339).
std::string utc_text(Instant instant);

}  // namespace forecart
