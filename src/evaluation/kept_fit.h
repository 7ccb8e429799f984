#pragma once

#include "models/model.h"

#include <string>

namespace forecart {

/// The same model, whose fits to all series of a panel at once are pieces (FitOptions::pieces): one
/// that is there is read. `recipe` tells the model, with all its options, from any other. A fit
/// that starts from an earlier one, or whose time is limited, is none.
ModelPtr keep_fits(ModelPtr model, std::string recipe);

}  // namespace forecart
