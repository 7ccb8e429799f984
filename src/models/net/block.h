#pragma once

#include "models/net/aligned.h"
#include "models/net/shape.h"

#include <cstdint>
#include <vector>

namespace forecart::net {

/// As many windows as the kernel's panel side by side, innermost in every array. Columns that are
/// not used hold any finite numbers and codes in range; with zero output gradients they leave no
/// trace.
template <class Scalar>
struct WindowBlock {
  WindowBlock(const NetworkShape& shape, std::size_t panel)
      : features(shape.layers == 0 ? 0 : shape.steps * shape.inputs * panel),
        flat(shape.flat * panel),
        codes(shape.embeddings.size() * panel),
        known(shape.local == 0 ? 0 : shape.horizon * shape.known * panel) {}

  AlignedVector<Scalar> features;   // (steps, inputs, panel)
  AlignedVector<Scalar> flat;       // (flat, panel)
  std::vector<std::int32_t> codes;  // (embeddings, panel), each below its number of categories
  AlignedVector<Scalar> known;      // (horizon, known, panel)
};

}  // namespace forecart::net
