#include "models/net/onnx_network.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

namespace forecart::net {
namespace {

std::int64_t size(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

/// Gates in the order of ONNX: input, output, forget, candidate.
constexpr std::array kGateOrder{Gate::input, Gate::output, Gate::forget, Gate::candidate};

/// A dense matrix and its bias, as Gemm takes them.
struct Dense {
  std::vector<float> weights;  // (rows, columns)
  std::vector<float> bias;     // (rows), or empty
};

class NetworkWriter {
 public:
  NetworkWriter(OnnxGraph& graph, const ParameterLayout& layout, std::span<const float> parameters)
      : graph_(graph), layout_(layout), shape_(layout.shape()), parameters_(parameters) {
    assert(parameters.size() == layout.size());
  }

  std::string write() {
    if (shape_.layers > 0) base_.push_back(recurrence());
    embed();
    if (shape_.flat > 0) {
      flat_.push_back(graph_.input({"flat",
                                    OnnxType::float32,
                                    {kAnyBatch, size(shape_.flat)},
                                    "numbers that go straight to the dense layers"}));
    }
    base_.insert(base_.end(), flat_.begin(), flat_.end());
    const std::string t = trunk(joined(base_));
    std::string outputs = dense("output", layout_.output(), t);
    if (layout_.skip().size() > 0) {
      outputs = graph_.add("Add", {outputs, dense("skip", layout_.skip(), joined(flat_))});
    }
    const std::string by_step = graph_.add(
        "Reshape", {outputs, graph_.wholes({0, size(shape_.horizon), size(shape_.per_step)})});
    return shape_.local > 0 ? graph_.add("Add", {by_step, local(t)}) : by_step;
  }

 private:
  /// Windows come outermost, the operator LSTM reads steps outermost.
  std::string recurrence() {
    const std::string features = graph_.input({"features",
                                               OnnxType::float32,
                                               {kAnyBatch, size(shape_.steps), size(shape_.inputs)},
                                               "what each step of the recurrence reads"});
    std::string x = graph_.add("Transpose", {features}, {{"perm", OnnxSizes{1, 0, 2}}});
    for (std::size_t l = 0; l + 1 < shape_.layers; ++l) {
      x = graph_.add("Squeeze", {layer(l, x, false), graph_.wholes({1})});
    }
    return graph_.add("Squeeze", {layer(shape_.layers - 1, x, true), graph_.wholes({0})});
  }

  /// Hidden states of all steps (steps, 1, windows, hidden), or the last (1, windows, hidden).
  std::string layer(std::size_t l, const std::string& x, bool last) {
    const auto gates = layout_.view(parameters_, layout_.gates(l));
    const std::size_t hidden = shape_.hidden;
    const std::size_t inputs = gates.part.columns - 1 - hidden;
    std::vector<float> of_inputs;
    std::vector<float> of_hidden;
    std::vector<float> bias;
    for (const Gate gate : kGateOrder) {
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const std::size_t row = kGates * unit + static_cast<std::size_t>(gate);
        for (std::size_t i = 0; i < hidden; ++i) of_hidden.push_back(gates(row, i));
        for (std::size_t i = 0; i < inputs; ++i) of_inputs.push_back(gates(row, hidden + i));
        bias.push_back(gates.bias(row));
      }
    }
    bias.resize(2 * bias.size(), 0.0F);  // a second bias, of the hidden state, is zero
    const std::string name = "lstm_" + std::to_string(l);
    const std::int64_t rows = size(kGates * hidden);
    const std::vector<std::string> values{
        x,
        graph_.constant(name + "_inputs", {1, rows, size(inputs)},
                        std::span<const float>(of_inputs)),
        graph_.constant(name + "_hidden", {1, rows, size(hidden)},
                        std::span<const float>(of_hidden)),
        graph_.constant(name + "_bias", {1, 2 * rows}, std::span<const float>(bias))};
    return graph_.add_several("LSTM", values, {{"hidden_size", size(hidden)}},
                              {!last, last})[last ? 1 : 0];
  }

  void embed() {
    if (shape_.embeddings.empty()) return;
    const std::string codes = graph_.input({"codes",
                                            OnnxType::int64,
                                            {kAnyBatch, size(shape_.embeddings.size())},
                                            "categories of the series, from 0"});
    for (std::size_t e = 0; e < shape_.embeddings.size(); ++e) {
      const auto table = layout_.view(parameters_, layout_.embedding(e));
      const std::string own = graph_.add("Gather", {codes, graph_.whole(size(e))}, {{"axis", 1}});
      flat_.push_back(graph_.add(
          "Gather",
          {graph_.constant("embedding_" + std::to_string(e),
                           {size(table.part.rows), size(table.part.columns)}, table.numbers),
           own}));
    }
  }

  std::string joined(const std::vector<std::string>& parts) {
    if (parts.size() == 1) return parts.front();
    return graph_.add_several("Concat", parts, {{"axis", 1}}, {true}).front();
  }

  std::string trunk(std::string t) {
    for (std::size_t layer = 0; layer < shape_.trunk_layers; ++layer) {
      const std::string active =
          graph_.add("Relu", {dense("trunk_" + std::to_string(layer), layout_.trunk(layer), t)});
      t = layer == 0 ? active : graph_.add("Add", {t, active});
    }
    return t;
  }

  Dense taken_apart(const MatrixPart& part) const {
    const auto matrix = layout_.view(parameters_, part);
    const std::size_t columns = part.columns - (part.bias ? 1 : 0);
    Dense result;
    for (std::size_t row = 0; row < part.rows; ++row) {
      for (std::size_t i = 0; i < columns; ++i) result.weights.push_back(matrix(row, i));
      if (part.bias) result.bias.push_back(matrix.bias(row));
    }
    return result;
  }

  /// W x (+ b), (windows, rows) from (windows, columns).
  std::string dense(const std::string& name, const MatrixPart& part, const std::string& x) {
    const Dense parts = taken_apart(part);
    const std::int64_t rows = size(part.rows);
    const std::string weights = graph_.constant(name, {rows, size(parts.weights.size()) / rows},
                                                std::span<const float>(parts.weights));
    if (!part.bias) return graph_.add("Gemm", {x, weights}, {{"transB", 1}});
    const std::string bias =
        graph_.constant(name + "_bias", {rows}, std::span<const float>(parts.bias));
    return graph_.add("Gemm", {x, weights, bias}, {{"transB", 1}});
  }

  /// x' W', for the last of any number of dimensions.
  std::string product(const std::string& name, const MatrixPart& part, const std::string& x) {
    const Dense parts = taken_apart(part);
    const std::string weights = graph_.constant(name, {size(part.rows), size(part.columns)},
                                                std::span<const float>(parts.weights));
    return graph_.add("MatMul",
                      {x, graph_.add("Transpose", {weights}, {{"perm", OnnxSizes{1, 0}}})});
  }

  /// A relu(U x_k + V t + b), (windows, horizon, per_step), or one step for all where nothing is
  /// known of them.
  std::string local(const std::string& t) {
    std::string units = graph_.add(
        "Unsqueeze", {dense("local_state", layout_.local_state(), t), graph_.wholes({1})});
    if (shape_.known > 0) {
      const std::string known = graph_.input({"known",
                                              OnnxType::float32,
                                              {kAnyBatch, size(shape_.horizon), size(shape_.known)},
                                              "what is known of each step ahead"});
      units = graph_.add("Add", {product("local_known", layout_.local_known(), known), units});
    }
    return product("local_output", layout_.local_output(), graph_.add("Relu", {units}));
  }

  OnnxGraph& graph_;
  const ParameterLayout& layout_;
  const NetworkShape& shape_;
  std::span<const float> parameters_;
  std::vector<std::string> base_;  // parts of [s; f]
  std::vector<std::string> flat_;  // parts of f
};

}  // namespace

std::string add_network(OnnxGraph& graph, const ParameterLayout& layout,
                        std::span<const float> parameters) {
  return NetworkWriter(graph, layout, parameters).write();
}

}  // namespace forecart::net
