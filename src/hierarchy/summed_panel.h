#pragma once

#include "series/panel.h"

#include "hierarchy/hierarchy.h"

namespace forecart {

/// The panel with the sums of these levels (make_hierarchy) before its own series, which are the
/// leaves. A sum counts nothing before a leaf begins, and is missing where a leaf is. Throws Error
/// bad_data where a leaf ends before the others, as nobody knows what it sold since; else as
/// make_hierarchy.
Panel with_sums(const Panel& leaves, const std::vector<std::string>& levels);

}  // namespace forecart
