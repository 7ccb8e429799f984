#pragma once

#include "models/lstm/measure.h"
#include "series/panel.h"

#include <vector>

namespace forecart::lstm {

/// How the values of a panel are handed to a network.
Space choose_space(const std::vector<SeriesView>& series);

}  // namespace forecart::lstm
