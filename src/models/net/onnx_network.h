#pragma once

#include "models/net/layout.h"
#include "models/net/onnx_graph.h"

#include <span>
#include <string>

namespace forecart::net {

/// Adds a network to a graph, with those of these inputs that its shape has, windows outermost:
///   features (windows, steps, inputs)    codes (windows, embeddings), int64
///   flat (windows, flat)                 known (windows, horizon, known)
/// and returns the name of its numbers (windows, horizon, per_step). Dropout is left out, as in
/// predictions. `parameters` are laid out as `layout` says.
std::string add_network(OnnxGraph& graph, const ParameterLayout& layout,
                        std::span<const float> parameters);

}  // namespace forecart::net
