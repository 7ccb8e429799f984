#pragma once

#include "models/net/kernel_table.h"

#include <string_view>
#include <vector>

namespace forecart::net {

const Kernel<float>& portable_kernel();
/// The kernel that checks gradients: the same source in double precision.
const Kernel<double>& double_kernel();

/// The fastest kernel of this processor, or the one that choose_kernel named.
const Kernel<float>& best_kernel();
/// From now on networks of this process use the kernel of that name; "" is the fastest again.
/// Results of another kernel agree but for rounding. Throws Error unknown_name with the list of
/// those that this processor can run. Not to be called while a network is used.
void choose_kernel(std::string_view name);
/// Every float kernel this processor can run, the portable one first and the fastest last.
std::vector<const Kernel<float>*> available_kernels();

}  // namespace forecart::net
