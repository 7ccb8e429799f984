#pragma once

#include "models/lstm/kernel_table.h"

#include <vector>

namespace forecart::lstm {

const Kernel<float>& portable_kernel();
/// The kernel that checks gradients: the same source in double precision.
const Kernel<double>& double_kernel();
/// AVX2 and FMA; null where this processor or build has none.
const Kernel<float>* avx2_kernel();

/// The fastest kernel of this processor.
const Kernel<float>& best_kernel();
/// Every float kernel this processor can run, the portable one first.
std::vector<const Kernel<float>*> available_kernels();

}  // namespace forecart::lstm
