#pragma once

#include "models/global/global_model.h"
#include "models/trees/gradient_boosted_trees.h"

#include <memory>

namespace forecart::trees {

/// Boosted trees as a way to learn one model from all series of a panel.
std::shared_ptr<const GlobalMethod> make_trees_method(const TreesOptions& options);

}  // namespace forecart::trees
