#include "models/net/onnx_graph.h"

#include <fmt/format.h>

#include <bit>
#include <utility>

namespace forecart::net {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

constexpr int kIrVersion = 8;
constexpr int kOpset = 17;

// Numbers of the fields, by onnx.proto3 of ONNX 1.12.
namespace field {
namespace model {
constexpr std::uint32_t kIrVersion = 1;
constexpr std::uint32_t kProducerName = 2;
constexpr std::uint32_t kProducerVersion = 3;
constexpr std::uint32_t kText = 6;
constexpr std::uint32_t kGraph = 7;
constexpr std::uint32_t kOpsets = 8;
constexpr std::uint32_t kWords = 14;
}  // namespace model
namespace opset {
constexpr std::uint32_t kDomain = 1;
constexpr std::uint32_t kVersion = 2;
}  // namespace opset
namespace word {
constexpr std::uint32_t kKey = 1;
constexpr std::uint32_t kValue = 2;
}  // namespace word
namespace graph {
constexpr std::uint32_t kNodes = 1;
constexpr std::uint32_t kName = 2;
constexpr std::uint32_t kConstants = 5;
constexpr std::uint32_t kInputs = 11;
constexpr std::uint32_t kOutputs = 12;
}  // namespace graph
namespace node {
constexpr std::uint32_t kInputs = 1;
constexpr std::uint32_t kOutputs = 2;
constexpr std::uint32_t kName = 3;
constexpr std::uint32_t kOperator = 4;
constexpr std::uint32_t kAttributes = 5;
}  // namespace node
namespace attribute {
constexpr std::uint32_t kName = 1;
constexpr std::uint32_t kWhole = 3;
constexpr std::uint32_t kWholes = 8;
constexpr std::uint32_t kType = 20;
}  // namespace attribute
namespace tensor {
constexpr std::uint32_t kSizes = 1;
constexpr std::uint32_t kType = 2;
constexpr std::uint32_t kName = 8;
constexpr std::uint32_t kBytes = 9;
}  // namespace tensor
namespace port {
constexpr std::uint32_t kName = 1;
constexpr std::uint32_t kType = 2;
constexpr std::uint32_t kText = 3;
}  // namespace port
namespace type {
constexpr std::uint32_t kTensor = 1;
constexpr std::uint32_t kElement = 1;
constexpr std::uint32_t kShape = 2;
constexpr std::uint32_t kDimensions = 1;
constexpr std::uint32_t kSize = 1;
constexpr std::uint32_t kParameter = 2;
}  // namespace type
}  // namespace field

// AttributeProto.AttributeType.
constexpr int kWholeAttribute = 2;
constexpr int kWholesAttribute = 7;

template <class Number>
std::string_view bytes_of(std::span<const Number> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

ProtobufWriter written(const OnnxAttribute& attribute) {
  ProtobufWriter message;
  message.add(field::attribute::kName, attribute.name);
  if (const auto* whole = std::get_if<std::int64_t>(&attribute.value)) {
    message.add(field::attribute::kWhole, *whole);
    message.add(field::attribute::kType, kWholeAttribute);
    return message;
  }
  for (const std::int64_t value : std::get<OnnxSizes>(attribute.value)) {
    message.add(field::attribute::kWholes, value);
  }
  message.add(field::attribute::kType, kWholesAttribute);
  return message;
}

ProtobufWriter written(const OnnxPort& port) {
  ProtobufWriter shape;
  for (const std::int64_t size : port.sizes) {
    ProtobufWriter dimension;
    if (size == kAnyBatch) {
      dimension.add(field::type::kParameter, "windows");
    } else {
      dimension.add(field::type::kSize, size);
    }
    shape.add(field::type::kDimensions, dimension);
  }
  ProtobufWriter tensor;
  tensor.add(field::type::kElement, static_cast<std::int32_t>(port.type));
  tensor.add(field::type::kShape, shape);
  ProtobufWriter type;
  type.add(field::type::kTensor, tensor);
  ProtobufWriter message;
  message.add(field::port::kName, port.name);
  message.add(field::port::kType, type);
  message.add(field::port::kText, port.text);
  return message;
}

}  // namespace

std::string OnnxGraph::input(OnnxPort port) {
  inputs_.push_back(std::move(port));
  return inputs_.back().name;
}

void OnnxGraph::output(OnnxPort port, const std::string& value) {
  ProtobufWriter node;
  node.add(field::node::kInputs, value);
  node.add(field::node::kOutputs, port.name);
  node.add(field::node::kName, "give_" + port.name);
  node.add(field::node::kOperator, "Identity");
  nodes_.push_back(std::move(node));
  outputs_.push_back(std::move(port));
}

void OnnxGraph::tensor(const std::string& name, const OnnxSizes& sizes, OnnxType type,
                       std::string_view little_endian) {
  ProtobufWriter message;
  for (const std::int64_t size : sizes) message.add(field::tensor::kSizes, size);
  message.add(field::tensor::kType, static_cast<std::int32_t>(type));
  message.add(field::tensor::kName, name);
  message.add(field::tensor::kBytes, little_endian);
  tensors_.push_back(std::move(message));
}

std::string OnnxGraph::constant(const std::string& name, const OnnxSizes& sizes,
                                std::span<const float> numbers) {
  tensor(name, sizes, OnnxType::float32, bytes_of(numbers));
  return name;
}

std::string OnnxGraph::constant(const std::string& name, const OnnxSizes& sizes,
                                std::span<const double> numbers) {
  tensor(name, sizes, OnnxType::float64, bytes_of(numbers));
  return name;
}

std::string OnnxGraph::constant(const std::string& name, const OnnxSizes& sizes,
                                std::span<const std::int64_t> numbers) {
  tensor(name, sizes, OnnxType::int64, bytes_of(numbers));
  return name;
}

std::string OnnxGraph::number(double value) {
  std::string name = fmt::format("number_{}", value);
  if (small_.emplace(name, "").second) constant(name, {}, std::span<const double>(&value, 1));
  return name;
}

std::string OnnxGraph::whole(std::int64_t value) {
  std::string name = "whole_" + std::to_string(value);
  if (small_.emplace(name, "").second) constant(name, {}, std::span<const std::int64_t>(&value, 1));
  return name;
}

std::string OnnxGraph::wholes(const OnnxSizes& values) {
  std::string name = "wholes";
  for (const std::int64_t value : values) name += "_" + std::to_string(value);
  if (small_.emplace(name, "").second) {
    constant(name, {std::ssize(values)}, std::span<const std::int64_t>(values));
  }
  return name;
}

std::string OnnxGraph::fresh(const std::string& op) {
  return op + "_" + std::to_string(values_++);
}

std::string OnnxGraph::add(const std::string& op, std::initializer_list<std::string> inputs,
                           std::initializer_list<OnnxAttribute> attributes) {
  return add_several(op, inputs, attributes, {true}).front();
}

std::vector<std::string> OnnxGraph::add_several(const std::string& op,
                                                const std::vector<std::string>& inputs,
                                                const std::vector<OnnxAttribute>& attributes,
                                                const std::vector<bool>& wanted) {
  ProtobufWriter node;
  for (const std::string& value : inputs) node.add(field::node::kInputs, value);
  std::vector<std::string> outputs;
  for (const bool is_wanted : wanted) {
    outputs.push_back(is_wanted ? fresh(op) : "");
    node.add(field::node::kOutputs, outputs.back());
  }
  node.add(field::node::kName, fmt::format("run_{}_{}", op, nodes_.size()));
  node.add(field::node::kOperator, op);
  for (const OnnxAttribute& attribute : attributes) {
    node.add(field::node::kAttributes, written(attribute));
  }
  nodes_.push_back(std::move(node));
  return outputs;
}

std::string OnnxGraph::bytes(std::string_view name, std::string_view version,
                             std::string_view text) const {
  ProtobufWriter graph;
  for (const ProtobufWriter& node : nodes_) graph.add(field::graph::kNodes, node);
  graph.add(field::graph::kName, name);
  for (const ProtobufWriter& one : tensors_) graph.add(field::graph::kConstants, one);
  for (const OnnxPort& port : inputs_) graph.add(field::graph::kInputs, written(port));
  for (const OnnxPort& port : outputs_) graph.add(field::graph::kOutputs, written(port));
  ProtobufWriter opset;
  opset.add(field::opset::kDomain, "");
  opset.add(field::opset::kVersion, kOpset);
  ProtobufWriter model;
  model.add(field::model::kIrVersion, kIrVersion);
  model.add(field::model::kProducerName, "forecart");
  model.add(field::model::kProducerVersion, version);
  model.add(field::model::kText, text);
  model.add(field::model::kGraph, graph);
  model.add(field::model::kOpsets, opset);
  for (const auto& [key, value] : words_) {
    ProtobufWriter word;
    word.add(field::word::kKey, key);
    word.add(field::word::kValue, value);
    model.add(field::model::kWords, word);
  }
  return model.bytes();
}

}  // namespace forecart::net
