#pragma once

#include "models/global/global_model.h"
#include "models/lstm/learner.h"

#include <memory>
#include <string>

namespace forecart::lstm {

/// One network for all series of a panel, under a name of its own. Throws Error invalid_value for
/// options out of range.
std::shared_ptr<const GlobalMethod> make_network_method(std::string name,
                                                        const NetworkOptions& options);

}  // namespace forecart::lstm
