#pragma once

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// When a stamp was made (make_stamp): names of runs, uploads and requests hold one. Nothing where
/// it is none.
std::optional<Instant> time_of_stamp(std::string_view stamp);

/// "2026-04-12T08:30:15.123Z", for programs: to the millisecond, in UTC.
std::string iso_time(Instant instant);

}  // namespace forecart
