#pragma once

#include "models/lstm/head.h"
#include "series/panel.h"

#include <optional>
#include <vector>

namespace forecart::lstm {

/// How the values of a panel are handed to a network. Heads that tell counts need them as they are;
/// nothing where some lie below zero, which no count does.
std::optional<Space> choose_space(const std::vector<SeriesView>& series,
                                  std::optional<HeadKind> head);

}  // namespace forecart::lstm
