#pragma once

#include "models/net/kernel_table.h"

#include <vector>

namespace forecart::net {

const Kernel<float>& portable_kernel();
/// The kernel that checks gradients: the same source in double precision.
const Kernel<double>& double_kernel();

/// The fastest kernel of this processor.
const Kernel<float>& best_kernel();
/// Every float kernel this processor can run, the portable one first and the fastest last.
std::vector<const Kernel<float>*> available_kernels();

}  // namespace forecart::net
