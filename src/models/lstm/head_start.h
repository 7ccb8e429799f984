#pragma once

#include "models/lstm/head.h"
#include "models/lstm/trial.h"

#include <optional>

namespace forecart::lstm {

/// The head that fits the values of a panel: counts that are few, amounts, or anything.
HeadKind usual_head(Space space, const std::vector<SeriesView>& series);

/// What the base of a plan missed by at the origins of a trial; nothing where nothing is known
/// after any of them.
std::optional<BaseErrors> base_errors(const Trial& trial);

}  // namespace forecart::lstm
