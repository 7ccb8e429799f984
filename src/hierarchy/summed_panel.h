#pragma once

#include "series/panel.h"

#include "hierarchy/hierarchy.h"

namespace forecart {

/// The panel with the sums of these levels (make_hierarchy) before its own series, which are the
/// leaves. A leaf begins with its first known value and counts nothing before, nor ever where it
/// has none; after it a sum is missing where a leaf is. Throws Error bad_data where a leaf ends
/// before the others, as nobody knows what it sold since; else as make_hierarchy.
Panel with_sums(const Panel& leaves, const std::vector<std::string>& levels);

}  // namespace forecart
