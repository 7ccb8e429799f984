#pragma once

#include "base/zone_table.h"

#include <string>

namespace forecart {

struct NamedZone {
  std::string name;
  ZoneTable table;
};

/// The zone of an IANA name, kept until the process ends, or null where nobody knows it. May be
/// called by threads. Throws Error unavailable where there is no data base at all.
const NamedZone* find_zone(const std::string& name);

}  // namespace forecart
