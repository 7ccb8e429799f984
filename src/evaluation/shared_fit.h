#pragma once

#include "models/model.h"

namespace forecart {

/// The same model, fitting each panel once: asked again with the same panel and options it gives a
/// copy of the fitted state. A model that stands alone and in an ensemble is so fitted once.
/// Keeps every fit as long as it lives: make one for a panel. Safe to share between threads.
ModelPtr share_fits(ModelPtr model);

}  // namespace forecart
